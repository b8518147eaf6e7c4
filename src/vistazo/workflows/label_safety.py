"""Does an augmentation keep the label? Two classifiers look at images before and after it."""

import numpy as np
from numpy.typing import NDArray
from sklearn.neighbors import KNeighborsClassifier

from vistazo.data.dataset import ImageDataset
from vistazo.data.images import plain
from vistazo.data.policy import fit
from vistazo.data.stratified_rows import stratified_rows
from vistazo.evaluation.label_safety import FEWEST, label_effect
from vistazo.features._hog_cells import cells_using_all
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.randomness import generator
from vistazo.report.exploration.content import ChangeResult, LabelSafety, Moved
from vistazo.workflows.label_changes import label_changes

_SIDE = 48
"""Pixels of the longer side: shapes remain, and HOG takes little time."""
_CELLS = 7
"""About so many cells a side."""
_SMALLEST = 8
_SHOWN = 3
_MOST_IMAGES, _MOST_CLASSES = 2000, 30
"""The largest classes, and of these so many images: it is a look, not a comparison."""

Pixels = NDArray[np.uint8]


def label_safety(data: ImageDataset, seed: int = 0) -> LabelSafety | None:
    """Fit two classifiers on half of the images and show them the other half, changed.

    Both see HOG features; one is a support vector machine, the other the nearest image.

    Parameters
    ----------
    data : ImageDataset
    seed : int, default=0

    Returns
    -------
    LabelSafety or None
        None where the images are smaller than 8 pixels, or fewer than two classes have images
        enough to be judged.
    """
    data = _largest_classes(data, seed)
    if len(np.unique(data.codes)) < 2 or min(data.images.image_shape[:2]) < _SMALLEST:
        return None
    fitted, held_out = _halves(data.codes, seed)
    judges = _Judges(data, fitted)
    codes, pixels = data.codes[held_out], judges.pixels[held_out]
    untouched = judges.predict(pixels)
    changes = label_changes(pixels.shape[1] == pixels.shape[2])
    changed = {change.name: change.apply(pixels, seed) for change in changes}
    predicted = {name: judges.predict(images) for name, images in changed.items()}
    results = []
    for change in changes:
        after, reverse = predicted[change.name], predicted[change.reverse]
        effect = label_effect(codes, untouched, after, reverse, len(data.classes))
        examples = tuple(
            tuple(
                judges.moved(int(held_out[place]), changed[change.name][place], pair.other)
                for place in _movers(codes == pair.one, untouched, codes, after, pair.other)
            )
            for pair in effect.exchanges
        )
        results.append(ChangeResult(change.name, change.title, change.held_by, effect, examples))
    accuracy = float((untouched[1] == codes).mean())
    return LabelSafety(len(fitted), len(held_out), accuracy, tuple(results))


class _Judges:
    """Two classifiers of different kinds, fitted on some rows."""

    def __init__(self, data: ImageDataset, fitted: NDArray[np.int64]) -> None:
        self.data, self.fitted = data, fitted
        self.pixels = _reduced(data.images.pixels)
        images, codes = plain(self.pixels[fitted]), data.codes[fitted]
        self._svm = HOGSVMClassifier(cell=_cell(*self.pixels.shape[1:3])).fit(images, codes)
        self._nearest = KNeighborsClassifier(1).fit(self._svm.features(images), codes)

    def predict(self, pixels: Pixels) -> list[NDArray[np.int64]]:
        images = plain(pixels)
        return [self._svm.predict(images), self._nearest.predict(self._svm.features(images))]

    def moved(self, row: int, after: Pixels, other: int) -> Moved:
        features = self._svm.features(plain(after[None]))
        members = self.fitted[self.data.codes[self.fitted] == other]
        known = self._svm.features(plain(self.pixels[members]))
        nearest = int(members[((known - features) ** 2).sum(axis=1).argmin()])
        sources = self.data.sources
        return Moved(sources[row], self.pixels[row], after, self.pixels[nearest], sources[nearest])


def _movers(
    members: NDArray[np.bool_],
    untouched: list[NDArray[np.int64]],
    codes: NDArray[np.int64],
    after: list[NDArray[np.int64]],
    other: int,
) -> list[int]:
    """Return the first images of a class that both classifiers see in the other one."""
    right = np.all([predicted == codes for predicted in untouched], axis=0)
    called = np.all([predicted == other for predicted in after], axis=0)
    found: list[int] = np.flatnonzero(members & right & called)[:_SHOWN].tolist()
    return found


def _largest_classes(data: ImageDataset, seed: int) -> ImageDataset:
    """Return images of classes of which half can be enough."""
    counts = np.bincount(data.codes, minlength=len(data.classes))
    largest = np.argsort(-counts, kind="stable")[:_MOST_CLASSES]
    rows = np.flatnonzero(np.isin(data.codes, largest[counts[largest] >= 2 * FEWEST]))
    return data.take(rows[stratified_rows(data.codes[rows], _MOST_IMAGES, seed)])


def _halves(codes: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return two halves of the rows; of an odd number of a class, the first has one more."""
    order = generator(seed, "label-safety").permutation(len(codes))
    ranks = np.empty(len(codes), np.int64)
    for code in np.unique(codes):
        members = order[codes[order] == code]
        ranks[members] = np.arange(len(members))
    return np.flatnonzero(ranks % 2 == 0), np.flatnonzero(ranks % 2 == 1)


def _reduced(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[1:3]
    scale = _SIDE / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(pixels)
    size = max(_SMALLEST, round(height * scale)), max(_SMALLEST, round(width * scale))
    return np.stack([fit(image, size, "stretch") for image in pixels])


def _cell(height: int, width: int) -> int:
    """Return the side of cells that leave no pixel out where there is one near the wished."""
    wished = min(height, width) / _CELLS
    near = [c for c in cells_using_all(height, width, 2) if wished / 1.5 <= c <= wished * 1.5]
    return min(near or [max(2, round(wished))], key=lambda cell: abs(cell - wished))
