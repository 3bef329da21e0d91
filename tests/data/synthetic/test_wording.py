from __future__ import annotations

import numpy as np
import pytest

from data.synthetic.content import Content
from data.synthetic.wording import LAYOUTS, duties_text, requirement_lines, reworded

DUTIES = ["负责起弧", "看炉况，记电耗", "清理炉坑"]
WISHES = ["能倒班", "有经验优先"]


def text(layout: str, **options: str) -> str:
    return duties_text(DUTIES, WISHES, layout=layout, **options)


@pytest.mark.parametrize("layout", LAYOUTS[:-1])
def test_every_full_layout_names_all_duties_and_requirements(layout: str) -> None:
    written = text(layout, benefits="五险一金", opening="本公司招人。")
    assert all(line in written for line in [*DUTIES, *WISHES, "五险一金"])
    assert written.startswith("本公司招人。")


def test_the_brief_layout_keeps_two_duties_and_one_wish() -> None:
    assert text("brief") == "负责起弧；看炉况，记电耗。能倒班。"
    assert text("brief", benefits="年终奖") == "负责起弧；看炉况，记电耗。能倒班，有年终奖。"


def test_the_numbered_layout_looks_like_an_advertisement() -> None:
    assert text("numbered", benefits="五险一金") == (
        "岗位职责：\n1、负责起弧；\n2、看炉况，记电耗；\n3、清理炉坑；\n"
        "任职要求：\n1、能倒班；\n2、有经验优先；\n福利待遇：五险一金"
    )


def test_running_layouts_stay_on_one_line() -> None:
    assert text("inline") == "1、负责起弧；2、看炉况，记电耗；3、清理炉坑。要求：能倒班；有经验优先。"
    assert text("paragraph") == "负责起弧。看炉况，记电耗。清理炉坑。任职条件：能倒班，有经验优先。"
    assert text("paragraph", benefits="年终奖").endswith("公司提供年终奖。")
    assert text("inline", benefits="年终奖").endswith("待遇：年终奖。")


def test_reworded_lines_keep_their_sense_and_lose_their_words(content: Content) -> None:
    rng = np.random.default_rng(1)
    lines = ["负责起弧，看火焰", "清理炉坑，保持干净"]
    drawn = [line for _ in range(50) for line in reworded(rng, lines, content.phrases)]
    assert "承担起弧，看火焰" in drawn
    assert "负责起弧，看火焰" not in drawn
    assert {"清理炉坑", "清理炉坑，保持干净"} <= set(drawn)


def test_reworded_lines_come_in_another_order(content: Content) -> None:
    rng = np.random.default_rng(2)
    orders = {tuple(reworded(rng, ["甲一", "乙二", "丙三"], content.phrases)) for _ in range(60)}
    assert len(orders) == 6


def test_requirements_name_skills_of_the_role_and_certificates_only_where_needed(content: Content) -> None:
    rng = np.random.default_rng(3)
    tester, welder = content.roles["mg_physical_tester"], content.roles["eq_welder"]
    without = [line for _ in range(80) for line in requirement_lines(rng, tester, content.phrases)]
    needed = [line for _ in range(80) for line in requirement_lines(rng, welder, content.phrases)]
    assert not [line for line in without if "持证" in line]
    assert [line for line in needed if "持证" in line]
    assert not [line for line in without if "{" in line]
    assert [line for line in without if any(skill in line for skill in tester.skills)]
