"""Published weights into a backbone: every tensor has its place, or an error says which has not."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from vistazo.architectures import Backbone
from vistazo.errors import DataError
from vistazo.i18n import N_, _

_SHOWN = 10
"""Names of tensors that an error gives."""


def load_published(
    backbone: Backbone, state: Mapping[str, Tensor], *, heads: Sequence[str] | None = None
) -> list[str]:
    """Give a backbone the weights of a published state dict.

    Parameters
    ----------
    backbone : Backbone
        Left as it is where an error is raised.
    state : mapping of str to Tensor
        With the names of the published file. The counters of batches that old files lack
        (``num_batches_tracked``) stay at zero: nothing here reads them.
    heads : sequence of str, optional
        Names of the head and of auxiliary heads in the file; by default those that the
        network's class declares.

    Returns
    -------
    list of str
        Names of the tensors left out: those of the heads.

    Raises
    ------
    DataError
        ``E-WEIGHTS-NAMES`` for tensors that are missing, unknown or of another shape.
    """
    if heads is None:
        heads = [h for h in (backbone.published_head, *backbone.published_auxiliary) if h]
    prefixes = tuple(f"{head}." for head in heads)
    left_out = [name for name in state if name.startswith(prefixes)]
    given = {name: tensor for name, tensor in state.items() if not name.startswith(prefixes)}
    own = backbone.published.state_dict()
    needed = [name for name in own if not name.endswith(".num_batches_tracked")]
    missing = [name for name in needed if name not in given]
    unknown = sorted(name for name in given if name not in own)  # files have no order
    shapes = [n for n, tensor in given.items() if n in own and tensor.shape != own[n].shape]
    if missing or unknown or shapes:
        fitting = len(needed) - len(missing) - sum(name in needed for name in shapes)
        raise _unmatched(fitting, len(needed), missing, unknown, shapes)
    backbone.published.load_state_dict(given, strict=False)
    return left_out


def _unmatched(fitting: int, needed: int, *kinds: list[str]) -> DataError:
    each = _SHOWN // sum(bool(names) for names in kinds)
    shown = [", ".join(names[:each]) + (", …" if len(names) > each else "") for names in kinds]
    texts = (
        _("missing: {names}", names=shown[0]),
        _("unknown: {names}", names=shown[1]),
        _("another shape: {names}", names=shown[2]),
    )
    parts = [text for text, names in zip(texts, kinds, strict=True) if names]
    return DataError(
        "E-WEIGHTS-NAMES",
        N_(
            "The weights have {fitting} of the {needed} tensors that the network needs. What does"
            " not match ({count}): {list}."
        ),
        N_(
            "Nothing was loaded. Name the network that the weights are for; one of Vistazo's own"
            ' takes them with stem="published" and as many channels as they were trained on.'
        ),
        fitting=fitting,
        needed=needed,
        count=sum(map(len, kinds)),
        list="; ".join(parts),
    )
