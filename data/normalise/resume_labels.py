"""What the headings and labels of a résumé mean, in Chinese, English and Russian."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from data.sources.columns import PROFILE_COLUMNS, TableKind, is_refused, read_columns

__all__ = ["Section", "field_of", "is_private", "section_of"]


class Section(StrEnum):
    """A part of a résumé."""

    HEADER = "header"
    """Before the first heading, and 个人信息: only what is known to be needed is kept."""
    OBJECTIVE = "objective"
    """求职意向."""
    EDUCATION = "education"
    """教育经历."""
    WORK = "work"
    """工作经历."""
    PROJECT = "project"
    """项目经历, internships included."""
    SKILL = "skill"
    """技能."""
    CERTIFICATE = "certificate"
    """证书."""
    LANGUAGE = "language"
    """语言."""
    SELF = "self"
    """自我评价."""
    OTHER = "other"
    """Kept as text, nothing read from it."""
    PRIVATE = "private"
    """Family and referees: dropped whole."""


_HEADINGS = {
    Section.HEADER: "个人简历 简历 求职简历 个人信息 基本信息 个人资料 基本资料 基本情况 个人概况"
    " 联系方式 resume cv"
    " curriculum_vitae personal_information personal_details personal_data contact contacts резюме"
    " личные_данные личная_информация контакты контактная_информация",
    Section.OBJECTIVE: "求职意向 求职目标 应聘意向 意向 期望工作 objective career_objective job_objective"
    " желаемая_должность цель",
    Section.EDUCATION: "教育经历 教育背景 学习经历 教育 学历 受教育经历 教育情况 学历背景 education"
    " education_background academic_background образование",
    Section.WORK: "工作经历 工作经验 工作履历 从业经历 职业经历 任职经历 主要工作经历 工作简历"
    " work_experience"
    " experience professional_experience employment employment_history work_history опыт_работы"
    " опыт трудовая_деятельность",
    Section.PROJECT: "项目经历 项目经验 主要项目 项目 科研项目 科研经历 实习经历 实习经验 社会实践 实践经历"
    " projects project_experience key_projects internship internships проекты стажировка",
    Section.SKILL: "技能 专业技能 技能特长 技术能力 职业技能 个人技能 掌握技能 技能专长 专业能力"
    " 能力特长 技术栈"
    " 相关技能 it技能 计算机技能 skills key_skills technical_skills core_skills core_competencies"
    " навыки ключевые_навыки профессиональные_навыки",
    Section.CERTIFICATE: "证书 资格证书 技能证书 职业资格 荣誉证书 证书情况 所获证书 持有证书 职业证书"
    " 技能等级"
    " 资质证书 certificates certifications licenses licences licenses_and_certifications"
    " сертификаты удостоверения",
    Section.LANGUAGE: "语言 语言能力 外语 外语能力 外语水平 语言水平 languages language_skills языки"
    " знание_языков иностранные_языки",
    Section.SELF: "自我评价 个人评价 自我介绍 个人总结 个人优势 自我描述 个人简介 个人特长 综合评价"
    " summary profile"
    " professional_summary about about_me о_себе обо_мне",
    Section.OTHER: "培训经历 培训 获奖情况 获奖经历 荣誉 所获荣誉 奖项 荣誉奖项 论文 发表论文 科研成果"
    " 专利 著作"
    " 兴趣爱好 爱好 校园经历 在校经历 主修课程 其他 附加信息 awards publications patents interests"
    " hobbies training courses volunteering награды публикации интересы хобби курсы",
    Section.PRIVATE: "家庭成员 家庭情况 家庭背景 家庭主要成员 社会关系 证明人 推荐人 references referees"
    " семья рекомендации",
}
_SECTIONS = {name.replace("_", ""): section for section, names in _HEADINGS.items() for name in names.split()}
_NUMBERED = re.compile(r"^(?:第?[0-9一二三四五六七八九十]{1,2}[、.．)）部分]+)")
_LONGEST_LABEL = 12
_NOT_LETTER = re.compile(r"[^\w+#]|_")

_FIELDS = {
    "title": "求职目标 求职意愿 期望从事职业 期望职业 意向职业 目标岗位 目标职位 应聘职位 意向行业职位"
    " objective position"
    " desired_position position_sought target_position applying_for job_title role желаемая_должность"
    " должность позиция цель",
    "place": "现居城市 现居 目前所在地 目前居住地 当前城市 location city current_location based_in город"
    " город_проживания место_проживания проживание",
    "willing_places": "期望工作地点 工作地点意向 意向地区 意向工作地 期望地区 期望工作城市 preferred_location"
    " preferred_locations relocation willing_to_relocate готовность_к_переезду переезд",
    "pay_floor": "薪资期望 薪酬期望 期望工资 期望年薪 薪资 期望薪水 expected_salary salary_expectation"
    " salary_expectations desired_salary salary желаемая_зарплата зарплата зарплатные_ожидания",
    "available_on": "到岗 到岗状态 到岗日期 入职时间 availability available available_from"
    " notice_period start_date"
    " дата_выхода готовность_приступить готов_приступить",
    "education": "文化水平 degree education_level highest_degree highest_education уровень_образования"
    " образование",
    "majors": "主修专业 主修 major specialization specialty field_of_study специальность специализация",
    "skills": "skills key_skills technical_skills 掌握软件 软件技能 навыки ключевые_навыки",
    "languages": "languages language 语种 языки иностранные_языки",
    "experience_years": "工作经历年限 相关工作年限 工作时间 years_of_experience total_experience experience"
    " опыт_работы стаж общий_стаж",
    "licences": "所获证书 获得证书 持证 certificates certifications licenses licences сертификаты",
    "engagement": "job_type employment_type тип_занятости занятость",
}
_LABELS = {name.replace("_", ""): field for field, names in _FIELDS.items() for name in names.split()}
_READ = {column.name for column in PROFILE_COLUMNS} - {"profile_id", "summary", "active_on", "synthetic"}
_PRIVATE_LABELS = """
name full_name first_name last_name surname tel telephone phone mobile cell cellphone e-mail email
mail address home_address date_of_birth birth_date dob birthday born place_of_birth nationality
citizenship gender sex age marital_status religion photo passport id id_no id_number wechat whatsapp
telegram skype linkedin github website homepage blog social hukou height weight фио имя фамилия
отчество телефон тел моб мобильный почта электронная_почта эл_почта адрес дата_рождения возраст пол
семейное_положение гражданство национальность место_рождения вероисповедание дети 姓 名 微信号
个人主页 博客 主页 网址 家庭住址 住址 现住址 地址 通信地址 邮编 邮政编码 email邮箱 国籍 生源地
户口所在地 出生地 证明人 推荐人 上级 直属上级 直属领导 汇报对象 紧急联系人 父亲 母亲 配偶 入党时间
党员 政治身份 生肖 星座 鞋码 视力 学校 院校 学校名称 毕业院校 就读学校 school university institution
вуз учебное_заведение
"""
_PRIVATE = frozenset(name.replace("_", "").replace("-", "") for name in _PRIVATE_LABELS.split())


def _key(text: str) -> str:
    """Return the comparable form of a heading or label: small letters without blanks and marks."""
    return _NOT_LETTER.sub("", _NUMBERED.sub("", text.strip()).replace("-", "").lower())


@lru_cache(maxsize=4096)
def section_of(line: str) -> Section | None:
    """Return which part of a résumé a heading opens.

    Parameters
    ----------
    line
        A line.

    Returns
    -------
    Section or None
        Nothing for a line that is no heading.

    Examples
    --------
    >>> section_of("二、【工 作 经 历】")
    <Section.WORK: 'work'>
    """
    return _SECTIONS.get(_key(line)) if len(line) <= 60 else None


@lru_cache(maxsize=4096)
def field_of(label: str) -> str | None:
    """Return the field of a profile that a label stands before.

    Parameters
    ----------
    label
        Such as 期望薪资, without its colon.

    Returns
    -------
    str or None
        Name of the field; nothing for a label that is unknown or private.

    Examples
    --------
    >>> field_of("期望薪资")
    'pay_floor'
    """
    key = _key(label)
    if not key or is_private(label):
        return None
    mapped = read_columns([key], TableKind.PROFILE).mapped.get(key)
    return _LABELS.get(key, mapped if mapped in _READ else None)


@lru_cache(maxsize=4096)
def is_private(label: str) -> bool:
    """Tell whether a label stands before what is never kept: name, contact, birth, sex, origin, school.

    Parameters
    ----------
    label
        Such as 姓名, without its colon.

    Returns
    -------
    bool
        True when the value after it is dropped.

    Examples
    --------
    >>> is_private("出生年月"), is_private("ФИО"), is_private("专业")
    (True, True, False)
    """
    key = _key(label)
    if key in _PRIVATE:
        return True
    return key not in _LABELS and 0 < len(key) <= _LONGEST_LABEL and is_refused(key, TableKind.PROFILE)
