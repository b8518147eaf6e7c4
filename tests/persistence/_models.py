"""One fitted method of each kind, and a way to change a saved model with right checksums."""

import hashlib
import json

import numpy as np

from vistazo import catalog
from vistazo.methods._shared_recipe import SharedRecipe
from vistazo.training.recipe import TrainingRecipe

_RECIPE = {"epochs": 1, "batch_size": 16, "precision": "float32"}

SETTINGS = {
    "cnn": {"recipe": TrainingRecipe(**_RECIPE), "random_state": 0},
    "ensemble": {"recipe": SharedRecipe(**_RECIPE), "random_state": 0},
    "fine-tuned": {
        "recipe": TrainingRecipe(**_RECIPE),
        "freeze": "all-but-1",
        "input_side": 64,
        "random_state": 0,
    },
    "hog-svm": {"calibration": "temperature"},
    "hog-svm-tuned": {"n_candidates": 2, "random_state": 0},
    "metadata": {"n_trees": 5, "random_state": 0},
    # a task without two views, for one epoch: too little for an alarm
    "self-supervised": {
        "task": "rotation",
        "pretraining": TrainingRecipe(**_RECIPE),
        "recipe": TrainingRecipe(**_RECIPE),
        "random_state": 0,
    },
}


def toy_images():
    """40 noisy images of 28×28 px, of two classes of different brightness and pattern."""
    rng = np.random.default_rng(0)
    pixels = rng.normal(70, 20, (40, 28, 28, 1))
    pixels[::2, ::4] += 90
    return np.clip(pixels, 0, 255).astype(np.uint8), np.tile(["bright", "dark"], 20)


def fit(name, labels=None, **settings):
    pixels, words = toy_images()
    method = catalog.load("methods", name)(**{**SETTINGS.get(name, {}), **settings})
    return method.fit(pixels, words if labels is None else labels)


def seal(folder):
    """Make all checksums right again, as somebody could who changed a model on purpose."""
    manifest = folder / "manifest.json"
    values = json.loads(manifest.read_text())
    contents = {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "SHA256SUMS"}
    values["members"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
        if name != "manifest.json"
    }
    manifest.write_text(json.dumps(values))
    seal_manifest(folder)


def seal_manifest(folder):
    """Write ``SHA256SUMS`` anew and leave the manifest as it is."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
        if path.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


def edit_manifest(folder, **values):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))
    seal_manifest(folder)


def noise(seed, n_images=8):
    return np.random.default_rng(seed).integers(0, 256, (n_images, 28, 28, 1), np.uint8)
