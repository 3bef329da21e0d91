"""What administrators type: read from forms, and what became of it told."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Final

from fastapi import Query
from starlette.datastructures import FormData

from api.access.principal import Principal
from api.dependencies import requires
from api.pages.fields import is_number
from data.errors import InputError
from data.permissions import Role, Scope

__all__ = ["Done", "Manager", "day_in", "number_in", "roles_in", "text_in"]

Manager = Annotated[Principal, requires(Scope.ACCESS_MANAGE)]
"""Who may manage people, agencies and keys."""

Done = Annotated[str, Query(max_length=20)]
"""What a form did, in the address that it led to."""

_LONGEST: Final = 512
_ROLES: Final = {role.value: role for role in Role}
_DIGITS: Final = 9


def text_in(form: FormData, name: str) -> str:
    """Return what was typed in a field, without spaces around it; empty for a file or none."""
    given = form.get(name)
    return given.strip()[:_LONGEST] if isinstance(given, str) else ""


def roles_in(form: FormData) -> list[Role]:
    """Return the roles that were ticked; what is none is passed over."""
    return [_ROLES[given] for given in form.getlist("roles") if isinstance(given, str) and given in _ROLES]


def day_in(form: FormData, name: str, label: str) -> dt.date:
    """Return a day that was typed.

    Parameters
    ----------
    form
        The form.
    name
        Name of the field.
    label
        What the field is called on the page.

    Raises
    ------
    InputError
        ``date_unreadable``.
    """
    try:
        return dt.date.fromisoformat(text_in(form, name))
    except ValueError as error:
        raise InputError(
            "date_unreadable", f"{label}没有填写或不是日期", hint="写成 2026-11-21 的样子"
        ) from error


def number_in(form: FormData, name: str, label: str) -> int | None:
    """Return a whole number that was typed; None for an empty field.

    Parameters
    ----------
    form
        The form.
    name
        Name of the field.
    label
        What the field is called on the page.

    Raises
    ------
    InputError
        ``number_unreadable``.
    """
    given = text_in(form, name)
    if not given:
        return None
    if not is_number(given, digits=_DIGITS):
        raise InputError("number_unreadable", f"{label}“{given[:20]}”不是整数", hint="只用数字，可以空着")
    return int(given)
