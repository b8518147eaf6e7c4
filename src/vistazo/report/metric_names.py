"""How metrics are called in reports."""

from vistazo.i18n import N_, _
from vistazo.metrics.scores import METRICS

_TITLES = {
    "accuracy": N_("accuracy"),
    "balanced_accuracy": N_("balanced accuracy"),
    "macro_precision": N_("macro precision"),
    "macro_recall": N_("macro recall"),
    "macro_specificity": N_("macro specificity"),
    "macro_f1": N_("macro F1"),
    "weighted_f1": N_("weighted F1"),
    "mcc": N_("MCC"),
    "log_loss": N_("log loss"),
    "brier": N_("Brier score"),
    "ece": N_("calibration error (ECE)"),
    "macro_roc_auc": N_("ROC AUC"),
    "macro_average_precision": N_("average precision"),
    "top_5": N_("top-5 accuracy"),
}


def title(metric: str) -> str:
    """Return the name of a metric for use inside a sentence; its own name where unknown."""
    return _(_TITLES[metric]) if metric in _TITLES else metric


def heading(metric: str) -> str:
    """Return the name of a metric with a capital first letter."""
    name = title(metric)
    return name[:1].upper() + name[1:]


def definition(metric: str) -> str:
    """Return what a metric measures, in one line; nothing where unknown."""
    return _(METRICS[metric].description) if metric in METRICS else ""


def larger_is_better(metric: str) -> bool:
    """Whether more of it is better; true of metrics that are not known here."""
    return metric not in METRICS or METRICS[metric].greater_is_better


def known_first(metrics: set[str]) -> list[str]:
    """Return metrics in the order of tables: those known here, then the rest by name."""
    return [*(name for name in METRICS if name in metrics), *sorted(metrics - METRICS.keys())]
