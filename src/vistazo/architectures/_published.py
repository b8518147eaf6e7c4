"""Published weights into a backbone: every tensor has its place, or an error says which has not."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from vistazo.architectures import Backbone
from vistazo.errors import DataError
from vistazo.i18n import N_

_SHOWN = 5
"""Names of tensors that an error gives."""


def load_published(backbone: Backbone, state: Mapping[str, Tensor]) -> list[str]:
    """Give a backbone the weights of a published state dict.

    Parameters
    ----------
    backbone : Backbone
        Left as it is where an error is raised.
    state : mapping of str to Tensor
        With the names of the published file. The counters of batches that old files lack
        (``num_batches_tracked``) stay at zero: nothing here reads them.

    Returns
    -------
    list of str
        Names of the tensors left out: those of the head and of the auxiliary heads, as the
        network's class declares them.

    Raises
    ------
    DataError
        ``E-WEIGHTS-NAMES`` for tensors that are missing, unknown or of another shape.
    """
    heads = tuple(
        f"{head}." for head in (backbone.published_head, *backbone.published_auxiliary) if head
    )
    left_out = [name for name in state if name.startswith(heads)]
    given = {name: tensor for name, tensor in state.items() if not name.startswith(heads)}
    own = backbone.state_dict()
    _refuse(
        N_("The weights lack tensors that the network has: {names}."),
        [n for n in own if n not in given and not n.endswith(".num_batches_tracked")],
    )
    _refuse(
        N_("The weights have tensors that the network does not know: {names}."),
        [name for name in given if name not in own],
    )
    _refuse(
        N_("These tensors of the weights have another shape than in the network: {names}."),
        [name for name, tensor in given.items() if tensor.shape != own[name].shape],
    )
    backbone.load_state_dict(given, strict=False)
    return left_out


def _refuse(message: str, names: Sequence[str]) -> None:
    if names:
        raise DataError(
            "E-WEIGHTS-NAMES",
            message,
            N_(
                "Nothing was loaded. Published weights need the same network with"
                ' stem="published" and as many channels as they were trained on.'
            ),
            names=", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else ""),
        )
