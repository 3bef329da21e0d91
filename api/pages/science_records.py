"""Reports of training as pages read them: what the commands wrote, less what no page shows."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

__all__ = ["DriftFile", "FairnessFile", "GateFile", "Reason", "Slice"]

Figure = float | None


class _Part(BaseModel):
    """Part of a report; what this version does not know is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Summary(_Part):
    """What one model did, in few numbers."""

    name: str
    """Identifier of the bundle."""
    fairness: dict[str, Figure]
    """Figures of fairness."""
    latency_ms: dict[str, float]
    """Percentiles of a request's time."""


class Slice(_Part):
    """Both models on one slice."""

    metric: str
    """Name of the metric."""
    dimension: str
    """What the slice belongs to."""
    slice: str
    """Name of the slice."""
    members: tuple[str, ...] = ()
    """Slices in it."""
    queries: int
    """Queries compared."""
    candidate: float
    """The candidate's mean."""
    champion: float
    """The champion's mean."""
    difference: float
    """Candidate minus champion."""
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end."""
    margin: float
    """Largest loss that counts as none."""

    @property
    def shown(self) -> bool:
        """Whether it is shown that the candidate is not worse by the margin."""
        return self.low > -self.margin


class Reason(_Part):
    """One reason to refuse the candidate."""

    code: str
    """What kind."""
    message: str
    """What was found, in Chinese."""
    metric: str = ""
    """Metric that it is about."""
    dimension: str = ""
    """What the slice belongs to."""
    slice: str = ""
    """The slice."""


class Verdict(_Part):
    """What the gate said."""

    passed: bool
    """Whether there was no reason to refuse."""
    reasons: tuple[Reason, ...]
    """All reasons."""
    comparisons: tuple[Slice, ...]
    """Every slice compared."""
    too_small: tuple[str, ...] = ()
    """Slices with too few queries."""


class GateFile(_Part):
    """A report of the gate."""

    candidate: Summary
    """Who wanted the place."""
    champion: Summary
    """Whose place it was."""
    passed: bool
    """Whether the candidate may be promoted."""
    verdict: Verdict
    """Reasons and comparisons."""
    policy: dict[str, Any]
    """What was asked for."""
    sets_sha256: str
    """The frozen sets."""
    made_at: str
    """UTC time."""
    sha256: str
    """Hash of everything else."""

    @property
    def made(self) -> str:
        """When it was made."""
        return self.made_at


class DriftLine(_Part):
    """One comparison of two periods."""

    label: str
    """Name in Chinese."""
    group: str
    """What it speaks of."""
    verdict: str
    """What is said."""
    reason: str
    """Why."""
    before: Figure
    """Median or share before."""
    after: Figure
    """The same after."""
    effect: Figure
    """Its size."""
    chance: Figure
    """What chance makes of it."""
    q_value: Figure
    """How rare that is, all lines taken together."""


class Period(_Part):
    """Some days."""

    first_on: str
    """First day."""
    last_on: str
    """Last day."""


class DriftFile(_Part):
    """A report of drift."""

    before: Period
    """The earlier period."""
    after: Period
    """The later one."""
    verdict: str
    """The worst of the lines."""
    reasons: tuple[str, ...]
    """What it rests on."""
    lines: tuple[DriftLine, ...]
    """Every comparison."""
    vacancies: tuple[int, int]
    """Vacancies before and after."""
    people: int
    """Profiles that scores were computed with."""
    method: str
    """Version of the method."""
    model_version: str
    """Encoder and ranker."""
    data_sha256: str
    """Hash of the rows compared."""
    synthetic: bool
    """True when any row is generated."""

    @property
    def made(self) -> str:
        """The later period, by which reports are put in order."""
        return self.after.last_on


class FairnessLine(_Part):
    """A line of an audit: of words swapped, or of groups shortlisted."""

    attribute: str = ""
    """What the words were about."""
    place: str = ""
    """Field in which they were put."""
    cases: int = 0
    """Swaps tried."""
    max_change: Figure = None
    """Largest change of a score."""
    rank_changes: int = 0
    """Swaps after which a rank changed."""
    gated: bool = True
    """Whether the bars apply."""
    split: str = ""
    """Attributes by which people are split."""
    industry: str = ""
    """Key industry; empty for all."""
    vacancies: int = 0
    """Shortlists counted."""
    ratio: Figure = None
    """Lowest selection rate over the highest."""
    low: Figure = None
    """Lower end of its interval."""
    high: Figure = None
    """Upper end."""
    bar: Figure = None
    """Least ratio wanted."""
    rated: bool = True
    """False where there is too little to judge by."""
    passed: bool
    """Whether the bar is met."""


class FairnessReport(_Part):
    """One audit."""

    lines: tuple[FairnessLine, ...]
    """Its lines."""
    passed: bool
    """Whether all bars are met."""
    side: str = ""
    """Whose texts were changed; empty for ratios."""
    design: str = ""
    """How the groups differ; empty for swaps."""
    synthetic: bool = True
    """True when texts are generated; ratios are always measured on generated people."""


class FairnessFile(_Part):
    """Audits of one run of the command."""

    made_at: str
    """UTC time."""
    reports: tuple[FairnessReport, ...]
    """The audits."""

    @property
    def made(self) -> str:
        """When it was made."""
        return self.made_at

    @property
    def passed(self) -> bool:
        """Whether all bars are met."""
        return all(each.passed for each in self.reports)
