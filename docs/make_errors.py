"""Write ``docs/errors.md`` from the errors in the source: ``python docs/make_errors.py``."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXITS = {"UsageError": 2, "DataError": 3, "SetupError": 5}
INTRODUCTION = """# Errors

Every error says what happened, what to do next, and carries one of these codes. A code never
changes and is never translated. `--debug` adds the full trace. This page is made from the
source by `python docs/make_errors.py`; words in braces stand for what was found.

Exit codes: 0 done · 1 our bug · 2 usage or settings · 3 data · 4 done, but some inputs failed ·
5 the machine (device, disk, rights) · 130 and 143 stopped, what was finished is kept.
"""


def errors() -> dict[str, set[tuple[str, ...]]]:
    """Return for each code the (kind, message, hints) it is raised with."""
    found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            codes = [a.value for a in node.args if _is_code(a)]
            if codes:
                kind = getattr(node.func, "id", getattr(node.func, "attr", ""))
                texts = [text for argument in node.args for text in _texts(argument)]
                found[codes[0]].add((kind, *texts))
    return dict(sorted(found.items()))


def _is_code(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).startswith("E-")


def _texts(argument: ast.expr) -> list[str]:
    return [
        str(call.args[0].value)
        for call in ast.walk(argument)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") == "N_"
        and isinstance(call.args[0], ast.Constant)
    ]


def page() -> str:
    """Return the page."""
    parts = [INTRODUCTION]
    for code, uses in errors().items():
        parts.append(f"\n## {code}\n")
        for kind, *texts in sorted(uses):
            ends = f" (exit {EXITS[kind]})" if kind in EXITS else ""
            parts.append(f"\n- {' '.join(texts) or 'See the message.'}{ends}\n")
    return "".join(parts)


if __name__ == "__main__":
    (ROOT / "docs" / "errors.md").write_text(page(), "utf-8")
