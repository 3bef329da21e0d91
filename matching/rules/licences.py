"""Which licence a name means, whether one stands for another, and which ones the law requires for the work.

Employers and people write one licence in many ways: 特种作业操作证（低压电工作业）, 低压电工证. A name is
brought to a subject and its scope; two names are compared as whole terms, never as pieces of text: 焊工证
says nothing of 高压焊工证, and 叉车证 is not part of 铲车叉车维修证.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from matching.rules.rule import Verdict

__all__ = ["Licence", "is_required_by_law", "judge_licence", "read_licence"]

_BRACKETED = re.compile(r"^(.+?)\((.*)\)$")
_FRAMES = frozenset(
    {"特种作业", "特种设备安全管理和作业人员", "特种设备作业人员", "建筑施工特种作业", "特种设备"}
)
"""Licences that say nothing without the work in their brackets."""

_DRIVING = "机动车驾驶"
_DRIVING_WORDS = re.compile(r"机动车驾驶员?|汽车驾驶|驾驶|驾照|驾$")
_CLASS = re.compile(r"(?<![A-Z0-9])([A-Z][0-9]{0,2})(?![A-Z0-9])")
_DRIVING_CLASS = re.compile(r"A[123]|B[12]|C[1-6]")
_CLASSES = {
    "A1": "A3 B1 B2 C1 C2 C3 C4",
    "A2": "B1 B2 C1 C2 C3 C4",
    "A3": "C1 C2 C3 C4",
    "B1": "C1 C2 C3 C4",
    "B2": "C1 C2 C3 C4",
    "C1": "C2 C3",
}
"""Classes of driving licences that a class includes (公安部令第162号 附件1)."""

_CLASS_OF = {"叉车": "N1"}
"""Subjects with a single class of their own (市场监管总局公告2019年第3号)."""

_ENDS = re.compile(
    r"(?:职业资格|执业资格|从业资格|资格|职业技能等级|技能等级|操作|上岗|执业|从业|许可|适任|合格)?"
    r"(?:证书|证照|执照|证|照)$"
)
_TAILS = re.compile(r"(?:工艺)?(?:作业|操作|司机|驾驶)$")

_SAME = {
    "焊接": "焊工",
    "电焊工": "焊工",
    "电焊": "焊工",
    "叉车工": "叉车",
    "场内叉车": "叉车",
    "起重": "起重机",
    "桥式起重机": "起重机",
    "行车": "起重机",
    "天车": "起重机",
    "司炉工": "司炉",
    "锅炉司炉": "司炉",
    "锅炉": "司炉",
    "锅炉工": "司炉",
    "登高": "登高架设",
    "高处": "高处安装、维护、拆除",
    "安全工程师": "注册安全工程师",
    "注安师": "注册安全工程师",
    "注安": "注册安全工程师",
    "会计从业": "会计",
}
"""Other ways to write a subject."""

_KINDS = {
    "电工": {"低压电工", "高压电工", "防爆电气", "维修电工", "电力电缆", "继电保护", "电气试验"},
    "焊工": {"熔化焊接与热切割", "压力焊", "钎焊", "金属焊接"},
    "起重机": {"门式起重机", "塔式起重机", "流动式起重机"},
    "司炉": {"工业锅炉司炉", "电站锅炉司炉"},
    "高处": {"登高架设", "高处安装、维护、拆除"},
    "危险化学品安全": {
        "光气及光气化", "氯碱电解", "氯化", "硝化", "合成氨", "裂解(裂化)", "氟化", "加氢", "重氮化", "氧化",
        "过氧化", "胺基化", "磺化", "聚合", "烷基化", "化工自动化控制仪表",
    },
    "注册安全工程师": {"中级注册安全工程师", "高级注册安全工程师"},
    "建造师": {"一级建造师", "二级建造师"},
}  # fmt: skip
"""What counts as a kind of a subject that employers name as a whole (特种作业目录, 特种设备作业人员资格)."""

_BY_LAW = re.compile(
    "特种作业|特种设备|电工|防爆电气|电力电缆|继电保护|电气试验|焊|登高|高处|高空|制冷与空调|煤矿|矿山|"
    "司钻|煤气|危险化学品|危化|工艺作业|化工自动化控制仪表|烟花爆竹|爆破|叉车|起重|吊车|行车|天车|锅炉|司炉|"
    "压力容器|压力管道|气瓶|电梯|索道|无损检测|驾驶|驾照|驾证|船员|船舶|引航|适任|危险货物|道路.*运输|押运|"
    "客运|轨道列车|航空|飞行|空管|消防设施操作|消防工程师|保安员|医师|医生|护士|药师|兽医|教师资格|法律职业|"
    "律师|注册会计师|建造师|监理工程师|造价工程师|造价师|建筑师|注册.*工程师|安全工程师|安全员|安全管理|"
    "估价师|验船师|计量师|核安全|健康证|导游|拍卖师|救生员|海船|渔业"
)
"""Words of licences without which the work may not be done: the entry class of 国家职业资格目录（2021年版）,
特种作业, 特种设备, driving, ships. Wider than the law on purpose: what may be required is never offered to be
dropped."""


class Licence(NamedTuple):
    """What a name of a licence says."""

    subject: str
    """The work or title it is for."""
    scope: str
    """Specialty or class; empty when the name gives none."""


@lru_cache(maxsize=16384)
def read_licence(name: str) -> Licence:
    """Bring the name of a licence to its subject and scope.

    Parameters
    ----------
    name
        As written by an employer or a person.

    Returns
    -------
    Licence
        Subject and scope, comparable as whole terms.

    Examples
    --------
    >>> read_licence("特种作业操作证（低压电工作业）")
    Licence(subject='低压电工', scope='')
    >>> read_licence("机动车驾驶证（A2）")
    Licence(subject='机动车驾驶', scope='A2')
    """
    plain = _plain(name)
    bracketed = _BRACKETED.match(plain)
    head, inner = (bracketed[1], bracketed[2]) if bracketed else (plain, "")
    if inner and _frame(head):
        head, inner = inner, ""
    found = _CLASS.search(head) or _CLASS.search(inner)
    letter = found[1] if found else ""
    if ("司机" not in head and _DRIVING_WORDS.search(head)) or _DRIVING_CLASS.fullmatch(plain):
        return Licence(_DRIVING, letter)
    if letter and letter in head:
        head, inner = head.replace(letter, "", 1), letter
    subject = _subject(head)
    return Licence(subject, _bare(inner) or _CLASS_OF.get(subject, ""))


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).upper()


def _frame(plain: str) -> str:
    """Return the frame that a name begins with; empty for a licence that names its own work."""
    bare = _bare(plain.split("(", 1)[0])
    return bare if bare in _FRAMES else ""


def _bare(text: str) -> str:
    return _ENDS.sub("", text)


def _subject(text: str) -> str:
    bare = _bare(text)
    if bare in _FRAMES:
        return bare
    plain = _TAILS.sub("", bare) or bare
    return _SAME.get(plain, plain)


@lru_cache(maxsize=65536)
def judge_licence(asked: str, held: str) -> Verdict:
    """Tell whether one licence held is the one asked for.

    Parameters
    ----------
    asked
        Name as the employer wrote it.
    held
        Name as the person wrote it.

    Returns
    -------
    Verdict
        PASS for the same licence or a kind of it, UNKNOWN where the name held is too general to tell,
        FAIL for another licence.

    Examples
    --------
    >>> judge_licence("电工证", "低压电工证").value
    'pass'
    >>> judge_licence("低压电工证", "电工证").value
    'unknown'
    """
    want, have = read_licence(asked), read_licence(held)
    if want.subject == have.subject or have.subject in _KINDS.get(want.subject, ()):
        return _judge_scope(want.scope, have.scope)
    if want.scope and want.scope == have.scope and not (want.subject and have.subject):
        return Verdict.PASS
    if want.subject in _FRAMES and _frame(_plain(held)) == want.subject:
        return Verdict.PASS
    return Verdict.UNKNOWN if _is_related(want, have, asked=asked, held=held) else Verdict.FAIL


def _judge_scope(want: str, have: str) -> Verdict:
    if not want or want == have or want in _CLASSES.get(have, "").split():
        return Verdict.PASS
    unsure = not have or (not _CLASS.fullmatch(want) and (want in have or have in want))
    return Verdict.UNKNOWN if unsure else Verdict.FAIL


def _is_related(want: Licence, have: Licence, *, asked: str, held: str) -> bool:
    """Tell whether the names leave open that one licence is the other.

    Words before a subject, as in 高压焊工, may narrow the licence or make it another one: nothing is decided
    by them. A frame or a class without its work may stand for any licence of the entry class.
    """
    short, long = sorted((want.subject, have.subject), key=len)
    if want.subject in _KINDS.get(have.subject, ()) or (len(short) > 1 and long.endswith(short)):
        return True
    vague = bool(_FRAMES & {want.subject, have.subject}) or (
        "" in (want.subject, have.subject) and "" in (want.scope, have.scope)
    )
    return vague and is_required_by_law(asked) and is_required_by_law(held)


def is_required_by_law(name: str) -> bool:
    """Tell whether the work may be forbidden without this licence, so that no employer can waive it.

    Parameters
    ----------
    name
        Name of the licence.

    Returns
    -------
    bool
        True for every licence that belongs, or may belong, to the entry class.

    Examples
    --------
    >>> is_required_by_law("低压电工证"), is_required_by_law("普通话二级甲等证书")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", name).upper()
    return bool(_BY_LAW.search(plain) or _CLASS.search(plain))
