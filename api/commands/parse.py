"""``yingcai parse``: show how one cell is read."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from api.console import JsonOption, RegionOption, Session, say, show_json
from data.normalise.readings import Circumstances, ParserName, Reading, read_text, reading_in_words
from data.store.moments import beijing_today


def run(
    what: Annotated[ParserName, typer.Argument(help="读成什么", show_default=False)],
    texts: Annotated[
        list[str] | None, typer.Argument(metavar="TEXT…", help="要读的文字；不写则逐行读标准输入")
    ] = None,
    *,
    header: Annotated[str, typer.Option(help="列名，其中可写薪酬单位，如 万元/年")] = "",
    region: RegionOption = None,
    as_json: JsonOption = False,
) -> None:
    """看单元格怎样读：每条文字的读法，读不出的给出错误代码和改法；全部读出时退出码为 0，否则为 1。"""
    codes = Session(region=region).region.place_codes if what is ParserName.PLACE else ()
    given = Circumstances(today=beijing_today(), region_codes=codes, header=header)
    lines = texts or [line.rstrip("\r\n") for line in sys.stdin]
    readings = [read_text(what, text, given) for text in lines]
    if as_json:
        show_json([_record(reading) for reading in readings])
    else:
        for reading in readings:
            _show(what, reading)
    if any(reading.error for reading in readings):
        raise typer.Exit(1)


def _record(reading: Reading) -> dict[str, Any]:
    error = reading.error
    return {
        "text": reading.text,
        "value": reading.value,
        "error": None if error is None else {"code": error.code, "message": str(error)},
    }


def _show(what: ParserName, reading: Reading) -> None:
    hint = f" {reading.error}" if reading.error else ""
    say(f"{reading.text} → {reading_in_words(what, reading)}{hint}")
