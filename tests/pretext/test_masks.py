"""What is hidden: how much of it, together with what, and another part in every image."""

import pytest
import torch

from vistazo.pretext._masks import MASKS, hidden

SHAPE = torch.Size((200, 3, 28, 20))


def drawn(kind, fraction=0.3, side=5, seed=0, shape=SHAPE):
    return hidden(kind, shape, fraction, side, torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", MASKS)
@pytest.mark.parametrize("fraction", [0.1, 0.3, 0.8])
def test_the_share_is_as_asked_for(kind, fraction):
    """On average; and no two images have the same part hidden."""
    mask = drawn(kind, fraction)
    assert mask.shape == SHAPE
    assert mask.float().mean().item() == pytest.approx(fraction, abs=0.03)
    assert len({tuple(one.flatten().tolist()) for one in mask}) == len(mask)


def test_values_are_hidden_channel_by_channel():
    """A pixel may keep its green; with the other two kinds it is hidden or seen as a whole."""
    assert not torch.equal(drawn("values")[:, 0], drawn("values")[:, 1])
    for kind in ("pixels", "blocks"):
        mask = drawn(kind)
        assert torch.equal(mask[:, :1].expand(SHAPE), mask)


def test_blocks_are_squares_of_a_grid_that_lies_differently():
    """Away from the border every hidden pixel is in a square of its size; grids are shifted."""
    side = 5
    mask = drawn("blocks", side=side)[:, 0]
    full = mask.unfold(1, side, 1).unfold(2, side, 1).all(-1).all(-1)
    covered = torch.zeros_like(mask)
    for image, row, column in full.nonzero():
        covered[image, row : row + side, column : column + side] = True
    inner = slice(side, -side)
    assert torch.equal(covered[:, inner, inner], mask[:, inner, inner])
    edges = {int(one.int().diff(dim=0).ne(0).any(1).nonzero()[0]) % side for one in mask}
    assert len(edges) == side


@pytest.mark.parametrize("kind", MASKS)
def test_the_generator_decides(kind):
    """The same one draws the same."""
    assert torch.equal(drawn(kind, seed=4), drawn(kind, seed=4))
    assert not torch.equal(drawn(kind, seed=4), drawn(kind, seed=5))
