"""``manifest.json``: everything about a model but its numbers."""

import json
import re
from typing import Annotated, Any, Final, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeInt,
    PositiveInt,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import from_json

from vistazo.data.policy import DecodePolicy
from vistazo.errors import DataError
from vistazo.evaluation.parameters import describe
from vistazo.files import sha256
from vistazo.i18n import N_
from vistazo.persistence.members import MANIFEST, damaged
from vistazo.persistence.weights import not_finite

SCHEMA: Final = "vistazo.model/1"
N_PROBES = 4

_Scalar = None | bool | int | float | str
_Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Side = Annotated[int, Field(ge=1, le=65_535)]


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, populate_by_name=True
    )


class Member(_Strict):
    """A file of the folder."""

    size: NonNegativeInt
    sha256: _Digest


class Origin(_Strict):
    """The data a model was fitted on."""

    name: str
    fingerprint: str
    n_images: PositiveInt


class ProbeAnswers(_Strict):
    """What the model answers on the probe images, in their order."""

    labels: tuple[str, ...]
    probabilities: tuple[tuple[float, ...], ...] | None


class Description(_Strict):
    """What it takes, besides its state, to build the fitted method again.

    Parameters
    ----------
    method : str
        A name of ``vistazo list methods``, without a variant.
    parameters : dict
        Of the constructor; a nested object is the dict of its own parameters.
    classes : tuple of str
        In the order of ``classes_``.
    class_kind : {"str", "int"}
        What the labels are in ``classes_``.
    image_shape : tuple of int
        (height, width, channels).
    preprocessing : dict
        Of the :class:`~vistazo.data.policy.DecodePolicy`.
    facts : dict
        Of the :class:`~vistazo.methods.State`.
    """

    method: str
    parameters: dict[str, _Scalar | list[_Scalar] | dict[str, _Scalar]]
    classes: Annotated[tuple[str, ...], Field(min_length=2)]
    class_kind: Literal["str", "int"]
    image_shape: tuple[_Side, _Side, Literal[1, 3]]
    preprocessing: dict[str, Any]
    facts: dict[str, Any]

    @property
    def labels(self) -> NDArray[Any]:
        """``classes_`` of the method, shape (n_classes,)."""
        return np.array(self.classes, np.int64 if self.class_kind == "int" else np.str_)

    @property
    def policy(self) -> DecodePolicy:
        """How files become images for the model."""
        return TypeAdapter(DecodePolicy).validate_python(self.preprocessing)

    @model_validator(mode="after")
    def _check_classes(self) -> Self:
        try:
            labels = self.labels
        except OverflowError as error:
            raise ValueError("a class is too large a number") from error
        if tuple(map(str, labels.tolist())) != self.classes:
            raise ValueError(f"classes are not of the kind {self.class_kind}")
        if not np.array_equal(np.unique(labels), labels):
            raise ValueError("classes are not sorted, or one is there twice")
        return self

    @model_validator(mode="after")
    def _check_preprocessing(self) -> Self:
        try:
            policy = self.policy
        except ValidationError as error:
            raise ValueError(f"preprocessing.{_first(error)}") from error
        # a value left out would silently become a default, one not known would have no effect
        if describe(policy.to_dict()) != self.preprocessing:
            raise ValueError("preprocessing is not complete")
        if (policy.size, policy.channels) != (self.image_shape[:2], self.image_shape[2]):
            raise ValueError("preprocessing gives other images than image_shape")
        return self


class Manifest(Description):
    """The whole of ``manifest.json``."""

    schema_id: Literal["vistazo.model/1"] = Field(alias="schema")
    members: dict[str, Member]
    versions: dict[str, str]
    created_from: Origin | None
    probe: ProbeAnswers

    @model_validator(mode="after")
    def _check_probe(self) -> Self:
        rows = self.probe.probabilities
        if len(self.probe.labels) != N_PROBES or not (rows is None or len(rows) == N_PROBES):
            raise ValueError(f"probe does not hold {N_PROBES} answers")
        if rows is not None and any(len(row) != len(self.classes) for row in rows):
            raise ValueError("probe does not hold one probability per class")
        return self

    def to_json(self) -> bytes:
        """Return the content of the file; ``E-MODEL-NAN`` where a fact is no finite number."""
        # the schema comes first, where a person looks for it
        values = {"schema": SCHEMA} | self.model_dump(by_alias=True)
        try:
            text = json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False)
        except ValueError:
            raise not_finite("facts") from None
        return (text + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Read the content of the file.

        Raises
        ------
        DataError
            ``E-MODEL-SCHEMA`` for the file of a newer version, ``E-MODEL-MANIFEST`` for what
            is no manifest.
        """
        _check_schema(content)
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            raise invalid(_first(error)) from error

    def check_members(self, members: dict[str, bytes]) -> None:
        """Raise ``E-MODEL-HASH`` unless the manifest and the folder list the same files."""
        described = describe_members(members)
        for name in sorted({*described, *self.members}):
            if described.get(name) != self.members.get(name):
                raise damaged(name, MANIFEST)


def describe_members(members: dict[str, bytes]) -> dict[str, Member]:
    """Return size and checksum of every member but the manifest."""
    return {
        name: Member(size=len(content), sha256=sha256(content))
        for name, content in sorted(members.items())
        if name != MANIFEST
    }


def invalid(reason: str) -> DataError:
    """Return the error for a manifest that cannot be used."""
    return DataError(
        "E-MODEL-MANIFEST",
        N_("'manifest.json' cannot be used: {reason}."),
        N_("Copy the model folder again from its source, or train the model again."),
        reason=reason,
    )


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return ": ".join(filter(None, (".".join(map(str, first["loc"])), first["msg"])))


def _check_schema(content: bytes) -> None:
    try:
        values = from_json(content, allow_inf_nan=False)
    except ValueError as error:
        raise invalid(str(error)) from error
    schema = values.get("schema") if isinstance(values, dict) else None
    match = re.fullmatch(r"vistazo\.model/([1-9][0-9]{0,5})", str(schema), re.ASCII)
    if match and int(match[1]) > int(SCHEMA.rpartition("/")[2]):
        raise DataError(
            "E-MODEL-SCHEMA",
            N_(
                "The model was saved by a newer Vistazo: its form is {seen}, but this version reads"
                " {known}."
            ),
            N_("Update Vistazo: pip install --upgrade vistazo."),
            seen=schema,
            known=SCHEMA,
        )
