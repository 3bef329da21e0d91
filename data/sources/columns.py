"""The columns of postings and profiles: canonical names, what files call them, and what stays at the door."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz

from data.errors import FileProblem
from data.normalise.text import clean

__all__ = [
    "CORRECTION",
    "POSTING_COLUMNS",
    "PROFILE_COLUMNS",
    "RESUME_TEXT",
    "Column",
    "ColumnMap",
    "TableKind",
    "columns_of",
    "is_refused",
    "map_columns",
    "read_columns",
    "score_header",
]


class TableKind(StrEnum):
    """What a table is about."""

    POSTING = "posting"
    """招聘信息."""
    PROFILE = "profile"
    """人才档案."""


@dataclass(frozen=True)
class Column:
    """One column: its canonical name, its heading in the template and what else files call it."""

    name: str
    """Canonical name."""
    heading: str
    """Heading in the office's template."""
    aliases: str
    """Other headings, divided by blanks, the most telling first; of several in one file the first counts."""
    required: bool = False
    """True when a table without it cannot be read."""
    joint: str = ""
    """What joins the cells where several columns of a file together are this one; empty: only one can be."""

    @property
    def keys(self) -> tuple[str, ...]:
        """All headings in their comparable form, the canonical name included."""
        return tuple(_key(name) for name in (self.name, self.heading, *self.aliases.split()))


@dataclass(frozen=True)
class ColumnMap:
    """What became of the columns of a file."""

    mapped: dict[str, str]
    """Column of the file to canonical name."""
    refused: tuple[str, ...]
    """不接收的列: personal data, and attributes that the product may not use."""
    ignored: tuple[str, ...]
    """Columns that are known and not needed, or say again what another one says."""
    unknown: tuple[str, ...]
    """Columns that nobody has heard of."""


POSTING_COLUMNS = (
    Column("posting_id", "岗位编号", "信息编号 招聘信息编号 职位编号 岗位id 职位id 招聘编号 job_id id"),
    Column("source", "数据来源", "来源 来源平台 招聘平台 渠道"),
    Column("source_row", "来源行号", ""),
    Column(
        "title",
        "岗位名称",
        "职位名称 招聘岗位 招聘职位 需求岗位 拟招聘岗位 招聘岗位名称 岗位需求名称 岗位 职位 岗位名 职位名"
        " 招聘工种 工种名称 工种"
        " 职务 job_title position job",
        required=True,
    ),
    Column(
        "employer",
        "用人单位",
        "用人单位名称 单位名称 企业名称 公司名称 招聘单位 招聘企业 需求单位 机构名称 公司 企业 单位 雇主"
        " company_name company"
        " organization",
        required=True,
    ),
    Column("credit_code", "统一社会信用代码", "社会信用代码 统一信用代码 信用代码 机构代码 uscc"),
    Column("industry", "所属行业", "industry_raw 行业类别 行业分类 行业 所属产业 产业类别 产业"),
    Column(
        "place",
        "工作地点",
        "city_raw 工作地 工作地址 工作城市 工作区域 所在地区 所在区县 所在地 地点 地区 区域 单位地址 地址"
        " location 城市 city",
    ),
    Column(
        "salary",
        "薪酬待遇",
        "salary_raw 薪资待遇 工资待遇 薪酬范围 薪资范围 薪酬标准 工资标准 薪资水平 薪酬水平 提供薪酬"
        " 年薪待遇 月薪待遇 薪酬 薪资"
        " 工资 月工资 月薪 年薪 待遇 福利待遇 pay",
    ),
    Column("education", "学历要求", "最低学历 学历 学历学位要求 学历学位 学历层次 文化程度 教育程度 edu"),
    Column("skill_level", "技能等级", "技能等级要求 职业技能等级 技能级别 职业资格等级 技术等级 等级要求"),
    Column(
        "experience",
        "工作年限",
        "工作经验要求 工作年限要求 工作经验 经验要求 年限要求 经验 工作经历 从业年限 年限",
    ),
    Column(
        "headcount",
        "需求人数",
        "招聘人数 拟招聘人数 拟招人数 计划招聘人数 引进人数 招录人数 岗位人数 人数 需求数量 招聘数量"
        " 招聘名额 需求数 名额 数量",
    ),
    Column("skills", "技能要求", "tags 能力要求 专业技能 技能标签 职位标签 技能 标签 关键词", joint="、"),
    Column(
        "duties",
        "岗位职责与要求",
        "description 岗位职责 工作职责 主要职责 职责 工作内容 职位描述 岗位描述 岗位说明 任职要求 任职条件"
        " 任职资格 岗位要求 岗位条件"
        " 职位要求 招聘条件 引进条件 具体要求 其他要求",
        joint="\n",
    ),
    Column("majors", "专业要求", "需求专业 所学专业 相关专业 专业方向 专业名称 学科专业 专业"),
    Column("licences", "证书要求", "资格证书要求 资格证书 职业证书 职业资格 执业资格 持证要求 证书"),
    Column("languages", "语言要求", "外语要求 外语水平 外语 语言"),
    Column("engagement", "引才方式", "引进方式 用工形式 用工方式 聘用方式 合作方式 工作性质 工作类型"),
    Column("time_share", "时间投入", "投入时间 时间投入要求 时间占比 工作量占比 每周工作时间"),
    Column("months", "工作月份", "用工月份 服务月份 在岗月份 需求月份 用工季节 服务时段"),
    Column(
        "posted_on",
        "发布日期",
        "posted_at 发布时间 发布日 登记日期 填报日期 填报时间 更新时间 更新日期 刷新时间 刷新日期",
    ),
    Column("observed_on", "采集日期", "scraped_at 采集时间 采集月份 抓取时间"),
    Column("start_by", "到岗时间", "到岗日期 要求到岗时间 计划到岗时间 上岗时间 入职时间"),
    Column("valid_until", "有效期", "有效期至 有效期限 截止日期 截止时间 报名截止时间 招聘截止日期"),
    Column("closed_on", "关闭日期", "关闭时间 结束日期 下架时间 招聘结束时间"),
    Column("outcome", "结果", "招聘结果 招聘状态 招聘情况 完成情况 岗位状态 状态"),
    Column("synthetic", "数据性质", "是否合成 合成数据 is_synthetic"),
)
"""Columns of a table of postings, in the order of the template."""

