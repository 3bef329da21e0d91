"""Scenarios as a person writes them."""

from __future__ import annotations

import datetime as dt

import pytest

from data.errors import InputError, UnknownName
from training.forecast.scenarios import example_scenario, packaged_examples, read_scenario


def written(tmp_path, text):
    path = tmp_path / "scenario.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_example_is_read_and_labelled_as_made_up():
    assert list(packaged_examples()) == ["college", "pay", "plant"]
    for name in packaged_examples():
        asked = example_scenario(name)
        assert asked.synthetic
        assert "示例" in asked.name
    plant = example_scenario("plant")
    assert sum(job.heads for job in plant.jobs) == 300
    assert example_scenario("college").intake[0].arrives == 2027
    with pytest.raises(UnknownName, match="college、pay、plant"):
        example_scenario("nobody")


def test_a_plant_is_read_with_its_month_and_ramp(tmp_path):
    asked = read_scenario(
        written(
            tmp_path,
            'name = "新厂"\n[[jobs]]\nkey_industry = "镁材料深加工"\noccupation_code = "6-15-06-02"\n'
            "heads = 300\nmonth = 2027-03-01\nramp_months = 6\n",
        )
    )
    (job,) = asked.jobs
    assert (job.heads, job.month, job.ramp_months) == (300.0, dt.date(2027, 3, 1), 6)
    assert not asked.synthetic


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "空"\n', "至少写一项"),
        ('name = "x"\nmonth = 1\n[[pay]]\nkey_industry = "镁"\npercent = 10\n', "没有这一项"),
        ('name = "x"\n[[pay]]\nkey_industry = "镁"\npercent = 500\n', "不大于"),
        (
            'name = "x"\n[[pay]]\nkey_industry = "镁"\npercent = 10\n'
            '[pay.elasticity]\nlow = 1\nvalue = 0.5\nhigh = 2\nsource = "某文献第三页"\n',
            "由小到大",
        ),
        (
            'name = "x"\n[[pay]]\nkey_industry = "镁"\npercent = 10\n'
            "[pay.elasticity]\nlow = 0.1\nvalue = 0.5\nhigh = 2\n",
            "source：缺少此项",
        ),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_scenario(written(tmp_path, text))
