"""Copies of images as they come about: saved again, resized, brightened, turned, mirrored."""

import io

import numpy as np
from PIL import Image


def _picture(pixels):
    return Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels)


def jpeg(pixels, quality):
    buffer = io.BytesIO()
    _picture(pixels).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer)).reshape(pixels.shape)


def turned(pixels, degrees):
    image = _picture(pixels).rotate(degrees, Image.Resampling.BILINEAR)
    return np.asarray(image).reshape(pixels.shape)


def resized(pixels, scale):
    """As if the file had other sides and got the common size while reading."""
    image, (height, width, _) = _picture(pixels), pixels.shape
    other = image.resize((round(width * scale), round(height * scale)), Image.Resampling.BICUBIC)
    back = other.resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(back).reshape(pixels.shape)


def brighter(pixels):
    return np.clip(pixels * 1.1 + 8.0, 0, 255).astype(np.uint8)


KINDS = {
    "jpeg-60": lambda pixels: jpeg(pixels, 60),
    "jpeg-95": lambda pixels: jpeg(pixels, 95),
    "larger": lambda pixels: resized(pixels, 1.5),
    "brighter": brighter,
    "quarter": lambda pixels: np.rot90(pixels),
    "half": lambda pixels: np.rot90(pixels, 2),
    "three-quarters": lambda pixels: np.rot90(pixels, 3),
    "mirrored": lambda pixels: pixels[:, ::-1],
    "upside-down": lambda pixels: pixels[::-1],
    "turned-10": lambda pixels: turned(pixels, 10),
    "turned-7-and-jpeg": lambda pixels: jpeg(turned(pixels, -7), 80),
    "mirrored-and-turned": lambda pixels: turned(pixels[:, ::-1], 5),
}