PROFILE_COLUMNS = (
    Column("profile_id", "档案编号", "人才编号 人员编号 档案号 编号 person_id id"),
    Column(
        "title",
        "从事岗位",
        "求职意向 意向岗位 期望岗位 应聘岗位 求职岗位 期望职位 意向职位 现任岗位 从事职业 职业 岗位名称"
        " 岗位 职位 职务 工种"
        " job_title",
        required=True,
    ),
    Column("summary", "经历摘要", "工作经历 项目经历 经历 主要业绩 业绩 个人简介 自我评价 简介", joint="\n"),
    Column("skills", "技能", "能力 技能特长 专业技能 掌握技能 特长 专长 擅长领域 研究方向 tags", joint="、"),
    Column("majors", "所学专业", "毕业专业 专业名称 学科专业 专业 研究领域"),
    Column("education", "学历", "最高学历 学历学位 学历层次 文化程度 教育程度 学位"),
    Column("skill_level", "技能等级", "职业技能等级 技能级别 职业资格等级 技术等级"),
    Column("experience_years", "工作年限", "工作经验 从业年限 经验年限 工龄 年限 experience"),
    Column("place", "所在地", "现居地 现居住地 现所在地 所在城市 所在地区 居住地 工作地点 city"),
    Column("willing_places", "意向地点", "意向工作地点 意向城市 期望工作地 期望地点 期望城市 求职地区"),
    Column("engagement", "引才方式", "意向方式 可接受方式 合作方式 求职类型 工作性质 用工形式"),
    Column("time_share", "时间投入", "可投入时间 投入时间 时间占比 每周可投入时间"),
    Column("months", "可到岗月份", "可来月份 可服务月份 到岗月份 候鸟月份 工作月份 服务时段"),
    Column(
        "pay_floor", "最低薪酬", "最低月薪 期望薪酬 期望薪资 期望月薪 期望待遇 意向薪酬 薪酬要求 薪资要求"
    ),
    Column("available_on", "可到岗时间", "可到岗日期 最快到岗时间 到岗时间 可入职时间"),
    Column("active_on", "更新日期", "最近确认日期 更新时间 确认日期 最近活跃 登记日期 登记时间 填报日期"),
    Column("licences", "持有证书", "职业资格证书 资格证书 职业资格 持证情况 证书"),
    Column("languages", "语言", "语言能力 掌握语言 外语水平 外语"),
    Column("synthetic", "数据性质", "是否合成 合成数据 is_synthetic"),
)
"""Columns of a table of profiles, in the order of the template."""

