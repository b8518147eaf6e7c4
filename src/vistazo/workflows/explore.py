"""Look at images before anything is trained: one page, and its numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vistazo import catalog
from vistazo.data.dataset import ImageDataset, require_dataset
from vistazo.data.image_files.file_statistics import FileStatistics, file_statistics
from vistazo.data.pixel_statistics import pixel_statistics
from vistazo.data.stratified_rows import stratified_rows
from vistazo.environment import limited_threads
from vistazo.evaluation.projection import MOST_IMAGES, project
from vistazo.files import json_bytes, write_together
from vistazo.i18n import _, current_language, number, set_language
from vistazo.methods.hog_svm import HOGSVMClassifier
from vistazo.randomness import generator
from vistazo.report.exploration.content import Drawn, Exploration, HogSetting
from vistazo.report.exploration.page import render_exploration
from vistazo.report.exploration.statistics import as_json
from vistazo.workflows.exploration_place import exploration_place

_PICTURES, _A_CLASS = 240, 8
"""Pictures of the sample sheets, at most, of all classes and of one."""
_EXAMPLES = 6
_AS_IN_METHODS: dict[str, dict[str, Any]] = {"hog": {"scale": 1 / 255}}
"""Settings that the methods use and that are not the features' own defaults."""


def explore(
    data: ImageDataset,
    *,
    out: Path | str | None = None,
    features: str | None = None,
    language: str | None = None,
    seed: int = 0,
    on_step: Callable[[str], None] = lambda step: None,
) -> Path:
    """Write a page that shows the images, and what methods will see of them.

    Class counts, sample sheets, mean images, brightness, files, HOG cells, PCA and t-SNE of
    features, augmentations, and whether these keep the label. A test part that the data set
    brings is counted and not looked at.

    Parameters
    ----------
    data : ImageDataset
    out : path, optional
        The page, where it ends in ``.html``, else the folder of ``explore.html``; its numbers
        go beside it, with the ending ``.json``. By default a folder of ``runs/explore``. A page
        of the same images is replaced.
    features : {"hog", "color-histogram", "pixels"}, optional
        What is projected; HOG by default, or pixels where images are smaller than one block.
    language : {"en", "es"}, optional
        By default the one in force.
    seed : int, default=0
        Decides which images are drawn, and how.
    on_step : callable
        Told what is done next.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    UsageError
        ``E-NAME`` for features that do not exist, ``E-RUN-OTHER`` where ``out`` holds something
        else, ``E-EXPLORE-OUT`` where it names a file that is no page.
    DataError
        ``E-IMG-SMALL`` where HOG was asked for and the images are smaller than one block.
    SetupError
        ``E-RUN-WRITE``, ``E-DISK``.
    """
    require_dataset(data)
    if features is not None and features not in catalog.names("features"):
        raise catalog.unknown("features", features, catalog.names("features"))
    page = exploration_place(None if out is None else Path(out), data)
    before = current_language()
    set_language(language or before)
    try:
        # one thread: the same seed gives the same page
        with limited_threads(1):
            exploration = _explored(data, features, seed, on_step)
        write_together(
            {
                page.with_suffix(".json"): json_bytes(as_json(exploration)),
                page: render_exploration(exploration).encode("utf-8"),
            }
        )
    finally:
        set_language(before)
    return page


def _explored(
    data: ImageDataset, features: str | None, seed: int, on_step: Callable[[str], None]
) -> Exploration:
    from vistazo.workflows.label_safety import label_safety

    shown = _without_test(data)
    setting = _hog_setting()
    chosen = features or _default_features(shown, setting)
    samples = _samples(shown, seed)
    augmented = next(rows[0] for rows in samples if rows)
    on_step(_("counting, and measuring pixels"))
    pixels = pixel_statistics(shown)
    on_step(_("computing {features} features", features=chosen))
    projected = stratified_rows(shown.codes, MOST_IMAGES, seed)
    numbers = _features(chosen, shown.images.pixels[projected])
    on_step(_("PCA and t-SNE of {n} images", n=number(len(projected))))
    projection = project(numbers, shown.codes[projected], seed)
    on_step(_("augmenting"))
    augmentations = _augmentations(shown.images.pixels[augmented], seed)
    on_step(_("does augmentation keep the label?"))
    safety = label_safety(shown, seed)
    return Exploration(
        data=data,
        shown=shown,
        seed=seed,
        pixels=pixels,
        files=file_statistics(shown.images),
        files_by_class=tuple(_files_of(shown, code) for code in range(len(shown.classes))),
        samples=samples,
        hog=setting,
        features=chosen,
        projected=projected,
        projection=projection,
        augmented=augmented,
        augmentations=augmentations,
        label_safety=safety,
    )


def _without_test(data: ImageDataset) -> ImageDataset:
    """Return what may be looked at; a data set that is all test images is."""
    rows = data.rows("train", "validation")
    return data if data.split is None or not len(rows) else data.take(rows)


def _hog_setting() -> HogSetting:
    method = HOGSVMClassifier()
    return HogSetting(method.orientations, method.cell, method.block)


def _default_features(data: ImageDataset, setting: HogSetting) -> str:
    height, width, _channels = data.images.image_shape
    return "hog" if min(height, width) >= setting.cell * setting.block else "pixels"


def _features(name: str, pixels: NDArray[np.uint8]) -> NDArray[np.floating[Any]]:
    computed: NDArray[np.floating[Any]] = catalog.load("features", name)(
        pixels, **_AS_IN_METHODS.get(name, {})
    )
    return computed


def _samples(data: ImageDataset, seed: int) -> tuple[tuple[int, ...], ...]:
    """Return rows of each class, drawn by chance; of many classes only the largest have some."""
    counts = np.bincount(data.codes, minlength=len(data.classes))
    largest = np.argsort(-counts, kind="stable")[:_PICTURES]
    each = min(_A_CLASS, max(1, _PICTURES // len(counts)))
    order = generator(seed, "samples").permutation(len(data))
    return tuple(
        tuple(order[data.codes[order] == code][:each].tolist()) if code in largest else ()
        for code in range(len(counts))
    )


def _files_of(data: ImageDataset, code: int) -> FileStatistics | None:
    rows = np.flatnonzero(data.codes == code)
    return file_statistics(data.images[rows]) if len(rows) else None


def _augmentations(image: NDArray[np.uint8], seed: int) -> dict[str, tuple[Drawn, ...]]:
    from vistazo.transforms.gallery import draw_augmentations
    from vistazo.transforms.policies import augmentation_named
    from vistazo.transforms.policy_names import POLICY_SUMMARIES

    # the strong policy has every effect but one
    every = augmentation_named("strong").set_params(flip_vertical=0.5)
    settings = every.get_params()
    drawn = draw_augmentations(image, every, _EXAMPLES, seed)
    effects = (
        # mirroring has but one outcome
        Drawn(f"{name}={settings[name]:g}", "", tuple(examples[: 1 if "flip" in name else None]))
        for name, examples in drawn.items()
        if name != "all"
    )
    policies = (
        Drawn(name, _(summary), tuple(draw_augmentations(image, name, _EXAMPLES, seed)["all"]))
        for name, summary in POLICY_SUMMARIES.items()
        if name != "none"
    )
    return {"effects": tuple(effects), "policies": tuple(policies)}
