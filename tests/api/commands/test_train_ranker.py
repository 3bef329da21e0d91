"""``yingcai train ranker``."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from api.commands import train_ranker
from data.errors import InputError, RefusedError
from data.feedback import FeedbackEvent
from data.settings import Settings, current_settings
from data.store.feedback import record_events
from data.store.store import Store
from matching.features import FEATURES
from matching.learned import LearnedRanker, read_curves
from matching.pairing import pair_with_members
from matching.queries import stored_query
from matching.scoring import feature_matrix
from training.applications import Protocol
from training.applications import benchmark as benchmark_module

SHOWN_AT = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)
LENGTH, LISTS = 25, 60


@pytest.fixture
def runs(var, monkeypatch, tmp_path, capsys):
    """Return a function that runs the command into a folder and returns that and what happened."""
    app = typer.Typer()
    app.command()(train_ranker.run)

    def run(*options):
        current_settings.cache_clear()
        capsys.readouterr()
        done = CliRunner().invoke(app, [str(each) for each in (*options, "--out", tmp_path / "out")])
        current_settings.cache_clear()
        return tmp_path / "out", done

    return run


@pytest.fixture
def told(filled, service):
    """Tell the store what employers did with lists of people: they want those with the experience."""
    loaded, rng = service.matcher.loaded, np.random.default_rng(0)
    column = [each.name for each in FEATURES].index("experience")
    events = []
    for number, vacancy in enumerate(loaded.vacancies.ids[:LISTS]):
        people = rng.choice(len(loaded.profiles.ids), LENGTH, replace=False)
        query = stored_query(vacancy, loaded.vacancies, loaded.background)
        fits = feature_matrix(pair_with_members(query, loaded.profiles, people, loaded.space))[:, column]
        wanted = np.nan_to_num(fits) + 0.1 * rng.random(LENGTH)
        chosen = wanted >= np.sort(wanted)[-6]
        for place, person in enumerate(people):
            about = {
                "side": "employer",
                "vacancy_id": vacancy,
                "profile_id": loaded.profiles.ids[person],
                "happened_at": SHOWN_AT + dt.timedelta(hours=number),
            }
            event = {"event_id": f"s{number}-{place}", "kind": "shown", "position": place + 1}
            events.append(FeedbackEvent.model_validate(about | event))
            if chosen[place] and rng.random() < 1 / np.sqrt(place + 1):
                event = {"event_id": f"w{number}-{place}", "kind": "shortlisted"}
                later = {"happened_at": about["happened_at"] + dt.timedelta(days=1)}
                events.append(FeedbackEvent.model_validate(about | later | event))
    store = Store.from_url(Settings(var_dir=filled).store_url)
    for start in range(0, len(events), 500):
        results = record_events(store, events[start : start + 500], actor="t")
        assert {one.status.value for one in results} == {"recorded"}
    store.engine.dispose()
    return filled


def test_feedback_becomes_a_ranker_that_wants_what_employers_wanted(runs, told, monkeypatch):
    monkeypatch.setattr("training.ranker.RankerConfig", small_config())
    folder, done = runs("--feedback", "--synthetic", "--json")
    assert done.exit_code == 0, done.exception
    report = json.loads(done.stdout)
    employer = report["sides"]["employer"]
    assert employer["learned"]
    assert max(employer["share_of_score"], key=employer["share_of_score"].get) == "experience"
    assert report["sides"]["person"]["learned"] is False
    assert report["provenance"]["synthetic"] is True
    assert len(report["provenance"]["data_sha256"]) == 64
    ranker = LearnedRanker(read_curves(folder / "ranker.json"))
    assert ranker.version.startswith(f"feedback-{report['provenance']['data_sha256'][:12]}@")
    assert json.loads((folder / "report.json").read_text("utf-8"))["digest"] == report["digest"]


def test_what_was_learned_is_said_in_a_few_lines(runs, told, monkeypatch):
    monkeypatch.setattr("training.ranker.RankerConfig", small_config())
    _, done = runs("--feedback", "--synthetic")
    assert done.exit_code == 0, done.exception
    assert "［合成数据］" in done.stdout
    assert "用人单位一方：60 个查询，1500 对" in done.stdout
    assert "人才一方：沿用建议权重" in done.stdout
    assert "additive" in done.stdout


def test_synthetic_feedback_is_not_learned_from_unasked(runs, told):
    _, done = runs("--feedback")
    assert isinstance(done.exception, RefusedError)
    assert done.exception.code == "feedback_too_little"
    assert "0 个查询" in done.exception.message


def small_config():
    """Return the settings with fewer outcomes asked for."""
    from functools import partial

    from training.ranker import BoostingConfig, RankerConfig

    return partial(RankerConfig, fewest_successes=30, boosting=BoostingConfig(trees=20, leaves=4, bins=16))


@pytest.mark.parametrize("options", [(), ("--feedback", "--applications", "x")])
def test_one_way_of_learning_is_asked_for(runs, options):
    _, done = runs(*options)
    assert isinstance(done.exception, InputError)
    assert done.exception.code == "options_conflict"


@pytest.fixture
def market(tmp_path):
    """Write a market of two trades as the seven tables are."""
    rng = np.random.default_rng(0)
    folder = tmp_path / "market"
    folder.mkdir()
    seekers, postings = [f"U{i:03}" for i in range(80)], [f"R{i:03}" for i in range(40)]
    pairs = [
        (seekers[i], postings[p])
        for i in range(80)
        for p in sorted(rng.choice(np.arange(i % 2, 40, 2), 6, replace=False).tolist())
    ]
    blank = dict.fromkeys(("job_code_seq1", "job_code_seq2", "job_code_seq3", "career_job_code"), "")
    resume = {
        "resume_seq": seekers,
        "updated_date": pd.date_range("2020-01-01", periods=80).strftime("%Y-%m-%d"),
        "degree": 4,
        "hope_salary": 2500,
        "last_salary": 0,
        "text_keyword": ["재단", "영업"] * 40,
        "career_month": rng.integers(0, 100, 80),
    } | blank
    tables = {
        "apply_train": {
            "resume_seq": [pair[0] for pair in pairs],
            "recruitment_seq": [pair[1] for pair in pairs],
        },
        "resume": resume,
        "resume_education": {
            "resume_seq": seekers,
            "univ_major": "",
            "univ_sub_major": "",
            "univ_major_type": 9,
        },
        "resume_certificate": {"resume_seq": seekers[:2], "certificate_contents": "운전"},
        "resume_language": {"resume_seq": seekers[:2], "language": 2},
        "recruitment": {
            "recruitment_seq": postings,
            "check_box_keyword": ["2101", "2201"] * 20,
            "education": 3,
            "major_task": 2,
            "qualifications": 1,
            "text_keyword": "",
        },
        "company": {"recruitment_seq": postings, "company_type_seq": 2, "supply_kind": 1, "employee": 20},
    }
    for name, table in tables.items():
        pd.DataFrame(table).to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.mark.parametrize("as_json", [True, False])
def test_applications_are_measured_and_written(runs, market, monkeypatch, as_json):
    asked = benchmark_module.run_benchmark
    monkeypatch.setattr(
        "training.applications.run_benchmark",
        lambda *given, **options: asked(*given, **options, protocols=(Protocol.WITHIN,)),
    )
    folder, done = runs("--applications", market, "--queries", 10, *(["--json"] if as_json else []))
    assert done.exit_code == 0, done.exception
    written = json.loads((folder / "applications.json").read_text("utf-8"))
    assert len(written["provenance"]["commit"]) in {7, 40}
    assert written["details"]["applications"] == 480
    if as_json:
        shown = json.loads(done.stdout)
        assert shown.pop("beaten").keys() == {"random", "popularity", "additive", "item_cosine", "equal_sum"}
        assert shown.pop("run_id")
        assert shown == written
    else:
        assert "为人找岗　每人随机留出　10 个查询" in done.stdout
        assert "习得曲线：逐项单调、无交互，可加" in done.stdout
