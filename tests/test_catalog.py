"""Names are read without imports; typos are answered."""

import subprocess
import sys

import pytest

from vistazo import catalog
from vistazo.errors import UsageError


@pytest.mark.parametrize(
    "folder", ["methods", "architectures", "pretext", "pretrained", "data/formats", "cli/verbs"]
)
def test_every_file_of_a_leaf_folder_loads_and_is_described(folder):
    """Each name loads to the one thing its file holds, and has a summary line."""
    for name in catalog.names(folder):
        assert catalog.load(folder, name) is not None
        assert catalog.summary(folder, name).endswith((".", ")"))


def test_a_typo_is_answered_with_the_nearest_name():
    """The error names what was probably meant."""
    with pytest.raises(UsageError, match="Did you mean 'hog-svm'"):
        catalog.load("methods", "hog-smv")


def test_a_name_like_no_other_is_answered_with_the_list():
    """Where nothing is near, what there is is listed."""
    with pytest.raises(UsageError, match="There are: cnn"):
        catalog.load("methods", "zzzzzz")


LIGHT = (
    "vistazo", "vistazo.catalog", "vistazo.data.reading", "vistazo.features.hog",
    "vistazo.metrics.scores", "vistazo.evaluation.comparison_schema", "vistazo.report.writing",
    "vistazo.cli.main",
)  # fmt: skip


@pytest.mark.parametrize("module", LIGHT)
def test_importing_loads_no_torch(module):
    """Looking at data, statistics and reports never pay for torch."""
    script = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
