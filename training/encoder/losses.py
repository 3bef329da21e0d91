"""The losses of encoder training, put together from the library's by the settings."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer import losses
from torch import nn

from training.encoder.config import EncoderConfig, Loss
from training.encoder.weights import open_model

__all__ = ["make_loss"]

_BOTH_WAYS: dict[str, Any] = {
    "directions": ("query_to_doc", "doc_to_query"),
    "partition_mode": "per_direction",
}


class _BothWays(nn.Module):  # type: ignore[misc]
    """The mean of a loss and of the same loss with anchors and positives exchanged.

    The guided loss of the library looks from anchors at positives only. Hard negatives belong to the anchor,
    so they take part in the first half alone.
    """

    uses_gradient_cache = True

    def __init__(self, loss: nn.Module) -> None:
        super().__init__()
        self.loss = loss
        self.model = loss.model

    def forward(self, features: Iterable[dict[str, Any]], labels: Any) -> Any:
        """Return the mean of both directions."""
        columns = list(features)
        back = [columns[1], columns[0]]
        # The model writes its output into the features it is given.
        forth = self.loss([dict(column) for column in columns], labels)
        return (forth + self.loss([dict(column) for column in back], labels)) / 2


def make_loss(model: SentenceTransformer, config: EncoderConfig, *, base: Path) -> nn.Module:
    """Return the loss of a run.

    Parameters
    ----------
    model
        The model that is trained.
    config
        ``loss``, ``scale``, ``mini_batch``, ``margin`` and ``matryoshka`` are used.
    base
        Directory of the model that guides the choice of negatives (``gist``): the untrained one.
    """
    if config.loss is Loss.MNRL:
        loss = losses.MultipleNegativesRankingLoss(model, scale=config.scale, **_BOTH_WAYS)
    elif config.loss is Loss.CACHED_MNRL:
        loss = losses.CachedMultipleNegativesRankingLoss(
            model, scale=config.scale, mini_batch_size=config.mini_batch, **_BOTH_WAYS
        )
    else:
        guide = open_model(base, config)
        guide.requires_grad_(False).eval()
        loss = losses.CachedGISTEmbedLoss(
            model,
            guide,
            temperature=1 / config.scale,
            mini_batch_size=config.mini_batch,
            margin_strategy="absolute",
            margin=config.margin,
        )
    if config.matryoshka:
        whole = int(model.get_embedding_dimension())
        dimensions = sorted({whole, *config.matryoshka}, reverse=True)
        loss = losses.MatryoshkaLoss(model, loss, dimensions)
    return _BothWays(loss) if config.loss is Loss.GIST else loss
