"""Every pair of methods: the difference, its interval, and what it shows."""

from itertools import combinations

from vistazo.i18n import N_, _
from vistazo.report.measurements import Verdict
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.scale import covering

WORDS = {
    "better": N_("better"),
    "worse": N_("worse"),
    "equivalent": N_("equivalent"),
    "undecided": N_("undecided"),
    None: N_("not tested"),
}
SYMBOLS = {"better": "▲", "worse": "▼", "equivalent": "≈", "undecided": "?", None: "–"}


def verdicts(run: Run) -> Panel | None:
    """Return pairs in the order of the leaderboard, those with the winner first."""
    summary = run.summary
    names = [method.name for method in summary.ranked]
    pairs = [pair for a, b in combinations(names, 2) if (pair := summary.between(a, b))]
    if not pairs:
        return None
    rope = summary.protocol.rope
    floors = {method.name for method in summary.ranked if method.floor}
    # a floor may be so far behind that on its scale nothing else could be told apart
    close = [pair for pair in pairs if not floors & {pair.a, pair.b}] or pairs
    ends = [end for pair in close for end in (pair.difference, pair.low, pair.high)]
    with_winner = [pair for pair in pairs if summary.winner in {pair.a, pair.b}]
    matrix: dict[str, list[Verdict | None]] = {
        a: [summary.between(a, b) for b in names] for a in names
    }
    return Panel(
        "verdicts",
        _("Who beats whom"),
        {
            "metric": summary.protocol.metric,
            "level": summary.protocol.level,
            "rope": rope,
            "resampled": summary.protocol.split != "given",
            "with_winner": with_winner,
            "others": [pair for pair in pairs if pair not in with_winner],
            "matrix": matrix,
            "axis": covering([*ends, -rope, rope], 16, 304, zero=True),
            "words": WORDS,
            "symbols": SYMBOLS,
        },
    )
