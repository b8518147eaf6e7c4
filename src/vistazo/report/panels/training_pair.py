"""The two best trained methods side by side: accuracy, loss and overfitting of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from vistazo.figures.record import LARGE_GAP, TrainingRecord, is_large, training_record
from vistazo.i18n import _
from vistazo.report.epoch_chart import Curve, EpochChart, epoch_chart, split_curves
from vistazo.report.means import mean_of, mean_with_sd
from vistazo.report.measurements import Method
from vistazo.report.notation import signed
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.scale import Scale

_LOOKS = ("validation", "validation second")


@dataclass(frozen=True)
class _Side:
    """One of the two methods; its texts are means over folds, of the kept epochs."""

    name: str
    look: str
    accuracy: float | None
    validation_accuracy: str
    train_accuracy: str
    validation_loss: str
    gap: str
    large: bool
    loss_chart: EpochChart
    gap_chart: EpochChart


def training_pair(run: Run) -> Panel | None:
    """Return the comparison of the two best trained methods; None where there are fewer."""
    methods = [method for method in run.summary.contenders if method.history][:2]
    if len(methods) < 2:
        return None
    records = [[training_record(history) for history in method.history] for method in methods]
    both = [
        Curve(record, "validation_accuracy", look)
        for look, folds in zip(_LOOKS, records, strict=True)
        for record in folds
    ]
    names = [(look, method.name) for look, method in zip(_LOOKS, methods, strict=True)]
    everyone = [*records[0], *records[1]]
    return Panel(
        "training-pair",
        _("Two trainings compared"),
        {
            "accuracy_chart": epoch_chart(_("Validation accuracy"), names, both),
            "bars": Scale(0.0, 1.0, 0.0, 300.0),
            "sides": [
                _side(method, look, folds, everyone)
                for method, look, folds in zip(methods, _LOOKS, records, strict=True)
            ],
            "large_gap": LARGE_GAP,
        },
    )


def _side(
    method: Method, look: str, folds: Sequence[TrainingRecord], everyone: Sequence[TrainingRecord]
) -> _Side:
    key = (("training", _("training")), (look, _("validation")))
    gaps = [record.gap for record in folds]
    accuracies = [record.kept("validation_accuracy") for record in folds]
    return _Side(
        name=method.name,
        look=look,
        accuracy=mean_of(accuracies),
        validation_accuracy=mean_with_sd(accuracies),
        train_accuracy=mean_with_sd([record.kept("train_accuracy") for record in folds]),
        validation_loss=mean_with_sd([record.kept("validation_loss") for record in folds]),
        gap=mean_with_sd(gaps, signed),
        large=is_large(mean_of(gaps)),
        loss_chart=epoch_chart(
            _("Loss of {name}", name=method.name),
            key,
            split_curves(folds, "loss", look),
            over=split_curves(everyone, "loss", look),
        ),
        gap_chart=epoch_chart(
            _("Overfitting of {name}", name=method.name),
            key,
            split_curves(folds, "accuracy", look),
            over=split_curves(everyone, "accuracy", look),
            gaps=True,
        ),
    )
