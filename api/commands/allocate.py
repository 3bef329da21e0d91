"""``yingcai allocate``: balanced lists, allocations, job-fair packs and demand menus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from api.commands.match import load_matcher
from api.console import JsonOption, RegionOption, Session, note, progress_bar, say, show_json
from api.looks import note_people
from data.catalogue.lists.documents import ListDocument, write_document
from data.catalogue.lists.market import Market
from data.demand import latest_day, read_demand, read_supply
from data.errors import RefusedError, UnknownName
from data.regions import Region
from data.store.audit import Action
from data.store.moments import beijing_today
from data.store.profiles import read_profiles
from matching.allocation.assign import Objective, assign
from matching.allocation.balance import Balanced, balance_shortlists
from matching.allocation.documents import assignment_document, balance_document, pack_document
from matching.allocation.exposure import Exposure
from matching.allocation.fairs import Fair
from matching.allocation.menus import build_menu, menu_document
from matching.allocation.packs import build_pack, reason_of
from matching.allocation.shortlists import Shortlists
from matching.matcher import Matcher
from matching.results import RankBy

app = typer.Typer(
    help="多岗位统筹：均衡名单、人岗分配、招聘会资料、需求菜单 / lists, allocation, fairs, menus",
    no_args_is_help=True,
)

_MOST_SOUGHT = 3

Out = Annotated[Path | None, typer.Option(help="写成文件：.xlsx、.csv 或 .json，按文件名结尾")]
Length = Annotated[int, typer.Option("-k", min=1, max=50, help="每个岗位的名单长度")]
Depth = Annotated[int, typer.Option(min=1, max=200, help="每个岗位考虑的候选人数；越多越容易均衡，也越慢")]
Balance = Annotated[float, typer.Option(min=0, max=1, help="0 只看匹配分，1 尽量分散到更多的人")]
Tolerance = Annotated[float, typer.Option(min=0, max=100, help="名单每个位次至多比只看匹配分时低几分")]
Employers = Annotated[list[str] | None, typer.Option("--employer", help="只看这些用人单位，可重复")]


class _Candidates(NamedTuple):
    """Candidate lists with the rows and reasons behind them."""

    lists: Shortlists
    vacancies: Mapping[str, Mapping[str, Any]]
    profiles: Mapping[str, Mapping[str, Any]]
    matcher: Matcher

    @property
    def as_of(self) -> dt.date:
        """Day the lists were made for."""
        return self.matcher.as_of

    @property
    def synthetic(self) -> bool:
        """Whether any vacancy or candidate is generated."""
        named = [name for name, on in zip(self.lists.profile_ids, self.lists.reachable, strict=True) if on]
        rows = [*(self.vacancies[name] for name in self.lists.vacancy_ids), *map(self.profiles.get, named)]
        return any(bool(row["synthetic"]) for row in rows if row)


@app.command()
def shortlists(
    *,
    k: Length = 10,
    depth: Depth = 50,
    balance: Balance = 0.5,
    tolerance: Tolerance = 3.0,
    employer: Employers = None,
    region: RegionOption = None,
    out: Out = None,
    as_json: JsonOption = False,
) -> None:
    """为本区域全部在招岗位一起定推荐名单，使同一批人不被所有单位同时约见；并列明均衡前后。"""
    found = _candidates(Session(region=region), employer, depth=max(k, depth), rank_by=RankBy.FORWARD)
    with _working("均衡名单"):
        done = balance_shortlists(found.lists, k=k, balance=balance, tolerance=tolerance)
    document = balance_document(done, found.vacancies, as_of=found.as_of, synthetic=found.synthetic)
    _write(document, out)
    told = _most_sought(done, found.lists)
    if as_json:
        lists = done.shortlists
        show_json(
            {
                "as_of": found.as_of,
                "synthetic": found.synthetic,
                "report": done.report.model_dump(mode="json"),
                "shortlists": {
                    name: [
                        {"profile_id": lists.profile_ids[person], "score": round(float(score), 2)}
                        for person, score in zip(lists.positions[row], lists.scores[row], strict=True)
                        if person >= 0
                    ]
                    for row, name in enumerate(lists.vacancy_ids)
                },
                "most_sought": told,
            }
        )
        return
    _show_first(document)
    for sentence in told.values():
        say(sentence)


@app.command("assign")
def assign_command(
    *,
    depth: Depth = 50,
    objective: Annotated[
        Objective,
        typer.Option(help="total 总分最大；fair 先顾人最少、分最低的岗位；stable 没有双方都想换的组合"),
    ] = Objective.TOTAL,
    employer: Employers = None,
    region: RegionOption = None,
    out: Out = None,
    as_json: JsonOption = False,
) -> None:
    """把人分配到岗位：一人一岗，一岗按招聘人数；未满的岗位和未安排的人逐一说明原因。"""
    found = _candidates(Session(region=region), employer, depth=depth, rank_by=RankBy.MUTUAL)
    heads = [int(found.vacancies[name]["heads"] or 1) for name in found.lists.vacancy_ids]
    with _working("分配"):
        done = assign(found.lists, heads=heads, objective=objective)
    document = assignment_document(
        done, found.lists, found.vacancies, as_of=found.as_of, synthetic=found.synthetic
    )
    _write(document, out)
    if not as_json:
        _show_first(document)
        return
    pairs = zip(done.rows.tolist(), done.persons.tolist(), done.scores.tolist(), strict=True)
    show_json(
        {
            "as_of": found.as_of,
            "synthetic": found.synthetic,
            "objective": done.objective,
            "total": round(done.total, 4),
            "covered": done.covered,
            "blocking_pairs": done.blocking_pairs,
            "unlisted": done.unlisted,
            "pairs": [
                {
                    "vacancy_id": found.lists.vacancy_ids[row],
                    "profile_id": found.lists.profile_ids[person],
                    "score": round(score, 2),
                }
                for row, person, score in pairs
            ],
            "unfilled": [left.model_dump(mode="json") for left in done.unfilled],
            "unplaced": [left.model_dump(mode="json") for left in done.unplaced],
        }
    )


@app.command()
def pack(
    *,
    name: Annotated[str, typer.Option(help="招聘会名称")],
    date: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="举办日期")],
    place: Annotated[str, typer.Option(help="地点")],
    employer: Employers = None,
    industry: Annotated[str | None, typer.Option(help="只邀请这一重点产业的岗位")] = None,
    graduates: Annotated[bool, typer.Option("--graduates", help="高校毕业生专场")] = False,
    seats: Annotated[int, typer.Option(min=1, help="至多邀请多少人")] = 200,
    booths: Annotated[int, typer.Option(min=1, max=20, help="每人至多去几个展位")] = 5,
    k: Length = 10,
    depth: Depth = 50,
    balance: Balance = 0.5,
    tolerance: Tolerance = 3.0,
    region: RegionOption = None,
    out: Out = None,
    as_json: JsonOption = False,
) -> None:
    """招聘会资料：每个单位可约见谁及理由，每个受邀者按匹配程度该去哪些展位；只用化名。"""
    session = Session(region=region)
    fair = Fair(
        name=name,
        held_on=date.date(),
        place=place,
        employers=tuple(employer or ()),
        key_industry=industry,
        graduates=graduates,
        seats=seats,
        booths=booths,
    )
    found = _candidates(session, employer, depth=max(k, depth), rank_by=RankBy.MUTUAL, fair=fair)
    with _working("编制资料"):
        made = build_pack(
            fair,
            found.lists,
            vacancies=found.vacancies,
            profiles=found.profiles,
            reason=lambda vacancy, person: reason_of(found.matcher.score(vacancy, person)),
            as_of=found.as_of,
            k=k,
            balance=balance,
            tolerance=tolerance,
        )
    document = pack_document(made)
    _write(document, out)
    if as_json:
        show_json(made.model_dump(mode="json"))
    else:
        _show_first(document)


@app.command()
def menu(
    *,
    partner: Annotated[
        list[str] | None,
        typer.Option(help="对口合作地区的行政区划代码，如江苏省 320000、南京市 320100，可重复"),
    ] = None,
    as_of: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="数据截止日；缺省为库中最后一日")
    ] = None,
    region: RegionOption = None,
    out: Out = None,
    as_json: JsonOption = False,
) -> None:
    """菜单式人才需求：各区县、各重点产业要什么人，本地、省内和对口合作地区有多少人可用，还缺多少。"""
    session = Session(region=region)
    with progress_bar() as steps:
        steps.step("读取需求", 0, 3)
        vacancies = read_demand(session.store, session.region)
        today = beijing_today()
        day = as_of.date() if as_of else latest_day(vacancies, today=today)
        supply = read_supply(session.store, session.region)
        steps.step("读取需求", 1, 3)
        market = Market.from_frames(vacancies, supply, session.region, as_of=day)
        steps.step("读取需求", 2, 3)
        made = build_menu(market, vacancies, read_profiles(session.store), partners=partner or ())
    document = menu_document(made)
    _write(document, out)
    if as_json:
        show_json(made.model_dump(mode="json"))
    else:
        _show_first(document)


def _candidates(
    session: Session,
    employers: Sequence[str] | None,
    *,
    depth: int,
    rank_by: RankBy,
    fair: Fair | None = None,
) -> _Candidates:
    """Match every vacancy asked for, with progress."""
    region, industries = session.region, _industries(session, fair)
    matcher = load_matcher(session)
    vacancies = _by_id(matcher, vacancies=True)
    local = [row for row in vacancies.values() if region.contains(row["place_code"])]
    _known_employers(employers, [row["employer"] for row in local], region)
    if fair is not None:
        names = fair.vacancies(local, industries=industries)
    else:
        names = [row["id"] for row in local if not employers or row["employer"] in employers]
    if not names:
        raise RefusedError("no_open_vacancies", f"{region.name_zh}没有在招岗位", hint="先导入招聘信息")
    with progress_bar() as steps:
        found = matcher.shortlists(names, k=depth, rank_by=rank_by, progress=steps.bar("匹配各岗位"))
    listed = [name for name, on in zip(found.profile_ids, found.reachable, strict=True) if on]
    note_people(session.store, session.settings, Action.EXPORT_SHORTLISTS, listed)
    return _Candidates(found, vacancies, _by_id(matcher, vacancies=False), matcher)


def _by_id(matcher: Matcher, *, vacancies: bool) -> dict[str, Mapping[str, Any]]:
    """Return the members of a pool by their ids."""
    pool = matcher.vacancies if vacancies else matcher.profiles
    return {name: pool.rows[position] for name in pool.ids if (position := pool.position(name)) is not None}


def _industries(session: Session, fair: Fair | None) -> dict[str, str | None]:
    """Read the key industry of every vacancy where the event has one."""
    if fair is None or fair.key_industry is None:
        return {}
    known = session.region.key_industries
    if fair.key_industry not in known:
        raise UnknownName(
            "industry_unknown",
            f"{session.region.name_zh}没有重点产业“{fair.key_industry}”",
            hint="现有重点产业：" + "、".join(known),
        )
    frame = read_demand(session.store, session.region)
    return dict(zip(frame["vacancy_id"], frame["key_industry"], strict=True))


def _known_employers(asked: Sequence[str] | None, present: Sequence[str], region: Region) -> None:
    """Refuse a name that has no open vacancy: a slip of spelling must not become an empty list."""
    missing = sorted(set(asked or ()) - set(present))
    if missing:
        raise UnknownName(
            "employer_unknown",
            f"{region.name_zh}没有在招的用人单位“{'、'.join(missing)}”",
            hint="按招聘信息中的全称填写",
        )


def _most_sought(done: Balanced, lists: Shortlists) -> dict[str, str]:
    """Disclose those who stand on the most lists, for the first vacancy that lists them."""
    seen = Exposure.from_shortlists(done.shortlists, k=done.report.k)
    order = sorted(range(len(seen.counts)), key=lambda person: (-seen.counts[person], person))
    told = {}
    for person in order[:_MOST_SOUGHT]:
        rows = (done.shortlists.positions == person).any(axis=1).nonzero()[0]
        if len(rows):
            name, vacancy = lists.profile_ids[person], lists.vacancy_ids[int(rows[0])]
            whole = Exposure(lists, done.report.k, seen.counts)
            told[name] = f"{name}（需求 {vacancy}）：{whole.disclose(vacancy, name).sentence}"
    return told


@contextmanager
def _working(name: str) -> Iterator[None]:
    """Show that something is being worked out whose progress cannot be counted."""
    with progress_bar() as steps:
        steps.step(name, 0, 0)
        yield


def _write(document: ListDocument, out: Path | None) -> None:
    if out is not None:
        note(f"已写 {write_document(document, out)}")


def _show_first(document: ListDocument) -> None:
    """Show the title and the summary; the rest is for a file."""
    say(document.title)
    say(f"数据截至 {document.as_of}")
    table = document.tables[0]
    if table.note:
        say(table.note)
    say("　".join(table.columns))
    for row in table.rows:
        say("　".join("—" if value is None else str(value) for value in row))
    say("其余各表见 --out 或 --json")
