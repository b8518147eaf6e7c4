"""Options that several verbs share, with the names of the Python parameters."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vistazo.i18n import N_


class Fit(StrEnum):
    """How an image takes another shape."""

    pad = "pad"
    crop = "crop"
    stretch = "stretch"


class SplitKind(StrEnum):
    """Where the scored rows come from."""

    folds = "folds"
    given = "given"
    given_folds = "given-folds"


class Form(StrEnum):
    """How findings are written."""

    text = "text"
    json = "json"


class Duplicates(StrEnum):
    """What is done about copies of images."""

    group = "group"
    ignore = "ignore"


_ADVANCED = N_("More options")

Data = Annotated[
    str, typer.Argument(metavar="DATA", help=N_("A folder, a file, or the name of a data set."))
]
Classes = Annotated[
    str | None,
    typer.Option("--classes", metavar="NAMES", help=N_("Only these classes, separated by commas.")),
]
Size = Annotated[
    int | None,
    typer.Option("--size", metavar="N", min=8, help=N_("Side in pixels that images are given.")),
]
FitHow = Annotated[
    Fit,
    typer.Option("--fit", help=N_("How other shapes become square."), rich_help_panel=_ADVANCED),
]
FindingsForm = Annotated[Form, typer.Option("--format", help=N_("How the findings are written."))]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        min=4,
        help=N_(
            "Use only so many images, stratified; a test part that the data bring stays whole."
        ),
    ),
]
Folds = Annotated[
    int,
    typer.Option("--folds", metavar="N", min=2, help=N_("Parts of the data, each scored once.")),
]
Repeats = Annotated[
    int,
    typer.Option("--repeats", metavar="N", min=1, help=N_("How often, each time with new folds.")),
]
Labels = Annotated[
    float,
    typer.Option(
        "--labels",
        metavar="N",
        help=N_(
            "Give only so many images of each training part their label: a share up to 1, or a "
            "number. Methods that learn from images alone see the others too."
        ),
        rich_help_panel=_ADVANCED,
    ),
]
Seed = Annotated[
    int,
    typer.Option("--seed", metavar="N", min=0, help=N_("The same seed gives the same numbers.")),
]
Metric = Annotated[str, typer.Option("--metric", metavar="NAME", help=N_("What names the winner."))]
PositiveClass = Annotated[
    str | None,
    typer.Option(
        "--positive-class",
        metavar="NAME",
        help=N_("With two classes, the one to be found."),
        rich_help_panel=_ADVANCED,
    ),
]
Split = Annotated[
    SplitKind,
    typer.Option(
        "--split",
        help=N_(
            "'given' fits once and scores the test part the data bring, 'given-folds' takes "
            "their folds."
        ),
        rich_help_panel=_ADVANCED,
    ),
]
DuplicatesHow = Annotated[
    Duplicates,
    typer.Option(
        "--duplicates",
        help=N_("Whether copies of an image stay on one side of every split."),
        rich_help_panel=_ADVANCED,
    ),
]
AllowLeak = Annotated[
    bool,
    typer.Option(
        "--allow-leak",
        help=N_(
            "With a given split, score test images that were trained on, or whose group was, too."
        ),
        rich_help_panel=_ADVANCED,
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option("--epochs", metavar="N", min=1, help=N_("Epochs at the most, for networks.")),
]
TimeLimit = Annotated[
    str | None,
    typer.Option("--time-limit", help=N_("Per training, such as 90s, 5m or 1h."), metavar="TIME"),
]
DeviceName = Annotated[
    str,
    typer.Option(
        "--device",
        metavar="auto|cpu|cuda[:N]|mps",
        help=N_("Where networks are trained."),
        rich_help_panel=_ADVANCED,
    ),
]
Threads = Annotated[
    int,
    typer.Option(
        "--threads",
        metavar="N",
        min=1,
        help=N_("Threads per fit; changes numbers in the last digits."),
        rich_help_panel=_ADVANCED,
    ),
]
Processes = Annotated[
    int | None,
    typer.Option(
        "--processes",
        metavar="N",
        min=1,
        help=N_("Fits at once; changes no number."),
        rich_help_panel=_ADVANCED,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="METHOD.PARAM=VALUE", help=N_("Set one parameter; repeatable.")),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help=N_("Folder of the run; one that holds the same run is continued."),
    ),
]
MaxPixels = Annotated[
    int,
    typer.Option(
        "--max-pixels",
        metavar="N",
        min=1,
        help=N_("Larger image files are left out."),
        rich_help_panel=_ADVANCED,
    ),
]
MinSide = Annotated[
    int,
    typer.Option(
        "--min-side",
        metavar="N",
        min=1,
        help=N_("Image files with a shorter side are left out."),
        rich_help_panel=_ADVANCED,
    ),
]
MaxAspect = Annotated[
    int,
    typer.Option(
        "--max-aspect",
        metavar="N",
        min=1,
        help=N_("Image files with one side more than N times the other are left out."),
        rich_help_panel=_ADVANCED,
    ),
]
LabelColumn = Annotated[
    str | None,
    typer.Option(
        "--label-column",
        metavar="NAME",
        help=N_("The column of a table that holds the labels."),
        rich_help_panel=_ADVANCED,
    ),
]
Shape = Annotated[
    str | None,
    typer.Option(
        "--shape",
        metavar="HxW[xC]",
        help=N_("Of one image, where each is a flat row of pixels, such as 28x28."),
        rich_help_panel=_ADVANCED,
    ),
]
WeightsFile = Annotated[
    Path | None,
    typer.Option(
        "--weights",
        metavar="FILE",
        help=N_("Weights of the network that a method names, such as linear-probe:timm:resnet18."),
        rich_help_panel=_ADVANCED,
    ),
]
Download = Annotated[
    bool,
    typer.Option(
        "--download",
        help=N_("Fetch a named data set, or weights of timm, that are not here."),
        rich_help_panel=_ADVANCED,
    ),
]
Salvage = Annotated[
    bool,
    typer.Option(
        "--salvage",
        help=N_("Read cut-off JPEG and PNG as far as they go."),
        rich_help_panel=_ADVANCED,
    ),
]
