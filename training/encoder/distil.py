"""Distil an encoder into a static one: a vector for each token of its vocabulary, texts as their mean.

Every token is encoded by itself, the vectors are brought down to their first principal components, and a
token counts the less the more frequent it is (model2vec: Tulkens & van Dongen 2024; the weights are the
smooth inverse frequencies of Arora et al. 2017). No word knows its neighbours any more: hundreds of times
faster, and much worse at meaning. model2vec's own ``distill`` needs a package that takes transformers back
a version, so its few lines stand here.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from sentence_transformers import SentenceTransformer
from sklearn.decomposition import PCA
from tokenizers import Tokenizer

from data.errors import InputError
from matching.encoder.build import read_manifest, write_manifest
from matching.encoder.protocol import Vectors, quiet
from training.encoder.config import EncoderConfig
from training.encoder.weights import open_model, weights_hash

__all__ = ["DistilledEncoder", "distil_encoder", "token_frequencies"]

_BATCH = 1024
_UNSEEN = 0.5
"""A token of the vocabulary that the corpus lacks counts as if it had been seen this often."""


class DistilledEncoder(NamedTuple):
    """What :func:`distil_encoder` made."""

    directory: Path
    """A directory for :class:`matching.encoder.static.StaticEncoder`; model2vec opens it too."""
    tokens: int
    """Tokens that have a vector."""
    dimension: int
    """Length of a vector."""
    explained: float
    """Share of the variance of the token vectors that the kept components hold, 0 to 1."""


def distil_encoder(
    base: Path,
    out: Path,
    *,
    corpus: Sequence[str] | None = None,
    dimension: int = 256,
    smoothing: float = 1e-4,
    name: str = "static",
    threads: int = 0,
    progress: Callable[[int, int], None] = quiet,
) -> DistilledEncoder:
    """Write a static encoder that answers for the tokens of another one.

    Parameters
    ----------
    base
        Sentence-transformers directory with a tokenizer of pieces or words.
    out
        Folder for ``model.safetensors``, ``tokenizer.json`` and the rest; what stands there is replaced.
    corpus
        Texts; tokens that none of them holds get no vector and count for nothing, and the frequencies are
        theirs. Left out, all tokens are kept.
    dimension
        Principal components that are kept, fewer where there are not as many.
    smoothing
        ``a`` of the weight ``a / (a + p)`` of a token of probability ``p``, above 0.
    name
        What the result is called.
    threads
        Threads on the CPU; 0 leaves the choice to torch.
    progress
        Called with the tokens done and their number.

    Returns
    -------
    DistilledEncoder
        The directory and what it holds.

    Raises
    ------
    ModelError
        The base cannot be loaded.
    InputError
        The corpus holds no token of the vocabulary.
    """
    config = EncoderConfig()
    model = open_model(base, config, threads=threads)
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    frequencies = token_frequencies(tokenizer, corpus)
    kept = np.flatnonzero(frequencies > 0)
    if len(kept) < 2:
        raise InputError("corpus_without_tokens", "语料里没有词表中的词", hint="换一份语料，或不给语料")
    vectors = _encode_tokens(model, tokenizer, kept, progress)
    pca = PCA(n_components=min(dimension, *vectors.shape), svd_solver="full", random_state=0)
    reduced = pca.fit_transform(vectors)
    weights = smoothing / (smoothing + frequencies[kept] / frequencies.sum())
    table = (reduced * weights[:, None]).astype(np.float32)
    _write(table, kept, tokenizer, base, out, name=name)
    return DistilledEncoder(out, len(kept), table.shape[1], float(pca.explained_variance_ratio_.sum()))


def token_frequencies(tokenizer: Tokenizer, corpus: Sequence[str] | None) -> NDArray[np.float64]:
    """Return how frequent each token is, 0 for what is left out: special tokens, and what a corpus lacks.

    Parameters
    ----------
    tokenizer
        Of a unigram model, whose pieces carry their log-probabilities, or of any other kind, whose tokens
        are taken to stand in order of their frequency (Zipf).
    corpus
        Texts to count in; ``None`` keeps all tokens.

    Returns
    -------
    ndarray of float
        Frequencies by token id, not scaled; shape ``(vocabulary,)``.
    """
    described: dict[str, Any] = json.loads(tokenizer.to_str())
    size = tokenizer.get_vocab_size()
    found = np.zeros(size)
    if corpus is not None:
        counts: Counter[int] = Counter()
        for encoded in tokenizer.encode_batch(list(corpus), add_special_tokens=False):
            counts.update(encoded.ids)
        for token, count in counts.items():
            found[token] = count
    elif described["model"]["type"] == "Unigram":
        pieces = np.array([score for _, score in described["model"]["vocab"]])
        found[: len(pieces)] = np.exp(pieces)
    else:
        found = 1 / np.arange(2, size + 2)
    for token in described["added_tokens"]:
        found[token["id"]] = 0
    return found


def _encode_tokens(
    model: SentenceTransformer,
    tokenizer: Tokenizer,
    kept: NDArray[np.intp],
    progress: Callable[[int, int], None],
) -> Vectors:
    """Encode each token between the marks that begin and end a text."""
    empty = tokenizer.encode("").ids
    before, after = empty[:1], empty[1:]
    parts = []
    model.eval()
    with torch.inference_mode(), torch.autocast(model.device.type, torch.bfloat16):
        for start in range(0, len(kept), _BATCH):
            rows = [[*before, token, *after] for token in kept[start : start + _BATCH].tolist()]
            ids = torch.tensor(rows, device=model.device)
            output = model({"input_ids": ids, "attention_mask": torch.ones_like(ids)})
            parts.append(output["sentence_embedding"].float().cpu().numpy())
            progress(min(start + _BATCH, len(kept)), len(kept))
    return np.concatenate(parts)


def _write(
    table: Vectors, kept: NDArray[np.intp], tokenizer: Tokenizer, base: Path, out: Path, *, name: str
) -> None:
    """Write a directory in one rename; the first row of the table is the zero of all tokens left out."""
    work = out.with_name(f".{out.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    mapping = np.zeros(tokenizer.get_vocab_size(), np.int64)
    mapping[kept] = np.arange(1, len(kept) + 1)
    rows = np.vstack([np.zeros((1, table.shape[1]), np.float32), table])
    # The library writes memory as it lies, whatever the strides say.
    arrays = {"embeddings": np.ascontiguousarray(rows), "mapping": mapping}
    save_file(arrays, work / "model.safetensors")
    tokenizer.save(str(work / "tokenizer.json"), pretty=False)
    files = {
        "config.json": {
            "model_type": "model2vec",
            "normalize": True,
            "embedding_dtype": "float32",
            "vocabulary_quantization": len(rows),
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": ".", "type": "sentence_transformers.models.StaticEmbedding"},
            {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
    }
    for file, content in files.items():
        (work / file).write_text(json.dumps(content, indent=2) + "\n", "utf-8")
    (work / "1_Normalize").mkdir()
    described = {
        "name": f"{read_manifest(base).get('name', base.name)}+{name}",
        "base_sha256": weights_hash(base),
        "dimension": int(table.shape[1]),
        "tokens": len(kept),
    }
    write_manifest(work, described)
    shutil.rmtree(out, ignore_errors=True)
    work.replace(out)