RESUME_TEXT = "简历文本"
"""Column that holds the text of a résumé as kept; it is no field."""

CORRECTION = "更正提示"
"""Column that we add to rows handed back to be corrected; it is no field and no part of a header."""

_IGNORED = frozenset(
    {
        "序号", "no", "index", "备注", "说明", "company_type", "company_size", "企业性质", "单位性质",
        "企业规模", "单位规模",
    }
    | {
        "function_raw",
        "applicants",
        "extra",
        "city",
        "liaoning_city",
        "key_industry_hint",
        "desc_len",
        "企业简介",
    }
    | {"重点产业", "单位简介", "人员规模", "岗位类别", "职位类别", RESUME_TEXT, CORRECTION}
)  # fmt: skip
_REFUSED = re.compile(
    "性别|年龄|出生|生日|民族|宗教|籍贯|户籍|户口|婚姻|婚育|婚否|生育|照片|相片|政治面貌|健康状况|残疾|身高|体重|血型"
    "|身份证|证件号|护照号|电话|手机|联系方式|联系人|邮箱|电子邮件|微信|qq号?$|住址|通讯地址|联系地址|第一学历|毕业院校|毕业学校"
    "|院校名称|人事关系|姓名$|^名字$"
)
_REFUSED_ENGLISH = frozenset(
    {
        "name",
        "sex",
        "gender",
        "age",
        "birthday",
        "birth_date",
        "ethnicity",
        "religion",
        "marital_status",
        "photo",
    }
    | {"phone", "mobile", "email", "wechat", "id_card", "address", "hukou", "school", "contact"}
)
_NOT_PART = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[\s*:/／]|必填|选填")
_JOINT = "_"
_SAID = -1
_CLOSE_ENOUGH = 60.0


def columns_of(kind: TableKind) -> tuple[Column, ...]:
    """Return the columns of a kind of table, in the order of the template."""
    return POSTING_COLUMNS if kind == TableKind.POSTING else PROFILE_COLUMNS


def _key(heading: str) -> str:
    """Return the comparable form of a heading: 薪酬待遇（万元/年）* becomes 薪酬待遇."""
    return _NOT_PART.sub("", clean(heading).lower())


def _keys(heading: str) -> tuple[str, ...]:
    """Return a heading, and its last part where two header rows were joined."""
    key = _key(heading)
    return (key, key.rsplit(_JOINT, 1)[1]) if _JOINT in key else (key,)


@cache
def _lookup(kind: TableKind) -> dict[str, tuple[str, int]]:
    """Map each comparable heading to its canonical name and its place among the aliases."""
    table: dict[str, tuple[str, int]] = {}
    for column in columns_of(kind):
        for rank, key in enumerate(column.keys):
            table.setdefault(key, (column.name, rank))
    return table


def is_refused(heading: str, kind: TableKind | None = None) -> bool:
    """Tell whether a column holds what may not be stored: personal data or an excluded attribute.

    Parameters
    ----------
    heading
        Name of the column in the file.
    kind
        What the table is about; a heading known there is never refused.

    Returns
    -------
    bool
        True for 姓名, 电话, 性别, 年龄要求 and the like.
    """
    keys = _keys(heading)
    kinds = tuple(TableKind) if kind is None else (kind,)
    if any(key in _lookup(each) for each in kinds for key in keys):
        return False
    return any(key in _REFUSED_ENGLISH or _REFUSED.search(key) is not None for key in keys)


