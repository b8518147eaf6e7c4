"""What can be said against a way of using a frozen network before anything is computed."""

from collections.abc import Iterator

from vistazo.transfer.departures import scale_error, value_range
from vistazo.transfer.freezing import n_frozen
from vistazo.transfer.frozen import Frozen, fitting_side
from vistazo.transfer.geometry import Geometry, geometry
from vistazo.transfer.networks import n_parts
from vistazo.transfer.observation import Observation
from vistazo.transfer.weights_by_name import RANDOM

_SCALE_ERROR = 0.05
"""Of the declared range: what is nearer is the same scale, written in other numbers."""
_SEEN = 2
"""Times its receptive field that an image may be large."""


def static_observations(
    frozen: Frozen, image_shape: tuple[int, int, int], recipe: str = "none"
) -> list[Observation]:
    """Return where a use of a network departs from what its weights were made for.

    Parameters
    ----------
    frozen : Frozen
    image_shape : tuple of int
        (height, width, channels) of the images, after ``recipe``.
    recipe : str
        What else is done to the images before, in a line.

    Returns
    -------
    list of Observation
        Empty for a use that nothing can be said against.
    """
    return [
        *_weights(frozen),
        *_scale(frozen),
        *_size(frozen, image_shape),
        *_pooling(frozen),
        *_channels(frozen, image_shape),
        *_interpolation(frozen),
        *_recipe(recipe),
    ]


def training_observations(freeze: str, batch_norm: str, weights: str) -> list[Observation]:
    """Return where fine-tuning departs from what is usual here.

    Parameters
    ----------
    freeze : str
        As of :func:`~vistazo.transfer.freezing.n_frozen`.
    batch_norm : {"frozen", "trained"}
    weights : str
        Their name.
    """
    found = []
    if freeze != "auto":
        layers = n_parts(weights)
        measured: dict[str, float | str] = {
            "trained": layers - n_frozen(freeze, layers),
            "layers": layers,
        }
        found.append(Observation("depth-frozen", "freeze", "auto", measured))
    if batch_norm == "trained":
        found.append(Observation("norm-mode", "batch_norm", "frozen"))
    return found


def _weights(frozen: Frozen) -> Iterator[Observation]:
    if frozen.name.startswith(RANDOM):
        published = frozen.name.removeprefix(RANDOM)
        yield Observation("random-weights", "weights", published, {"weights": frozen.name})


def _scale(frozen: Frozen) -> Iterator[Observation]:
    declared, used = frozen.weights.preprocessing, frozen.preprocessing
    error = scale_error(declared, used)
    if error > _SCALE_ERROR:
        names = ("declared_low", "declared_high", "low", "high")
        limits = (*value_range(declared), *value_range(used))
        measured = {"error": error, **dict(zip(names, limits, strict=True))}
        yield Observation("scale", "input_scale", "declared", measured)


def _size(frozen: Frozen, image_shape: tuple[int, int, int]) -> Iterator[Observation]:
    fitting = fitting_side(frozen.name, image_shape)
    found = _geometry(frozen)
    if found is None:
        return
    height, width = found.positions
    measured: dict[str, float | str] = {
        "side": frozen.side,
        "fitting": fitting,
        "height": height,
        "width": width,
        "receptive_field": found.receptive_field,
        "published": frozen.weights.preprocessing.side,
    }
    code = ""
    if height * width == 1:
        code = "feature-map"
    elif frozen.side < fitting:
        code = "input-side"
    elif frozen.side > _SEEN * found.receptive_field:
        code = "receptive-field"
    if code:
        yield Observation(code, "input_side", "auto", measured)


def _pooling(frozen: Frozen) -> Iterator[Observation]:
    if frozen.pooling == "flatten" and (found := _geometry(frozen)):
        height, width = found.positions
        features = found.channels * height * width
        measured = {"height": height, "width": width, "features": features}
        code = "pooling" if height * width > 1 else "pooling-of-one"
        yield Observation(code, "pooling", "mean", measured)


def _channels(frozen: Frozen, image_shape: tuple[int, int, int]) -> Iterator[Observation]:
    declared, used = frozen.weights.preprocessing.channels, frozen.preprocessing.channels
    if used != declared and image_shape[2] > 1:  # gray in any order is gray
        measured = {"declared": declared, "used": used}
        yield Observation("channels", "channels", "declared", measured)


def _interpolation(frozen: Frozen) -> Iterator[Observation]:
    declared, used = frozen.weights.preprocessing.interpolation, frozen.preprocessing.interpolation
    if used != declared:
        measured = {"declared": declared, "used": used}
        yield Observation("interpolation", "interpolation", "declared", measured)


def _recipe(recipe: str) -> Iterator[Observation]:
    if recipe != "none":
        yield Observation("preprocessing", "preprocessing", "none", {"recipe": recipe})


def _geometry(frozen: Frozen) -> Geometry | None:
    return geometry(frozen.weights.architecture, frozen.side)
