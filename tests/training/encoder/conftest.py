"""A tiny encoder with random weights, and pairs about a few trades."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from matching.encoder.build import write_manifest

LETTERS = "焊工钳电车司机程序员教师护士会计厨师矿山选码头搬运abcdefghijklmnopqrstuvwxyz "
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def tiny_tokenizer() -> Tokenizer:
    pieces = [(piece, 0.0) for piece in SPECIAL]
    pieces += [(letter, -float(rank + 2)) for rank, letter in enumerate(dict.fromkeys("▁" + LETTERS))]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a sentence-transformers model of two layers, 16 wide, with random weights."""
    folder = tmp_path_factory.mktemp("tiny-base")
    tokenizer = tiny_tokenizer()
    tokenizer.save(str(folder / "tokenizer.json"))
    with torch.random.fork_rng():
        torch.manual_seed(7)
        network = BertModel(
            BertConfig(
                vocab_size=tokenizer.get_vocab_size(),
                hidden_size=16,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=32,
                max_position_embeddings=160,
                pad_token_id=1,
            )
        )
    network.save_pretrained(folder)
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    files = {
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": 64,
            "model_input_names": ["input_ids", "attention_mask"],
            "clean_up_tokenization_spaces": False,
            **special,
        },
        "special_tokens_map.json": special,
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": 16, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": 64, "do_lower_case": False},
        "config_sentence_transformers.json": {"similarity_fn_name": "cosine"},
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")
    (folder / "2_Normalize").mkdir()
    write_manifest(folder, {"name": "tiny", "dimension": 16})
    return folder


TRADES = {
    "焊工": ("welder", "电焊工"),
    "司机": ("driver", "车司"),
    "教师": ("teacher", "教员"),
    "护士": ("nurse", "护师"),
    "厨师": ("cook", "厨工"),
    "会计": ("bookkeeper", "会计师"),
    "矿工": ("miner", "矿山工"),
    "程序员": ("coder", "程序师"),
}


@pytest.fixture(scope="session")
def trades() -> pd.DataFrame:
    """Return 32 pairs to train on, 8 to watch and one of the test split, from two sources."""
    rows = []
    for chinese, (english, other) in TRADES.items():
        rows += [
            (chinese, english, "titles", chinese, "train"),
            (other, english, "titles", chinese, "train"),
            (chinese, other, "tree", chinese, "train"),
            (f"{chinese}机", f"{english} a", "tree", "", "train"),
            (other, f"{english} b", "titles", chinese, "dev"),
        ]
    rows.append(("秘密", "secret", "titles", "秘密", "test"))
    return pd.DataFrame(rows, columns=["anchor", "positive", "source", "concept", "split"])
