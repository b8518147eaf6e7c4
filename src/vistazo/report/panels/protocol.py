"""How it was measured: the protocol in plain words, settings, machine, definitions."""

import json

from vistazo.i18n import _
from vistazo.report.metric_names import definition, known_first
from vistazo.report.panels import Panel
from vistazo.report.run import Run


def protocol(run: Run) -> Panel:
    """Return what a reader needs to judge the numbers, and to get them again."""
    summary = run.summary
    metrics = {name for method in summary.methods for name in method.metrics}
    return Panel(
        "protocol",
        _("How it was measured"),
        {
            "protocol": summary.protocol,
            "dataset": summary.dataset,
            "parameters": [
                (method.name, [(name, _text(v)) for name, v in method.parameters.items()])
                for method in summary.methods
            ],
            "environment": [(name, _text(v)) for name, v in summary.environment.items()],
            "definitions": [(name, definition(name)) for name in known_first(metrics)],
            "settings": run.settings,
        },
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
