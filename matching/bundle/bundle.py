"""A bundle on disk: written in one rename, read only whole, never changed."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from data.errors import InputError, ModelError, UnknownName
from data.reference.tables import TAXONOMY_VERSION
from data.shelves import Place, Shelf
from matching.bundle.files import MANIFEST, check_parts, damaged, is_part_name, measure, walk
from matching.bundle.manifest import ADAPTER, CARD, ENCODER, RANKER, Manifest, Provenance
from matching.encoder.adapter import read_adapter
from matching.features import FEATURES
from matching.learned import read_curves

__all__ = ["Bundle", "bundle_folder", "bundle_ids", "read_bundle", "write_bundle"]

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}-[0-9a-f]{12}")
_UNFINISHED = ".new-"
_MOST_BYTES = 4 * 2**20
_FORMAT = 1


@dataclass(frozen=True)
class Bundle:
    """A bundle whose every file was compared with its manifest."""

    folder: Path
    """Where it lies."""
    manifest: Manifest
    """What it says of itself."""

    @property
    def bundle_id(self) -> str:
        """Name and hash of the content."""
        return self.manifest.bundle_id

    @property
    def ranker(self) -> Path | None:
        """The learned ranker's file; None where the bundle brings none."""
        return self.folder / RANKER if RANKER in self.manifest.parts else None

    @property
    def manifest_sha256(self) -> str:
        """Hash of the manifest's file, by which a gate's report names the bundle."""
        return measure(self.folder / MANIFEST).sha256

    @property
    def card(self) -> str:
        """The model card, Markdown."""
        return (self.folder / CARD).read_text(encoding="utf-8")


def write_bundle(
    bundles: Place,
    parts: Mapping[str, Path],
    *,
    name: str,
    card: str,
    base_sha256: str | None = None,
    metrics: Mapping[str, float] | None = None,
    provenance: Provenance | None = None,
    created_at: dt.datetime | None = None,
) -> Bundle:
    """Put a bundle together.

    Parameters
    ----------
    bundles
        Folder of all bundles; made if it is not there.
    parts
        Files by their name in the bundle: ``adapter.safetensors``, ``ranker.json``, ``encoder`` (a whole
        sentence-transformers directory instead of an adapter) and any report as JSON, Parquet or Markdown.
    name
        What it is called: lower-case letters, digits and dashes, at most 40.
    card
        The model card in Chinese, Markdown.
    base_sha256
        For a bundle without an encoder of its own: hash of the weights of the model that it was trained with
        (:func:`matching.bundle.weights_sha256`); None lets it serve with any.
    metrics
        Summary of what was measured, by name.
    provenance
        Where it comes from.
    created_at
        When it was made, UTC; now by default.

    Returns
    -------
    Bundle
        As :func:`read_bundle` reads it; what was written before stays as it is.

    Raises
    ------
    InputError
        ``bundle_invalid``: a name, a metric or the choice of parts cannot be used.
    ModelError
        A part is damaged, missing or of a kind that a bundle cannot hold.
    """
    taken = {MANIFEST, CARD} & parts.keys() or {ADAPTER, ENCODER} <= parts.keys()
    if taken or not card.strip() or not all(is_part_name(part) for part in parts):
        raise InputError(
            "bundle_invalid",
            "模型包的组成不可用",
            hint="适配器与完整编码模型只取其一；清单由系统写出；说明卡不得为空",
        )
    shelf = Shelf.of(bundles)
    shelf.folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=shelf.folder))
    try:
        _copy_parts(parts, work)
        (work / CARD).write_text(card, encoding="utf-8")
        described = {
            "name": name,
            "created_at": created_at or dt.datetime.now(dt.UTC),
            "encoder": _reference(work, base_sha256),
            "taxonomy_version": TAXONOMY_VERSION,
            "features": tuple(each.name for each in FEATURES),
            "metrics": dict(metrics or {}),
            "provenance": provenance or Provenance(),
            "parts": {part: measure(path) for part, path in walk(work)},
        }
        manifest = _manifest(described)
        check_parts(work, manifest.parts, manifest.encoder)
        _read_learned(work, manifest)
        document = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
        (work / MANIFEST).write_text(document + "\n", encoding="utf-8")
        _seal(work)
        target = shelf.folder / manifest.bundle_id
        if not target.exists():
            work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    made = read_bundle(target)
    if not shelf.holds(made.bundle_id):
        shelf.publish(made.bundle_id)
    return made


