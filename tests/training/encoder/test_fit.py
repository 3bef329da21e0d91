"""Fine-tuning, tried on a tiny model with random weights."""

from __future__ import annotations

import json
import random
import shutil
import socket
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from data.errors import InputError, ModelError
from matching.encoder.adapter import merge_adapter, read_adapter
from matching.encoder.build import verify_model
from matching.encoder.transformer import TransformerEncoder
from training.encoder import EncoderConfig, fit_encoder, read_config

QUICK = {"batch": 4, "precision": "fp32", "rank": 4, "alpha": 8.0, "learning_rate": 5e-3}


class Stopped(Exception):
    """Stands for Ctrl-C."""


def stop_after(steps):
    def progress(done, total):
        if done == steps:
            raise Stopped

    return progress


def found_first(folder, pairs):
    """Return the share of the anchors that are nearest to their own positive, and their mean lead."""
    encoder = TransformerEncoder(folder)
    left, right = encoder.encode(pairs["anchor"].tolist()), encoder.encode(pairs["positive"].tolist())
    cosines = left @ right.T
    own = np.diag(cosines).copy()
    np.fill_diagonal(cosines, -1)
    return float((own > cosines.max(axis=1)).mean()), float((own - cosines.mean(axis=1)).mean())


def test_training_moves_pairs_together_and_others_apart(tiny_base, trades, tmp_path):
    config = EncoderConfig(**{**QUICK, "rank": 16, "epochs": 8, "learning_rate": 1e-2})
    made = fit_encoder(trades, config, tmp_path / "out", base=tiny_base)
    merged = merge_adapter(tiny_base, made.adapter, tmp_path / "cache")
    train = trades[trades["split"] == "train"].drop_duplicates("concept")
    before, after = found_first(tiny_base, train), found_first(merged, train)
    assert after > before
    assert made.record["dev"].keys() == {"titles"}
    assert made.record["losses"][-1]["loss"] < made.record["losses"][0]["loss"]


def test_one_configuration_gives_the_same_bytes_twice_and_another_seed_does_not(tiny_base, trades, tmp_path):
    def weights(name, **changes):
        made = fit_encoder(trades, EncoderConfig(**QUICK, **changes), tmp_path / name, base=tiny_base)
        return made.adapter.read_bytes()

    first = weights("first")
    assert weights("second") == first
    assert weights("third", seed=1) != first


