"""A card says what is known and that the rest was not recorded."""

from __future__ import annotations

from training.cards import CardFacts, model_card
from training.provenance import Provenance
from training.runs import RunFacts

MADE = Provenance(commit="a" * 40, dirty=True, packages={"torch": "2.13.0"}, machine="x86_64 Linux")


def test_a_card_is_made_from_facts():
    facts = CardFacts(
        name="b1",
        purpose="职位名称与描述的向量",
        trained_on={"专业→职业": 12345},
        parameters={"rank": "16"},
        figures={"zh MAP": "0.561 [0.540, 0.580]", "a|b": "1"},
    )
    run = RunFacts(command="yingcai train encoder --config e.toml", data_sha256="d" * 64)
    card = model_card(facts, run, MADE)
    assert card.startswith("# 模型卡：b1\n")
    for text in (
        "12,345 条",
        "| zh MAP | 0.561 [0.540, 0.580] |",
        "`yingcai train encoder --config e.toml`",
        "d" * 64,
        "a" * 40 + "`（有未提交的改动）",
        "- torch 2.13.0",
        "a\\|b",
        "性别、年龄",
    ):
        assert text in card


def test_what_is_not_known_is_said():
    facts = CardFacts(name="b", purpose="示例", trained_on={}, parameters={}, figures={})
    clean = MADE.model_copy(update={"dirty": False})
    card = model_card(facts, RunFacts(), clean)
    assert card.count("未记录") == 5
    assert "未提交" not in card
