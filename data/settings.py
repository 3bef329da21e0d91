"""Settings of the whole product, read from ``YINGCAI_*`` and nowhere else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from data.permissions import Role
from data.shelves import Place, Shelf

__all__ = ["Settings", "current_settings"]

_PREVIEW_MB = 50
_RATE = r"^[1-9][0-9]{0,6}/(second|minute|hour|day)$"


class Settings(BaseSettings):
    """Where things live and how the service behaves.

    Every field can be set by an environment variable: ``YINGCAI_`` and the field's name in capitals.
    """

    model_config = SettingsConfigDict(env_prefix="YINGCAI_", extra="ignore", frozen=True)

    var_dir: Path = Path("var")
    """Folder for the database, artefacts and logs."""
    cache_dir: Path = Field(default_factory=lambda: Path.home() / ".cache" / "yingcai")
    """Folder for the converted embedding model; it can be deleted and rebuilt."""
    storage_url: str = Field(default="", repr=False)
    """Object storage of artefacts, such as ``s3://bucket/prefix`` (extra ``s3``); empty: ``var_dir``."""
    database_url: str = ""
    """SQLAlchemy URL; empty means SQLite under ``var_dir``."""
    database_read_url: str = Field(default="", repr=False)
    """URL of a streaming replica of that PostgreSQL, which answers what reads much; empty means none."""
    database_read_wait: float = Field(default=2, ge=0, le=60)
    """How long a read waits for the replica to draw level before the database itself answers, in seconds."""
    survey_url: str = Field(default="", validate_default=True)
    """SQLAlchemy URL of the statistical surveys, another database; empty means SQLite under ``var_dir``."""
    region: str = "yingkou"
    """Name of a region pack under ``data/regions``, or the path of a pack elsewhere (``.yaml``)."""
    encoder: str = ""
    """A sentence-transformers directory, or the name of a cached model; empty means the packaged one."""
    encoder_adapter: str = ""
    """Adapter merged into the packaged model: empty means the shipped one, ``none`` none, else a file."""
    encoder_backend: str = "auto"
    """``auto`` (measured when the model is built), ``fp32`` or ``bf16``."""
    threads: int = Field(default=0, ge=0)
    """Threads for encoding and search; 0 leaves the choice to the libraries."""
    processes: int = Field(default=0, ge=0, le=64)
    """Processes of this machine for batch work; 1 stays in this one, 0 is one a core and at most 4."""
    dask: str = Field(default="", pattern=r"^((tcp|tls|ws|wss)://[^\s]+)?$")
    """Scheduler of a Dask cluster for batch work, such as ``tcp://10.0.0.1:8786`` (extra ``scale``)."""
    vectors: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")
    """Milvus server of the vectors, such as ``http://10.0.0.1:19530`` (extra ``milvus``); empty: none."""
    vectors_token: SecretStr = SecretStr("")
    """``user:password`` or API key of that server."""
    vectors_approximate: bool = False
    """Search many vectors in cells, here or on that server: faster, and a near item may be missed."""
    api_host: str = "127.0.0.1"
    """Address the service listens on."""
    api_port: int = Field(default=8000, ge=0, le=65535)
    """Port the service listens on."""
    refresh_seconds: float = Field(default=30, ge=0)
    """How often a running service looks whether the store changed, in seconds; 0 never looks."""
    worker_threads: int = Field(default=1, ge=0, le=16)
    """Threads of the service that do background jobs; 0 leaves them to ``yingcai worker``."""
    job_retention_days: int = Field(default=30, ge=1, le=3650)
    """How long a job and its results are kept after the last that happened to it, in days."""
    max_upload_mb: int = 200
    """Largest file that ingest accepts, in MB (a compressed file counts unpacked)."""
    reading_memory_mb: int = Field(default=2_000, ge=256)
    """Memory that the process may take which reads one file handed in through the API, in MB."""
    reading_seconds: float = Field(default=600, gt=0)
    """Longest time that reading one such file may take, in seconds."""
    max_body_mb: int = Field(default=5, ge=1, le=1000)
    """Largest body of a request to the service, in MB."""
    min_free_mb: int = Field(default=200, ge=0)
    """Free space of ``var_dir``, in MB, below which a service says that it is not ready."""
    otel_endpoint: str = Field(default="", pattern=r"^(https?://[^\s]+)?$")
    """Where traces go, by OTLP over HTTP (extra ``otel``); empty sends none anywhere."""
    mlflow_uri: str = ""
    """MLflow server or database that keeps training runs; empty means SQLite and files under ``var_dir``."""
    debug: bool = False
    """Show the whole trace of an unexpected error on the command line."""
    bootstrap_key: SecretStr = SecretStr("")
    """An API key accepted besides those in the store; for tests and first steps only."""
    public_url: str = Field(default="", pattern=r"^(https?://[^/\s]+)?$")
    """Address that browsers use, such as ``https://rc.example.gov.cn``; empty takes it from each request."""
    secure_cookies: bool = False
    """Mark cookies as Secure even for a browser at http://127.0.0.1; elsewhere they always are."""
    token_seconds: int = Field(default=900, ge=60, le=3600)
    """How long an access token is valid, in seconds."""
    session_idle_minutes: int = Field(default=30, ge=1, le=720)
    """A log-in ends when nothing was asked for so many minutes."""
    session_hours: int = Field(default=12, ge=1, le=72)
    """A log-in ends after so many hours whatever was asked."""
    rate_reads: str = Field(default="600/minute", pattern=_RATE)
    """How often one caller may read."""
    rate_writes: str = Field(default="120/minute", pattern=_RATE)
    """How often one caller may have something kept."""
    rate_matches: str = Field(default="60/minute", pattern=_RATE)
    """How often one caller may match."""
    rate_logins: str = Field(default="30/minute", pattern=_RATE)
    """How often one address may ask for a token, try to log in, or look up a receipt."""
    rate_opinions: str = Field(default="10/hour", pattern=_RATE)
    """How often one address may raise an opinion or objection without being known."""
    rate_storage: str = "memory://"
    """Where rates are counted; ``redis://host:6379`` where several processes serve (extra ``redis``)."""
    quota_daily: int = Field(default=50_000, ge=1)
    """Units an agency may use a day unless its registration says otherwise: read 1, write 2, match 10."""
    oidc_issuer: str = ""
    """OpenID Connect provider that users may log in with (extra ``oidc``); empty means none."""
    oidc_client_id: str = ""
    """What the provider calls this service."""
    oidc_client_secret: SecretStr = SecretStr("")
    """Secret agreed with the provider."""
    oidc_role_claim: str = "roles"
    """Claim of the ID token that lists groups or roles."""
    oidc_roles: dict[str, Role] = Field(default_factory=dict)
    """Which value of that claim gives which role, as JSON: ``{"talent-editors": "editor"}``."""

    @property
    def snapshots_dir(self) -> Place:
        """Folder of the data that editions were computed from."""
        return self._place("snapshots")

    @property
    def bundles_dir(self) -> Place:
        """Folder of the bundles that can be promoted; none is ever changed."""
        return self._place("bundles")

    @property
    def pools_dir(self) -> Place:
        """Folder of the frozen pools that recorded lists were made from."""
        return self._place("pools", "snapshots/pools")

    @property
    def reports_dir(self) -> Place:
        """Folder of the error reports of files that were read; they quote cells."""
        return self._place("reports")

    @property
    def exports(self) -> Shelf:
        """What was written of editions to be published."""
        return Shelf.of(self._place("exports"))

    @property
    def uploads(self) -> Shelf:
        """Files handed in that are still to be read."""
        return Shelf.of(self._place("uploads"))

    def _place(self, kind: str, folder: str = "") -> Place:
        here = self.var_dir / (folder or kind)
        return Shelf(here, kind, self.storage_url) if self.storage_url else here

    @property
    def index_dir(self) -> Path:
        """Where the vectors that are searched are kept; may be deleted at any time."""
        return self.var_dir / "index"

    @property
    def upload_bytes(self) -> int:
        """Largest body of a request that hands a file in: the file and the form around it."""
        return (self.max_upload_mb + 1) * 10**6

    @property
    def preview_bytes(self) -> int:
        """Largest body of a request that has a file looked at."""
        return (min(self.max_upload_mb, _PREVIEW_MB) + 1) * 10**6

    @property
    def store_url(self) -> str:
        """The database URL with the default filled in."""
        return self.database_url or f"sqlite:///{(self.var_dir / 'yingcai.db').as_posix()}"

    @property
    def survey_store_url(self) -> str:
        """The URL of the survey database with the default filled in."""
        return self.survey_url or f"sqlite:///{(self.var_dir / 'survey.db').as_posix()}"

    @property
    def token_keys_dir(self) -> Path:
        """Folder of the keys that sign access tokens."""
        return self.var_dir / "token-keys"

    @field_validator("database_read_url")
    @classmethod
    def _is_a_replica(cls, url: str, info: ValidationInfo) -> str:
        """Refuse a replica of what has none."""
        main = info.data.get("database_url") or "sqlite://"
        if url and {_place(url)[0], _place(main)[0]} != {"postgresql"}:
            raise ValueError("database_read_url 与 database_url 须都是 PostgreSQL 地址")
        return url

    @field_validator("survey_url")
    @classmethod
    def _is_another_database(cls, url: str, info: ValidationInfo) -> str:
        """Refuse one database for both: what surveys collect may serve statistics only (统计法)."""
        folder: Path = info.data.get("var_dir", Path("var"))
        main = info.data.get("database_url") or f"sqlite:///{(folder / 'yingcai.db').as_posix()}"
        if url and _place(url) == _place(main):
            raise ValueError("survey_url 与 database_url 是同一个库")
        return url


def _place(url: str) -> tuple[str, ...]:
    """Return what tells databases apart: the file, or server, name and schema."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return (url,)
    if parsed.get_backend_name() == "sqlite":
        return ("sqlite", str(Path(parsed.database or "").resolve()))
    options = str(parsed.query.get("options", ""))
    port = str(parsed.port or "")
    return (parsed.get_backend_name(), parsed.host or "", port, parsed.database or "", options)


@cache
def current_settings() -> Settings:
    """Return the settings of this process, read once from the environment."""
    return Settings()
