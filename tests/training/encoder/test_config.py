"""Settings of a run: read, checked, written."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import FileProblem, InputError
from training.encoder import EncoderConfig, Loss, Method, Precision, read_config, write_config
from training.encoder.config import packaged_configs


def written(tmp_path, text):
    path = tmp_path / "run.toml"
    path.write_text(text, "utf-8")
    return path


def test_what_a_file_does_not_name_keeps_its_default(tmp_path):
    config = read_config(written(tmp_path, 'method = "full"\nbatch = 8\n[mix]\nesco = 1\n'))
    assert config.method is Method.FULL
    assert config.batch == 8
    assert config.mix == {"esco": 1.0}
    assert config.loss is Loss.MNRL
    assert config.precision is Precision.AUTO
    assert read_config(written(tmp_path, "")) == EncoderConfig()


def test_unknown_keys_and_wrong_values_are_all_named(tmp_path):
    with pytest.raises(InputError) as caught:
        read_config(written(tmp_path, 'metod = "lora"\nlr = 1\nrank = 0\nloss = "hinge"\n'))
    assert caught.value.code == "config_invalid"
    for word in ("metod", "lr", "rank", "loss", "run.toml"):
        assert word in caught.value.message


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("drop_at = 2", "drop_at"),
        ("[mix]\nesco = -1", "mix"),
        ("[mix]\nesco = 0", "mix"),
        ("[tokens]\nesco = 1", "tokens"),
        ("matryoshka = [0]", "matryoshka"),
        ('name = "../x"', "name"),
        ('[mix]\n"\u00e9 x" = 1', "mix"),
    ],
)
def test_values_that_do_not_fit_are_refused(text, word, tmp_path):
    with pytest.raises(InputError, match=word):
        read_config(written(tmp_path, text))


def test_a_missing_or_broken_file_is_named(tmp_path):
    with pytest.raises(FileProblem, match="没有文件"):
        read_config(tmp_path / "none.toml")
    with pytest.raises(FileProblem, match=r"run\.toml"):
        read_config(written(tmp_path, "method ="))


@given(
    config=st.builds(
        EncoderConfig,
        method=st.sampled_from(Method),
        loss=st.sampled_from(Loss),
        learning_rate=st.floats(1e-6, 0.5),
        matryoshka=st.lists(st.integers(1, 384), max_size=3).map(tuple),
        targets=st.lists(st.sampled_from(["query", "dense"]), min_size=1, unique=True).map(tuple),
        gradient_checkpointing=st.booleans(),
        mix=st.dictionaries(
            st.sampled_from(["esco", "same_occupation", "x.1"]), st.floats(0.1, 9), max_size=3
        ),
        tokens=st.dictionaries(st.sampled_from(["esco", "title_description"]), st.integers(4, 512)),
    )
)
def test_written_settings_are_read_back_the_same(config, tmp_path_factory):
    path = tmp_path_factory.mktemp("config") / "run.toml"
    write_config(config, path)
    assert read_config(path) == config


def test_settings_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        EncoderConfig().rank = 8


def test_the_packaged_settings_can_all_be_read():
    found = packaged_configs()
    assert {"default", "titles"} <= found.keys()
    for name, path in found.items():
        assert read_config(path).name == name
