"""What a run of encoder training is: read from TOML, kept with the result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from data.errors import InputError
from training.toml_file import read_toml

__all__ = [
    "EncoderConfig",
    "Loss",
    "Method",
    "Precision",
    "packaged_configs",
    "read_config",
    "write_config",
]


class Method(StrEnum):
    """Which weights are trained."""

    LORA = "lora"
    """A low-rank change of the linear layers (Hu et al. 2021); a few megabytes."""
    FROZEN = "frozen"
    """Everything but the token embeddings."""
    FULL = "full"
    """Everything, token embeddings too; mostly they learn to forget the tokens that are not trained on."""


class Loss(StrEnum):
    """What is minimised; each one works with the other rows of a batch as negatives, in both directions."""

    MNRL = "mnrl"
    """Multiple negatives ranking: cross entropy over the batch (van den Oord et al. 2018)."""
    CACHED_MNRL = "cached_mnrl"
    """The same value computed in small parts (GradCache, Gao et al. 2021): large batches, little memory."""
    GIST = "gist"
    """Cached too; negatives that the base finds nearer than the positive are left out (Solatorio 2024)."""


class Precision(StrEnum):
    """Arithmetic of a step."""

    AUTO = "auto"
    """bf16 where steps timed on this machine are faster, fp32 elsewhere."""
    BF16 = "bf16"
    """Matrix products in bfloat16, weights in float32 (autocast)."""
    FP32 = "fp32"
    """float32 throughout."""


_Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class EncoderConfig:
    """Settings of one run of :func:`training.encoder.fit_encoder`.

    The defaults are meant for some ten thousand title pairs on two CPU cores; one epoch, because a second one
    overfits.

    Examples
    --------
    >>> EncoderConfig(rank=8).alpha
    32.0
    """

    name: _Name = "encoder"
    """What the result is called."""
    method: Method = Method.LORA
    """Which weights are trained."""
    rank: int = Field(default=16, ge=1, le=256)
    """Rank of the low-rank change; ``lora`` only."""
    alpha: float = Field(default=32.0, gt=0)
    """The change is scaled by ``alpha / rank``; ``lora`` only."""
    targets: tuple[_Name, ...] = Field(default=("query", "key", "value", "dense"), min_length=1)
    """Last parts of the names of the linear layers that are changed; ``lora`` only."""
    learning_rate: float = Field(default=5e-4, gt=0, lt=1)
    """Highest learning rate; 5e-4 suits ``lora``, 5e-5 the other methods."""
    warmup: float = Field(default=0.1, ge=0, lt=1)
    """Share of the steps in which the learning rate rises from 0; then it falls linearly to 0."""
    weight_decay: float = Field(default=0.01, ge=0, lt=1)
    """Weight decay of AdamW."""
    epochs: int = Field(default=1, ge=1)
    """Passes over the mixed sources."""
    drop_at: float = Field(default=0.0, ge=0)
    """Stop after this many epochs while the learning rate is laid out for ``epochs``; 0 never does."""
    steps: int = Field(default=0, ge=0)
    """Number of batches instead of ``epochs``; 0 leaves it to ``epochs``."""
    batch: int = Field(default=64, ge=2)
    """Pairs in a batch; each is a negative of all others."""
    mini_batch: int = Field(default=32, ge=1)
    """Texts computed at a time; ``cached_mnrl`` and ``gist`` only."""
    loss: Loss = Loss.MNRL
    """What is minimised."""
    scale: float = Field(default=20.0, gt=0)
    """Cosines are multiplied by this before the softmax: the inverse of the temperature."""
    margin: float = Field(default=0.0, ge=-1, le=1)
    """A negative goes when the guide's cosine exceeds the positive's by minus this; ``gist`` only."""
    matryoshka: tuple[int, ...] = ()
    """Leading dimensions that are to work alone (Kusupati et al. 2022); empty trains the whole only."""
    max_tokens: int = Field(default=64, ge=4, le=512)
    """Texts are cut at this many tokens."""
    tokens: dict[_Name, int] = field(default_factory=dict)
    """The same for single pair sources, such as those with descriptions."""
    precision: Precision = Precision.AUTO
    """Arithmetic of a step."""
    gradient_checkpointing: bool = False
    """Compute activations twice instead of keeping them: half the memory, a third more time."""
    seed: int = Field(default=0, ge=0)
    """Seed of batches, dropout and new weights; equal runs give equal bytes on one machine."""
    mix: dict[_Name, float] = field(default_factory=dict)
    """Share of the batches by source, unnamed sources left out; empty sees each pair once in an epoch."""
    groups_apart: bool = False
    """Keep pairs of one group (an ESCO group, a 小类, an employer) out of each other's batches too."""
    negatives: int = Field(default=0, ge=0, le=16)
    """Hard negatives of each pair that are used where a pair has that many."""
    checkpoint_steps: int = Field(default=100, ge=1)
    """Steps between two checkpoints; a run that was killed goes on from the last."""

    @model_validator(mode="after")
    def _fits_together(self) -> EncoderConfig:
        if self.drop_at > self.epochs:
            raise ValueError("drop_at 不能大于 epochs")
        if any(weight < 0 for weight in self.mix.values()) or (self.mix and not any(self.mix.values())):
            raise ValueError("mix 的权重不能为负，也不能全为 0")
        if any(not 4 <= limit <= 512 for limit in self.tokens.values()):
            raise ValueError("tokens 的取值在 4 与 512 之间")
        if any(dimension < 1 for dimension in self.matryoshka):
            raise ValueError("matryoshka 的维数至少为 1")
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, in order."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]


