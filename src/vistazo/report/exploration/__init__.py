"""A page about images before anything is trained: what there is, what methods will see of it.

The numbers come from below; here they become panels, as in a report of a comparison: one file
is one panel, a function ``(Exploration) -> Panel`` named like its file, whose template is
``explore/NAME.html``.
"""
