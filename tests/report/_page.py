"""What a browser would find in a page: elements, attributes, tables, text."""

import re
from collections import Counter
from html.parser import HTMLParser

_VOID = {"meta", "img", "br", "wbr", "hr", "input", "link"}


class Page(HTMLParser):
    """A parsed page."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.texts: list[str] = []
        self.open: list[str] = []
        self._rows: list[list[str]] | None = None
        self._cell: list[str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag not in _VOID:
            self.open.append(tag)
        if tag == "table":
            name = attributes.get("class", "").split(" ")[0]
            self._rows = self.tables.setdefault(name, [])
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in {"td", "th"} and self._rows is not None:
            self._cell = []

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes something else"
        if tag in {"td", "th"} and self._cell is not None:
            self._rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            return
        self.texts.append(data)
        if self._cell is not None:
            self._cell.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def column(self, table: str, heading: str) -> dict[str, str]:
        """Return a column of a table by the text of its rows' first headings."""
        rows = self.tables[table]
        place = rows[0].index(heading)
        method = rows[0].index("Method")
        return {row[method]: row[place] for row in rows[1:] if len(row) == len(rows[0])}


def numbers(text: str, language: str = "en") -> Counter[float]:
    """Return the numbers written in a text."""
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    found = re.findall(r"\d[\d.,]*\d|\d", text)
    return Counter(float(n.replace(thousands, "").replace(decimal, ".")) for n in found)
