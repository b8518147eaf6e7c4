"""A report as Markdown: the tables and sentences, without figures."""

import re

from jinja2 import TemplateNotFound

from vistazo.report.contents import contents
from vistazo.report.run import Run
from vistazo.report.templating import templates

_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~$#])")


def render_markdown(run: Run) -> str:
    """Return the report as Markdown, in the language in force."""
    environment = templates(autoescape=False, finalize=_escaped)
    parts = [f"# {_escaped(run.summary.dataset.name)}\n"]
    for panel in contents(run):
        try:
            template = environment.get_template(f"md/{panel.id}.md")
        except TemplateNotFound:
            continue
        parts.append(f"## {_escaped(panel.title)}\n\n{template.render(panel.data).strip()}\n")
    return "\n".join(parts)


def _escaped(value: object) -> str:
    """Write a value so that Markdown shows it as it is, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(value).split()))
