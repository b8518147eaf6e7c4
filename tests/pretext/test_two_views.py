"""Views of an image, and what is asked of them: against sums written out."""

import numpy as np
import pytest
import torch

from vistazo.pretext.rotation import Rotation
from vistazo.pretext.simclr import SimCLR
from vistazo.pretext.vicreg import VICReg


def said(seed, n_images=6, width=5):
    return torch.randn(n_images, width, generator=torch.Generator().manual_seed(seed))


def test_nt_xent_is_the_sum_of_the_paper():
    """Equation 1 over all 2n views, in loops."""
    one, other, temperature = said(1), said(2), 0.3
    views = torch.cat([one, other]).double().numpy()
    views /= np.linalg.norm(views, axis=1, keepdims=True)
    n_images, losses, right = len(one), [], []
    for i in range(2 * n_images):
        alike = {k: views[i] @ views[k] / temperature for k in range(2 * n_images) if k != i}
        partner = (i + n_images) % (2 * n_images)
        losses.append(np.log(sum(np.exp(list(alike.values())))) - alike[partner])
        right.append(max(alike, key=alike.get) == partner)
    found = SimCLR(temperature=temperature).compare(one, other)
    assert found["loss"].item() == pytest.approx(np.mean(losses), rel=1e-5)
    assert found["accuracy"].item() == pytest.approx(np.mean(right))


def test_vicreg_is_the_sum_of_the_paper():
    """Equations 1 to 6, with NumPy's variance and covariance."""
    one, other = said(1) * 0.4, said(2) * 0.7
    a, b = one.double().numpy(), other.double().numpy()

    def off_diagonal(matrix):
        return (matrix**2).sum() - (np.diag(matrix) ** 2).sum()

    invariance = ((a - b) ** 2).mean()
    variance = sum(np.maximum(0, 1 - np.sqrt(v.var(0, ddof=1) + 1e-4)).mean() for v in (a, b)) / 2
    covariance = sum(off_diagonal(np.cov(v.T)) / v.shape[1] for v in (a, b))
    found = VICReg(invariance=2, variance=3, covariance=5).compare(one, other)
    expected = 2 * invariance + 3 * variance + 5 * covariance
    assert found["loss"].item() == pytest.approx(expected, rel=1e-5)


def test_cosines_of_same_and_other_images_are_told():
    """A network that says where an image is bright: its views agree, those of others do not."""

    class Where(torch.nn.Module):
        def forward(self, images):
            return images.mean((1, 2))[:, ::4] - images.mean((1, 2)).mean(1, keepdim=True)

    images = torch.zeros(8, 1, 16, 32)
    for number in range(8):
        images[number, :, :, 4 * number : 4 * number + 4] = 1
    task = SimCLR(views="none", colour=0.0)
    measured = task.measure(Where(), images, torch.Generator().manual_seed(0))
    assert measured["same_image"].item() == pytest.approx(1.0, abs=1e-6)
    assert measured["other_images"].item() == pytest.approx(-1 / 7, abs=1e-6)


def test_views_differ_and_some_of_colour_lose_it():
    """Two draws of an image are two images; about a fifth are gray; gray stays gray."""
    colour = torch.rand(400, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    task = SimCLR(views="none")
    drawn = task.draw(colour, torch.Generator().manual_seed(1))
    spread = (drawn.amax(1) - drawn.amin(1)).amax((1, 2))
    assert (spread < 1e-5).float().mean().item() == pytest.approx(0.2, abs=0.06)
    assert torch.equal(task.draw(colour[:, :1], torch.Generator()), colour[:, :1])
    views = SimCLR()
    one = views.draw(colour, torch.Generator().manual_seed(1))
    other = views.draw(colour, torch.Generator().manual_seed(2))
    assert all(not torch.equal(a, b) for a, b in zip(one, other, strict=True))


def test_angles_are_told_from_the_square_in_the_middle():
    """A network that looks for the bright side is always right."""

    class Bright(torch.nn.Module):
        def forward(self, images):
            assert images.shape[2:] == (16, 16)
            top, bottom = images[:, 0, :4].mean((1, 2)), images[:, 0, -4:].mean((1, 2))
            left, right = images[:, 0, :, :4].mean((1, 2)), images[:, 0, :, -4:].mean((1, 2))
            return 50 * torch.stack([top, left, bottom, right], 1)

    images = torch.zeros(64, 1, 16, 20)
    images[:, :, :4] = 1
    measured = Rotation().measure(Bright(), images, torch.Generator().manual_seed(0))
    assert measured["accuracy"] == 1
    assert measured["loss"] < 1e-3
