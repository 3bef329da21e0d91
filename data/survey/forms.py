"""Survey forms: what the law wants on their head, and the items they ask for."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import yaml
from pydantic import ConfigDict, Field, StringConstraints, ValidationError, model_validator

from data.database import upsert
from data.errors import FileProblem, InputError, UnknownName
from data.records import Record
from data.survey.schema import form, form_return
from data.survey.store import SurveyStore

__all__ = ["Form", "Item", "ItemKind", "form_for_returns", "read_form", "read_form_file", "write_form"]

_Stated = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class ItemKind(StrEnum):
    """What an item's answers are."""

    NUMBER = "数值"
    """A number, to be summed."""
    CATEGORY = "分类"
    """A name that groups units, such as the industry."""


class Item(Record):
    """An item of a form."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    code: _Stated = Field(alias="代码")
    """Code of the item: the column of a return."""
    label: _Stated = Field(alias="名称")
    """What it asks, in words; may stand in the column instead of the code."""
    kind: ItemKind = Field(default=ItemKind.NUMBER, alias="类型")
    """What its answers are."""


class Form(Record):
    """An approved form of a statistical survey (统计法 §§15–17)."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    form_number: _Stated = Field(alias="表号")
    """Number of the form."""
    title: _Stated = Field(alias="表名")
    """Its title."""
    issued_by: _Stated = Field(alias="制定机关")
    """Office that made it."""
    approval_number: _Stated = Field(alias="批准文号")
    """Number of the approval by the statistics office."""
    valid_from: dt.date = Field(alias="有效期起")
    """First day on which returns may be asked for."""
    valid_until: dt.date = Field(alias="有效期止")
    """Last day."""
    items: Annotated[tuple[Item, ...], Field(alias="指标", min_length=1)]
    """What it asks for."""

    @model_validator(mode="after")
    def _hold_together(self) -> Form:
        if self.valid_until < self.valid_from:
            raise ValueError("有效期止早于有效期起")
        codes = [item.code for item in self.items]
        if len(set(codes)) < len(codes):
            raise ValueError("指标代码有重复")
        return self

    def item(self, code: str) -> Item:
        """Return an item by its code.

        Raises
        ------
        UnknownName
            ``survey_item_unknown``.
        """
        for each in self.items:
            if each.code == code:
                return each
        known = "、".join(each.code for each in self.items)
        raise UnknownName(
            "survey_item_unknown", f"表 {self.form_number} 没有指标 {code}", hint=f"可用：{known}"
        )


def read_form_file(path: Path) -> Form:
    """Read the description of a form.

    Parameters
    ----------
    path
        A YAML file with the names 表号, 表名, 制定机关, 批准文号, 有效期起, 有效期止 and 指标, each of
        these with 代码, 名称, 类型.

    Raises
    ------
    FileProblem
        ``form_unreadable``: something is missing, empty or no date.
    """
    try:
        return Form.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FileProblem("form_unreadable", f"读不了 {path}", hint="给出 UTF-8 的 YAML 文件") from error
    except ValidationError as error:
        wrong = "；".join(
            f"{'.'.join(map(str, item['loc'])) or '表'}：{item['msg']}" for item in error.errors()
        )
        raise FileProblem(
            "form_unreadable",
            f"{path.name} 不是完整的统计调查表：{wrong}",
            hint="表号、制定机关、批准文号、有效期限缺一不可（统计法第十七条）",
        ) from error


def write_form(store: SurveyStore, described: Form) -> None:
    """Register a form; once it has returns only its period of validity may change.

    Raises
    ------
    InputError
        ``form_in_use``.
    """
    with store.begin() as connection:
        used = connection.execute(
            sa.select(form_return.c.return_id)
            .where(form_return.c.form_number == described.form_number)
            .limit(1)
        ).first()
        if used and _without_period(_read(connection, described.form_number)) != _without_period(described):
            raise InputError(
                "form_in_use",
                f"表 {described.form_number} 已有报送，除有效期外不能再改",
                hint="新制定的表请用新的表号",
            )
        upsert(
            connection, form, [described.model_dump() | {"items": described.model_dump(mode="json")["items"]}]
        )


def read_form(store: SurveyStore, form_number: str) -> Form:
    """Return a registered form.

    Raises
    ------
    UnknownName
        ``form_unknown``.
    """
    with store.read() as connection:
        return _read(connection, form_number)


def form_for_returns(store: SurveyStore, form_number: str, *, today: dt.date) -> Form:
    """Return a form that may be filled in today.

    Raises
    ------
    UnknownName
        ``form_unknown``: nobody approved such a form.
    InputError
        ``form_expired``: today is outside its period of validity.
    """
    found = read_form(store, form_number)
    if not found.valid_from <= today <= found.valid_until:
        raise InputError(
            "form_expired",
            f"表 {form_number} 的有效期是 {found.valid_from} 至 {found.valid_until}，{today} 不能接收报送",
            hint="请先报统计机构批准延期，再用 yingcai survey form 更新",
        )
    return found


def _read(connection: sa.Connection, form_number: str) -> Form:
    query = sa.select(form).where(form.c.form_number == form_number)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise UnknownName(
            "form_unknown",
            f"没有登记表号为 {form_number} 的统计调查表",
            hint="未经批准的表不能收报送；批准后用 yingcai survey form 登记",
        )
    return Form.model_validate(dict(row))


def _without_period(described: Form) -> Form:
    return described.model_copy(update={"valid_from": dt.date.min, "valid_until": dt.date.max})
