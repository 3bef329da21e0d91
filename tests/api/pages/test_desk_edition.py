"""An edition from draft to print at the desk, by two people; who may not, and what a step still lacks."""

from __future__ import annotations

import itertools

import pytest

from api.pages.desk_steps import scope_of
from data.permissions import Role, Scope
from data.releases.registry import find_release
from data.releases.states import STEPS, EditionState
from data.releases.tickets import Opinion, TicketKind, raise_ticket
from data.store.users import add_user
from tests.api.commands.test_edition import DAYS, evidence_for
from tests.api.pages.conftest import PASSWORD

HERE = "/office/editions/2"
DECIDED = ("finalised", "signed", "published")


def fields_of(value, path=""):
    """Lay evidence out as the inputs of its form."""
    if isinstance(value, dict):
        pairs = [(f"{path}.{name}" if path else name, each) for name, each in value.items()]
    elif path == "departments":
        return {path: value}
    elif isinstance(value, list):
        pairs = [(f"{path}.{place}", each) for place, each in enumerate(value)]
    else:
        return {path: "1" if value is True else "" if value is False else str(value)}
    return {name: text for place, each in pairs for name, text in fields_of(each, place).items()}


@pytest.fixture
def chief(desk_service):
    """Somebody who makes editions and decides on them."""
    roles = [Role.EDITOR, Role.APPROVER]
    add_user(desk_service.store, "chief", name="钱主任", roles=roles, password=PASSWORD, actor="测试")
    return "chief"


@pytest.fixture
def take(browser, desk_service):
    """Send the form of a step with everything it has to show."""

    def takes(state, *, act="take", **changes):
        release = find_release(desk_service.store, 2)
        catalogue = desk_service.documents.read(release.latest.edition_id).catalogue
        shown = fields_of(evidence_for(state, catalogue.model_dump(mode="json")))
        deed = {"deed_role": "办公室", "deed_reason": "按程序办理", "deed_on": DAYS[state], "act": act}
        return browser.submit(f"{HERE}/steps/{state}", {**shown, **deed, **changes})

    return takes


def change_to(browser, user_id):
    browser.submit("/logout")
    browser.log_in(user_id)


def walk(browser, take, goal):
    """Take every step to a state: the chief makes the edition, then both decide in turn."""
    states = list(DAYS)
    for place, state in enumerate(states[: states.index(goal) + 1]):
        change_to(browser, "approver" if state in DECIDED and place % 2 == 0 else "chief")
        answer = take(state)
        assert answer.url.path == HERE, (state, answer.text)


def test_two_people_bring_an_edition_from_draft_to_print(browser, desk_service, chief, take):
    browser.log_in(chief)
    walk(browser, take, "published")
    release = find_release(desk_service.store, 2)
    assert (release.state, release.latest.version) == (EditionState.PUBLISHED, "2026Q4.1")
    actors = [step.actor for step in release.history[4:]]
    assert set(actors) == {"user:chief", "user:approver"}
    assert all(one != other for one, other in itertools.pairwise(actors[3:]))
    shown = browser.get(HERE).text
    assert "校验链完整" in shown
    assert "钱主任" in shown
    assert "营人才发〔2026〕3号" in shown
    listed = browser.get("/office/editions").text
    assert "还有" in listed
    assert "有效期至" in listed


def test_one_person_cannot_take_two_steps_in_a_row(browser, desk_service, chief, take):
    browser.log_in(chief)
    walk(browser, take, "consultation")
    shown = browser.get(HERE).text
    assert "您不能办理这一步" in shown
    refused = take("finalised")
    assert refused.status_code == 409
    assert "same_person" in refused.text
    assert "人才工作领导小组" in refused.text
    assert find_release(desk_service.store, 2).state is EditionState.CONSULTATION


def test_an_editor_makes_and_does_not_decide(browser, desk_service, chief, take):
    browser.log_in(chief)
    walk(browser, take, "consultation")
    change_to(browser, "editor")
    shown = browser.get(HERE).text
    assert "这一步由有“审定、签发目录版次”权限的人办理" in shown
    assert 'value="take"' not in shown
    assert "另一种办理" in browser.get(f"{HERE}?step=withdrawn").text
    assert take("finalised").status_code == 403
    assert find_release(desk_service.store, 2).state is EditionState.CONSULTATION


def test_deciding_steps_are_those_of_two_people():
    assert {step.target for step in STEPS if scope_of(step) is Scope.CATALOGUES_WRITE} == {
        EditionState.FROZEN, EditionState.COMPUTED, EditionState.DRAFT, EditionState.DEPT_REVIEW,
        EditionState.VERIFIED, EditionState.EXPERT_REVIEW, EditionState.CONSULTATION, EditionState.WITHDRAWN,
    }  # fmt: skip


@pytest.mark.parametrize("user_id", ["evaluator", "scientist", "admin"])
def test_whoever_only_reads_sees_no_buttons(browser, take, user_id):
    browser.log_in(user_id)
    for path in ("/office/editions", HERE):
        shown = browser.get(path)
        assert shown.status_code == 200
        assert 'name="act"' not in shown.text
        assert "办理“" not in shown.text
    assert take("dept_review").status_code == 403


def test_an_agency_is_not_at_the_desk(browser):
    browser.log_in("agent")
    for path in ("/office/editions", HERE, f"{HERE}/steps/dept_review/form.yaml"):
        assert browser.get(path).status_code == 403


