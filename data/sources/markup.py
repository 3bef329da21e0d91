"""Tables in HTML, which some systems export under the name of an Excel file."""

from __future__ import annotations

from html.parser import HTMLParser

__all__ = ["read_html_tables"]

_MOST_SPAN = 1_000


def read_html_tables(text: str) -> list[list[list[str]]]:
    """Return the tables of an HTML page.

    Parameters
    ----------
    text
        The page.

    Returns
    -------
    list of list of list of str
        Tables, rows, cells; a cell that spans several places stands in each of them; empty for a page
        without a table.
    """
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    return [_filled(table) for table in parser.tables if table]


class _Cell:
    """One cell while it is read."""

    def __init__(self, attributes: dict[str, str | None]) -> None:
        self.text = ""
        self.rows = _span(attributes.get("rowspan"))
        self.columns = _span(attributes.get("colspan"))


def _span(value: str | None) -> int:
    return min(int(value), _MOST_SPAN) if value and value.isdecimal() and int(value) > 0 else 1


class _TableParser(HTMLParser):
    """Collects the cells of every table; tables inside tables come as their own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[_Cell]]] = []
        self._open: list[list[list[_Cell]]] = []
        self._cell: _Cell | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        if tag == "table":
            table: list[list[_Cell]] = []
            self._open.append(table)
            self.tables.append(table)
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].append([])
            self._cell = None
        elif tag in {"td", "th"}:
            if not self._open[-1]:
                self._open[-1].append([])
            self._cell = _Cell(dict(attrs))
            self._open[-1][-1].append(self._cell)
        elif tag == "br" and self._cell is not None:
            self._cell.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        """Close a table or a cell."""
        if tag == "table" and self._open:
            self._open.pop()
        if tag in {"table", "td", "th", "tr"}:
            self._cell = None

    def handle_data(self, data: str) -> None:
        """Add text to the open cell."""
        if self._cell is not None:
            self._cell.text += data


def _filled(table: list[list[_Cell]]) -> list[list[str]]:
    """Lay the cells out on a grid, spans filled."""
    rows: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}
    for cells in table:
        row: list[str] = []
        waiting = list(cells)
        below: dict[int, tuple[int, str]] = {}
        while waiting or any(column >= len(row) for column in hanging):
            column = len(row)
            if column in hanging:
                left, text = hanging[column]
                row.append(text)
                if left > 1:
                    below[column] = (left - 1, text)
            elif waiting:
                cell = waiting.pop(0)
                text = cell.text.strip()
                for _ in range(cell.columns):
                    if cell.rows > 1:
                        below[len(row)] = (cell.rows - 1, text)
                    row.append(text)
            else:
                row.append("")
        hanging = below
        rows.append(row)
    return rows
