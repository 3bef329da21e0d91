from data.store.mappings import read_mapping, write_mapping

HEADER = "a" * 64


def test_what_was_confirmed_is_found_for_the_same_header_and_kind(store):
    assert read_mapping(store, "posting", HEADER) is None
    write_mapping(store, "posting", HEADER, {"公司": "employer", "备注": None}, confirmed_by="张主任")
    assert read_mapping(store, "posting", HEADER) == {"公司": "employer", "备注": None}
    assert read_mapping(store, "profile", HEADER) is None


def test_a_later_word_replaces_an_earlier_one(store):
    for field in ("employer", "title"):
        write_mapping(store, "posting", HEADER, {"公司": field}, confirmed_by="a")
    assert read_mapping(store, "posting", HEADER) == {"公司": "title"}
