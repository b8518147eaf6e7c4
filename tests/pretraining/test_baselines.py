"""What can be filled in without learning."""

import numpy as np
import pytest
import torch

from vistazo.data import named
from vistazo.pretext._reconstruction import Corrupted
from vistazo.pretext.denoising import Denoising
from vistazo.pretext.inpainting import Inpainting
from vistazo.pretraining.baselines import BASELINES, hidden_errors, is_nearly_denoising


def filled(name, images, hidden):
    corrupted = Corrupted(images.masked_fill(hidden, 0.0), hidden)
    return BASELINES[name](corrupted, ~hidden)


@pytest.mark.parametrize("name", ["mean", "blur", "median"])
def test_an_even_image_is_filled_in_without_error(name):
    """Channel by channel, at the border, too; what is seen stays to the last bit."""
    images = torch.tensor([0.2, 0.5, 0.9])[None, :, None, None].expand(2, 3, 12, 12)
    hidden = torch.rand(2, 3, 12, 12, generator=torch.Generator().manual_seed(0)) < 0.4
    whole = filled(name, images, hidden)
    torch.testing.assert_close(whole, images)
    assert torch.equal(whole[~hidden], images[~hidden])


def test_medians_are_those_of_the_neighbours_that_are_seen():
    """Against NumPy, pixel by pixel."""
    images = torch.rand(1, 1, 9, 9, generator=torch.Generator().manual_seed(0)).double()
    hidden = torch.rand(1, 1, 9, 9, generator=torch.Generator().manual_seed(1)) < 0.3
    whole = filled("median", images, hidden)[0, 0].numpy()
    seen = np.where(hidden[0, 0].numpy(), np.nan, images[0, 0].numpy())
    for row, column in np.argwhere(hidden[0, 0].numpy()):
        window = seen[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        values = np.sort(window[~np.isnan(window)])
        # torch takes the lower one of two in the middle
        assert whole[row, column] == values[(len(values) - 1) // 2]


def test_where_nothing_is_seen_it_is_the_mean_of_the_image():
    """In the middle of a large hole."""
    images = torch.rand(1, 1, 20, 20, generator=torch.Generator().manual_seed(0))
    hidden = torch.zeros(1, 1, 20, 20, dtype=torch.bool)
    hidden[..., 4:16, 4:16] = True
    for name in ("blur", "median"):
        whole = filled(name, images, hidden)
        assert whole[0, 0, 10, 10].item() == pytest.approx(images[~hidden].mean().item())


class _Nothing(torch.nn.Module):
    def forward(self, images):
        return torch.zeros_like(images)


def test_the_mask_of_the_course_is_nearly_denoising_and_blocks_are_not():
    """A median of the neighbours fills in scattered values, on photographs of clothes."""
    pixels = named.load("fashion-mnist-10k").images.pixels[:200]
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    errors = {
        mask: hidden_errors(Inpainting(mask=mask), _Nothing(), images)
        for mask in ("values", "blocks")
    }
    assert is_nearly_denoising(errors["values"])
    assert not is_nearly_denoising(errors["blocks"])
    for found in errors.values():
        assert found["network"] == pytest.approx(found["copy"])


def test_under_noise_everything_is_seen():
    """What is given is itself a baseline, and a blur improves on it where there is much noise."""
    pixels = np.full((64, 24, 24, 1), 120, np.uint8)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    errors = hidden_errors(Denoising(noise=0.3), _Nothing(), images)
    assert errors["blur"] < errors["copy"] / 3
    assert errors["mean"] < errors["blur"]
