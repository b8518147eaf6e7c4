"""Training curves: how loss and accuracy went, fold by fold."""

from dataclasses import dataclass

from vistazo.figures.record import LARGE_GAP, is_large, training_record
from vistazo.i18n import N_, _
from vistazo.report.epoch_chart import EpochChart, epoch_chart, split_curves
from vistazo.report.means import mean_with_sd
from vistazo.report.measurements import History, Method
from vistazo.report.notation import MISSING, fixed, setting
from vistazo.report.panels import Panel
from vistazo.report.run import Run

_STOPPED = {
    "epochs": N_("all epochs done"),
    "patience": N_("no longer improving"),
    "time": N_("time was up"),
    "nan": N_("loss not a number"),
}


@dataclass(frozen=True)
class _Fold:
    repeat: int
    fold: int
    epochs: int
    best_epoch: int | None
    values: dict[str, float | None]  # of the kept epoch, by column
    gap: float | None
    large: bool
    seconds: str
    learning_rate: str
    stopped: str


@dataclass(frozen=True)
class _Training:
    method: str
    charts: tuple[EpochChart, ...]
    folds: tuple[_Fold, ...]


def curves(run: Run) -> Panel | None:
    """Return charts and kept epochs of every method that was trained epoch by epoch."""
    trainings = [_training(method) for method in run.summary.winner_first if method.history]
    if not trainings:
        return None
    data = {"trainings": trainings, "large_gap": LARGE_GAP}
    return Panel("curves", _("Training curves"), data)


def _training(method: Method) -> _Training:
    records = [training_record(history) for history in method.history]
    key = (("training", _("training")), ("validation", _("validation")))
    charts = (
        epoch_chart(title, key, split_curves(records, quantity))
        for title, quantity in ((_("Loss"), "loss"), (_("Accuracy"), "accuracy"))
    )
    folds = tuple(_fold(history) for history in method.history)
    return _Training(method.name, tuple(chart for chart in charts if chart.lines), folds)


def _fold(history: History) -> _Fold:
    record = training_record(history)
    rates = [rate for rate in record.column("learning_rate").tolist() if rate == rate]
    stopped = history.stopped
    return _Fold(
        repeat=history.repeat,
        fold=history.fold,
        epochs=len(record.epochs),
        best_epoch=record.best_epoch,
        values={name: record.kept(name) for name in record.columns},
        gap=record.gap,
        large=is_large(record.gap),
        seconds=mean_with_sd(record.column("seconds").tolist(), lambda value: fixed(value, 2)),
        # a rate is chosen or computed: three digits say which, however small it is
        learning_rate=setting(float(f"{rates[-1]:.3g}")) if rates else MISSING,
        stopped=_(_STOPPED.get(stopped, stopped)) if stopped else MISSING,
    )
