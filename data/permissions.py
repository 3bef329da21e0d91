"""What callers may do: scopes, and the roles of the office that bundle them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final, Self

__all__ = ["DEFAULT_SCOPES", "OFFICE_SCOPES", "Role", "Scope", "known_scopes"]


class Scope(StrEnum):
    """One thing that a caller may do with one kind of resource."""

    label: str
    """What it allows, in Chinese."""

    def __new__(cls, value: str, label: str) -> Self:
        """Make a member that knows its Chinese description."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    POSTINGS_READ = "postings:read", "读取招聘信息"
    POSTINGS_WRITE = "postings:write", "报送、更正招聘信息"
    VACANCIES_READ = "vacancies:read", "读取需求"
    PROFILES_READ = "profiles:read", "读取化名的人才档案"
    PROFILES_WRITE = "profiles:write", "登记、更正人才档案"
    PROFILES_UNMASK = "profiles:unmask", "经本人同意并写明目的后查看身份信息"
    CONSENTS_READ = "consents:read", "读取同意记录"
    CONSENTS_WRITE = "consents:write", "登记、撤回同意"
    MATCHES_READ = "matches:read", "人岗匹配与放宽建议"
    JOBS_READ = "jobs:read", "读取批量匹配任务及其结果"
    JOBS_WRITE = "jobs:write", "提交、取消批量匹配任务"
    FEEDBACK_READ = "feedback:read", "读取反馈"
    FEEDBACK_WRITE = "feedback:write", "报送反馈"
    SEARCHES_READ = "searches:read", "读取保存的检索"
    SEARCHES_WRITE = "searches:write", "保存、删除检索"
    CATALOGUES_READ = "catalogues:read", "读取目录、版次与条目"
    CATALOGUES_WRITE = "catalogues:write", "编制目录版次"
    CATALOGUES_APPROVE = "catalogues:approve", "审定、签发目录版次"
    OBJECTIONS_READ = "objections:read", "读取异议"
    OBJECTIONS_WRITE = "objections:write", "提出、办理异议"
    FORECASTS_READ = "forecasts:read", "读取预测与回测"
    INDICATORS_READ = "indicators:read", "读取指标"
    TAXONOMY_READ = "taxonomy:read", "查找职业、行业、专业编码"
    BULLETINS_READ = "bulletins:read", "读取通报"
    STREAMS_READ = "streams:read", "读取数据快照与变更流"
    AUDIT_READ = "audit:read", "查询审计记录"
    ACCESS_MANAGE = "access:manage", "管理机构、密钥与用户"


DEFAULT_SCOPES: Final = frozenset(
    {
        Scope.BULLETINS_READ,
        Scope.CATALOGUES_READ,
        Scope.FEEDBACK_WRITE,
        Scope.FORECASTS_READ,
        Scope.INDICATORS_READ,
        Scope.MATCHES_READ,
        Scope.TAXONOMY_READ,
        Scope.VACANCIES_READ,
    }
)
"""What a new key may do unless it is told otherwise: nothing that names a person or changes a catalogue."""

OFFICE_SCOPES: Final = frozenset(
    {Scope.ACCESS_MANAGE, Scope.AUDIT_READ, Scope.CATALOGUES_APPROVE, Scope.CATALOGUES_WRITE}
)
"""What no agency may do, whatever its key says: these know no owners."""

_SEEN_BY_ALL: Final = frozenset(
    scope
    for scope in Scope
    if scope.endswith(":read") and scope not in {Scope.AUDIT_READ, Scope.STREAMS_READ, Scope.CONSENTS_READ}
)
_EDITED: Final = frozenset(
    {
        Scope.CATALOGUES_WRITE,
        Scope.CONSENTS_READ,
        Scope.CONSENTS_WRITE,
        Scope.FEEDBACK_WRITE,
        Scope.JOBS_WRITE,
        Scope.OBJECTIONS_WRITE,
        Scope.POSTINGS_WRITE,
        Scope.PROFILES_WRITE,
        Scope.SEARCHES_WRITE,
    }
)
_DONE_BY_AGENCIES: Final = (_EDITED | {Scope.PROFILES_UNMASK}) - OFFICE_SCOPES


class Role(StrEnum):
    """What somebody does in the office, where one person may have several roles, or in an agency."""

    label: str
    """Its name, in Chinese."""
    scopes: frozenset[Scope]
    """What it allows."""

    def __new__(cls, value: str, label: str, scopes: frozenset[Scope]) -> Self:
        """Make a member that knows its Chinese name and what it allows."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.scopes = scopes
        return member

    EDITOR = "editor", "编辑", _SEEN_BY_ALL | _EDITED
    APPROVER = "approver", "审定", _SEEN_BY_ALL | {Scope.CATALOGUES_APPROVE, Scope.OBJECTIONS_WRITE}
    EVALUATOR = "evaluator", "评估（只读）", _SEEN_BY_ALL
    DATA_SCIENTIST = "data_scientist", "数据科学", _SEEN_BY_ALL | {Scope.STREAMS_READ, Scope.JOBS_WRITE}
    ADMIN = (
        "admin",
        "管理员",
        frozenset({Scope.ACCESS_MANAGE, Scope.AUDIT_READ, Scope.CATALOGUES_READ, Scope.TAXONOMY_READ}),
    )
    AGENCY = "agency", "机构经办", _SEEN_BY_ALL | _DONE_BY_AGENCIES


def known_scopes(values: Iterable[Any]) -> frozenset[Scope]:
    """Return those values that are scopes; what this version does not know allows nothing.

    Parameters
    ----------
    values
        Scopes as text, from a token or the database.

    Returns
    -------
    frozenset of Scope
        Empty when none is known.

    Examples
    --------
    >>> sorted(known_scopes(["matches:read", "moon:read"]))
    [<Scope.MATCHES_READ: 'matches:read'>]
    """
    known = {scope.value: scope for scope in Scope}
    return frozenset(known[value] for value in values if value in known)
