"""Write a catalogue for print and for machines: one workbook, one CSV file, one JSON document."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from data.catalogue.columns import cell_value, file_columns
from data.catalogue.entries import AnyCatalogue, published
from data.catalogue.workbook import write_workbook
from data.formulas import guarded

__all__ = ["export_catalogue", "write_table"]


def export_catalogue(catalogue: AnyCatalogue, folder: Path) -> list[Path]:
    """Write the workbook, the CSV file and the JSON document of a catalogue.

    Parameters
    ----------
    catalogue
        The catalogue; one without entries gives tables with a header only.
    folder
        Folder to write to; it is made when absent. Files of the same kind and edition are replaced.

    Returns
    -------
    list of Path
        The three files; the same catalogue gives the same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    catalogue = published(catalogue)
    stem = f"{catalogue.kind.value}-catalogue-{re.sub(r'[^0-9A-Za-z._-]', '_', catalogue.edition)}"
    workbook, table, document = (folder / f"{stem}.{suffix}" for suffix in ("xlsx", "csv", "json"))
    write_workbook(catalogue, workbook)
    write_table(catalogue, table)
    document.write_text(catalogue.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    return [workbook, table, document]


def write_table(catalogue: AnyCatalogue, path: Path) -> None:
    """Write the entries of a catalogue as CSV that a spreadsheet opens as UTF-8.

    Parameters
    ----------
    catalogue
        The catalogue as published; one without entries gives the header only.
    path
        File to write.
    """
    columns = file_columns(catalogue.kind)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([column.header for column in columns])
        for entry in catalogue.entries:
            writer.writerow([guarded(cell_value(entry, column)) for column in columns])
