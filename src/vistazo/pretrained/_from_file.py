"""Weights in a file on this machine: one that a person names, or one that a hub left."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vistazo.errors import SetupError
from vistazo.i18n import N_
from vistazo.pretrained import Preprocessing
from vistazo.pretrained._weight_files import file_sha256, read_tensors

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["FileWeights"]


def _nowhere() -> None:
    return None


@dataclass(frozen=True)
class FileWeights:
    """Weights of a network that has no fixed file.

    Parameters
    ----------
    name, architecture, licence, source, preprocessing
        As of :class:`~vistazo.pretrained.Weights`.
    heads : tuple of str or None
        Layers in the file that only its own classes need; None are those of the architecture.
    given : Path or None
        The file that a person named.
    find : callable
        Returns the file in a hub's cache, or None.
    """

    name: str
    architecture: str
    licence: str
    source: str
    preprocessing: Preprocessing
    heads: tuple[str, ...] | None
    given: Path | None = None
    find: Callable[[], Path | None] = _nowhere

    def path(self) -> Path:
        """Return the file named, or else the one in the hub's cache.

        Raises
        ------
        SetupError
            ``E-WEIGHTS-NONE`` where there is neither.
        """
        found = self.given or self.find()
        if found is None:
            raise SetupError(
                "E-WEIGHTS-NONE",
                N_(
                    "The weights of '{name}' are not on this machine, and random ones are not"
                    " used in their place."
                ),
                N_(
                    "Give their file: --weights FILE (weights_file= in Python). Or allow the"
                    " network, where they come from timm's hub: --download"
                    " (vistazo.download_weights in Python)."
                ),
                name=self.name,
            )
        return found

    @property
    def sha256(self) -> str:
        """Of the file, as it is now."""
        return file_sha256(self.path())

    def state_dict(self) -> "dict[str, Tensor]":
        """Return the tensors of the file.

        Raises
        ------
        SetupError
            ``E-WEIGHTS-NONE``.
        DataError
            As :func:`~vistazo.pretrained._weight_files.read_tensors`.
        """
        return read_tensors(self.path(), self.sha256)
