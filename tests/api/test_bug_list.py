"""Failures known from comparable systems, each as a test that it does not happen here.

A filter that one path forgets, an encoder whose outage breaks a save or a search, a look at people that
nobody notes, a protected attribute in an answer, an empty text that invents something, an idle limit.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections import Counter

import numpy as np
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Service
from data.errors import ModelError
from data.regions import read_region
from data.store.audit import read_accesses
from data.store.lists import read_unmet
from data.store.schema import access_log
from matching.allocation.assign import assign
from matching.allocation.balance import balance_shortlists
from matching.allocation.shortlists import Shortlists
from matching.bulk import nearest_profiles
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.ingest import Intake, ingest_file
from matching.results import RankBy
from matching.rules import Verdict, judge_pair

ALL = 200
"""As many as there are people, and as one request may ask for: a list then holds exactly who is allowed."""

EDUCATION = (None, "不限", "高中/中专", "大专", "本科", "博士")
ENGAGEMENT = (["全职"], ["兼职"], ["全职", "顾问指导"], ["候鸟"], ["退休返聘", "兼职"])
PLACES = (None, "210800", "210804", "210882", "110105")
PROTECTED = frozenset(
    {"sex", "gender", "age", "birth", "birthday", "ethnicity", "nation", "religion", "marital", "fertility"}
    | {"children", "hukou", "residence", "native", "disability", "health", "photo", "tier", "school"}
    | {"university", "name", "phone", "email", "address", "identity"}
)
OF_THINGS = {
    "Category", "HTTPValidationError", "ListTable", "MustHave", "SearchIn", "SearchOut", "ValidationError",
    "api__routes__catalogue_answers__ChangeOut", "matching__results__Reason", "ChangeOut", "Reason",
}  # fmt: skip
OF_CODES = {"DefinitionOut", "IndicatorOut", "IndicatorsOut", "SkillOut", "TermOut", "TermRef"}
ALLOWED = {
    **{each: {"name"} for each in OF_THINGS | OF_CODES},  # of a feature, a rule, a code
    "OccupationOut": {"name", "children"},  # the codes below it
    "SessionOut": {"name"},  # of the user who logged in
    "UnmaskOut": {"name"},  # with the person's consent, for a purpose, noted
}
"""Words that some schemas may use."""


class Switch(HashingEncoder):
    """An encoder that can be switched off."""

    off = False

    def encode(self, texts, **options):
        if self.off and len(texts):
            raise ModelError("encoder_down", "编码模型坏了")
        return super().encode(texts, **options)


class City:
    """The served city on a folder of its own, with people who were added and changed since it was loaded."""

    def __init__(self, service, folder, model, coders):
        with service.store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copytree(service.settings.index_dir, folder / "index")
        for name in ("yingcai.db", "pseudonym.key"):
            shutil.copy(service.settings.var_dir / name, folder / name)
        self.switch = Switch()
        settings = service.settings.model_copy(update={"var_dir": folder, "refresh_seconds": 0})
        made = dataclasses.replace(model, encoder=self.switch)
        self.service = Service.from_settings(settings, model=made)
        self.coders = coders
        self.client = TestClient(create_app(settings, service=self.service))
        self.client.headers["X-API-Key"] = settings.bootstrap_key.get_secret_value()

    @property
    def matcher(self):
        return self.service.matcher

    def post(self, path, body):
        answer = self.client.post(f"/v1/matches/{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bring(self, name, text):
        folder = self.service.settings.var_dir
        (folder / name).write_text(text, encoding="utf-8")
        intake = Intake(
            self.service.store, self.coders, read_region("yingkou"), folder, 10**8, dt.date(2026, 11, 21)
        )
        (report,) = ingest_file(intake, folder / name)
        return report

    def members(self, pool):
        return [pool.rows[pool.position(each)] for each in pool.ids]

    def allowed(self, vacancy):
        """Judge everybody one by one: the slow, obvious twin of every path."""
        return {
            row["id"]
            for row in self.members(self.matcher.profiles)
            if Verdict.FAIL not in [each.verdict for _, each in judge_pair(vacancy, row)]
        }


@pytest.fixture(scope="module")
def town(service, hashing_model, coders, tmp_path_factory):
    made = City(service, tmp_path_factory.mktemp("own"), hashing_model, coders)
    with made.client:
        yield made
    made.service.store.engine.dispose()


@pytest.fixture(scope="module")
def changed(service, hashing_model, coders, tmp_path_factory):
    """Return the city after a refresh: people replaced and added, so that the index has dead and new rows."""
    made = City(service, tmp_path_factory.mktemp("changed"), hashing_model, coders)
    ids = made.matcher.profiles.ids[:12]
    rows = "".join(f"{each},{'博士' if i % 2 else '初中'},焊工,营口\n" for i, each in enumerate(ids))
    made.bring("changed.csv", "档案编号,学历,求职岗位,意向地点\n" + rows)
    assert made.service.refresher.refresh() is True
    assert made.matcher.garbage > 0
    with made.client:
        yield made
    made.service.store.engine.dispose()


@pytest.fixture
def alone(service, hashing_model, coders, tmp_path):
    """Return a city that one test may spoil."""
    made = City(service, tmp_path, hashing_model, coders)
    with made.client:
        yield made
    made.service.store.engine.dispose()


def needs(rng, as_of, count=8):
    """Return random vacancies as an API body gives them, from without any requirement to impossible."""
    for number in range(count):
        kept = {
            "education": EDUCATION[rng.integers(len(EDUCATION))],
            "skill_level": (None, "中级工", "技师")[rng.integers(3)] if rng.random() < 0.5 else None,
            "place_code": PLACES[rng.integers(len(PLACES))],
            "engagement": ENGAGEMENT[rng.integers(len(ENGAGEMENT))],
            "licences": [[], ["焊工证"], ["注册会计师"]][rng.integers(3)] if rng.random() < 0.4 else [],
            "languages": ["ru"] if rng.random() < 0.2 else [],
            "salary_high": (None, 3000.0, 9000.0, 30000.0)[rng.integers(4)],
            "start_by": as_of.isoformat() if rng.random() < 0.3 else None,
            "months": [11, 12] if rng.random() < 0.2 else [],
        }
        yield {"title": ("岸桥司机", "会计", "镁砂工程师")[number % 3], "duties": f"第{number}项工作", **kept}


def row_of(vacancy):
    """Return a body as the rules read it."""
    start = vacancy["start_by"] and dt.date.fromisoformat(vacancy["start_by"])
    lists = {name: tuple(value) for name, value in vacancy.items() if isinstance(value, list)}
    return {**vacancy, **lists, "start_by": start, "salary_low": None, "time_share": None}


def ids(found):
    return {each["id"] for each in found["results"]}


WAYS = {
    "as suggested": {},
    "by the other side": {"rank_by": "reverse"},
    "by both sides": {"rank_by": "mutual"},
    "with own weights": {"weights": {"title": 1, "skills": 0.2}},
    "with people one step short": {"near": 50},
}


@pytest.fixture(params=["town", "changed"], ids=["as loaded", "after a refresh"])
def either(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_hard_rules_hold_for_vacancies_given_in_full(either, way):
    rng = np.random.default_rng(11)
    sizes = set()
    for vacancy in needs(rng, either.matcher.as_of):
        expected = either.allowed(row_of(vacancy))
        found = either.post("profiles", {"vacancy": vacancy, "k": ALL, **WAYS[way]})
        assert ids(found) == expected
        assert found["allowed"] == len(expected)
        sizes.add(len(expected))
    assert len(sizes) > 2


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_hard_rules_hold_for_stored_vacancies(either, way):
    stored = either.matcher.vacancies.ids[::17][:5]
    for name in stored:
        row = either.matcher.vacancies.rows[either.matcher.vacancies.position(name)]
        found = either.post("profiles", {"vacancy_id": name, "k": ALL, **WAYS[way]})
        assert ids(found) == either.allowed(row)


def test_hard_rules_hold_when_a_person_asks(either):
    vacancies = either.members(either.matcher.vacancies)
    for name in either.matcher.profiles.ids[::29]:
        person = either.matcher.profiles.rows[either.matcher.profiles.position(name)]
        for rank_by in RankBy:
            found = either.post("vacancies", {"profile_id": name, "k": 200, "rank_by": rank_by})
            expected = {
                row["id"]
                for row in vacancies
                if Verdict.FAIL not in [each.verdict for _, each in judge_pair(row, person)]
            }
            assert ids(found) <= expected
            assert (found["allowed"], len(found["results"])) == (len(expected), min(200, len(expected)))


def test_a_pair_judged_by_name_shows_every_rule_that_fails(either):
    verdicts = Counter()
    for vacancy in needs(np.random.default_rng(5), either.matcher.as_of, count=6):
        for name in either.matcher.profiles.ids[::40]:
            person = either.matcher.profiles.rows[either.matcher.profiles.position(name)]
            pair = either.post("pairs", {"vacancy": vacancy, "profile_id": name})
            expected = {rule.name: each.verdict for rule, each in judge_pair(row_of(vacancy), person)}
            assert {each["name"]: each["verdict"] for each in pair["must_have"]} == expected
            verdicts.update(expected.values())
    assert verdicts[Verdict.FAIL]
    assert verdicts[Verdict.UNKNOWN]


def test_people_one_step_short_stand_apart_and_fail_just_one_requirement_of_the_employer(either):
    seen = 0
    for vacancy in needs(np.random.default_rng(3), either.matcher.as_of):
        found = either.post("profiles", {"vacancy": vacancy, "k": ALL, "near": 50})
        advice = either.post("relaxations", {"vacancy": vacancy, "near": 50})
        allowed = either.allowed(row_of(vacancy))
        for near in (*found["near_miss"], *advice["near_miss"]):
            assert near["id"] not in allowed
            person = either.matcher.profiles.rows[either.matcher.profiles.position(near["id"])]
            judged = judge_pair(row_of(vacancy), person)
            assert [rule.name for rule, each in judged if each.verdict is Verdict.FAIL] == [near["rule"]]
            seen += 1
        assert advice["allowed"] == len(allowed)
    assert seen


def test_hard_rules_hold_for_many_vacancies_at_once(either):
    vacancies, profiles = either.matcher.vacancies, either.matcher.profiles
    positions, scores = nearest_profiles(vacancies, profiles, k=ALL)
    allowed = {name: either.allowed(vacancies.rows[vacancies.position(name)]) for name in vacancies.ids[::17]}
    lists = {}
    for row, name in enumerate(vacancies.ids):
        if name in allowed:
            on = positions[row] >= 0
            lists[name] = [
                (profiles.rows[place]["id"], 50 + 50 * float(score))
                for place, score in zip(positions[row][on], scores[row][on], strict=True)
            ]
            assert {each for each, _ in lists[name]} == allowed[name]
    shortlists = Shortlists.from_lists(lists)
    balanced = balance_shortlists(shortlists, k=5, balance=1.0, tolerance=50.0).shortlists
    for row, name in enumerate(balanced.vacancy_ids):
        people = {balanced.profile_ids[place] for place in balanced.positions[row] if place >= 0}
        assert people <= allowed[name]
    placed = assign(shortlists, heads=[2] * len(shortlists.vacancy_ids))
    pairs = list(zip(placed.rows.tolist(), placed.persons.tolist(), strict=True))
    assert pairs
    for row, person in pairs:
        assert shortlists.profile_ids[person] in allowed[shortlists.vacancy_ids[row]]


def test_without_an_encoder_a_search_is_answered_by_writing_with_the_rules_in_force(either):
    either.switch.off = True
    try:
        for vacancy in needs(np.random.default_rng(7), either.matcher.as_of, count=4):
            told = vacancy | {"duties": f"停机时的要求{vacancy['title']}"}
            found = either.post("profiles", {"vacancy": told, "k": ALL})
            assert found["degraded"] is True
            assert ids(found) == either.allowed(row_of(told))
        person = either.post(
            "vacancies", {"profile": {"title": "岸桥司机", "summary": "停机时的简介"}, "k": 5}
        )
        assert person["degraded"] is True
        assert "岸桥司机" in person["results"][0]["item"]["title"]
        assert either.post("pairs", {"vacancy": {"title": "停机"}, "profile": {"title": "停机"}})["must_have"]
        assert either.client.get("/readyz").json()["degraded"] is True
        stored = either.post("profiles", {"vacancy_id": either.matcher.vacancies.ids[0]})
        assert stored["degraded"] is False
    finally:
        either.switch.off = False
    again = either.post("profiles", {"vacancy": {"title": "岸桥司机", "duties": "恢复以后"}})
    assert again["degraded"] is False
    assert either.client.get("/readyz").json()["degraded"] is False


@pytest.mark.parametrize(
    ("path", "sides", "asks_encoder"),
    [
        ("pairs", {"vacancy": "title", "profile": "title"}, True),
        ("pairs", {"vacancy": "title", "profile_id": "profiles"}, True),
        ("pairs", {"vacancy_id": "vacancies", "profile": "title"}, True),
        ("pairs", {"vacancy_id": "vacancies", "profile_id": "profiles"}, False),
        ("relaxations", {"vacancy": "title"}, True),
        ("relaxations", {"vacancy_id": "vacancies"}, False),
    ],
)
def test_a_pair_and_advice_tell_whether_the_encoder_serves(town, path, sides, asks_encoder):
    def body(word):
        given = {"title": {"title": word}, "vacancies": None, "profiles": None}
        return {name: given[kind] or getattr(town.matcher, kind).ids[0] for name, kind in sides.items()}

    town.service.encoder.degraded = not asks_encoder
    town.switch.off = True
    try:
        assert town.post(path, body(f"停机之前{path}{len(sides)}{asks_encoder}"))["degraded"] is asks_encoder
        # What is stored does not ask the encoder, and tells nothing of it.
        assert town.service.encoder.degraded is True
    finally:
        town.switch.off = False
    assert town.post(path, body("恢复以后"))["degraded"] is False
    assert town.service.encoder.degraded is not asks_encoder
    town.service.encoder.degraded = False


def test_without_an_encoder_a_save_is_whole_and_seen_once_the_encoder_is_back(alone, hashing_model):
    alone.coders = Coders.from_reference(dataclasses.replace(hashing_model, encoder=alone.switch))
    before = len(alone.matcher.profiles)
    alone.switch.off = True
    report = alone.bring("new.csv", "档案编号,求职岗位,意向地点\nPERSON77,停机时来的岸桥高手,营口\n")
    assert (report.accepted, report.degraded) == (1, True)
    assert alone.service.refresher.refresh() is False
    assert len(alone.matcher.profiles) == before
    assert alone.post("profiles", {"vacancy_id": alone.matcher.vacancies.ids[0]})["pool"] == before
    assert alone.client.get("/readyz").json()["refresh_failure"] == "encoder_down"
    assert alone.client.post("/v1/matches/vacancies", json={"profile_id": "PERSON77"}).status_code == 404
    alone.switch.off = False
    assert alone.service.refresher.refresh() is True
    assert alone.post("vacancies", {"profile_id": "PERSON77", "k": 3})["results"]


def test_every_look_is_noted_before_it_is_answered(town):
    key, store = town.service.pseudonym_key, town.service.store
    vacancy, person = town.matcher.vacancies.ids[0], town.matcher.profiles.ids[0]
    looks = {
        "/v1/matches/profiles": {"vacancy_id": vacancy, "k": 3, "near": 2},
        "/v1/matches/vacancies": {"profile_id": person, "k": 3},
        "/v1/matches/pairs": {"vacancy_id": vacancy, "profile_id": person},
        "/v1/matches/relaxations": {"vacancy_id": vacancy, "near": 2},
    }
    paths = {
        path for path in town.client.get("/openapi.json").json()["paths"] if path.startswith("/v1/matches")
    }
    assert set(looks) == paths
    for path, body in looks.items():
        before = noted(store)
        answer = town.client.post(path, json=body).json()
        (row,) = noted(store)[len(before) :]
        assert (row["actor"], row["action"].split(".")[0]) == ("bootstrap", "match")
        assert (row["index_version"], row["model_version"]) == (
            town.matcher.index_version,
            town.matcher.model_version,
        )
        for each in (*answer.get("results", ()), *answer.get("near_miss", ())):
            if each["id"] in town.matcher.profiles.ids:
                assert read_accesses(store, each["id"], key=key)[-1]["vacancy_id"] == vacancy
    assert {each["action"] for each in read_accesses(store, person, key=key)} >= {
        "match.vacancies",
        "match.pair",
    }


def noted(store):
    with store.read() as connection:
        return connection.execute(sa.select(access_log).order_by(access_log.c.access_id)).mappings().all()


def test_a_look_that_cannot_be_noted_is_not_answered(alone):
    with alone.service.store.begin() as connection:
        connection.execute(sa.text("DROP TABLE access_person"))
    vacancy, person = alone.matcher.vacancies.ids[0], alone.matcher.profiles.ids[0]
    for path, body in {
        "profiles": {"vacancy_id": vacancy, "k": 3},
        "vacancies": {"profile_id": person},
        "pairs": {"vacancy_id": vacancy, "profile_id": person},
    }.items():
        answer = alone.client.post(f"/v1/matches/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (503, "audit_failed")
        assert not {"results", "item"} & set(answer.json())


def test_no_answer_has_a_field_for_who_somebody_is(town):
    schemas = town.client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas
    for name, schema in schemas.items():
        for field in schema.get("properties", {}):
            found = set(field.lower().split("_")) & PROTECTED
            assert not found - ALLOWED.get(name, set()), (name, field)
    body = town.post("profiles", {"vacancy_id": town.matcher.vacancies.ids[0], "k": 3, "near": 3})
    for each in (*body["results"], *body["near_miss"], body["query"]):
        for field in {**each, **each.get("item", {})}:
            assert not set(field.split("_")) & PROTECTED, field


def test_the_upper_end_of_the_pay_excludes_who_asks_for_more_and_says_so(town):
    person = {"title": "岸桥司机", "pay_floor": 20000}
    pair = town.post("pairs", {"vacancy": {"title": "岸桥司机", "salary_high": 8000}, "profile": person})
    (pay,) = [each for each in pair["must_have"] if each["name"] == "pay_floor"]
    assert (pay["verdict"], "20000" in pay["reason"]) == ("fail", True)
    found = town.post("vacancies", {"profile": person, "k": ALL})
    for each in found["results"]:
        assert each["item"]["salary_high"] is None or each["item"]["salary_high"] >= 20000
    assert found["excluded"]["pay_floor"] > 0


def test_the_upper_end_of_the_experience_is_used_against_nobody(town):
    """A cap on years is a proxy of age: more years than asked for neither add nor take away."""
    vacancy = {"title": "岸桥司机", "experience_low": 1, "experience_high": 2}
    scores = set()
    for years in (2, 25):
        person = {"title": "岸桥司机", "experience_years": years}
        pair = town.post("pairs", {"vacancy": vacancy, "profile": person})
        assert not [each for each in pair["must_have"] if each["verdict"] == "fail"]
        scores.add(pair["score"])
    assert len(scores) == 1


def test_the_upper_end_of_the_experience_is_shown_as_it_was_asked_for(town):
    vacancy = {"title": "岸桥司机", "experience_low": 1, "experience_high": 2}
    query = town.post("profiles", {"vacancy": vacancy, "k": 1})["query"]
    assert (query["experience_low"], query["experience_high"]) == (1, 2)


def test_an_empty_text_invents_nothing(town):
    pair = town.post("pairs", {"vacancy": {"title": "岸桥司机"}, "profile": {"title": "岸桥司机"}})
    assert pair["missing"] == []
    assert {each["verdict"] for each in pair["must_have"]} <= {"pass", "unknown"}
    for each in pair["categories"]:
        if each["name"] in ("skills", "experience", "pay", "major"):
            assert each["score"] is None, each
            assert each["evidence"] == []
        assert all(part["text"] == "岸桥司机" for part in each["evidence"])
    query = town.post("vacancies", {"profile": {"title": "岸桥司机", "summary": "  "}, "k": 1})["query"]
    assert (query["skills"], query["education"], query["experience_years"], query["majors"]) == (
        [],
        None,
        None,
        [],
    )


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("profiles", {"vacancy_id": "nobody"}, "vacancy_unknown"),
        ("vacancies", {"profile_id": "nobody"}, "profile_unknown"),
        ("pairs", {"vacancy_id": "nobody", "profile": {"title": "焊工"}}, "vacancy_unknown"),
        ("pairs", {"vacancy": {"title": "焊工"}, "profile_id": "nobody"}, "profile_unknown"),
        ("relaxations", {"vacancy_id": "nobody"}, "vacancy_unknown"),
    ],
)
def test_an_unknown_id_is_not_found_and_says_what_to_do(town, path, body, code):
    answer = town.client.post(f"/v1/matches/{path}", json=body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (404, code)
    assert "nobody" in problem["detail"]
    assert problem["hint"]


def test_a_need_that_nobody_meets_is_kept_and_says_what_stands_in_the_way(town):
    nobody = {"title": "岸桥司机", "education": "博士", "languages": ["is"], "salary_high": 1}
    before = read_unmet(town.service.store, synthetic=True, least=1)["count"].sum()
    found = town.post("profiles", {"vacancy": nobody})
    assert (found["results"], found["allowed"]) == ([], 0)
    assert found["excluded"]
    assert read_unmet(town.service.store, synthetic=True, least=1)["count"].sum() == before + 1
    advice = town.post("relaxations", {"vacancy": nobody})
    assert advice["allowed"] == 0
    assert read_unmet(town.service.store, synthetic=True, least=1)["count"].sum() == before + 2


def test_generated_data_is_labelled_wherever_it_is_shown(town):
    vacancy, person = town.matcher.vacancies.ids[0], town.matcher.profiles.ids[0]
    lists = [
        town.post("profiles", {"vacancy_id": vacancy, "k": 5, "near": 5}),
        town.post("vacancies", {"profile_id": person, "k": 5}),
        town.post("profiles", {"vacancy": {"title": "岸桥司机"}, "k": 5}),
    ]
    for found in lists:
        assert found["synthetic"] is True
        assert found["results"]
        for each in (*found["results"], *found["near_miss"]):
            assert each["synthetic"] is True
    assert town.post("pairs", {"vacancy_id": vacancy, "profile_id": person})["synthetic"] is True
    assert town.post("relaxations", {"vacancy_id": vacancy})["synthetic"] is True
