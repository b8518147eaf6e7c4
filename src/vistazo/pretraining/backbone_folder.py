"""A pretrained backbone as a folder: what it is, its numbers, their checksum."""

import json
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vistazo import catalog
from vistazo.architectures import Backbone
from vistazo.errors import DataError, warn
from vistazo.i18n import N_
from vistazo.pretrained._weight_files import file_sha256, read_tensors
from vistazo.reasons import reason_of

SCHEMA: Final = "vistazo.backbone/1"
MANIFEST = "manifest.json"
WEIGHTS = "weights.safetensors"

_Side = Annotated[int, Field(ge=1, le=65_535)]


class BackboneManifest(BaseModel):
    """Everything about a backbone but its numbers.

    Parameters
    ----------
    schema_id : str
    architecture : str
        A name of ``vistazo list architectures``.
    image_shape : tuple of int
        (height, width, channels) of the images it was pretrained on.
    task : dict
        ``name`` and parameters of the pretext task.
    seed : int
    data : dict
        ``name``, ``fingerprint`` and ``n_images`` of what it was trained on.
    alarms : tuple of str
        What said that it does not tell images apart.
    sha256 : str
        Of the file of the weights.
    versions : dict
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True)

    schema_id: Literal["vistazo.backbone/1"] = Field(SCHEMA, alias="schema")
    architecture: str
    image_shape: tuple[_Side, _Side, Literal[1, 3]]
    task: dict[str, bool | int | float | str | None]
    seed: int
    data: dict[str, str | int]
    alarms: tuple[str, ...]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    versions: dict[str, str]

    def to_json(self) -> bytes:
        """Return it as the content of ``manifest.json``."""
        content = self.model_dump(mode="json", by_alias=True)
        return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def read_manifest(folder: Path) -> BackboneManifest:
    """Return what a folder says of the backbone in it.

    Raises
    ------
    DataError
        ``E-BACKBONE`` for what is no backbone folder.
    """
    try:
        content = (folder / MANIFEST).read_bytes()
        return BackboneManifest.model_validate_json(content)
    except OSError as error:
        raise _unusable(folder, reason_of(error)) from error
    except ValidationError as error:
        first: Any = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise _unusable(folder, f"{MANIFEST}: {where}: {first['msg']}") from error


def load_backbone(folder: Path) -> tuple[Backbone, BackboneManifest]:
    """Return the backbone of a folder, in evaluation mode on the processor.

    Raises
    ------
    DataError
        ``E-BACKBONE``; ``E-WEIGHTS-FILE``, ``E-WEIGHTS-CHANGED`` for numbers that are not those
        the manifest is about.
    UsageError
        ``E-NAME`` for an architecture that this version does not have.
    """
    manifest = read_manifest(folder)
    path = folder / WEIGHTS
    file_sha256(path)
    tensors = read_tensors(path, manifest.sha256)
    kind = catalog.load("architectures", manifest.architecture)
    with torch.device("meta"):
        backbone: Backbone = kind(manifest.image_shape)
    try:
        backbone.load_state_dict(tensors, strict=True, assign=True)
    except RuntimeError as error:
        raise _unusable(folder, str(error).partition("\n")[0]) from error
    if manifest.alarms:
        warn(
            N_(
                "The backbone in {folder} hardly tells different images apart ({alarms}): see"
                " the run that made it."
            ),
            folder=folder,
            alarms=", ".join(manifest.alarms),
        )
    return backbone.eval(), manifest


def _unusable(folder: Path, reason: str) -> DataError:
    return DataError(
        "E-BACKBONE",
        N_("{folder} holds no backbone that can be used: {reason}."),
        N_("Give the folder 'backbone' of a run of 'vistazo pretrain', or make it again."),
        folder=folder,
        reason=reason.rstrip("."),
    )