@pytest.mark.parametrize("method", ["lora", "frozen"])
def test_a_run_that_was_stopped_ends_with_the_same_bytes(method, tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK, method=method, checkpoint_steps=3, epochs=2)
    whole = fit_encoder(trades, config, tmp_path / "whole", base=tiny_base)
    out = tmp_path / "stopped"
    for steps in (5, 10):  # one stop between checkpoints, one in the second epoch
        with pytest.raises(Stopped):
            fit_encoder(trades, config, out, base=tiny_base, progress=stop_after(steps))
        assert not (out / "fit.json").exists()
    seen = []
    again = fit_encoder(
        trades, config, out, base=tiny_base, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[0] == (10, 16)  # the checkpoint of step 9 was the last
    assert seen[-1] == (16, 16)
    assert again.record["weights_sha256"] == whole.record["weights_sha256"]
    assert [entry["step"] for entry in again.record["losses"]] == list(range(1, 17))
    assert not (out / "checkpoints").exists()


def test_a_killed_process_is_gone_on_with_by_the_same_command(tiny_base, trades, tmp_path):
    trades.to_parquet(tmp_path / "pairs.parquet")
    script = f"""
        import os
        import pandas as pd
        from training.encoder import EncoderConfig, fit_encoder
        from pathlib import Path

        def progress(done, total):
            if done == 6:
                os.kill(os.getpid(), 9)

        fit_encoder(
            pd.read_parquet({str(tmp_path / "pairs.parquet")!r}),
            EncoderConfig(**{QUICK!r}, checkpoint_steps=2),
            Path({str(tmp_path / "out")!r}),
            base=Path({str(tiny_base)!r}),
            threads={torch.get_num_threads()},
            progress=progress,
        )
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, check=False)
    assert done.returncode == -9
    assert (tmp_path / "out/checkpoints/checkpoint-4/trainer_state.json").is_file()
    config = EncoderConfig(**QUICK, checkpoint_steps=2)
    seen = []
    again = fit_encoder(
        trades, config, tmp_path / "out", base=tiny_base, progress=lambda done, total: seen.append(done)
    )
    whole = fit_encoder(trades, config, tmp_path / "whole", base=tiny_base)
    assert seen == [5, 6, 7, 8]
    assert again.record["weights_sha256"] == whole.record["weights_sha256"]


def test_a_checkpoint_that_was_not_written_to_its_end_is_passed_over(tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK, checkpoint_steps=2)
    with pytest.raises(Stopped):
        fit_encoder(trades, config, tmp_path, base=tiny_base, progress=stop_after(5))
    (tmp_path / "checkpoints/checkpoint-4/trainer_state.json").write_text('{"epoch":')
    seen = []
    fit_encoder(trades, config, tmp_path, base=tiny_base, progress=lambda done, total: seen.append(done))
    assert seen[0] == 3


def test_other_settings_or_pairs_do_not_go_on_from_what_is_there(tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK, checkpoint_steps=2)
    with pytest.raises(Stopped):
        fit_encoder(trades, config, tmp_path, base=tiny_base, progress=stop_after(5))
    seen = []
    other = EncoderConfig(**QUICK, checkpoint_steps=2, scale=30.0)
    fit_encoder(trades, other, tmp_path, base=tiny_base, progress=lambda done, total: seen.append(done))
    assert seen[0] == 1
    seen.clear()
    fit_encoder(trades.iloc[4:], other, tmp_path, base=tiny_base, progress=lambda done, _: seen.append(done))
    assert seen[0] == 1


def test_a_run_that_had_ended_is_returned_without_work(tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK)
    first = fit_encoder(trades, config, tmp_path, base=tiny_base)
    again = fit_encoder(trades, config, tmp_path, base=tiny_base, progress=stop_after(1))
    assert again == first
    first.adapter.write_bytes(b"changed")
    with pytest.raises(Stopped):
        fit_encoder(trades, config, tmp_path, base=tiny_base, progress=stop_after(1))


def test_an_earlier_result_stands_until_the_next_one_takes_its_place(tiny_base, trades, tmp_path):
    first = fit_encoder(trades, EncoderConfig(**QUICK, steps=2), tmp_path, base=tiny_base)
    kept = first.adapter.read_bytes()
    with pytest.raises(Stopped):
        fit_encoder(trades, EncoderConfig(**QUICK, steps=3), tmp_path, base=tiny_base, progress=stop_after(2))
    assert first.adapter.read_bytes() == kept
    assert json.loads((tmp_path / "fit.json").read_text("utf-8")) == first.record
    next_one = fit_encoder(trades, EncoderConfig(**QUICK, steps=3), tmp_path, base=tiny_base)
    assert next_one.record["steps"] == 3
    assert next_one.adapter.read_bytes() != kept


def test_a_base_without_a_manifest_or_with_other_names_of_weights(tiny_base, trades, tmp_path):
    plain = tmp_path / "plain"
    shutil.copytree(tiny_base, plain)
    (plain / "manifest.json").unlink()
    config = EncoderConfig(**QUICK, method="frozen", steps=1, name="whole")
    made = fit_encoder(trades, config, tmp_path / "out", base=plain)
    assert (
        made.record["base_sha256"]
        == json.loads((tiny_base / "manifest.json").read_text("utf-8"))["files"]["model.safetensors"][
            "sha256"
        ]
    )
    assert TransformerEncoder(made.directory).dimension == 16
    weights = load_file(plain / "model.safetensors")
    weights["something.else"] = np.zeros(1, np.float32)
    save_file(weights, plain / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ModelError, match=r"something\.else"):
        fit_encoder(trades, config, tmp_path / "other", base=plain)


def test_an_adapter_names_its_base_and_the_layers_of_every_kind(tiny_base, trades, tmp_path):
    made = fit_encoder(trades, EncoderConfig(**QUICK, name="titles-1"), tmp_path, base=tiny_base)
    adapter = read_adapter(made.adapter)
    assert adapter.name == "titles-1"
    assert adapter.scale == 2.0
    assert adapter.base_sha256 == made.record["base_sha256"]
    parts = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
    expected = {
        f"encoder.layer.{n}.{part}" for n in (0, 1) for part in (*parts, "intermediate.dense", "output.dense")
    }
    assert set(adapter.layers) == expected
    down, up = adapter.layers["encoder.layer.1.intermediate.dense"]
    assert (down.shape, up.shape) == ((4, 16), (32, 4))
    assert down.dtype == up.dtype == np.float16
    assert made.directory is None
    assert made.record["trained_weights"] == 2 * (4 * 4 * 32 + 2 * 4 * 48)


def test_a_merged_adapter_gives_the_vectors_that_were_trained(tiny_base, trades, tmp_path):
    from training.encoder import weights

    kept = {}
    original = weights.write_trained

    def keep(model, *rest):
        with torch.inference_mode():
            kept["vectors"] = model.encode(["焊工", "teacher a"], show_progress_bar=False)
        return original(model, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.encoder.fit.write_trained", keep)
        made = fit_encoder(trades, EncoderConfig(**QUICK), tmp_path / "out", base=tiny_base)
    merged = TransformerEncoder(merge_adapter(tiny_base, made.adapter, tmp_path / "cache"))
    assert np.allclose(merged.encode(["焊工", "teacher a"]), kept["vectors"], atol=2e-3)


@pytest.mark.parametrize(("method", "tokens_move"), [("frozen", False), ("full", True)])
def test_whole_weights_are_written_as_a_directory_that_the_product_opens(
    method, tokens_move, tiny_base, trades, tmp_path
):
    made = fit_encoder(trades, EncoderConfig(**QUICK, method=method, name="whole"), tmp_path, base=tiny_base)
    assert made.adapter is None
    verify_model(made.directory)
    before, after = (
        load_file(tiny_base / "model.safetensors"),
        load_file(made.directory / "model.safetensors"),
    )
    assert before.keys() == after.keys()
    moved = {name for name in before if not np.array_equal(before[name], after[name])}
    assert ("embeddings.word_embeddings.weight" in moved) is tokens_move
    assert "encoder.layer.0.output.dense.weight" in moved
    assert not {name for name in moved if name.startswith("pooler")}
    encoder = TransformerEncoder(made.directory)
    assert encoder.name.startswith("tiny+whole@")
    assert encoder.encode(["焊工"]).shape == (1, 16)


@pytest.mark.parametrize(
    "changes",
    [
        {"loss": "cached_mnrl", "mini_batch": 2},
        {"loss": "gist", "mini_batch": 2},
        {"loss": "gist", "mini_batch": 2, "matryoshka": (8, 4)},
        {"matryoshka": (8,)},
        {"gradient_checkpointing": True},
        {"precision": "bf16"},
        {"precision": "auto"},
    ],
)
def test_every_loss_and_way_of_computing_trains(changes, tiny_base, trades, tmp_path):
    settings = {**QUICK, "epochs": 4, "learning_rate": 1e-2, **changes}
    made = fit_encoder(trades, EncoderConfig(**settings), tmp_path, base=tiny_base)
    losses = [entry["loss"] for entry in made.record["losses"]]
    assert np.mean(losses[-8:]) < np.mean(losses[:8])
    assert made.record["precision"] in {"fp32", "bf16"}
    assert set(made.record["timed"]) == ({"fp32", "bf16"} if changes.get("precision") == "auto" else set())


def test_the_cached_loss_takes_the_same_steps_as_the_plain_one(tiny_base, trades, tmp_path):
    def losses(name, **changes):
        config = EncoderConfig(**QUICK, **changes)
        return fit_encoder(trades, config, tmp_path / name, base=tiny_base).record["dev"]["titles"]

    plain, cached = losses("plain"), losses("cached", loss="cached_mnrl", mini_batch=2)
    assert cached["before"] == pytest.approx(plain["before"], abs=1e-4)


def test_gradient_checkpointing_changes_no_bit_of_the_loss_before(tiny_base, trades, tmp_path):
    records = [
        fit_encoder(
            trades, EncoderConfig(**QUICK, gradient_checkpointing=on), tmp_path / str(on), base=tiny_base
        ).record
        for on in (False, True)
    ]
    assert records[0]["losses"][0] == records[1]["losses"][0]


def test_the_run_may_be_dropped_before_the_learning_rate_is_down(tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK, epochs=3, drop_at=0.5)
    made = fit_encoder(trades, config, tmp_path / "dropped", base=tiny_base)
    assert made.record["steps"] == 4
    short = fit_encoder(trades, EncoderConfig(**QUICK, steps=4), tmp_path / "short", base=tiny_base)
    assert short.record["steps"] == 4
    assert short.record["weights_sha256"] != made.record["weights_sha256"]


def test_hard_negatives_are_pushed_away(tiny_base, trades, tmp_path):
    with_negatives = trades.assign(
        negatives=[
            ["xyz", "zyx"] if split == "train" and concept else []
            for split, concept in zip(trades["split"], trades["concept"], strict=True)
        ]
    )
    config = EncoderConfig(**{**QUICK, "negatives": 2, "epochs": 6, "learning_rate": 1e-2})
    made = fit_encoder(with_negatives, config, tmp_path / "with", base=tiny_base)
    without = fit_encoder(
        trades,
        EncoderConfig(**{**QUICK, "epochs": 6, "learning_rate": 1e-2}),
        tmp_path / "without",
        base=tiny_base,
    )
    anchors = sorted({anchor for anchor, own in zip(trades["anchor"], trades["concept"], strict=True) if own})

    def to_negative(fitted, name):
        encoder = TransformerEncoder(merge_adapter(tiny_base, fitted.adapter, tmp_path / name))
        return float((encoder.encode(anchors) @ encoder.encode(["xyz"]).T).mean())

    assert to_negative(made, "a") < to_negative(without, "b") - 0.05


def test_the_test_split_is_never_read(tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK)
    with_test = fit_encoder(trades, config, tmp_path / "with", base=tiny_base)
    without = fit_encoder(trades[trades["split"] != "test"], config, tmp_path / "without", base=tiny_base)
    assert with_test.record["data_sha256"] == without.record["data_sha256"]
    assert with_test.record["weights_sha256"] == without.record["weights_sha256"]


def test_the_folder_holds_settings_and_a_record_that_can_be_read_back(tiny_base, trades, tmp_path):
    config = EncoderConfig(**QUICK, mix={"titles": 1, "tree": 3}, tokens={"tree": 8})
    made = fit_encoder(trades, config, tmp_path, base=tiny_base)
    assert read_config(tmp_path / "config.toml") == config
    record = json.loads((tmp_path / "fit.json").read_text("utf-8"))
    assert record == made.record
    assert record["pairs"]["train"] == {"titles": 16, "tree": 16}
    assert record["pairs"]["seen"] == {"titles": 8, "tree": 24}
    assert record["pairs"]["dev"] == {"titles": 8}
    assert record["peak_bytes"] > 10**8
    assert {"seconds", "provenance", "machine", "losses", "steps"} <= record.keys()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "adapter.safetensors",
        "config.toml",
        "fit.json",
    ]


def test_nothing_is_asked_of_a_hub_and_global_randomness_stays(tiny_base, trades, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError("network touched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    random.seed(3)
    np.random.seed(3)  # noqa: NPY002
    torch.manual_seed(3)

    def states():
        return random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()  # noqa: NPY002

    before = states()
    fit_encoder(trades, EncoderConfig(**QUICK), tmp_path, base=tiny_base)
    assert states() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pairs: pairs.drop(columns="concept"), "columns_missing"),
        (lambda pairs: pairs.assign(anchor=""), "pairs_empty_text"),
        (lambda pairs: pairs.assign(concept=None), "pairs_empty_text"),
        (lambda pairs: pairs[pairs["split"] == "dev"], "pairs_too_few"),
        (lambda pairs: pairs.iloc[:1], "pairs_too_few"),
        (lambda pairs: pairs.assign(concept="one"), "pairs_too_few"),
    ],
)
def test_pairs_that_cannot_be_trained_on_are_refused(change, code, tiny_base, trades, tmp_path):
    with pytest.raises(InputError) as caught:
        fit_encoder(change(trades), EncoderConfig(**QUICK), tmp_path, base=tiny_base)
    assert caught.value.code == code


def test_hard_negatives_that_are_asked_for_must_be_there(tiny_base, trades, tmp_path):
    with pytest.raises(InputError, match="negatives"):
        fit_encoder(trades, EncoderConfig(**QUICK, negatives=1), tmp_path, base=tiny_base)


def test_layers_that_the_model_does_not_have_are_refused_with_those_it_has(tiny_base, trades, tmp_path):
    with pytest.raises(InputError, match="dense、key、query、value"):
        fit_encoder(trades, EncoderConfig(**QUICK, targets=("q_proj",)), tmp_path, base=tiny_base)


def test_a_folder_that_is_no_model_is_refused(trades, tmp_path):
    with pytest.raises(ModelError) as caught:
        fit_encoder(trades, EncoderConfig(**QUICK), tmp_path / "out", base=tmp_path)
    assert caught.value.code == "model_not_loadable"
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelError) as caught:
        fit_encoder(trades, EncoderConfig(**QUICK), tmp_path / "out", base=tmp_path)
    assert caught.value.code == "model_not_loadable"
