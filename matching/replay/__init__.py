"""Lists as they were issued, made again from the exact pools, space and ranker of their day."""

from __future__ import annotations

from matching.replay.files import erase_frozen, prune_frozen
from matching.replay.frozen import freeze_pools, thaw_pools
from matching.replay.issue import issue_list
from matching.replay.replay import Replay, ReplayItem, replay_list

__all__ = [
    "Replay",
    "ReplayItem",
    "erase_frozen",
    "freeze_pools",
    "issue_list",
    "prune_frozen",
    "replay_list",
    "thaw_pools",
]
