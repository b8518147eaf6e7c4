"""What a study file may say, checked before anything runs."""

import difflib
from pathlib import Path
from typing import Any, Literal

import pydantic

from vistazo import catalog
from vistazo.errors import UsageError
from vistazo.i18n import N_
from vistazo.workflows.expectations import expected
from vistazo.yaml_reading import Lines, read_yaml

SCHEMA = "vistazo.study/1"
_FOLDER = Path(__file__).parent


class _Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class Step(_Strict):
    """A verb with its options, under the names of the command line."""

    verb: Literal["compare", "diagnose", "pretrain"] = "compare"
    data: str
    """Empty: whoever runs the study names the images."""
    methods: list[str] = ["hog-svm", "cnn"]
    settings: list[str] = []
    """Where a value is ``@N``, it is the backbone that step N pretrains."""
    task: str = "simclr"
    network: str = "fast-cnn"
    unlabelled: bool = False
    floors: bool = True
    folds: int = pydantic.Field(5, ge=2)
    repeats: int = pydantic.Field(1, ge=1)
    seed: int = pydantic.Field(0, ge=0)
    metric: str = "balanced_accuracy"
    split: Literal["folds", "given", "given-folds"] = "folds"
    limit: int | None = pydantic.Field(None, ge=4)
    size: int | None = pydantic.Field(None, ge=8)
    fit: Literal["pad", "crop", "stretch"] = "pad"
    classes: list[str] | None = None
    max_pixels: int = pydantic.Field(50_000_000, ge=1)
    min_side: int = pydantic.Field(8, ge=1)
    max_aspect: int = pydantic.Field(100, ge=1)
    salvage: bool = False
    label_column: str | None = None
    shape: str | None = None
    duplicates: Literal["group", "ignore"] = "group"
    allow_leak: bool = False
    labels: float = pydantic.Field(1.0, gt=0)
    epochs: int | None = pydantic.Field(None, ge=1)
    time_limit: str | None = None
    positive_class: str | None = None
    threads: int = pydantic.Field(1, ge=1)


class Quick(_Strict):
    """What ``--quick`` changes in every step."""

    limit: int = pydantic.Field(1000, ge=4)
    folds: int = pydantic.Field(3, ge=2)
    epochs: int | None = pydantic.Field(None, ge=1)


class Study(_Strict):
    """A study: a title and its steps; without steps, the defaults on the data of the package."""

    schema_: Literal["vistazo.study/1"] = pydantic.Field("vistazo.study/1", alias="schema")
    title: str = ""
    steps: list[Step] = pydantic.Field([Step(data="fashion-mnist-10k")], min_length=1)
    quick: Quick = Quick()

    def on(self, data: str) -> "Study":
        """Return the study with other images in every step."""
        steps = [step.model_copy(update={"data": data}) for step in self.steps]
        return self.model_copy(update={"steps": steps})

    def quickened(self) -> "Study":
        """Return the study with what ``--quick`` changes."""
        changes = self.quick.model_dump(exclude_none=True)
        return self.model_copy(
            update={"steps": [step.model_copy(update=changes) for step in self.steps]}
        )


_PARTS: dict[object, type[_Strict]] = {"steps": Step, "quick": Quick}


def shipped() -> dict[str, Study]:
    """Return the studies of the package by name."""
    return {path.stem: read_study(path) for path in sorted(_FOLDER.glob("*.yaml"))}


def find_study(name: str) -> tuple[str, Study]:
    """Return a shipped study by name, or the study in a file, with the name of its run.

    Raises
    ------
    UsageError
        ``E-NAME`` for an unknown name, ``E-CONFIG-…`` for a file that is no study.
    """
    if name.endswith((".yaml", ".yml")):
        return Path(name).stem, read_study(Path(name))
    path = _FOLDER / f"{name}.yaml"
    known = [p.stem for p in sorted(_FOLDER.glob("*.yaml"))]
    if name not in known:
        raise catalog.unknown("studies", name, known)
    return name, read_study(path)


def read_study(path: Path) -> Study:
    """Read and check a study file; texts become what the schema says they are.

    An empty file is a study of defaults.

    Raises
    ------
    UsageError
        ``E-CONFIG-SCHEMA`` for one of another version, ``E-CONFIG-KEY`` and ``E-CONFIG-VALUE``
        with the line, ``E-CONFIG-EXCLUSIVE`` for options that exclude each other, and those of
        :func:`~vistazo.yaml_reading.read_yaml`.
    """
    content = read_yaml(path) or Lines()
    if not isinstance(content, Lines):
        raise UsageError(
            "E-CONFIG-STUDY",
            N_("{path} holds no study."),
            N_("A study has 'steps:', each with 'data:' and 'methods:'."),
            path=path,
        )
    if content.get("schema", SCHEMA) != SCHEMA:
        raise UsageError(
            "E-CONFIG-SCHEMA",
            N_("{path} is written for '{found}'; this Vistazo reads '{known}'."),
            N_("Install a newer Vistazo: pip install --upgrade vistazo."),
            path=path,
            found=content["schema"],
            known=SCHEMA,
        )
    try:
        study = Study.model_validate(content)
    except pydantic.ValidationError as error:
        raise _first_problem(path, content, error) from None
    for step in study.steps:
        if step.split != "folds" and (both := {"folds", "repeats"} & step.model_fields_set):
            raise UsageError(
                "E-CONFIG-EXCLUSIVE",
                N_("{path}: 'split: {split}' and '{other}' cannot be given together."),
                N_("Correct the file and run again; nothing was started."),
                path=path,
                split=step.split,
                other=min(both),
            )
    return study


def _first_problem(path: Path, content: Any, error: pydantic.ValidationError) -> UsageError:
    problem = error.errors()[0]
    owner, line = content, 1
    model: type[_Strict] = Study
    for part in problem["loc"]:
        if isinstance(owner, Lines):
            # a key that is missing has no line: then that of what it is missing from
            line = owner.lines.get(str(part), min(owner.lines.values(), default=line))
        model = _PARTS.get(part, model)
        owner = owner[part] if part != problem["loc"][-1] else None
    key = str(problem["loc"][-1])
    known = [field.alias or name for name, field in model.model_fields.items()]
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, known, n=1)
        return UsageError(
            "E-CONFIG-KEY",
            N_("{path}, line {line}: unknown key '{key}'."),
            N_("Did you mean '{near}'?") if near else N_("Known keys: {known}."),
            path=path,
            line=line,
            key=key,
            near="".join(near),
            known=", ".join(known),
        )
    where = ".".join(str(part) for part in problem["loc"])
    hint = N_("Correct the file and run again; nothing was started.")
    if problem["type"] == "missing":
        text = N_("{path}, line {line}: '{where}' is missing.")
        return UsageError("E-CONFIG-VALUE", text, hint, path=path, line=line, where=where)
    return UsageError(
        "E-CONFIG-VALUE",
        N_("{path}, line {line}: '{where}' cannot be '{value}': it must be {kind}."),
        hint,
        path=path,
        line=line,
        where=where,
        value=problem["input"],
        kind=expected(problem),
    )