def test_a_step_without_its_token_is_not_taken(browser, desk_service):
    browser.log_in("editor")
    assert browser.post(f"{HERE}/steps/withdrawn", data={"act": "take"}).status_code == 403
    assert find_release(desk_service.store, 2).state is EditionState.DRAFT


def test_what_was_typed_stays_and_what_is_wrong_is_marked(browser, take):
    browser.log_in("editor")
    hostile = "<script>alert(1)</script>"
    answer = take("dept_review", sent_on="昨天", note=hostile, departments=["hrss"], deed_reason=hostile)
    assert answer.status_code == 400
    assert "evidence_malformed" in answer.text
    assert 'value="昨天"' in answer.text
    assert "应为 YYYY-MM-DD 的日期" in answer.text
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    no_day = take("dept_review", deed_on="31/12")
    assert (no_day.status_code, "day_malformed" in no_day.text) == (400, True)


def test_a_step_is_judged_before_it_is_sent(browser, desk_service, take):
    browser.log_in("editor")
    shown = take("dept_review", act="check", departments=["hrss"], deed_reason="")
    assert shown.status_code == 200
    assert "未送达：经济和信息化部门" in shown.text
    assert "没有写明理由" in shown.text
    assert "各项齐备" in take("dept_review", act="check").text
    assert find_release(desk_service.store, 2).state is EditionState.DRAFT


def test_the_form_knows_what_follows_from_the_edition(browser, take):
    browser.log_in("editor")
    shown = browser.get(HERE).text
    assert shown.count('name="departments"') >= 9
    assert " checked" in shown
    assert "sent_on" in browser.get(f"{HERE}/steps/dept_review/form.yaml").text
    take("dept_review")
    assert "财政部门" in browser.get(HERE).text
    take("verified")
    experts = browser.get(HERE).text
    assert experts.count('.unit"') >= 5
    more = take("expert_review", act="more:experts")
    assert 'name="experts.5.unit"' in more.text
    assert 'value="专家1"' in more.text


def test_a_table_fills_the_form_and_sends_nothing(browser, desk_service, take):
    browser.log_in("editor")
    take("dept_review")
    text = "部门,答复,答复日期,答复内容\n财政部门,同意,2026-11-03,=没有意见\n"
    file = {"file:answers": ("答复.csv", text.encode("utf-8-sig"), "text/csv")}
    shown = browser.submit(
        f"{HERE}/steps/verified", {"act": "fill:answers", "deed_reason": "汇总"}, files=file
    )
    assert shown.status_code == 200
    assert "=没有意见" in shown.text
    assert 'value="汇总"' in shown.text
    wrong = {"file:answers": ("答复.csv", "名称\n财政\n".encode(), "text/csv")}
    refused = browser.submit(f"{HERE}/steps/verified", {"act": "fill:answers"}, files=wrong)
    assert (refused.status_code, "missing_columns" in refused.text) == (400, True)
    none = browser.submit(f"{HERE}/steps/verified", {"act": "fill:answers"})
    assert "file_missing" in none.text
    assert find_release(desk_service.store, 2).state is EditionState.DEPT_REVIEW


def test_a_skipped_step_is_refused_and_an_unknown_edition_is_not_there(browser, desk_service, take):
    browser.log_in("editor")
    skipped = take("consultation")
    assert (skipped.status_code, "step_not_permitted" in skipped.text) == (409, True)
    assert browser.get("/office/editions/99").status_code == 404
    assert browser.get("/office/editions/0").status_code == 422
    opinion = Opinion(kind=TicketKind.OBJECTION, raised_by="某企业", text="人数偏低")
    raise_ticket(
        desk_service.store, 2, opinion, received_on=find_release(desk_service.store, 2).history[0].taken_on
    )
    assert "未答复意见 1 件" in browser.get("/office/editions").text


def test_an_edition_is_taken_back(browser, desk_service):
    browser.log_in("editor")
    deed = {"deed_role": "编制组", "deed_reason": "数据有误", "deed_on": "2026-11-20", "act": "take"}
    assert browser.submit(f"{HERE}/steps/withdrawn", deed).url.path == HERE
    assert find_release(desk_service.store, 2).state is EditionState.WITHDRAWN
    shown = browser.get(HERE).text
    assert 'name="act"' not in shown
    assert "已结束" in browser.get("/office/editions").text


def test_tables_of_raters_and_experts_are_counted_and_not_kept(browser):
    browser.log_in("editor")
    page = "/office/editions/tables"
    criteria = "产业链关键度,重大项目与揭榜需求,培养周期,可替代难度,公共服务与安全影响"
    ratings = f"职业编码,评审人代号,{criteria}\n" + "".join(
        f"{code},{rater},{points}\n"
        for code, points in (("6-15-05-01", "80,80,80,80,80"), ("2-02-01-01", "20,20,20,20,20"))
        for rater in ("甲", "乙")
    )
    shown = browser.submit(page, {"table": "ratings"}, files={"ratings": ("评分.csv", ratings.encode())})
    assert "一致性 1.00" in shown.text
    assert "80.0" in shown.text
    votes = "版次,职业编码,专家代号,表决,书面依据\n" + "".join(
        f"2027,6-15-05-01,专家{n},同意,依据\n" for n in range(5)
    )
    fields = {"table": "votes", "edition": "2027"}
    passed = browser.submit(page, fields, files={"votes": ("表决.csv", votes.encode())})
    assert "通过 1 条" in passed.text
    none = browser.submit(page, fields)
    assert (none.status_code, "file_missing" in none.text) == (400, True)
    browser.submit("/logout")
    browser.log_in("evaluator")
    assert "核对评分" not in browser.get(page).text
