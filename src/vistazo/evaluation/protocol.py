"""Protocol: how the data are split, how often, what is measured, from which seed."""

import hashlib
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vistazo.catalog import unknown
from vistazo.data.dataset import ImageDataset
from vistazo.data.grouping import stratified_folds, units_by_class
from vistazo.data.stratified_rows import stratified_rows
from vistazo.errors import DataError, require
from vistazo.i18n import N_
from vistazo.metrics.scores import METRICS
from vistazo.randomness import derive_seed

_LABELS = "0 < x ≤ 1, or 2, 3, …"


@dataclass(frozen=True)
class Split:
    """Rows to fit on and rows to predict, and training rows whose labels are kept back; sorted."""

    repeat: int
    fold: int
    train: NDArray[np.int64]
    test: NDArray[np.int64]
    unlabelled: NDArray[np.int64] = field(default_factory=lambda: np.array([], np.int64))

    @property
    def n_train(self) -> int:
        """How many images the training part has, with labels and without."""
        return len(self.train) + len(self.unlabelled)


@dataclass(frozen=True)
class Protocol:
    """The rules every method of a comparison obeys.

    Parameters
    ----------
    folds : int, default=5
        Parts of the data, each predicted by models fitted on the others, at least 2.
    repeats : int, default=1
        How often the whole is done with new folds, at least 1.
    seed : int, default=0
    metric : str, default="balanced_accuracy"
        Names the winner; one of ``vistazo list metrics``.
    level : float, default=0.95
        Confidence of every interval, in (0, 1).
    rope : float, default=0.01
        Differences up to this size count as practically none (region of practical
        equivalence), at least 0.
    split : {"folds", "given", "given-folds"}, default="folds"
        ``"given"`` fits once on the training part that the data bring and predicts their
        test part once. With ``"folds"`` test rows stay untouched, and with ``"given-folds"``
        too, where the folds are those that the data bring and ``folds`` is their number.
    duplicates : {"group", "ignore"}, default="group"
        ``"group"`` looks for copies of images before splitting, and no fold splits them.
    allow_leak : bool, default=False
        Whether a given split may have the same image, or images of one group, in its training
        and its test part.
    labels : float, default=1
        How many images of each training part come with their label: a share up to 1, or a whole
        number above it. The others come without, and only methods that learn from images alone
        see them. Drawn by the seed, every class by its share; fewer are among more.
    """

    folds: int = 5
    repeats: int = 1
    seed: int = 0
    metric: str = "balanced_accuracy"
    level: float = 0.95
    rope: float = 0.01
    split: Literal["folds", "given", "given-folds"] = "folds"
    duplicates: Literal["group", "ignore"] = "group"
    allow_leak: bool = False
    labels: float = 1.0

    def __post_init__(self) -> None:
        for name, holds, range_ in (
            ("folds", self.folds >= 2, "≥ 2"),
            ("repeats", self.repeats >= 1, "≥ 1"),
            ("seed", self.seed >= 0, "≥ 0"),
            ("level", 0 < self.level < 1, "0 < x < 1"),
            ("rope", self.rope >= 0, "≥ 0"),
            ("repeats", self.split != "given-folds" or self.repeats == 1, "1 (given-folds)"),
            ("labels", self.labels > 0 and (self.labels <= 1 or self.labels % 1 == 0), _LABELS),
        ):
            require(holds, name, getattr(self, name), range_)
        if self.metric not in METRICS:
            raise unknown("metrics", self.metric, list(METRICS))

    def for_data(self, data: ImageDataset) -> "Protocol":
        """Return the protocol with as many folds as the data bring, where it takes theirs.

        Raises
        ------
        DataError
            ``E-DATA-NOFOLDS`` where it does and there are not two of them.
        """
        if self.split != "given-folds":
            return self
        rows = data.rows("train", "validation")
        n_folds = 0 if data.folds is None else len(np.unique(data.folds[rows]))
        if n_folds < 2:
            raise DataError(
                "E-DATA-NOFOLDS",
                N_("{name} brings one fold only; --split given-folds needs two.")
                if n_folds
                else N_("{name} brings no folds, so --split given-folds has nothing to go by."),
                N_("Leave --split out to draw folds, or add a column 'fold' to the table."),
                name=data.name,
            )
        return replace(self, folds=n_folds)

    def splits(self, data: ImageDataset) -> list[Split]:
        """Return every split of the data: repeats × folds of them, or what is given.

        Every eligible row is in exactly one test part per repeat; groups are never split.

        Raises
        ------
        DataError
            ``E-DATA-FEW`` where a class has fewer images (or groups) than there are folds,
            ``E-DATA-NOTEST`` and ``E-DATA-NOFOLDS`` where a given split or given folds are
            asked for and there are none; ``E-DATA-SPLITCLASSES`` where all images of a class
            are in one of the given folds; ``E-LABELS-FEW`` where so few labels leave out a class.
        """
        splits = self._whole_splits(data)
        return splits if self.labels == 1 else [self._with_few_labels(data, s) for s in splits]

    def _whole_splits(self, data: ImageDataset) -> list[Split]:
        if self.split == "given":
            return [self._given(data)]
        if self.split == "given-folds":
            return _given_folds(data)
        rows = data.rows("train", "validation")
        groups = None if data.images.groups is None else data.images.groups[rows]
        self._check_class_sizes(data, rows)
        result = []
        for repeat in range(self.repeats):
            seed = derive_seed(self.seed, "split", repeat)
            parts = stratified_folds(data.codes[rows], groups, self.folds, seed)
            result += [
                Split(repeat, fold, rows[train], rows[test])
                for fold, (train, test) in enumerate(parts)
            ]
        return result

    def _with_few_labels(self, data: ImageDataset, split: Split) -> Split:
        """Return the split with the labels of most of its training rows kept back."""
        codes = data.codes[split.train]
        n_labels = round(self.labels * len(codes)) if self.labels < 1 else int(self.labels)
        seed = derive_seed(self.seed, "labels", split.repeat, split.fold)
        chosen = stratified_rows(codes, n_labels, seed, "labels")
        missing = np.setdiff1d(codes, codes[chosen])
        if len(missing):
            raise DataError(
                "E-LABELS-FEW",
                N_("{n} labels of {n_images} training images leave none for the class '{name}'."),
                N_("Give more with --labels, or leave the class out with --classes."),
                n=len(chosen),
                n_images=len(codes),
                name=data.classes[missing[0]],
            )
        return replace(split, train=split.train[chosen], unlabelled=np.delete(split.train, chosen))

    def _given(self, data: ImageDataset) -> Split:
        if data.split is None or "test" not in data.split:
            raise DataError(
                "E-DATA-NOTEST",
                N_("{name} brings no test part, so --split given has nothing to score."),
                N_("Leave --split out to use folds, or give the data a test/ folder."),
                name=data.name,
            )
        return Split(0, 0, data.rows("train", "validation"), data.rows("test"))

    def _check_class_sizes(self, data: ImageDataset, rows: NDArray[np.int64]) -> None:
        images = np.bincount(data.codes[rows], minlength=len(data.classes)).tolist()
        units = units_by_class(data, rows).tolist()
        for name, n_images, n_units in zip(data.classes, images, units, strict=True):
            if n_units < self.folds:
                raise DataError(
                    "E-DATA-FEW",
                    N_(
                        "Class '{name}' has too few images to fold ({count}); {folds} folds need "
                        "{folds}."
                    )
                    if n_units == n_images
                    else N_(
                        "Class '{name}' has {images} images but only {count} that may be in "
                        "different folds: the others are copies of them, or of one group with "
                        "them; {folds} folds need {folds}."
                    ),
                    N_("Use --folds {usable}, add images, or leave the class out with --classes.")
                    if n_units >= 2
                    else N_("Add images, or leave the class out with --classes."),
                    name=name,
                    count=n_units,
                    images=n_images,
                    folds=self.folds,
                    usable=n_units,
                )


def _given_folds(data: ImageDataset) -> list[Split]:
    rows = data.rows("train", "validation")
    folds, codes = data.folds, data.codes[rows]
    if folds is None:
        return []
    splits = []
    for place, fold in enumerate(np.unique(folds[rows])):
        tested = folds[rows] == fold
        alone = np.setdiff1d(codes[tested], codes[~tested])
        if len(alone):
            raise DataError(
                "E-DATA-SPLITCLASSES",
                N_("All images of '{name}' are in one of the given folds."),
                N_("Spread them over the folds, or leave --split out to draw folds."),
                name=data.classes[alone[0]],
            )
        splits.append(Split(0, place, rows[~tested], rows[tested]))
    return splits


def split_hash(splits: list[Split]) -> str:
    """Return the SHA-256 of all splits: equal where every row is in the same part."""
    digest = hashlib.sha256()
    for split in splits:
        digest.update(repr((split.repeat, split.fold)).encode())
        digest.update(split.train.astype("<i8").tobytes())
        digest.update(split.test.astype("<i8").tobytes())
        digest.update(split.unlabelled.astype("<i8").tobytes())  # nothing where there are none
    return digest.hexdigest()
