import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from data.catalogue.artefacts.metadata import check_document, dcat_of, schema_of
from data.catalogue.entries import CatalogueKind
from data.errors import InputError


@pytest.mark.parametrize("kind", list(CatalogueKind))
def test_the_schema_is_one_and_the_documents_keep_to_it(kind, edition, written):
    schema = schema_of(kind)
    Draft202012Validator.check_schema(schema)
    document = json.loads((written / f"{kind.title}.json").read_text("utf-8"))
    kept = json.loads((written / f"{kind.title}.schema.json").read_text("utf-8"))
    assert kept == schema
    check_document(document, schema)
    assert document["entries"]


def test_a_document_that_breaks_the_schema_is_refused_by_place(edition):
    document = edition[1].model_dump(mode="json")
    document["entries"][0]["star"] = 7
    with pytest.raises(InputError, match=r"\$\.entries\[0\]\.star"):
        check_document(document, schema_of(CatalogueKind.SHORTAGE))


def test_an_edition_is_a_version_of_a_dataset_in_a_series(edition, before):
    described = dcat_of(
        edition[1], [(Path("图表/甲.csv"), "ab")], previous=before[1], notes="新增3条", issued="2027-01-01"
    )
    series, dataset = described["@graph"]
    assert series["@type"] == "dcat:DatasetSeries"
    assert dataset["dcat:inSeries"] == {"@id": series["@id"]}
    assert dataset["dcat:version"] == "2026Q4"
    assert dataset["dcat:previousVersion"]["@id"].endswith(":2025Q4")
    assert dataset["adms:versionNotes"]["@value"] == "新增3条"
    assert dataset["dcterms:issued"]["@value"] == "2027-01-01"
    (file,) = dataset["dcat:distribution"]
    assert file["dcat:mediaType"]["@id"].endswith("text/csv")
    assert file["spdx:checksum"]["spdx:checksumValue"]["@value"] == "ab"
    assert "合成数据" in dataset["dcat:keyword"]


def test_a_first_draft_has_no_predecessor_and_no_day_of_issue(edition):
    dataset = dcat_of(edition[0], [])["@graph"][1]
    assert {"dcat:previousVersion", "adms:versionNotes", "dcterms:issued"}.isdisjoint(dataset)
