"""What people decide about two postings — joined, split, undone — kept, noted, and merged by at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from data.employers import EmployerIndex, similar_employers
from data.errors import InputError, UnknownName
from data.store.history import record_change
from data.store.schema import posting, vacancy_decision
from data.store.store import Store, upsert
from data.store.vacancies import merge_within, read_employer_index
from data.vacancies import Decision
from data.vacancies.decisions import Decisions

__all__ = ["decide", "undo_decision"]


def decide(store: Store, left: str, right: str, *, same: bool, by: str, note: str = "") -> None:
    """Keep what a person says of two postings of one employer, and merge that employer's postings anew.

    Parameters
    ----------
    store
        The store.
    left, right
        Ids of the postings, in any order.
    same
        True joins them into one vacancy, false splits them; a later word on the same two replaces an earlier.
    by
        Who decides.
    note
        Why.

    Raises
    ------
    UnknownName
        ``posting_unknown``.
    InputError
        ``decision_same_posting``; ``employers_differ``: nothing is merged across employers, not even by
        hand; ``decision_contradicts``: earlier decisions, followed through, say the opposite.
    """
    one, other = _pair(left, right)
    with store.begin() as connection:
        index = read_employer_index(connection)
        employer = _common_employer(connection, index, one, other)
        earlier = _known(connection)
        old = earlier.pop((one, other), None)
        _check(one, other, same=same, earlier=earlier)
        row = {
            "left_posting_id": one,
            "right_posting_id": other,
            "same": same,
            "decided_by": by,
            "decided_at": dt.datetime.now(dt.UTC),
            "note": note,
        }
        upsert(connection, vacancy_decision, [row])
        _note(connection, one, other, by=by, kind="joined" if same else "split", old=old, new=same, why=note)
        merge_within(connection, index, index.siblings([employer]))


def undo_decision(store: Store, left: str, right: str, *, by: str, note: str = "") -> None:
    """Take back what was said of two postings: they are merged again as if it had never been said.

    Parameters
    ----------
    store
        The store.
    left, right
        Ids of the postings, in any order.
    by
        Who takes it back.
    note
        Why.

    Raises
    ------
    UnknownName
        ``decision_unknown``: nobody decided about these two.
    """
    one, other = _pair(left, right)
    with store.begin() as connection:
        old = _known(connection).get((one, other))
        if old is None:
            raise UnknownName(
                "decision_unknown",
                f"没有关于 {left} 与 {right} 的人工决定",
                hint="用 yingcai vacancy explain 查看该需求的决定",
            )
        connection.execute(
            vacancy_decision.delete().where(
                vacancy_decision.c.left_posting_id == one, vacancy_decision.c.right_posting_id == other
            )
        )
        _note(connection, one, other, by=by, kind="undone", old=old, new=None, why=note)
        index = read_employer_index(connection)
        keys = sa.select(posting.c.end_employer_key).where(posting.c.posting_id.in_([one, other]))
        merge_within(connection, index, index.siblings(connection.execute(keys).scalars()))


def _pair(left: str, right: str) -> tuple[str, str]:
    if left == right:
        raise InputError(
            "decision_same_posting", f"两次给出的是同一条招聘信息 {left}", hint="请给出两条不同的招聘信息编号"
        )
    one, other = sorted((left, right))
    return one, other


def _common_employer(connection: sa.Connection, index: EmployerIndex, one: str, other: str) -> str:
    """Return the key of the employer whose need both postings are."""
    query = sa.select(
        posting.c.posting_id, posting.c.employer, posting.c.end_employer, posting.c.end_employer_key
    )
    rows = {
        row.posting_id: row for row in connection.execute(query.where(posting.c.posting_id.in_([one, other])))
    }
    for posting_id in (one, other):
        if posting_id not in rows:
            raise UnknownName(
                "posting_unknown",
                f"库中没有编号为 {posting_id} 的招聘信息",
                hint="用 yingcai vacancy explain 查看需求所含招聘信息的编号",
            )
    left, right = rows[one], rows[other]
    if index.resolve(left.end_employer_key) != index.resolve(right.end_employer_key):
        names = left.end_employer or left.employer, right.end_employer or right.employer
        alike = similar_employers(names[0], [names[1]])
        likeness = f"两个名称相似 {alike[0].similarity:.0%}，" if alike else ""
        raise InputError(
            "employers_differ",
            f"两条招聘信息的用人单位不同：{names[0]} 与 {names[1]}，不跨单位合并或拆分",
            hint=f"{likeness}如确为同一单位，请在原表补上统一社会信用代码后重新导入",
        )
    return str(left.end_employer_key)


def _known(connection: sa.Connection) -> dict[tuple[str, str], bool]:
    query = sa.select(
        vacancy_decision.c.left_posting_id, vacancy_decision.c.right_posting_id, vacancy_decision.c.same
    )
    return {(left, right): same for left, right, same in connection.execute(query)}


def _check(one: str, other: str, *, same: bool, earlier: Mapping[tuple[str, str], bool]) -> None:
    """Refuse a decision whose opposite follows from earlier ones."""
    before = Decisions(Decision(*pair, said) for pair, said in earlier.items())
    against = before.kept_apart(one, [other]) if same else before.joined(one, other)
    if against:
        said, wanted = ("不同", "合并") if same else ("同一需求", "拆分")
        raise InputError(
            "decision_contradicts",
            f"此前的人工决定合起来表明 {one} 与 {other} 是{said}，不能再{wanted}",
            hint="先用 yingcai vacancy explain 找到相反的决定，以 undo 撤销",
        )


def _note(
    connection: sa.Connection,
    one: str,
    other: str,
    *,
    by: str,
    kind: str,
    old: bool | None,
    new: bool | None,
    why: str,
) -> None:
    record_change(
        connection,
        actor=by,
        table_name="vacancy_decision",
        row_key=f"{one}/{other}",
        kind=kind,
        fields={"same": [old, new], "note": [None, why]},
    )
