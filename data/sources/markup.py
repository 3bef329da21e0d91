"""Tables in HTML, which some systems export under the name of an Excel file."""

from __future__ import annotations

from html.parser import HTMLParser

from data.sources.faults import too_wide
from data.sources.office import MOST_CELLS

__all__ = ["read_html_tables"]

_MOST_SPAN = 1_000


def read_html_tables(text: str, name: str = "") -> list[list[list[str]]]:
    """Return the tables of an HTML page.

    Parameters
    ----------
    text
        The page.
    name
        Name of the file, for messages.

    Returns
    -------
    list of list of list of str
        Tables, rows, cells; a cell that spans several places stands in each of them; empty for a page
        without a table.

    Raises
    ------
    FileProblem
        ``file_too_large`` where the spans of few cells would fill a huge table.
    """
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    return [_filled(table, name) for table in parser.tables if table]


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

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - as the parser calls it
        """Skip a section such as Office writes around conditions; the parser knows only some of them."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

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


def _filled(table: list[list[_Cell]], name: str) -> list[list[str]]:
    """Lay the cells out on a grid, spans filled."""
    rows: list[list[str]] = []
    size = 0
    hanging: dict[int, tuple[int, str]] = {}
    for cells in table:
        row, hanging = _laid_out(cells, hanging)
        rows.append(row)
        size += len(row)
        if size > MOST_CELLS:
            raise too_wide(name)
    return rows


def _laid_out(
    cells: list[_Cell], hanging: dict[int, tuple[int, str]]
) -> tuple[list[str], dict[int, tuple[int, str]]]:
    """Return a row, and by column how many rows below it a cell still fills, with its text."""
    row: list[str] = []
    below: dict[int, tuple[int, str]] = {}
    waiting = cells[::-1]
    while waiting or any(column >= len(row) for column in hanging):
        column = len(row)
        if column in hanging:
            left, text = hanging[column]
            row.append(text)
            if left > 1:
                below[column] = (left - 1, text)
        elif waiting:
            cell = waiting.pop()
            if cell.rows > 1:
                below |= dict.fromkeys(
                    range(column, column + cell.columns), (cell.rows - 1, cell.text.strip())
                )
            row += [cell.text.strip()] * cell.columns
        else:
            row.append("")
    return row, below
