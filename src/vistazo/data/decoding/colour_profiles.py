"""Colours of a camera or a screen as those of every screen: embedded profiles to sRGB."""

import functools
import io

import numpy as np
from PIL import Image, ImageCms, features

from vistazo.i18n import N_

_LARGEST = 4 * 2**20
"""Bytes. Profiles of photos have some kilobytes, those of printers up to two megabytes."""
_UNSEEN = 3
"""Levels of 255: a profile that changes no colour by more is sRGB by another name."""


def as_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, str | None]:
    """Convert the colours of a picture by its ICC profile.

    Parameters
    ----------
    image : Image
        Of mode RGB or RGBA; opacity stays as it is.
    profile : bytes or None

    Returns
    -------
    Image
        In sRGB; the same one where it has no profile, or one that is sRGB.
    str or None
        What a person should know, marked for translation.

    Notes
    -----
    Done by LittleCMS through Pillow's ``ImageCms``, with the perceptual intent.
    """
    if not profile:
        return image, None
    if not features.check("littlecms2"):
        return image, N_("A colour profile was ignored: this Pillow cannot convert colours.")
    if len(profile) > _LARGEST:
        return image, N_("A damaged colour profile was ignored.")
    try:
        transform = _transform(profile, image.mode)
    except _NotForColours:
        return image, N_("A colour profile that is not one of RGB colours was ignored.")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image, N_("A damaged colour profile was ignored.")
    if transform is None:
        return image, None
    converted = transform.apply(image)
    return converted, N_("Colours were converted from the colour profile of the file to sRGB.")


class _NotForColours(Exception):  # noqa: N818 - an answer, not an error
    """A profile of gray or of inks."""


@functools.lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if source.profile.xcolor_space.strip() != "RGB":
        raise _NotForColours
    target = ImageCms.createProfile("sRGB")
    probe = _probe()
    seen = ImageCms.buildTransform(source, target, "RGB", "RGB").apply(probe)
    change = np.abs(np.asarray(seen).astype(int) - np.asarray(probe)).max()
    return None if change <= _UNSEEN else ImageCms.buildTransform(source, target, mode, mode)


def _probe() -> Image.Image:
    levels = np.linspace(0, 255, 6).astype(np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels), axis=-1)  # (6, 6, 6, 3)
    return Image.fromarray(colours.reshape(1, -1, 3))
