"""What an audit of fairness answers with."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from data.records import Record

__all__ = ["ImpactReport", "RatioLine", "SwapLine", "SwapReport", "Versions"]

Share = Annotated[float, Field(ge=0, le=1)]


class Versions(Record):
    """What was audited."""

    method: str
    """Version of the audit."""
    model_version: str
    """Encoder and ranker."""
    taxonomy_version: str
    """Editions of the code tables."""
    seed: int
    """Seed of everything drawn."""


class SwapLine(Record):
    """All swaps of one attribute in one place."""

    attribute: str
    """What the words were about."""
    place: str
    """Field in which they were put."""
    cases: int
    """Swaps tried."""
    traces: int
    """Swaps of which something was left in the record after cleaning."""
    refused: int
    """Rows that the door refused because of the words."""
    max_change: Share
    """Largest change of a score, in either direction, on the scale from 0 to 1."""
    mean_change: Share
    """Mean over the swaps of the largest change of each."""
    rank_changes: int
    """Swaps after which some candidate stands on another rank, in either direction."""
    worst: str
    """Words of the largest change; empty when no score moved."""
    gated: bool
    """Whether the bars apply."""
    passed: bool
    """Whether they are met."""


class SwapReport(Record):
    """Counterfactual swaps of one side."""

    side: Literal["profile", "posting"]
    """Whose texts were changed."""
    lines: tuple[SwapLine, ...]
    """By attribute and place."""
    items: int
    """Profiles or postings whose texts were changed."""
    pool: int
    """Candidates they were matched with."""
    rematched: int
    """Swaps without a trace that were matched all the same, to see that nothing moves."""
    bar: Share
    """Largest change allowed."""
    versions: Versions
    """What was audited."""
    synthetic: bool
    """True when all texts are generated (合成数据)."""
    passed: bool
    """True when every gated line passes."""


class RatioLine(Record):
    """The impact ratio of one split of the people, over all or over one key industry."""

    split: str
    """Attributes by which the people are split, joined by ×."""
    industry: str
    """Key industry; empty for all."""
    groups: int
    """Groups compared."""
    vacancies: int
    """Shortlists that were counted."""
    ratio: Share | None
    """Lowest selection rate of a group over the highest; empty when nobody was selected."""
    low: Share | None
    """Lower end of the 95 % interval."""
    high: Share | None
    """Upper end."""
    lowest: str
    """Group with the lowest rate."""
    highest: str
    """Group with the highest."""
    bar: Share
    """Least ratio wanted."""
    rated: bool
    """False where the interval is wider than twice the way from the bar to 1: too little to judge by."""
    passed: bool
    """Whether the ratio reaches the bar; a line that is not rated fails only over all vacancies."""


class ImpactReport(Record):
    """Impact ratios on the audited set."""

    design: Literal["equal", "preferences"]
    """``equal``: groups differ in words only; ``preferences``: also in what they state to want."""
    lines: tuple[RatioLine, ...]
    """By split and industry."""
    people: int
    """People copied into the groups."""
    copies: int
    """Profiles that they became."""
    texts: int
    """Different profiles among those after cleaning."""
    shortlist: int
    """People on a shortlist."""
    skipped: int
    """Vacancies left out because too few people may be matched to them."""
    versions: Versions
    """What was audited."""
    unrated: int
    """Lines that are not rated."""
    gated: bool
    """Whether the bars apply."""
    passed: bool
    """True when every line passes, or the design is not gated."""
