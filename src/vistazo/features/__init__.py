"""Classical descriptors: one file each, plain functions from images to a feature matrix.

The contract: ``feature(images, *, options) -> ndarray of shape (n_images, n_features)``,
where images is uint8 of shape (n_images, height, width, channels). Row ``i`` depends on
image ``i`` alone, so a fold never sees another fold's pixels.
"""
