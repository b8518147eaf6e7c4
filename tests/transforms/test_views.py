"""Views for averaging predictions."""

import numpy as np
import pytest
import torch

from tests.transforms._oracles import batch
from vistazo.errors import UsageError
from vistazo.transforms.views import VIEWS, views


@pytest.mark.parametrize(("channels", "height", "width"), [(1, 8, 8), (3, 5, 9), (3, 1, 1)])
def test_views_are_mirrored_and_shifted(channels, height, width):
    """Views are the image, its mirror image, and both cut from the image padded by its edge."""
    images = batch(4, channels, height, width)
    mirrored = images.flip(3)
    expected = [images, mirrored]
    for corner in (2, 0):
        for image in (images, mirrored):
            padded = np.pad(image.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)), "edge")
            cut = padded[:, :, corner : corner + height, corner : corner + width]
            expected.append(torch.from_numpy(cut))
    for kind, count in zip(VIEWS, (1, 2, 6), strict=True):
        found = list(views(images, kind))
        assert len(found) == count
        for view, right in zip(found, expected, strict=False):
            assert torch.equal(view, right)
            assert view.is_contiguous(memory_format=torch.channels_last)


def test_bytes_stay_bytes():
    """Views of uint8 images are uint8."""
    images = (batch(2) * 255).to(torch.uint8)
    assert {view.dtype for view in views(images, "flip-shift")} == {torch.uint8}


def test_an_unknown_kind_is_refused():
    """A kind that does not exist is E-VALUE."""
    with pytest.raises(UsageError) as caught:
        list(views(batch(1), "five"))
    assert caught.value.code == "E-VALUE"
