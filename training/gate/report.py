"""The gate's report: the verdict with everything it rests on, sealed by the hash of its content."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from data.canonical import json_sha256
from data.errors import FileProblem
from data.records import Record
from training.gate.judgement import Verdict
from training.gate.policy import Policy
from training.gate.scorecard import Scorecard
from training.provenance import Provenance

__all__ = ["GateReport", "Summary", "gate_report", "read_report", "write_report"]


class Summary(Record):
    """What one model did, in few numbers."""

    name: str
    """Identifier of the bundle, or of the packaged default."""
    figures: dict[str, float]
    """Means by metric and slice, fairness and latency, by the names of ``Scorecard.figures``."""
    fairness: dict[str, float | None]
    """Figures of fairness; empty where there was too little to say."""
    latency_ms: dict[str, float]
    """Percentiles of a request's time, in milliseconds."""


class GateReport(Record):
    """One judgement of a candidate."""

    format: Literal[1] = 1
    """Version of this layout."""
    candidate: Summary
    """Who wants to take the place."""
    champion: Summary
    """Whose place it is."""
    candidate_sha256: str
    """SHA-256 of the candidate's manifest, ``""`` for a model that is no bundle."""
    passed: bool
    """Whether the candidate may be promoted."""
    verdict: Verdict
    """Reasons and comparisons."""
    policy: Policy
    """What was asked for."""
    sets_sha256: str
    """SHA-256 of the manifest of the frozen sets."""
    provenance: Provenance
    """Code, packages and machine."""
    made_at: str
    """UTC time, ISO 8601."""

    def lines(self) -> list[str]:
        """Return the verdict as sentences in Chinese, the reasons after it."""
        names = f"{self.candidate.name} 对 {self.champion.name}"
        first = (
            f"准入通过：{names}"
            if self.passed
            else f"准入不通过：{names}，{len(self.verdict.reasons)} 条原因"
        )
        return [first, *(f"[{one.code}] {one.message}" for one in self.verdict.reasons)]


def gate_report(
    candidate: Scorecard,
    champion: Scorecard,
    verdict: Verdict,
    policy: Policy,
    *,
    sets_sha256: str,
    candidate_sha256: str,
    provenance: Provenance,
    made_at: str,
) -> GateReport:
    """Put a judgement and everything it rests on together.

    Parameters
    ----------
    candidate, champion
        The scorecards that were judged.
    verdict
        What the gate said.
    policy
        What it asked for.
    sets_sha256
        SHA-256 of the manifest of the frozen sets.
    candidate_sha256
        SHA-256 of the candidate's manifest, ``""`` for a model that is no bundle.
    provenance
        Code, packages and machine.
    made_at
        UTC time, ISO 8601.

    Returns
    -------
    GateReport
        Ready to be written.
    """
    return GateReport(
        candidate=_summary(candidate),
        champion=_summary(champion),
        candidate_sha256=candidate_sha256,
        passed=verdict.passed,
        verdict=verdict,
        policy=policy,
        sets_sha256=sets_sha256,
        provenance=provenance,
        made_at=made_at,
    )


def write_report(report: GateReport, path: Path) -> str:
    """Write a report as JSON.

    Parameters
    ----------
    report
        The report.
    path
        File to write; folders are made, a file that is there is replaced.

    Returns
    -------
    str
        SHA-256 of the content, which stands in the file as ``sha256``.
    """
    content = report.model_dump(mode="json")
    digest = json_sha256(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**content, "sha256": digest}, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8")
    return digest


def read_report(path: Path) -> GateReport:
    """Read a report and check that it is what was written.

    Parameters
    ----------
    path
        File that :func:`write_report` wrote.

    Returns
    -------
    GateReport
        The report.

    Raises
    ------
    FileProblem
        The file is missing, is no report, was changed, or says passed while it holds reasons to refuse.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        given = content.pop("sha256")
        report = GateReport.model_validate(content)
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有准入报告 {path}", hint="先运行 yingcai gate judge") from error
    except (UnicodeDecodeError, ValueError, AttributeError, KeyError, TypeError, ValidationError) as error:
        raise FileProblem("report_unreadable", f"{path.name} 不是准入报告", hint="重新运行准入") from error
    if json_sha256(content) != given:
        raise FileProblem("report_changed", f"{path.name} 的内容与其校验值不符", hint="重新运行准入")
    if report.passed != report.verdict.passed or report.passed == bool(report.verdict.reasons):
        raise FileProblem("report_contradicts", f"{path.name} 的结论与原因相矛盾", hint="重新运行准入")
    return report


def _summary(card: Scorecard) -> Summary:
    fairness = {name: None if math.isnan(value) else float(value) for name, value in card.fairness.items()}
    return Summary(
        name=card.name,
        figures=card.figures(),
        fairness=fairness,
        latency_ms={name: float(value) for name, value in card.latency_ms.items()},
    )
