"""A page as one HTML file that needs nothing else: no network, no script, no fonts."""

from collections.abc import Sequence

from markupsafe import Markup

from vistazo.report.contents import contents
from vistazo.report.panels import Panel
from vistazo.report.run import Run
from vistazo.report.templating import templates


def render_html(run: Run) -> str:
    """Return the report, in the language in force; the same run gives the same bytes."""
    summary = run.summary
    return render_page("report.html", "html", contents(run), summary.dataset.name, summary=summary)


def render_page(
    template: str, folder: str, panels: Sequence[Panel], name: str, **values: object
) -> str:
    """Return a page of panels, in the language in force.

    Parameters
    ----------
    template : str
        What extends ``page.html``.
    folder : str
        Where the templates of the panels are.
    panels : sequence of Panel
        At least one.
    name : str
        Its heading.
    **values
        What its template is given besides.
    """
    environment = templates(autoescape=True)
    # each panel is rendered once, so that a class named {{7*7}} is text and never a template
    sections = [
        (panel, Markup(environment.get_template(f"{folder}/{panel.id}.html").render(panel.data)))  # noqa: S704 - the output of an escaping template
        for panel in panels
    ]
    return environment.get_template(template).render(name=name, sections=sections, **values)
