"""What came out, in sentences; first of all what does not beat a floor."""

from vistazo.i18n import _
from vistazo.report.findings import findings
from vistazo.report.measurements import Estimate
from vistazo.report.panels import Panel
from vistazo.report.run import Run


def headline(run: Run) -> Panel:
    """Return the sentences, the winner's score, and the positive class where there is one."""
    summary = run.summary
    said = findings(summary, diagnosed=run.diagnosis is not None)
    lead = next((i for i, finding in enumerate(said) if finding.tone == "winner"), 0)
    return Panel(
        "headline",
        _("What came out"),
        {
            "before": said[:lead],
            "after": said[lead:],
            "winner": summary.best,
            "metric": summary.protocol.metric,
            "positive_class": summary.dataset.positive_class,
            "positive": _positive(run),
        },
    )


def _positive(run: Run) -> dict[str, Estimate]:
    winner, positive = run.summary.best, run.summary.dataset.positive_class
    scores = winner.scores_of(positive) if winner and positive else None
    if winner is None or scores is None:
        return {}
    return {
        _("Sensitivity"): scores.recall,
        _("Specificity"): scores.specificity,
        _("ROC AUC"): winner.estimate("macro_roc_auc"),
    }
