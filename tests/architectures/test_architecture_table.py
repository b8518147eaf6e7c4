"""``vistazo list architectures NAME``: the table, its width, and what cannot be shown."""

import functools
import subprocess
import sys

import pytest

from vistazo.cli.architecture_table import image_shape, table
from vistazo.cli.listing import layers
from vistazo.errors import UsageError
from vistazo.i18n import set_language
from vistazo.workflows.architecture_summary import describe_architecture

described = functools.cache(describe_architecture)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("28", (28, 28, 3)),
        ("28x40", (28, 40, 3)),
        ("28x28x1", (28, 28, 1)),
        ("300×200×3", (300, 200, 3)),
    ],
)
def test_sizes_are_read(text, shape):
    """A side, two sides, or sides with channels; colour where nothing is said."""
    assert image_shape(text) == shape


@pytest.mark.parametrize(
    "text", ["", "0", "28x", "x28", "28x28x2", "28x28x28x1", "-28", "2.5", "28 28", "9" * 9, "big"]
)
def test_what_is_no_size_is_refused(text):
    """Anything else is shown with how a size is written."""
    with pytest.raises(UsageError, match=r"--size.*HxWx1.*E-CLI-VALUE"):
        image_shape(text)


@pytest.mark.parametrize("name", ["fashion-cnn", "googlenet", "mobilenet-v2"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_table_fits_the_screen(name, width):
    """No line is wider than the screen, and every layer keeps its name and its parameters."""
    summary = described(name, (64, 64, 3))
    lines = table(summary, width)
    assert max(map(len, lines)) <= width
    for layer, line in zip(summary.layers, lines[1:], strict=False):
        assert line.split()[0] == layer.name
        assert f"{layer.parameters:,}" in line.split()


def test_a_program_reads_all_columns_in_one_line_per_layer():
    """Without a screen nothing is left out or wrapped, and the totals stand after the layers."""
    lines = table(described("resnet-18", (28, 28, 1)), None)
    assert lines[0].split() == ["layer", "kind", "output", "parameters", "MACs"]
    assert lines[1].split() == ["conv1", "Conv2d", "64×28×28", "576", "451,584"]
    totals = lines[lines.index("") + 1 :]
    assert [line.split()[:2] for line in totals][:6] == [
        ["images", "28×28×1"],
        ["classes", "10"],
        ["stem", "small,"],
        ["parameters", "11,172,810"],
        ["trainable", "11,172,810"],
        ["frozen", "0"],
    ]
    assert [line.split()[0] for line in totals[6:]] == [
        "MACs",
        "weights",
        "activations",
        "training",
    ]


def test_numbers_are_written_as_the_reader_writes_them():
    """In Spanish, thousands are parted by points."""
    set_language("es")
    lines = table(described("fashion-cnn", (28, 28, 1)), None)
    assert any("241.546" in line for line in lines)


def test_a_network_with_one_stem_says_nothing_of_it():
    """The stem is told only where there are two."""
    lines = table(described("fashion-cnn", (28, 28, 1)), None)
    assert not any(line.startswith("stem") for line in lines)


@pytest.mark.parametrize(
    ("kind", "name", "match"),
    [
        ("architectures", "resnet18", "Did you mean 'resnet-18'.*E-NAME"),
        ("methods", "cnn", "'cnn' after 'methods'.*E-CLI-USAGE"),
        ("architecture", "resnet-18", "Did you mean 'architectures'.*E-NAME"),
    ],
)
def test_what_has_no_table_is_refused(kind, name, match):
    """Unknown architectures and kinds get the nearest name; other kinds have no tables."""
    with pytest.raises(UsageError, match=match):
        layers(kind, name, "64", 10, None)


def test_listing_architectures_and_typos_load_no_torch():
    """Only the table of a network pays for torch."""
    script = (
        "import sys\nfrom vistazo.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\nsys.exit('torch' in sys.modules)"
    )
    for words in (["architectures"], ["architectures", "resnet18"]):
        command = [sys.executable, "-c", script, "list", *words]
        assert subprocess.run(command, capture_output=True).returncode == 0, words
