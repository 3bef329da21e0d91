"""What a static encoder loses against the one it was distilled from, and how much faster it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from matching.encoder.model import EmbeddingModel
from matching.encoder.protocol import Encoder
from training.evaluate import TitleSet, evaluate_titles

__all__ = ["compare_encoders", "comparison_page"]

_PRODUCT = "yingcai"
_ALL = "全部"


def compare_encoders(
    encoders: dict[str, Encoder],
    sets: Sequence[TitleSet],
    texts: Sequence[str],
    *,
    seed: int = 0,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, Any]:
    """Rank titles and encode texts with each encoder.

    Parameters
    ----------
    encoders
        By name, the one that the others are measured against first.
    sets
        Titles with judgements, one set for each language.
    texts
        Texts to time, at least one; each encoder sees the first of them once before.
    seed
        Seed of ties and of the bootstrap.
    clock
        Tells the time in seconds.

    Returns
    -------
    dict
        ``quality`` by set and encoder: mean, low and high of MAP (0 to 1) with the number of queries;
        ``speed`` by encoder: texts per second and the ratio to the first.
    """
    quality: dict[str, dict[str, Any]] = {one.name: {} for one in sets}
    speed: dict[str, dict[str, float]] = {}
    for name, encoder in encoders.items():
        found = evaluate_titles(sets, EmbeddingModel.from_encoder(encoder), seed=seed)
        for measure in found.measures:
            overall = measure.grouping == measure.group or not measure.grouping
            if (
                measure.system == _PRODUCT
                and measure.metric == "MAP"
                and measure.dataset in quality
                and overall
            ):
                quality[measure.dataset][name] = {
                    "mean": measure.mean,
                    "low": measure.low,
                    "high": measure.high,
                    "queries": measure.queries,
                }
        encoder.encode(texts[:1])
        started = clock()
        encoder.encode(texts)
        speed[name] = {"texts_per_second": round(len(texts) / max(clock() - started, 1e-9), 1)}
    reference = next(iter(speed.values()))["texts_per_second"]
    for one in speed.values():
        one["ratio"] = round(one["texts_per_second"] / reference, 2)
    return {"quality": quality, "speed": speed}


def comparison_page(comparison: dict[str, Any]) -> str:
    """Return a comparison as a page in Markdown, in Chinese."""
    lines = [
        "# 静态模型与原模型",
        "",
        "## 质量：职位名称检索 MAP（95% 区间）",
        "",
        "| 数据 | 模型 | 查询 | MAP |",
        "|---|---|---|---|",
    ]
    for dataset, systems in comparison["quality"].items():
        for name, one in systems.items():
            shown = "X 暂不评价"
            if one["mean"] is not None:
                shown = f"{one['mean']:.3f} [{one['low']:.3f}, {one['high']:.3f}]"
            lines.append(f"| {dataset} | {name} | {one['queries']} | {shown} |")
    lines += ["", "## 速度：本机编码", "", "| 模型 | 条/秒 | 倍数 |", "|---|---|---|"]
    lines += [
        f"| {name} | {one['texts_per_second']:,.0f} | {one['ratio']:.1f} |"
        for name, one in comparison["speed"].items()
    ]
    return "\n".join(lines) + "\n"
