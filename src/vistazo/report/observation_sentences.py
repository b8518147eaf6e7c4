"""What can be said against a way of using a pretrained network, in sentences."""

from vistazo.i18n import N_, _, percent
from vistazo.report.notation import fixed
from vistazo.transfer.observation import Observation

GRAVE = ("random-weights", "scale", "channels", "feature-map")
"""Codes of what is wrong whatever the images; the others are choices that may cost something."""

_WHAT = {
    "random-weights": N_(
        "The network is frozen, and its weights equal their random initialisation: nothing that "
        "was learned elsewhere is used, and the gain over an untrained network is 0."
    ),
    "scale": N_(
        "Input scale: the network gets values from {low} to {high}, where its weights expect "
        "{declared_low} to {declared_high}."
    ),
    "feature-map": N_(
        "Feature map: of images of {side} pixels a side, the last map keeps a single position "
        "(1×1), which depends on {receptive_field} pixels and therefore sees padding for the most "
        "part; the weights were made for {published} pixels."
    ),
    "input-side": N_(
        "Input side: the network gets images of {side} pixels a side, which leave {height}×{width} "
        "positions of its last map; {fitting} pixels would be usual here."
    ),
    "receptive-field": N_(
        "Receptive field: a position of the last map depends on {receptive_field} pixels, less "
        "than half of the {side} pixels of a side; no position sees the whole."
    ),
    "pooling": N_(
        "Pooling: each of the {height}×{width} positions of the last map has features of its own, "
        "{features} in all, so that the classifier has to learn the same thing for every position."
    ),
    "pooling-of-one": N_(
        "Pooling: the last map is flattened, not averaged. With a single position that is the "
        "same; of a larger map, each position would have features of its own."
    ),
    "channels": N_(
        "Channels: the network gets them in the order {used}, where its weights expect {declared}."
    ),
    "interpolation": N_(
        "Interpolation: images are resized in another way ({used}) than those that the weights "
        "were made on ({declared})."
    ),
    "preprocessing": N_(
        "Preprocessing: the images are changed before the network sees them ({recipe}), which "
        "those that its weights were made on were not."
    ),
    "depth-frozen": N_(
        "Depth: of the network's {layers} layers, the last {trained} are trained, whatever the "
        "images are; the default decides that by their number and by how alike they are to those "
        "that the weights were made on."
    ),
    "norm-mode": N_(
        "Normalisation: the means and variances of the trained layers are taken from each batch, "
        "in place of those of the training elsewhere. In small batches they are noise."
    ),
    "dead-units": N_(
        "Of the features, {share} are the same number for all of {n_images} images: the network "
        "does not see there what it has learned to see."
    ),
    "effective-rank": N_(
        "The features of {n_images} images spread over {rank} directions only, fewer than the "
        "{n_classes} classes that a linear classifier shall tell apart."
    ),
}
_ADVICE = {
    "random-weights": N_("Take the published weights."),
    "scale": N_("Scale the images as the weights declare."),
    "feature-map": N_("Enlarge the images to {fitting} pixels."),
    "input-side": N_("Enlarge the images to {fitting} pixels."),
    "receptive-field": N_("Shrink the images to {fitting} pixels."),
    "pooling": N_("Take the mean of the map."),
    "pooling-of-one": N_("Take the mean of the map."),
    "channels": N_("Put the channels into the order {declared}."),
    "interpolation": N_("Resize by {declared} interpolation."),
    "depth-frozen": N_("Leave it to the number and the kind of the images."),
    "norm-mode": N_("Keep the means and variances of the weights."),
    "preprocessing": N_("Give the images to the network as they are."),
}


def what(observation: Observation) -> str:
    """Return the sentence of an observation, in the language in force."""
    text = _WHAT.get(observation.code, observation.code)
    return _(text, **_values(observation))


def advice(observation: Observation) -> str:
    """Return what to do about it; empty where nothing is to be done by itself."""
    return _(_ADVICE.get(observation.code, ""), **_values(observation))


def _values(observation: Observation) -> dict[str, object]:
    return {name: _written(name, value) for name, value in observation.measured.items()}


def _written(name: str, value: float | str) -> str:
    if isinstance(value, str):
        return value
    if name == "share":
        return percent(value)
    return fixed(value, 0 if value == round(value) else 2)
