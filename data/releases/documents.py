"""A catalogue as bytes that are always the same, and back from the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from data.catalogue.entries import (
    AnyCatalogue,
    Catalogue,
    CatalogueKind,
    DemandEntry,
    ShortageEntry,
)
from data.errors import StoreError

__all__ = ["Difference", "canonical", "catalogue_of", "first_difference", "header_of", "sha256_of"]


class Difference(NamedTuple):
    """Where two documents part."""

    path: str
    """Field, entries counted from 1."""
    left: Any
    """Value in the first; empty where it ends."""
    right: Any
    """Value in the second; empty where it ends."""


def canonical(catalogue: AnyCatalogue) -> bytes:
    """Return a catalogue as JSON in one fixed form: sorted names, two spaces, UTF-8, a newline at the end."""
    content = catalogue.model_dump(mode="json")
    return (json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of bytes in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def catalogue_of(content: Mapping[str, Any]) -> AnyCatalogue:
    """Read a catalogue of either kind from its JSON content.

    Raises
    ------
    StoreError
        It has other fields than catalogues have now.
    """
    try:
        if CatalogueKind(content["kind"]) is CatalogueKind.DEMAND:
            return Catalogue[DemandEntry].model_validate(content)
        return Catalogue[ShortageEntry].model_validate(content)
    except ValidationError as error:
        name = f"{content.get('edition', '')}版，方法 {content.get('method_version', '')}"
        raise StoreError(
            "document_of_another_form",
            f"目录（{name}）的栏目与本软件不同",
            hint="用编制时的软件版本查看，或重新编制一版",
        ) from error


def header_of(region: str, catalogue: AnyCatalogue) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Split a catalogue into its row of the table ``edition`` and its entries."""
    content = catalogue.model_dump(mode="json")
    entries = content.pop("entries")
    header = {
        "region": region,
        "kind": catalogue.kind.value,
        "edition": catalogue.edition,
        "as_of": catalogue.as_of,
        "snapshot": catalogue.snapshot,
        "method_version": catalogue.method_version,
        "synthetic": catalogue.synthetic,
        "document": content,
    }
    return header, entries


def first_difference(left: bytes, right: bytes) -> Difference | None:
    """Find where two documents part first; None when they say the same.

    Parameters
    ----------
    left, right
        Documents in canonical form.

    Returns
    -------
    Difference
        The first differing field in the order of the document, such as ``entries.第2项.S``.

    Examples
    --------
    >>> first_difference(b'{"entries": [{"S": 61.0}]}', b'{"entries": [{"S": 61.5}]}')
    Difference(path='entries.第1项.S', left=61.0, right=61.5)
    """
    return None if left == right else _parting(json.loads(left), json.loads(right), "")


def _parting(left: Any, right: Any, path: str) -> Difference | None:
    pairs: list[tuple[str, Any, Any]]
    if isinstance(left, dict) and isinstance(right, dict):
        names = sorted({*left, *right})
        pairs = [(name, left.get(name), right.get(name)) for name in names]
    elif isinstance(left, list) and isinstance(right, list):
        length = max(len(left), len(right))
        filled = [[*side, *[None] * (length - len(side))] for side in (left, right)]
        pairs = [(f"第{place}项", *both) for place, both in enumerate(zip(*filled, strict=True), start=1)]
    else:
        return None if left == right else Difference(path, left, right)
    steps = (_parting(a, b, f"{path}.{name}" if path else name) for name, a, b in pairs)
    return next((found for found in steps if found is not None), None)
