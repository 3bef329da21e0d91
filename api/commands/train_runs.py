"""Keep a training run in MLflow, with its card beside the result."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.console import note
from data.errors import StoreError
from data.settings import Settings

if TYPE_CHECKING:
    from training.applications import Benchmark
    from training.cards import CardFacts
    from training.encoder import FittedEncoder

__all__ = ["keep_benchmark", "keep_encoder", "keep_ranker"]


def keep_encoder(settings: Settings, fitted: FittedEncoder, folder: Path) -> str:
    """Keep a run of encoder training; return its id, empty where the registry cannot be reached."""
    from training.cards import CardFacts

    record = fitted.record
    dev = {f"dev_loss_{name}": value["after"] for name, value in record["dev"].items()}
    facts = CardFacts(
        name=fitted.config.name,
        purpose="把岗位名称、专业、职责等文字变成向量，意思相近的相近。",
        trained_on=record["pairs"]["seen"],
        parameters={
            name: str(value) for name, value in record["config"].items() if not isinstance(value, dict)
        },
        figures={
            f"开发集损失：{name}": f"{value['before']:.3f} → {value['after']:.3f}"
            for name, value in record["dev"].items()
        },
    )
    return _keep(
        settings,
        "编码模型",
        facts,
        folder,
        metrics={**dev, "seconds": record["seconds"], "peak_gb": record["peak_bytes"] / 1e9},
        data_sha256=record["data_sha256"],
        config=(folder / "config.toml").read_text("utf-8"),
        files=[folder / "fit.json"],
        outputs={"vector": "float"},
    )


def keep_ranker(settings: Settings, name: str, report: Mapping[str, Any], digest: str, folder: Path) -> str:
    """Keep a run of the ranker that learns from feedback; return its id as :func:`keep_encoder` does."""
    from training.cards import CardFacts

    learned = {side: one for side, one in report["sides"].items() if one["learned"]}
    metrics = {
        f"{side}/{key}": float(value)
        for side, one in learned.items()
        for key, value in one.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    facts = CardFacts(
        name=name,
        purpose="按反馈学到的可加、单调的排序；每一分都能说出来自哪一项。",
        trained_on={},
        parameters={},
        figures={key: f"{value:g}" for key, value in metrics.items()},
    )
    return _keep(
        settings,
        "排序",
        facts,
        folder,
        metrics=metrics,
        data_sha256=digest,
        files=[folder / "report.json", folder / "ranker.json"],
        outputs={"score": "double"},
    )


def keep_benchmark(settings: Settings, found: Benchmark, folder: Path) -> str:
    """Keep a run on real applications; return its id as :func:`keep_encoder` does."""
    from training.cards import CardFacts

    metrics = {
        f"{one.protocol}/{one.direction}/{one.system}": one.mean
        for one in found.figures
        if one.metric == "nDCG@10"
    }
    config = found.details["config"]
    facts = CardFacts(
        name="applications",
        purpose="在真实应聘数据上比较排序方法；不产生可用的模型。",
        trained_on={"应聘": int(found.details["applications"])},
        parameters={name: str(value) for name, value in config.items() if not isinstance(value, dict)},
        figures={name: f"nDCG@10 {value:.3f}" for name, value in metrics.items()},
    )
    return _keep(
        settings,
        "应聘基准",
        facts,
        folder,
        metrics=metrics,
        data_sha256=str(found.details["data_sha256"]),
        files=[folder / "applications.json"],
        outputs={"score": "double"},
    )


def _keep(
    settings: Settings,
    experiment: str,
    facts: CardFacts,
    folder: Path,
    *,
    metrics: Mapping[str, float],
    data_sha256: str,
    outputs: Mapping[str, str],
    config: str = "",
    files: Sequence[Path] = (),
) -> str:
    """Write the card and log the run; a registry that is away costs the record, never the result."""
    from training.cards import model_card
    from training.provenance import read_provenance
    from training.runs import RunFacts, store_uri
    from training.tracking import log_run

    run = RunFacts(
        command=shlex.join(["yingcai", *sys.argv[1:]]),
        config=config,
        data_sha256=data_sha256,
        inputs={"text": "string"} if "vector" in outputs else {"features": "double"},
        outputs=dict(outputs),
        files=files,
    )
    provenance = read_provenance()
    card = model_card(facts, run, provenance)
    (folder / "card.md").write_text(card, "utf-8")
    try:
        run_id = log_run(
            store_uri(settings),
            experiment,
            facts.name,
            parameters=facts.parameters,
            metrics=metrics,
            facts=run._replace(card=card),
            provenance=provenance,
        )
    except StoreError as error:
        note(f"未登记到 MLflow：{error}")
        return ""
    note(f"已登记为运行 {run_id[:8]}；查看：yingcai runs show {run_id[:8]}")
    return run_id