_ADAPTER = TypeAdapter(EncoderConfig)


def packaged_configs() -> dict[str, Path]:
    """Return the settings that come with the product: files by name."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "configs").glob("*.toml"))}


def read_config(path: Path) -> EncoderConfig:
    """Read the settings of a run.

    Parameters
    ----------
    path
        A TOML file; what it does not name keeps its default.

    Returns
    -------
    EncoderConfig
        Checked settings.

    Raises
    ------
    FileProblem
        The file is missing or no TOML.
    InputError
        A key is unknown or a value out of its range; all of them are named.
    """
    given = read_toml(path)
    try:
        return _ADAPTER.validate_python(given)
    except ValidationError as error:
        raise _refusal(path, error) from error


def write_config(config: EncoderConfig, path: Path) -> None:
    """Write settings so that :func:`read_config` returns the same.

    Parameters
    ----------
    config
        The settings.
    path
        The TOML file; what stands there is replaced.
    """
    plain = config.to_dict()
    tables = {name: value for name, value in plain.items() if isinstance(value, Mapping)}
    # Strings, numbers, booleans and lists of them are written alike in JSON and TOML.
    lines = [f"{name} = {json.dumps(value)}" for name, value in plain.items() if name not in tables]
    for name, table in tables.items():
        lines += ["", f"[{name}]"] + [
            f"{json.dumps(key)} = {json.dumps(table[key])}" for key in sorted(table)
        ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _refusal(path: Path, error: ValidationError) -> InputError:
    """Name every wrong key, the unknown ones apart."""
    faults = error.errors()
    unknown = [
        ".".join(map(str, fault["loc"])) for fault in faults if fault["type"] == "unexpected_keyword_argument"
    ]
    wrong = [
        f"{'.'.join(map(str, fault['loc']))} {fault['msg']}".strip()
        for fault in faults
        if fault["type"] != "unexpected_keyword_argument"
    ]
    parts = [f"没有名为 {'、'.join(unknown)} 的项"] if unknown else []
    return InputError(
        "config_invalid",
        f"{path.name}：" + "；".join([*parts, *wrong]),
        hint="各项见 training/encoder/config.py",
    )
