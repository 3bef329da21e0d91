"""``yingcai train encoder`` and ``yingcai train distil``: fine-tune the encoder, or make it static."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.title_sets import read_title_sets
from api.commands.train_runs import keep_encoder
from api.console import JsonOption, Session, note, progress_bar, say, show_json
from data.errors import FileProblem, InputError
from matching.encoder.build import build_packaged_model

if TYPE_CHECKING:
    import pandas as pd

    from matching.encoder.protocol import Encoder
    from training.encoder import EncoderConfig, FittedEncoder

__all__ = ["distil", "run"]

BaseOption = Annotated[
    Path | None, typer.Option(help="起点：sentence-transformers 目录；缺省为随包模型 / model to begin with")
]


def run(
    *,
    config: Annotated[
        str, typer.Option(help="TOML 文件，或随产品的设置名称（default、titles）/ settings of the run")
    ] = "default",
    pairs: Annotated[
        Path | None,
        typer.Option(help="训练对（Parquet 或 CSV）；缺省由公开的代码表与职称树生成 / pairs to learn from"),
    ] = None,
    exclude: Annotated[
        Path | None,
        typer.Option(help="评价集文件夹：含其中任一名称的公开训练对不用 / titles that must not be learned"),
    ] = None,
    base: BaseOption = None,
    out: Annotated[
        Path | None, typer.Option(help="结果目录；缺省 var/encoders/<名称> / folder of the result")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """微调编码模型：显示进度；中断后用同一条命令接着训练；结果为适配器（LoRA）或整个模型目录。"""
    from training.encoder import fit_encoder

    if pairs is not None and exclude is not None:
        raise InputError("options_conflict", "--exclude 只用于公开训练对", hint="给了 --pairs 就不用它")
    session = Session()
    settings = _config(config)
    folder = out or session.settings.var_dir / "encoders" / settings.name
    start = base or build_packaged_model(session.settings.cache_dir, report=note)
    table = _read_pairs(pairs) if pairs else _public_pairs(exclude)
    with progress_bar() as steps:
        if settings.negatives and "negatives" not in table:
            table = _mined(table, settings, start, steps.bar("挖掘难负例"), threads=session.settings.threads)
        fitted = fit_encoder(
            table,
            settings,
            folder,
            base=start,
            threads=session.settings.threads,
            progress=steps.bar("训练（批）"),
        )
    run_id = keep_encoder(session.settings, fitted, folder)
    if as_json:
        show_json({**fitted.record, "path": str(fitted.weights), "run_id": run_id})
    else:
        _show(fitted)


def distil(
    *,
    base: BaseOption = None,
    adapter: Annotated[Path | None, typer.Option(help="先合并这个适配器 / adapter to merge first")] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(help="文本文件，一行一条：只保留其中出现的词 / keep tokens of these lines only"),
    ] = None,
    dimension: Annotated[int, typer.Option(min=2, help="向量维数")] = 256,
    titles: Annotated[
        Path | None,
        typer.Option(help="职位名称评价集文件夹（同 evaluate titles --folder）：给出质量损失与速度倍数"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="结果目录；缺省 var/encoders/static")] = None,
    as_json: JsonOption = False,
) -> None:
    """蒸馏为静态模型：快数百倍，语义差很多；给出 --titles 时报告差多少。"""
    from matching.encoder.adapter import merge_adapter
    from training.encoder.distil import distil_encoder

    session = Session()
    settings = session.settings
    start = base or build_packaged_model(settings.cache_dir, report=note)
    if adapter is not None:
        start = merge_adapter(start, adapter, settings.cache_dir)
    lines = _lines(corpus) if corpus else None
    folder = out or settings.var_dir / "encoders" / "static"
    with progress_bar() as steps:
        made = distil_encoder(
            start,
            folder,
            corpus=lines,
            dimension=dimension,
            threads=settings.threads,
            progress=steps.bar("编码词表"),
        )
    result: dict[str, Any] = {**made._asdict(), "directory": str(made.directory)}
    if titles is not None:
        result |= _compared(start, made.directory, titles, threads=settings.threads)
    if as_json:
        show_json(result)
        return
    say(f"静态模型：{made.tokens} 个词，{made.dimension} 维，保留方差 {made.explained:.1%}")
    say(f"已写到 {made.directory}")
    if titles is not None:
        say((made.directory / "comparison.md").read_text("utf-8"))


def _config(given: str) -> EncoderConfig:
    from training.encoder.config import packaged_configs, read_config

    packaged = packaged_configs()
    return read_config(packaged.get(given) or Path(given))


def _read_pairs(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except ValueError as error:
        raise FileProblem(
            "pairs_unreadable", f"读不出训练对 {path.name}", hint="用 yingcai train pairs 生成"
        ) from error


def _public_pairs(exclude: Path | None) -> pd.DataFrame:
    """Build pairs from what comes with the product: no postings, no people.

    All sources are built whatever the mix: what stands in which split depends on all of them.
    """
    from training.pairs import Inputs, build_pairs, read_test_titles

    tests: Collection[str] = read_test_titles(exclude) if exclude else ()
    return build_pairs(Inputs(foreign_tests=tests)).pairs


def _mined(
    pairs: pd.DataFrame, settings: EncoderConfig, base: Path, progress: Any, *, threads: int
) -> pd.DataFrame:
    """Find hard negatives with the model that training begins with."""
    import numpy as np

    from matching.encoder.model import EmbeddingModel
    from matching.encoder.transformer import TransformerEncoder
    from training.negatives import Mining, mine_negatives

    guide = EmbeddingModel.from_encoder(TransformerEncoder(base, threads=threads))
    mining = Mining(negatives=settings.negatives, depth=max(50, settings.negatives))
    return mine_negatives(pairs, guide, mining, rng=np.random.default_rng(settings.seed), progress=progress)


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise FileProblem("file_missing", f"没有文件 {path}", hint="检查路径") from error
    except UnicodeDecodeError as error:
        raise FileProblem("encoding_unknown", f"{path.name} 不是 UTF-8 文本", hint="另存为 UTF-8") from error


def _compared(base: Path, static: Path, folder: Path, *, threads: int) -> dict[str, Any]:
    """Measure loss and gain; the page is kept beside the static model."""
    from matching.encoder.static import StaticEncoder
    from matching.encoder.transformer import TransformerEncoder
    from training.encoder.comparison import compare_encoders, comparison_page

    sets = read_title_sets(folder)
    texts = list(dict.fromkeys(text for one in sets for text in one.documents))[:2000]
    encoders: dict[str, Encoder] = {
        "原模型": TransformerEncoder(base, threads=threads),
        "静态": StaticEncoder(static),
    }
    found = compare_encoders(encoders, sets, texts)
    (static / "comparison.md").write_text(comparison_page(found), "utf-8")
    return found


def _show(fitted: FittedEncoder) -> None:
    record = fitted.record
    seen = "，".join(f"{name} {count}" for name, count in record["pairs"]["seen"].items())
    say(
        f"训练 {record['steps']} 批（{seen}），{record['precision']}，{record['seconds']:.0f} 秒，"
        f"内存峰值 {record['peak_bytes'] / 2**30:.1f} GB"
    )
    for name, one in record["dev"].items():
        say(f"  开发集损失 {name}：{one['before']:.3f} → {one['after']:.3f}")
    say(f"已写到 {fitted.weights}（{_size(fitted.weights)}），设置与记录在同一目录")


def _size(path: Path) -> str:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return f"{sum(one.stat().st_size for one in files) / 2**20:.1f} MB"
