"""Dropout drawn many numbers at a time is dropout."""

import pytest
import torch

from vistazo.architectures._map_dropout import MapDropout

ONES = torch.ones(8, 16, 12, 10)


@pytest.mark.parametrize("inplace", [False, True])
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
@pytest.mark.parametrize("rate", [0.2, 0.5, 0.9])
def test_share_and_scale(rate, layout, inplace):
    """The rate is dropped, what is kept is enlarged so that the mean stays."""
    torch.manual_seed(0)
    ones = ONES.clone(memory_format=layout)
    found = MapDropout(rate, inplace=inplace)(ones)
    dropped = (found == 0).float().mean().item()
    assert abs(dropped - rate) < 4 * (rate * (1 - rate) / ones.numel()) ** 0.5 + 1e-4
    assert torch.allclose(found[found > 0], torch.tensor(1 / (1 - rate)), rtol=1e-4)
    assert (found is ones) == inplace
    assert found.is_contiguous(memory_format=layout)


def test_every_place_is_drawn_by_itself():
    """No image, channel, row or column has the mask of its neighbour."""
    torch.manual_seed(1)
    kept = (MapDropout(0.5)(ONES) > 0).float()
    for axis in range(4):
        alike = (kept.narrow(axis, 1, 7) == kept.narrow(axis, 0, 7)).float().mean()
        assert 0.45 < alike < 0.55


def test_the_seed_decides_and_each_call_differs():
    """As with torch's own: the same state of its generator gives the same mask, once."""
    layer = MapDropout(0.5)
    torch.manual_seed(2)
    first, second = layer(ONES), layer(ONES)
    torch.manual_seed(2)
    assert torch.equal(layer(ONES), first)
    assert not torch.equal(first, second)


@pytest.mark.parametrize("inplace", [False, True])
def test_gradients_pass_where_numbers_passed(inplace):
    """The gradient of what is kept is its scale, of what is dropped zero."""
    torch.manual_seed(3)
    given = ONES.clone().requires_grad_()
    found = MapDropout(0.25, inplace=inplace)(given * 1)
    found.sum().backward()
    assert torch.equal(given.grad, found)


def test_nothing_is_dropped_outside_training_or_at_rate_zero():
    """And everything at rate one."""
    assert torch.equal(MapDropout(0.5).eval()(ONES), ONES)
    assert torch.equal(MapDropout(0.0)(ONES), ONES)
    assert not MapDropout(1.0)(ONES).any()
