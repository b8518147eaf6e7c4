"""Augmentation on batches: chance first, effect second.

The contract: ``sample(n_images, image_shape, generator)`` draws parameters, and
``apply(images, parameters)`` uses them without any chance, so that what was done can be
done again.

Laws
----
- Images are float32 of shape (n_images, channels, height, width) in [0, 1], in channels-last
  memory; what comes back has the same shape and layout. What goes in is never written to.
- Applying is repeatable, and parameters of some rows applied to these rows give the bytes
  that all parameters give there (mixing aside, which needs the whole batch).
- Sampling advances the generator by one draw, whatever the strengths, so that changing one
  changes nothing else that is drawn from it.
- Strength 0 returns the very numbers that went in.
"""
