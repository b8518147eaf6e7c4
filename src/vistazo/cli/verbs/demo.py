"""``vistazo demo``: the main job on the data set in the package."""

from pathlib import Path

from vistazo.cli import options
from vistazo.i18n import N_

__all__ = ["demo"]

HELP = N_(
    "Compare six methods on 2,000 images of garments that come with Vistazo.\n\n"
    "It takes less than a minute and needs no network. What it does is what\n"
    "'vistazo compare' does with your own images.\n\n"
    "vistazo demo\n\n"
    "vistazo demo --out demo --lang es"
)


def demo(out: options.Out = None, processes: options.Processes = None) -> None:
    """Compare methods on 2,000 bundled images over 3 folds."""
    from vistazo.cli.comparing import compare_and_tell, read
    from vistazo.cli.console import say
    from vistazo.evaluation.protocol import Protocol
    from vistazo.i18n import _
    from vistazo.workflows.naming import chosen_methods
    from vistazo.workflows.room import check_writable

    check_writable(out or Path("runs"))
    dataset = read("fashion-mnist-10k", limit=2000)
    # the search of hog-svm-tuned would take the demo past a minute on two slow cores
    chosen = chosen_methods(["hog-svm", "cnn:fashion-cnn"], epochs=12)
    run = compare_and_tell(
        dataset,
        chosen,
        verb="demo",
        protocol=Protocol(folds=3),
        processes=processes,
        out=out,
    )
    say("")
    say(_("What to try next:"))
    say(f"  vistazo report {run.folder} --lang es")
    say("  vistazo compare fashion-mnist-10k --methods hog-svm-tuned,cnn --limit 4000")
    say("  " + _("vistazo compare FOLDER        (your images, one folder per class)"))
    say("  " + _("vistazo predict {model} IMAGE...", model=run.folder / "model"))
    say("  vistazo study fashion-hog-vs-cnn")
