"""A report as one HTML file that needs nothing else: no network, no script, no fonts."""

from markupsafe import Markup

from vistazo.report.contents import contents
from vistazo.report.run import Run
from vistazo.report.templating import templates


def render_html(run: Run) -> str:
    """Return the page, in the language in force; the same run gives the same bytes."""
    environment = templates(autoescape=True)
    # each panel is rendered once, so that a class named {{7*7}} is text and never a template
    sections = [
        (panel, Markup(environment.get_template(f"html/{panel.id}.html").render(panel.data)))  # noqa: S704 - the output of an escaping template
        for panel in contents(run)
    ]
    page = environment.get_template("report.html")
    return page.render(summary=run.summary, sections=sections)
