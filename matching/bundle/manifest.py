"""What a bundle says of itself: its parts with their hashes, what it fits and where it comes from."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from data.canonical import json_sha256
from data.records import Record

__all__ = ["ADAPTER", "CARD", "ENCODER", "RANKER", "EncoderReference", "Manifest", "Part", "Provenance"]

ADAPTER, CARD, ENCODER, RANKER = "adapter.safetensors", "card.md", "encoder", "ranker.json"
"""Names of the parts that have a meaning; any other part is kept for people to read."""

_HASH_LENGTH = 12

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class Part(Record):
    """One file of a bundle."""

    sha256: Sha256
    """Hash of its content."""
    bytes: Annotated[int, Field(ge=0)]
    """Its size."""


class EncoderReference(Record):
    """Which encoder a bundle is used with."""

    base_sha256: Sha256 | None
    """Hash of the weights file (``model.safetensors``) of the model that the adapter is merged into, that the
    directory holds or, with neither, that must be in service; None means whichever is in service."""
    adapter: Literal["adapter.safetensors"] | None = None
    """The part that is merged into the base."""
    directory: Literal["encoder"] | None = None
    """The folder of the bundle that holds a whole sentence-transformers model."""


class Provenance(Record):
    """Where a bundle comes from."""

    run_id: str = ""
    """The tracked run that made it; empty where none was tracked."""
    commit: str = ""
    """Commit of the code, with ``+dirty`` where files had been changed; empty where not known."""
    data_sha256: str = ""
    """Hash of the data that it was trained on."""


class Manifest(Record):
    """The whole of ``manifest.json``."""

    format: Literal[1] = 1
    """Version of the layout."""
    bundle_id: str = ""
    """Name and the beginning of the hash of everything else in the manifest."""
    name: Name
    """What the bundle is called."""
    created_at: dt.datetime
    """When it was made, UTC."""
    parts: dict[str, Part]
    """Every file but the manifest, by its path in the bundle."""
    encoder: EncoderReference
    """The encoder."""
    taxonomy_version: str
    """Editions of the code tables that it was trained with."""
    features: tuple[str, ...]
    """Names of the features of the score, in their order."""
    metrics: dict[str, Finite]
    """Summary of what was measured, by name."""
    provenance: Provenance
    """Where it comes from."""

    @property
    def computed_id(self) -> str:
        """The id that follows from the content."""
        content = self.model_dump(mode="json", exclude={"bundle_id"})
        return f"{self.name}-{json_sha256(content)[:_HASH_LENGTH]}"
