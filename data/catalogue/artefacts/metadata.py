"""Metadata for catalogues of open data: DCAT 3, and the JSON Schema of the documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator

from data.catalogue.artefacts.reports import banner_of
from data.catalogue.entries import AnyCatalogue, Catalogue, CatalogueKind, DemandEntry, ShortageEntry
from data.errors import InputError

__all__ = ["MEDIA_TYPES", "check_document", "dcat_of", "schema_of"]

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""Media type by the end of a file's name."""
_CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def schema_of(kind: CatalogueKind) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the document of a catalogue of this kind."""
    model: type[AnyCatalogue] = (
        Catalogue[DemandEntry] if kind is CatalogueKind.DEMAND else Catalogue[ShortageEntry]
    )
    schema = model.model_json_schema(mode="serialization")
    return {"$schema": Draft202012Validator.META_SCHEMA["$id"], **schema, "title": kind.title}


def check_document(document: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Refuse a document that does not keep to its schema.

    Parameters
    ----------
    document
        The document as JSON values.
    schema
        The schema.

    Raises
    ------
    InputError
        Names the first place that does not.
    """
    fault = next(iter(Draft202012Validator(schema).iter_errors(document)), None)
    if fault is not None:
        raise InputError(
            "document_invalid",
            f"目录文件不符合 JSON Schema：{fault.json_path} {fault.message[:80]}",
            hint="该版次的内容已损坏，用 yingcai edition verify 检查",
        )


def dcat_of(
    catalogue: AnyCatalogue,
    files: Sequence[tuple[Path, str]],
    *,
    previous: AnyCatalogue | None = None,
    notes: str = "",
    issued: str | None = None,
) -> dict[str, Any]:
    """Describe an edition of a catalogue as a version of a dataset in a series.

    Parameters
    ----------
    catalogue
        The edition.
    files
        Its files, relative to the folder of the edition, each with its SHA-256.
    previous
        The edition before.
    notes
        What changed, in a sentence.
    issued
        成文日期; left out until signed.

    Returns
    -------
    dict
        JSON-LD with a series, a dataset and its distributions.
    """
    series = f"urn:yingcai:{quote(catalogue.region)}:{catalogue.kind.value}"
    dataset: dict[str, Any] = {
        "@id": f"{series}:{quote(catalogue.edition)}",
        "@type": "dcat:Dataset",
        "dcterms:title": {"@value": catalogue.title, "@language": "zh-CN"},
        "dcterms:description": {"@value": "".join(catalogue.notes), "@language": "zh-CN"},
        "dcterms:identifier": f"{catalogue.kind.value}-{catalogue.edition}",
        "dcterms:language": "zh-CN",
        "dcterms:spatial": catalogue.region,
        "dcterms:temporal": {
            "@type": "dcterms:PeriodOfTime",
            "dcat:startDate": {"@value": catalogue.period_start.isoformat(), "@type": "xsd:date"},
            "dcat:endDate": {"@value": catalogue.as_of.isoformat(), "@type": "xsd:date"},
        },
        "dcterms:provenance": f"快照 {catalogue.snapshot}，方法版本 {catalogue.method_version}",
        "dcat:version": catalogue.edition,
        "dcat:keyword": ["人才", "就业", catalogue.kind.title, *filter(None, [banner_of(catalogue)])],
        "dcat:inSeries": {"@id": series},
        "dcat:distribution": [_distribution(path, digest) for path, digest in files],
    }
    if issued:
        dataset["dcterms:issued"] = {"@value": issued, "@type": "xsd:date"}
    if previous is not None:
        dataset["dcat:previousVersion"] = {"@id": f"{series}:{quote(previous.edition)}"}
        dataset["adms:versionNotes"] = {"@value": notes, "@language": "zh-CN"}
    head = {
        "@id": series,
        "@type": "dcat:DatasetSeries",
        "dcterms:title": {"@value": f"{catalogue.region}{catalogue.kind.title}", "@language": "zh-CN"},
    }
    return {"@context": _CONTEXT, "@graph": [head, dataset]}


def _distribution(path: Path, digest: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dcterms:title": path.name,
        "dcat:downloadURL": {"@id": quote(path.as_posix())},
        "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{MEDIA_TYPES[path.suffix]}"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": digest, "@type": "xsd:hexBinary"},
        },
    }
