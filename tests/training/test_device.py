"""Devices by name, and bfloat16 only where it is measured to be faster."""

import pytest
import torch
from torch import nn

from vistazo.errors import SetupError
from vistazo.training import device
from vistazo.training.device import faster_precision, find_device

BATCH = torch.zeros(4, 1, 6, 6, dtype=torch.uint8)


def network():
    return nn.Sequential(nn.Flatten(), nn.Linear(36, 3))


def test_the_processor_is_always_there():
    """``cpu`` is a device everywhere, and ``auto`` is one of those there are."""
    assert find_device("cpu") == torch.device("cpu")
    assert find_device(str(find_device("auto"))) == find_device("auto")


def test_a_device_that_is_not_there_is_refused_with_those_that_are():
    """The error names what can be used."""
    with pytest.raises(SetupError, match=r"cpu.*E-DEVICE"):
        find_device("cuda:99")


def test_without_instructions_nothing_is_built_or_measured(monkeypatch):
    """A processor that would only imitate bfloat16 gets float32 at once."""
    monkeypatch.setattr(device, "_has_bfloat16", lambda where: False)
    assert faster_precision(lambda: pytest.fail("it was built"), BATCH) == "float32"


@pytest.mark.parametrize(
    ("plain", "reduced", "chosen"),
    [(1.0, 0.5, "bfloat16"), (1.0, 0.95, "float32"), (1.0, 1.5, "float32")],
)
def test_bfloat16_must_be_clearly_faster(plain, reduced, chosen, monkeypatch):
    """It is taken where it saves at least a tenth of the time."""
    monkeypatch.setattr(device, "_has_bfloat16", lambda where: True)
    monkeypatch.setattr(
        device, "_seconds", lambda net, images, enabled: reduced if enabled else plain
    )
    assert faster_precision(network, BATCH) == chosen


def test_a_step_is_really_made_in_either_precision():
    """The measurement runs forward and backward and takes some time."""
    net = network()
    assert device._seconds(net, BATCH, enabled=False) > 0
    assert device._seconds(net, BATCH, enabled=True) > 0
    assert net[1].weight.grad is not None


def test_training_in_bfloat16_learns():
    """With ``precision="bfloat16"`` the loss falls and the weights stay float32."""
    from tests.training._small import generator, objective
    from tests.training._small import network as small
    from vistazo.training.loop import train
    from vistazo.training.recipe import TrainingRecipe

    recipe = TrainingRecipe(epochs=15, batch_size=8, learning_rate=1e-2, precision="bfloat16")
    net = small()
    losses = train(net, objective(recipe), recipe, generator()).columns["train_loss"]
    assert losses[-1] < losses[0]
    assert {p.dtype for p in net.parameters()} == {torch.float32}
