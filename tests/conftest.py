"""Small data sets that every test may use."""

import os

import hypothesis
import numpy as np
import pytest

from vistazo.data.dataset import ImageDataset, row_sources
from vistazo.data.images import plain
from vistazo.i18n import set_language

# no test may fail because a shared machine is slow today
hypothesis.settings.register_profile(
    "calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("calm")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config, specs):
    """Give each worker one thread: several that share the processors wait for each other."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def english():
    set_language("en")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """No test reads or writes what a person's runs have kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VISTAZO_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


CLASSES = ("across", "down", "flat")


def stripes(n_per_class=20, side=20, seed=0):
    """Images any method that looks can tell apart: stripes across, down, or none, and tone."""
    rng = np.random.default_rng(seed)
    pixels, labels = [], []
    for position in range(n_per_class * len(CLASSES)):
        name = CLASSES[position % len(CLASSES)]
        image = rng.normal({"across": 170, "down": 60, "flat": 110}[name], 8, (side, side, 1))
        shift = rng.integers(4)
        if name == "across":
            image[shift::4] += 60
        if name == "down":
            image[:, shift::4] += 60
        pixels.append(np.clip(image, 0, 255))
        labels.append(name)
    return np.array(pixels, np.uint8), np.array(labels)


@pytest.fixture(scope="session")
def toy():
    """60 images of three classes as a data set."""
    pixels, labels = stripes()
    return ImageDataset("toy", plain(pixels), labels, CLASSES, row_sources(len(labels)))
