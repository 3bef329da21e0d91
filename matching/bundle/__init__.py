"""Bundles (模型包): what training hands to the service; nothing in one runs when it is loaded."""

from __future__ import annotations

from matching.bundle.bundle import Bundle, bundle_folder, bundle_ids, read_bundle, write_bundle
from matching.bundle.manifest import EncoderReference, Manifest, Part, Provenance
from matching.bundle.opening import PACKAGED, Opened, open_bundle, open_champion, weights_sha256

__all__ = [
    "PACKAGED",
    "Bundle",
    "EncoderReference",
    "Manifest",
    "Opened",
    "Part",
    "Provenance",
    "bundle_folder",
    "bundle_ids",
    "open_bundle",
    "open_champion",
    "read_bundle",
    "weights_sha256",
    "write_bundle",
]