def read_bundle(folder: Path) -> Bundle:
    """Read a bundle and compare every file with its manifest.

    Parameters
    ----------
    folder
        The bundle's folder.

    Returns
    -------
    Bundle
        Which this version of the product can use.

    Raises
    ------
    ModelError
        ``bundle_format_unknown``: written by a newer version; ``bundle_of_another_taxonomy`` and
        ``bundle_of_other_features``: trained with other code tables or features; ``bundle_damaged``: a file
        is missing, changed, not listed, a link, or of a kind that a bundle cannot hold.
    """
    manifest = _read_manifest(folder)
    if manifest.bundle_id != manifest.computed_id:
        raise damaged(folder, "清单被改动过")
    if manifest.taxonomy_version != TAXONOMY_VERSION:
        raise ModelError(
            "bundle_of_another_taxonomy",
            f"模型包 {folder.name} 用代码表 {manifest.taxonomy_version} 训练，现用 {TAXONOMY_VERSION}",
            hint="用现在的代码表重新训练",
        )
    if manifest.features != tuple(each.name for each in FEATURES):
        raise ModelError(
            "bundle_of_other_features",
            f"模型包 {folder.name} 的评分项与现用的不同",
            hint="用现在的评分项重新训练",
        )
    check_parts(folder, manifest.parts, manifest.encoder)
    _read_learned(folder, manifest)
    return Bundle(folder, manifest)


def bundle_folder(bundles: Place, bundle_id: str) -> Path:
    """Return the folder of a bundle, fetched from the object storage where it is only there.

    Parameters
    ----------
    bundles
        Folder of all bundles.
    bundle_id
        The bundle's id.

    Raises
    ------
    UnknownName
        ``bundle_unknown``: it is no id, or there is no such bundle.
    """
    folder = Shelf.of(bundles).fetch(bundle_id) if _ID.fullmatch(bundle_id) else None
    if folder is None or not folder.is_dir():
        raise UnknownName(
            "bundle_unknown", f"没有编号为 {bundle_id} 的模型包", hint="用 yingcai bundle list 查看"
        )
    return folder


def bundle_ids(bundles: Place) -> tuple[str, ...]:
    """Return the ids of all bundles in a folder, sound or not, in order; none where there is no folder."""
    return tuple(name for name in Shelf.of(bundles).names() if _ID.fullmatch(name))


def _copy_parts(parts: Mapping[str, Path], work: Path) -> None:
    for name, source in parts.items():
        if source.is_dir():
            for _, _ in walk(source):  # refused before anything of it is copied
                pass
            shutil.copytree(source, work / name, copy_function=shutil.copyfile)
        elif source.is_file() and not source.is_symlink():
            shutil.copyfile(source, work / name)
        else:
            raise ModelError("bundle_part_missing", f"没有文件 {source}", hint="检查训练产物的位置")


def _reference(work: Path, base_sha256: str | None) -> dict[str, str | None]:
    if (work / ADAPTER).is_file():
        return {"base_sha256": read_adapter(work / ADAPTER).base_sha256, "adapter": ADAPTER}
    if (work / ENCODER).is_dir():
        weights = work / ENCODER / "model.safetensors"
        own = measure(weights).sha256 if weights.is_file() else None
        return {"base_sha256": own, "directory": ENCODER}
    return {"base_sha256": base_sha256}


def _manifest(described: Mapping[str, object]) -> Manifest:
    """Return the manifest with its id, or refuse what cannot stand in one."""
    try:
        manifest = Manifest.model_validate(described)
    except ValidationError as error:
        wrong = "、".join(".".join(str(part) for part in each["loc"]) for each in error.errors())
        raise InputError(
            "bundle_invalid",
            f"模型包的 {wrong} 不可用",
            hint="名称只用小写字母、数字与短横，指标须为有限的数",
        ) from error
    # As it will be read: only what the text of the manifest holds is hashed.
    manifest = Manifest.model_validate_json(manifest.model_dump_json())
    return manifest.model_copy(update={"bundle_id": manifest.computed_id})


def _read_manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    if path.is_symlink() or folder.is_symlink():
        raise damaged(folder, "模型包不得含链接")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise damaged(folder, "清单过大")
        document = json.loads(path.read_text(encoding="utf-8"))
        written = document["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder, "清单缺失或无法读取") from error
    if written != _FORMAT:
        raise ModelError(
            "bundle_format_unknown",
            f"模型包 {folder.name} 的格式是 {written}，本版本只认 {_FORMAT}",
            hint="升级本产品，或用本版本重新训练",
        )
    try:
        return Manifest.model_validate(document)
    except ValidationError as error:
        raise damaged(folder, "清单内容不合格式") from error


def _read_learned(folder: Path, manifest: Manifest) -> None:
    """Read what the bundle brings, so that it is refused here and not when it is to serve."""
    if RANKER in manifest.parts:
        read_curves(folder / RANKER)
    if manifest.encoder.adapter:
        found = read_adapter(folder / ADAPTER)
        if found.base_sha256 != manifest.encoder.base_sha256:
            raise damaged(folder, "清单所写的基础模型与适配器的不符")


def _seal(work: Path) -> None:
    """Wait until every file is on disk, and take away the right to write."""
    for path in [*work.rglob("*"), work]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        if path.is_file():
            path.chmod(0o444)
    work.chmod(0o755)
