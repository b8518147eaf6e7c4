"""Sets that do not fit into memory give the numbers that they give where they do."""

import numpy as np
from PIL import Image

from tests.conftest import stripes
from vistazo.data.reading import read_images
from vistazo.evaluation.protocol import Protocol
from vistazo.workflows.compare import compare
from vistazo.workflows.naming import chosen_methods


def test_a_small_limit_changes_no_number(tmp_path, monkeypatch):
    """Every row from mapped files or none of them: the same predictions of a network and floors."""
    pixels, labels = stripes()
    for row, (image, label) in enumerate(zip(pixels, labels, strict=True)):
        place = tmp_path / "photos" / label / f"{row}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image[..., 0]).save(place)
    methods = chosen_methods(["cnn"], epochs=2, settings=["cnn.recipe.batch_size=16"])

    def predicted():
        data = read_images(tmp_path / "photos")
        comparison = compare(methods, data, protocol=Protocol(folds=3), processes=1)
        return {
            (name, split.fold): result.predicted
            for name in methods
            for split, result in comparison.cells(name)
        }

    monkeypatch.setenv("VISTAZO_CACHE", str(tmp_path / "cache"))
    plenty = predicted()
    monkeypatch.setenv("VISTAZO_MEMORY_GB", "1e-7")
    small = predicted()
    assert plenty.keys() == small.keys()
    for cell, codes in plenty.items():
        assert np.array_equal(codes, small[cell]), cell
    assert not list((tmp_path / "cache" / "decoded").glob(".*"))