def score_header(names: Sequence[str]) -> int:
    """Return how many different columns of either kind a row of headings names."""
    found: set[str] = set()
    refused = 0
    for name in names:
        hits = {_lookup(kind)[key][0] for kind in TableKind for key in _keys(name) if key in _lookup(kind)}
        found |= set(sorted(hits)[:1])
        refused += bool(name) and not hits and is_refused(name)
    return len(found) + refused


def read_columns(
    names: Sequence[str], kind: TableKind, *, mapping: Mapping[str, str | None] | None = None
) -> ColumnMap:
    """Sort the columns of a file.

    Parameters
    ----------
    names
        Names of the columns as they stand in the file.
    kind
        What the table is about.
    mapping
        What a person said that columns mean, null to leave one out; it wins over what their names say, but
        cannot let in a column that is refused.

    Returns
    -------
    ColumnMap
        Every name in exactly one of its parts.
    """
    lookup = _lookup(kind)
    said = {name: field for name, field in (mapping or {}).items() if not is_refused(name, kind)}
    hits = {name: next((lookup[key] for key in _keys(name) if key in lookup), None) for name in names}
    hits |= {name: None if field is None else (field, _SAID) for name, field in said.items() if name in hits}
    first: dict[str, int] = {}
    for canonical, rank in filter(None, hits.values()):
        first[canonical] = min(rank, first.get(canonical, rank))
    joined = {column.name for column in columns_of(kind) if column.joint}
    mapped: dict[str, str] = {}
    for name, hit in hits.items():
        if hit and (hit[0] in joined or (hit[1] == first[hit[0]] and hit[0] not in mapped.values())):
            mapped[name] = hit[0]
    rest = [name for name in names if name not in mapped]
    refused = tuple(name for name in rest if is_refused(name, kind))
    ignored = tuple(
        name
        for name in rest
        if name not in refused and (hits[name] or name in said or _IGNORED & set(_keys(name)))
    )
    unknown = tuple(name for name in rest if name not in refused and name not in ignored)
    return ColumnMap(mapped=mapped, refused=refused, ignored=ignored, unknown=unknown)


def map_columns(
    names: Sequence[str], kind: TableKind, *, mapping: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Return which columns of a file are which canonical ones.

    Parameters
    ----------
    names
        Names of the columns as they stand in the file.
    kind
        What the table is about.
    mapping
        What a person said that columns mean; it wins over what their names say.

    Returns
    -------
    dict of str to str
        Column of the file to canonical name, in the order of the file.

    Raises
    ------
    FileProblem
        ``columns_missing`` when a required column is not there; the message names what was found instead.

    Examples
    --------
    >>> map_columns(["职位名称", "企业名称", "人数"], TableKind.POSTING)
    {'职位名称': 'title', '企业名称': 'employer', '人数': 'headcount'}
    """
    mapped = read_columns(names, kind, mapping=mapping).mapped
    missing = [
        column for column in columns_of(kind) if column.required and column.name not in mapped.values()
    ]
    if missing:
        raise _missing(missing, [name for name in names if name not in mapped], names)
    return mapped


def _missing(missing: Sequence[Column], candidates: Sequence[str], names: Sequence[str]) -> FileProblem:
    lacking = "、".join(column.heading for column in missing)
    guesses = [
        f"“{candidate}”改为“{column.heading}”"
        for column in missing
        if (candidate := _closest(column, candidates)) is not None
    ]
    hint = (
        f"如果就是这一列，请把{'，'.join(guesses)}，或用 --mapping 说明列的对应"
        if guesses
        else f"请补上{lacking}列，用 --mapping 说明列的对应，或下载模板填报"
    )
    return FileProblem(
        "columns_missing", f"缺少必需的列：{lacking}；文件中的列有：{'、'.join(names)}", hint=hint
    )


def _closest(column: Column, candidates: Sequence[str]) -> str | None:
    """Return the column of the file whose name comes nearest to one of the headings."""
    scores = {name: max(fuzz.ratio(_key(name), key) for key in column.keys) for name in candidates}
    name = max(scores, key=lambda each: scores[each], default=None)
    return name if name is not None and scores[name] >= _CLOSE_ENOUGH else None
