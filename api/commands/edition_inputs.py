"""What people type or hand over about an edition, read into values."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import TypeAdapter, ValidationError

from data.errors import FileProblem, InputError, UnknownName
from data.regions.faults import describe_faults
from data.releases.errata import Erratum
from data.releases.lifecycle import Deed
from data.releases.registry import Release, find_release
from data.store.moments import beijing_today
from data.store.store import Store

__all__ = [
    "ByOption",
    "IdArgument",
    "OnOption",
    "ReasonOption",
    "RoleOption",
    "day_of",
    "deed_of",
    "json_value",
    "read_codes",
    "read_errata",
    "read_evidence",
    "release_at",
]

_MAX_BYTES = 5_000_000

IdArgument = Annotated[int, typer.Argument(metavar="ID", min=1, help="版次编号，见 yingcai edition list")]
ByOption = Annotated[str, typer.Option("--by", help="办理人")]
RoleOption = Annotated[str, typer.Option("--role", help="办理人的角色，如 编制组、办公室、分管领导")]
ReasonOption = Annotated[str, typer.Option("--reason", help="理由")]
OnOption = Annotated[
    dt.datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="办理日；缺省为今天，事后补录时写明")
]


def day_of(given: dt.datetime | None) -> dt.date:
    """Return the day given, today when none is."""
    return given.date() if given else beijing_today()


def deed_of(by: str, role: str, reason: str, on: dt.datetime | None) -> Deed:
    """Put together who takes a step, as what, why and when."""
    return Deed(by, role, reason, day_of(on), dt.datetime.now(dt.UTC))


def release_at(store: Store, reference: str) -> tuple[Release, str]:
    """Find the release and version of a reference such as ``3`` (its newest version) or ``3@2027.1``."""
    number, _, version = reference.partition("@")
    if not number.isdecimal():
        raise InputError(
            "edition_reference_unknown",
            f"“{reference}”不是版次编号",
            hint="写作 3 或 3@2027.1，编号见 edition list",
        )
    release = find_release(store, int(number))
    known = [record.version for record in release.versions]
    if version and version not in known:
        raise UnknownName(
            "version_unknown", f"版次 {number} 没有版本 {version}", hint=f"现有版本：{'、'.join(known)}"
        )
    return release, version or release.latest.version


def read_evidence(path: Path | None) -> dict[str, Any]:
    """Read the evidence of a step from a YAML or JSON file; empty without a file."""
    content = {} if path is None else _read_yaml(path)
    if not isinstance(content, dict):
        raise FileProblem("evidence_unreadable", f"{path} 不是“键: 值”", hint="字段见 yingcai edition show")
    return content


def read_errata(path: Path) -> tuple[Erratum, ...]:
    """Read corrections from a YAML or JSON list."""
    try:
        return TypeAdapter(tuple[Erratum, ...]).validate_python(_read_yaml(path))
    except ValidationError as error:
        raise FileProblem(
            "errata_unreadable",
            f"{path.name} 的勘误有误：{describe_faults(error)}",
            hint="每条写明 entry_id、field、old、new、reason、found_on",
        ) from error


def read_codes(path: Path | None) -> dict[str, Sequence[str]]:
    """Read a classification map: CSV with the columns ``old_code`` and ``new_code``; empty without a file."""
    found: dict[str, list[str]] = defaultdict(list)
    if path is not None:
        for row in csv.DictReader(_read_text(path).splitlines()):
            if not {"old_code", "new_code"} <= row.keys():
                raise FileProblem(
                    "codes_unreadable",
                    f"{path.name} 缺少列 old_code、new_code",
                    hint="每行一对原编码与新编码",
                )
            found[row["old_code"].strip()].append(row["new_code"].strip())
    return dict(found)


def json_value(text: str) -> Any:
    """Read a value as JSON where it is JSON, else as the text it is."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _read_yaml(path: Path) -> Any:
    try:
        return yaml.safe_load(_read_text(path)) or {}
    except yaml.YAMLError as error:
        first = str(error).splitlines()[0]
        raise FileProblem(
            "yaml_unreadable", f"{path.name} 不是 YAML 或 JSON：{first}", hint="检查缩进与引号"
        ) from error


def _read_text(path: Path) -> str:
    try:
        content = path.read_bytes()
        if len(content) > _MAX_BYTES:
            raise FileProblem(
                "file_too_large", f"{path.name} 超过 {_MAX_BYTES // 1_000_000} MB", hint="拆分后再传"
            )
        return content.decode("utf-8-sig")
    except OSError as error:
        raise FileProblem("file_inaccessible", f"无法读取 {path}", hint="检查路径与权限") from error
    except UnicodeDecodeError as error:
        raise FileProblem("not_utf8", f"{path.name} 不是 UTF-8 编码", hint="另存为 UTF-8") from error
