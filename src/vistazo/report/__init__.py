"""Telling a comparison: from the files of a run folder to a page, a text, a terminal table.

``comparison.json`` is read into a :class:`~vistazo.report.summary.Summary`; panels compute what
is shown from it, and templates say it in HTML or Markdown.
"""
