"""Bundles and their ledger in words, for the command line and pages alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from data.store.promotions import Promotion, PromotionAction
from matching.bundle.manifest import RANKER, Manifest

__all__ = ["DEEDS", "DEFAULT", "brings", "grounds"]

DEEDS: Final[Mapping[PromotionAction, str]] = {
    PromotionAction.PROMOTE: "启用",
    PromotionAction.ROLLBACK: "退回",
}
"""What was done, in Chinese."""

DEFAULT: Final = "随产品的缺省模型"
"""What serves where nothing was ever promoted."""


def brings(manifest: Manifest) -> str:
    """Say what a bundle holds."""
    encoder = manifest.encoder
    parts = [
        ("编码适配器", encoder.adapter),
        ("整套编码模型", encoder.directory),
        ("排序模型", RANKER in manifest.parts),
    ]
    return "＋".join(label for label, part in parts if part)


def grounds(entry: Promotion) -> str:
    """Say what an entry of the ledger rests on."""
    evidence = entry.evidence
    if evidence.get("override"):
        return f"未经准入，理由：{evidence['override']}"
    gate = evidence.get("gate")
    if gate:
        return f"准入通过（报告 {gate['sha256'][:12]}）"
    return f"理由：{evidence.get('reason') or '未写'}"
