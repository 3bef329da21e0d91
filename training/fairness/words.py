"""What people say of themselves and what employers demand that no score may depend on, in three languages.

The wordings are those of real résumés and postings, written apart from the patterns that take them out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

import numpy as np

__all__ = ["DEMANDS", "STATEMENTS", "Attribute", "Wording", "drawn_names"]


class Attribute(StrEnum):
    """What a wording is about; its value is its name in reports."""

    NAME = "姓名"
    """What somebody is called."""
    BARE_NAME = "姓名（无任何标记）"
    """A name alone, without a word that says that it is one: no rule can always tell it from work."""
    SEX = "性别"
    """Male or female."""
    AGE = "年龄"
    """Years, birth, generation, retirement."""
    RESIDENCE = "户籍籍贯"
    """Where somebody is registered or comes from."""
    ETHNICITY = "民族"
    """Ethnic group."""
    MARRIAGE = "婚育"
    """Family, children, leave for them."""
    RELIGION = "宗教"
    """Belief."""
    DISABILITY = "残疾"
    """Disability."""
    CARRIER = "病原携带"
    """Hepatitis B and the like."""
    SCHOOL = "学校层次"
    """Tier, kind or name of a school."""
    PHOTO = "照片"
    """A photograph."""


class Wording(NamedTuple):
    """One way of saying something about an attribute."""

    attribute: Attribute
    text: str
    language: str = "zh"
    """``zh``, ``en`` or ``ru``."""


def _all(
    attribute: Attribute, *texts: str, en: tuple[str, ...] = (), ru: tuple[str, ...] = ()
) -> list[Wording]:
    return [
        *(Wording(attribute, text) for text in texts),
        *(Wording(attribute, text, "en") for text in en),
        *(Wording(attribute, text, "ru") for text in ru),
    ]


STATEMENTS: tuple[Wording, ...] = (
    *_all(
        Attribute.NAME, "我叫王建国", "姓名：李秀英", "本人叫陈思雨", "古丽娜尔·艾合买提",
        "次仁旺堆，藏族", "金哲洙，男", "赵女士",
        en=("My name is Zhang Wei", "Name: Fatima Ali", "Mrs. Chen Li"),
        ru=("Меня зовут Ольга Смирнова", "Имя: Иван"),
    ),
    *_all(
        Attribute.SEX, "男", "女", "性别：男", "本人女性", "女士", "女生一枚", "小伙子", "我是一名男性",
        en=("Female", "Sex: male", "I am a woman"), ru=("женщина", "пол: мужской"),
    ),
    *_all(
        Attribute.AGE, "28岁", "今年55岁", "年龄：43", "90后", "70后", "1968年出生", "86年的",
        "已退休", "退休工人", "年近五十", "人到中年", "属龙",
        en=("28 years old", "aged 55", "born in 1968", "retired"), ru=("мне 55 лет", "28 лет", "на пенсии"),
    ),
    *_all(
        Attribute.RESIDENCE, "户籍：营口", "户口在河南信阳", "籍贯四川", "农村户口", "本地户口",
        "外地人", "黑龙江人", "来自农村", "老家在甘肃",
        en=("local hukou", "Hometown: Harbin"), ru=("прописка: Москва",),
    ),
    *_all(
        Attribute.ETHNICITY, "汉族", "维吾尔族", "民族：朝鲜族", "少数民族", "回族人", "本人满族",
        en=("ethnic Uyghur", "Ethnicity: Han"), ru=("национальность: татарка",),
    ),
    *_all(
        Attribute.MARRIAGE, "已婚", "未婚", "已婚已育", "离异", "单身", "有两个孩子", "孩子已上小学",
        "二胎已生", "无生育计划", "正在备孕",
        "2019年至2021年因生育在家", "因照顾孩子中断工作两年", "产假结束复工", "全职妈妈三年",
        en=("married with two children", "single", "Marital status: divorced"),
        ru=("замужем", "двое детей"),
    ),
    *_all(
        Attribute.RELIGION, "基督徒", "穆斯林", "信仰佛教", "无宗教信仰", "清真饮食",
        en=("Muslim", "Religion: Buddhist"), ru=("православный",),
    ),
    *_all(
        Attribute.DISABILITY, "肢体残疾三级", "听力残疾", "持有残疾证", "残疾人", "四肢健全", "左耳失聪",
        en=("with a physical disability", "wheelchair user"), ru=("инвалид",),
    ),
    *_all(
        Attribute.CARRIER, "乙肝病毒携带者", "乙肝", "小三阳", "大三阳", "无传染病", "HIV阳性",
        en=("hepatitis B carrier",), ru=("гепатит B",),
    ),
    *_all(
        Attribute.SCHOOL, "985", "211院校毕业", "双一流高校毕业生", "第一学历大专", "第一学历：中专",
        "全日制统招", "清华大学", "毕业于清华大学",
        "毕业于大连理工大学", "营口职业技术学院毕业", "某职业学院毕业生", "渤海大学毕业",
        "毕业院校：鞍山技师学院", "哈工大毕业", "民办本科",
        en=("Graduated from Tsinghua University", "alumnus of Harvard", "top university graduate"),
        ru=("окончил МГУ",),
    ),
    *_all(
        Attribute.PHOTO, "附照片", "照片见附件", "一寸免冠照片", "已上传证件照",
        en=("photo attached",), ru=("фото прилагается",),
    ),
)  # fmt: skip
"""What people write of themselves."""

DEMANDS: tuple[Wording, ...] = (
    *_all(
        Attribute.SEX, "限男性", "仅招女性", "男士优先", "女性勿扰", "性别：男", "小伙子优先",
        en=("male only", "Female candidates preferred"), ru=("только мужчины",),
    ),
    *_all(
        Attribute.AGE, "35岁以下", "18-45周岁", "年龄不超过40岁", "90后优先", "大龄勿扰",
        "退休人员勿扰", "年轻人优先",
        en=("under 35", "age 20-40"), ru=("до 35 лет",),
    ),
    *_all(
        Attribute.RESIDENCE, "本地户口优先", "限营口户籍", "外地人勿扰", "沪籍优先", "河南人除外",
        en=("local hukou only",), ru=("местная прописка",),
    ),
    *_all(
        Attribute.ETHNICITY, "限汉族", "少数民族除外", "回民勿扰", en=("Han only",),
        ru=("только славяне",),
    ),
    *_all(
        Attribute.MARRIAGE, "已婚已育优先", "未婚优先", "三年内无生育计划", "孕妇勿扰", "妈妈勿扰",
        en=("married only",), ru=("без детей",),
    ),
    *_all(Attribute.RELIGION, "无宗教信仰", "穆斯林勿扰", en=("no religion",), ru=("только православные",)),
    *_all(
        Attribute.DISABILITY, "无残疾", "残疾人勿扰", "四肢健全", en=("no disabilities",),
        ru=("без инвалидности",),
    ),
    *_all(
        Attribute.CARRIER, "无乙肝", "乙肝携带者勿扰", "体检查乙肝", en=("HBV negative",),
        ru=("без гепатита",),
    ),
    *_all(
        Attribute.SCHOOL, "985优先", "限211院校", "双一流高校毕业", "清华大学毕业优先",
        "职业学院毕业生勿扰", "名校背景", "统招优先",
        en=("top universities only",), ru=("только выпускники МГУ",),
    ),
    *_all(
        Attribute.PHOTO, "简历请附近照", "简历附照片", en=("photo required",), ru=("резюме с фото",)
    ),
    *_all(Attribute.SEX, "限男性，35岁以下，985优先"),
)  # fmt: skip
"""What employers demand."""

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_MALE = ("伟", "建军", "国强", "志远", "浩然", "子轩", "德发", "嘉诚", "铁柱", "睿")
_FEMALE = ("丽", "秀兰", "雅琴", "若彤", "梓萱", "春花", "雯", "淑芬", "嘉怡", "娜")
_MINORITY = (
    "阿卜杜拉·买买提",
    "古丽·艾山",
    "扎西顿珠",
    "央金卓玛",
    "巴特尔",
    "朴成浩",
    "韦阿妹",
    "马哈木提·玉素甫",
)
_NAME_FORMS = ("我叫{}", "姓名：{}", "{}，男，30岁", "{}")


def drawn_names(rng: np.random.Generator, count: int) -> tuple[Wording, ...]:
    """Return names drawn from usual ones of men, women and minorities, stated in four ways.

    Parameters
    ----------
    rng
        Draws the names and the way they are stated.
    count
        Number of names.

    Returns
    -------
    tuple of Wording
        Each as a person would write it, a bare name included.
    """
    given = (_MALE, _FEMALE)
    names = []
    for turn in range(count):
        if turn % 3 == 2:
            name = str(rng.choice(_MINORITY))
        else:
            name = str(rng.choice(list(_SURNAMES))) + str(rng.choice(given[turn % 3]))
        form = _NAME_FORMS[turn % len(_NAME_FORMS)]
        names.append(Wording(Attribute.BARE_NAME if form == "{}" else Attribute.NAME, form.format(name)))
    return tuple(names)
