"""What a promotion must show, and how the registry of training follows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api.console import note
from data.errors import InputError, RefusedError, YingcaiError
from data.settings import Settings
from matching.bundle import PACKAGED, Bundle

__all__ = ["gate_evidence", "move_aliases", "register"]

_REGISTRY = Path("mlflow") / "mlflow.db"
_SHOWN = 3


def gate_evidence(
    path: Path | None, bundle: Bundle, champion: str | None, *, override: str
) -> dict[str, Any]:
    """Return the grounds on which a bundle may be promoted, for the ledger.

    Parameters
    ----------
    path
        The gate's report; None where there is none.
    bundle
        The bundle that is to serve.
    champion
        The bundle that serves; None for the packaged default.
    override
        Why it may be promoted all the same; empty means that the gate decides.

    Returns
    -------
    dict
        ``gate`` with the report's hash, verdict, policy and sets, ``override`` where that decided.

    Raises
    ------
    InputError
        ``gate_missing``: neither a report nor a reason was given.
    FileProblem
        The report cannot be read or was changed.
    RefusedError
        ``gate_of_another_bundle``, ``gate_against_another_champion`` or ``gate_not_passed``.
    """
    reason = override.strip()
    if path is None:
        if not reason:
            raise InputError(
                "gate_missing",
                f"启用 {bundle.bundle_id} 须有通过的准入报告",
                hint="运行 yingcai gate judge，再用 --gate 给出报告；或用 --override 写明理由",
            )
        return {"override": reason}
    from training.gate.report import read_report

    report = read_report(path)
    evidence = {
        "gate": {
            "sha256": json.loads(path.read_text(encoding="utf-8"))["sha256"],
            "candidate": report.candidate.name,
            "champion": report.champion.name,
            "passed": report.passed,
            "reasons": [str(each.code) for each in report.verdict.reasons],
            "policy": report.policy.model_dump(mode="json"),
            "sets_sha256": report.sets_sha256,
        }
    }
    if reason:
        return evidence | {"override": reason}
    hint = "重新运行准入，或用 --override 写明理由"
    if (report.candidate.name, report.candidate_sha256) != (bundle.bundle_id, bundle.manifest_sha256):
        raise RefusedError(
            "gate_of_another_bundle",
            f"准入报告是 {report.candidate.name} 的，不是 {bundle.bundle_id} 的",
            hint=hint,
        )
    if report.champion.name != (champion or PACKAGED):
        raise RefusedError(
            "gate_against_another_champion",
            f"准入报告是与 {report.champion.name} 比较的，现用的是 {champion or PACKAGED}",
            hint=hint,
        )
    if not report.passed:
        told = "；".join(each.message for each in report.verdict.reasons[:_SHOWN])
        raise RefusedError("gate_not_passed", f"{bundle.bundle_id} 没有通过准入：{told}", hint=hint)
    return evidence


def register(settings: Settings, bundle: Bundle) -> None:
    """Register a bundle with the run that made it; a remark where the registry cannot be reached."""
    from training.runs import store_uri
    from training.tracking import register_bundle

    try:
        register_bundle(
            store_uri(settings),
            bundle.folder,
            bundle_id=bundle.bundle_id,
            run_id=bundle.manifest.provenance.run_id,
        )
    except YingcaiError as error:
        note(f"注意：模型包没有登记到训练记录：{error}")


def move_aliases(settings: Settings, bundle_id: str | None) -> None:
    """Let the registry's aliases follow the ledger, which alone decides; a remark where they cannot."""
    if not settings.mlflow_uri and not (settings.var_dir / _REGISTRY).is_file():
        return
    from training.runs import store_uri
    from training.tracking import move_champion

    try:
        move_champion(store_uri(settings), bundle_id)
    except YingcaiError as error:
        note(f"注意：训练记录中的别名没有随之移动：{error}")
