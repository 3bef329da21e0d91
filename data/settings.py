"""Settings of the whole product, read from ``YINGCAI_*`` and nowhere else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings", "current_settings"]


class Settings(BaseSettings):
    """Where things live and how the service behaves.

    Every field can be set by an environment variable: ``YINGCAI_`` and the field's name in capitals.
    """

    model_config = SettingsConfigDict(env_prefix="YINGCAI_", extra="ignore", frozen=True)

    var_dir: Path = Path("var")
    """Folder for the database, artefacts and logs."""
    cache_dir: Path = Field(default_factory=lambda: Path.home() / ".cache" / "yingcai")
    """Folder for the converted embedding model; it can be deleted and rebuilt."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite under ``var_dir``."""
    region: str = "yingkou"
    """Name of the region pack under ``data/regions``."""
    encoder: str = ""
    """A sentence-transformers directory, or the name of a cached model; empty means the packaged one."""
    encoder_backend: str = "auto"
    """``auto`` (measured when the model is built), ``fp32`` or ``bf16``."""
    threads: int = Field(default=0, ge=0)
    """Threads for encoding and search; 0 leaves the choice to the libraries."""
    api_host: str = "127.0.0.1"
    """Address the service listens on."""
    api_port: int = Field(default=8000, ge=0, le=65535)
    """Port the service listens on."""
    max_upload_mb: int = 200
    """Largest file that ingest accepts, in MB (a compressed file counts unpacked)."""
    debug: bool = False
    """Show the whole trace of an unexpected error on the command line."""
    bootstrap_key: SecretStr = SecretStr("")
    """An API key accepted besides those in the store; for tests and first steps only."""

    @property
    def store_url(self) -> str:
        """The database URL with the default filled in."""
        return self.database_url or f"sqlite:///{(self.var_dir / 'yingcai.db').as_posix()}"


@cache
def current_settings() -> Settings:
    """Return the settings of this process, read once from the environment."""
    return Settings()
