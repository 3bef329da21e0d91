import hashlib

from data.canonical import json_sha256


def test_the_hash_is_of_sorted_keys_without_blanks_or_escapes():
    told = '{"a":[1,null],"b":"镁"}'
    assert json_sha256({"b": "镁", "a": [1, None]}) == hashlib.sha256(told.encode()).hexdigest()
