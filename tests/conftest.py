"""Fixtures that more than one folder uses."""

from __future__ import annotations

import gc
import os
import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings

from data.settings import Settings
from data.store.store import Store
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import PLAIN, EmbeddingModel, build_model
from matching.features import FEATURES
from matching.learned import RankerCurves

SHARED = Path(__file__).resolve().parents[1] / "../shared"
POSTGRES = os.environ.get("YINGCAI_TEST_DATABASE_URL", "")
OURS = "'public'::regnamespace"
STRUCTURE = f"""
SELECT md5(string_agg(what, ' ' ORDER BY what)) FROM (
    SELECT oid || ':' || xmin AS what FROM pg_class WHERE relnamespace = {OURS}
    UNION ALL SELECT oid || ':' || xmin FROM pg_trigger
    UNION ALL SELECT oid || ':' || xmin FROM pg_proc WHERE pronamespace = {OURS}
    UNION ALL SELECT version_num FROM alembic_version
) AS parts
"""
EMPTY = f"""
DO $$ DECLARE name regclass; BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid::regclass FROM pg_class
        WHERE relnamespace = {OURS} AND relkind IN ('r', 'p')
            AND relname NOT IN ('alembic_version', 'feed_state')
    LOOP EXECUTE 'DELETE FROM ' || name; END LOOP;
    FOR name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = {OURS} AND relkind = 'S'
    LOOP PERFORM setval(name, 1, false); END LOOP;
    UPDATE feed_state SET purged_xid = 0, purged_seq = 0;
END $$
"""
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

# On a developer's machine every run tries other examples; a run that gates a change tries the same ones.
# No test asserts a time: machines are shared.
hypothesis_settings.register_profile("developer", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("developer")
if os.environ.get("CI"):
    hypothesis_settings.load_profile("ci")


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say loudly what a run leaves out."""
    lines = []
    if not POSTGRES:
        lines.append("!!! YINGCAI_TEST_DATABASE_URL is not set: every PostgreSQL test is SKIPPED")
    if not (SHARED / "data").is_dir():
        lines.append("!!! ../shared/data is absent: every test on real data is SKIPPED")
    return lines


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of the real files."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    return folder


@pytest.fixture(scope="session")
def model() -> EmbeddingModel:
    """Return the packaged embedding model, built once into the cache."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build_model(Settings())


@pytest.fixture(scope="session")
def plain_model() -> EmbeddingModel:
    """Return the packaged embedding model without the shipped adapter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return build_model(Settings(encoder_adapter=PLAIN))


@pytest.fixture(scope="session")
def hashing_model() -> EmbeddingModel:
    """Return an embedding model that needs no weights."""
    return EmbeddingModel.from_encoder(HashingEncoder())


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make every new SQLite store a copy of one that the migrations made: they take longer than most tests.

    Stores of an older version, and those on PostgreSQL, are upgraded as they are in use.
    """
    upgrade = Store.upgrade

    def upgraded(url: str) -> None:
        made = Store.as_it_is(url)
        upgrade(made)
        made.engine.dispose()

    template = tmp_path_factory.mktemp("migrated") / "yingcai.db"

    def copy_or_upgrade(self: Store, revision: str = "head") -> None:
        name = self.engine.url.database if self.engine.dialect.name == "sqlite" else None
        path = Path(name) if name and name != ":memory:" else None
        if revision != "head" or path is None or path.exists():
            upgrade(self, revision)
            return
        if not template.exists():
            upgraded(f"sqlite:///{template}")
        shutil.copy(template, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "upgrade", copy_or_upgrade)
        yield


@pytest.fixture(scope="module", autouse=True)
def thawed() -> Iterator[None]:
    """Give back to the garbage collector what a served application was kept out of its way for."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def lend_postgres() -> Iterator[Callable[[], AbstractContextManager[str]]]:
    """Return what lends the address of a PostgreSQL database with every table and no row.

    One that comes back with the structure it had is emptied and lent again: that takes a twentieth of the
    time of making one.
    """
    if not POSTGRES:
        pytest.skip("YINGCAI_TEST_DATABASE_URL is not set")
    admin = sa.create_engine(POSTGRES, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    made: list[str] = []
    ready: list[tuple[str, str]] = []

    def make() -> tuple[str, str]:
        made.append(f"yingcai_test_{uuid.uuid4().hex}")
        with admin.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {made[-1]}")
        url = sa.make_url(POSTGRES).set(database=made[-1]).render_as_string(hide_password=False)
        Store.from_url(url).engine.dispose()
        return url, structure_of(url)

    @contextmanager
    def lend() -> Iterator[str]:
        url, structure = ready.pop() if ready else make()
        yield url
        if structure_of(url) == structure:
            with alone(url) as connection:
                connection.exec_driver_sql(EMPTY)
            ready.append((url, structure))

    yield lend
    for name in made:
        with admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def structure_of(url: str) -> str:
    """Tell a database whose tables, functions or triggers were touched from one where they were not."""
    with alone(url) as connection:
        return str(connection.exec_driver_sql(STRUCTURE).scalar_one())


@contextmanager
def alone(url: str) -> Iterator[sa.Connection]:
    """Open the only connection to a database; what a test left open is ended."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(END_OTHERS)
        yield connection


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Return an empty store, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        made = Store.from_url(f"sqlite:///{tmp_path / 'test.db'}")
        yield made
        made.engine.dispose()
        return
    with request.getfixturevalue("lend_postgres")() as url:
        made = Store.as_it_is(url)
        yield made
        made.engine.dispose()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """Return an empty SQLite store."""
    made = Store.from_url(f"sqlite:///{tmp_path / 'test.db'}")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="session")
def learned_curves() -> RankerCurves:
    """Return curves of three steps for every feature, and probabilities for one side."""
    shares = [(each.name, each.for_vacancy, each.for_person) for each in FEATURES]

    def side(column: int) -> dict[str, object]:
        return {
            "curves": [
                {
                    "feature": share[0],
                    "edges": [0.25, 0.75],
                    "values": [0.0, 0.4 * share[column], share[column]],
                    "missing": 0.3 * share[column],
                }
                for share in shares
            ],
            "calibration": None,
        }

    calibrated = {"scores": [20.0, 60.0, 90.0], "probabilities": [0.05, 0.3, 0.8]}
    sides = {"vacancy": side(1) | {"calibration": calibrated}, "person": side(2)}
    return RankerCurves.from_document({"name": "behaviour", "version": "1", "sides": sides})


@pytest.fixture
def forecast_document() -> dict[str, Any]:
    """Return the document of a forecast run: a city of one key industry, two of whose cells are refused.

    The city asks for 100 heads a month and is forecast 330 for three; the back-test of its sum has an error
    half of the last value's and twice the seasonal naive one's.
    """
    city, industry = ("city", None, None), ("industry", "镁材料", None)
    oven, other, uncoded = (
        ("occupation", "镁材料", "6-15-06-01"),
        ("industry", None, None),
        ("occupation", "镁材料", None),
    )
    small = {
        "code": "below_publication_volume",
        "have": 4.5,
        "need": 20.0,
        "message": "月均需求 4.5 人，低于 20 人",
    }
    young = {"code": "insufficient_history", "have": 2.0, "need": 6.0, "message": "自身历史只有 2 个月"}
    months = [f"2026-{month:02}-01" for month in range(1, 11)]
    ahead = ["2026-11-01", "2026-12-01", "2027-01-01"]

    def keyed(cell: tuple[Any, ...]) -> dict[str, Any]:
        return dict(zip(("level", "key_industry", "occupation_code"), cell, strict=True))

    def figures(mean: float | None) -> dict[str, Any]:
        shares = {"mean": 1.0, "lo80": 0.8, "hi80": 1.2, "lo95": 0.7, "hi95": 1.4}
        return {name: None if mean is None else round(mean * share, 6) for name, share in shares.items()}

    def summed(
        cell: tuple[Any, ...], mean: float | None, status: str, *reasons: dict[str, Any]
    ) -> dict[str, Any]:
        known = {
            "n_origins": 21,
            "volume_class": "50-100",
            "basis": "",
            "volume": 4.5 if mean is None else mean / 3,
        }
        shares = {"imputed_share": 0.0, "synthetic_share": 1.0, "status": status, "reasons": list(reasons)}
        return keyed(cell) | figures(mean) | known | shares

    sums = [
        summed(city, 330.0, "ok"),
        summed(industry, 240.0, "ok"),
        summed(other, None, "refused", small),
        summed(oven, 90.0, "indicative", small | {"message": "月均需求 30 人，低于 50 人"}),
        summed(uncoded, None, "refused", young, small),
    ]
    table = [
        keyed((row["level"], row["key_industry"], row["occupation_code"]))
        | {"month": month}
        | figures(None if row["mean"] is None else row["mean"] / 3)
        | dict.fromkeys(("seasonal_naive", "mean3"), None if row["mean"] is None else row["mean"] / 3 - 10)
        | {"status": row["status"], "reasons": row["reasons"]}
        for row in sums
        for month in ahead
    ]

    def scored(level: str, target: str, method: str, mae: float) -> dict[str, Any]:
        counts = {"n_origins": 21, "n_forecasts": 21 if level == "city" else 168, "n_zero_scale": 0}
        held = {"coverage80": 0.7, "coverage80_worst": 0.4, "coverage95": 0.96, "coverage95_worst": 0.8}
        own = method == "combined"
        ratios = {f"mae_to_{each}": mae / maes[each] for each in ("last_value", "mean3", "seasonal_naive")}
        where = {
            "level": level,
            "key_industry": "",
            "volume_class": "all",
            "target": target,
            "method": method,
        }
        errors = {"wape": mae / 100, "mae": mae, "bias": -0.05, "mase": None if target == "sum" else mae / 20}
        covered = held if own else dict.fromkeys(held)
        return where | counts | errors | ratios | covered | {"n_interval_origins": 11 if own else 0}

    maes = {"combined": 10.0, "last_value": 20.0, "seasonal_naive": 5.0, "mean3": 12.5}
    return {
        "sums": sums,
        "table": table,
        "backtest": [
            scored(level, target, method, mae)
            for level in ("city", "industry")
            for target in ("month1", "sum")
            for method, mae in maes.items()
        ],
        "history": {
            "months": months,
            "cells": [
                keyed(cell) | {"confidential": heads is None, "heads": heads}
                for cell, heads in (
                    (city, [100.0] * 10), (industry, [75.0] * 10), (other, [5.0] * 10), (oven, [30.0] * 10),
                    (uncoded, None),
                )
            ],
        },
        "method": "m/1",
        "as_of": "2026-10-31",
        "last_month": "2026-10-01",
        "horizon": 3,
        "snapshot": "2026-10-31#sha256:00",
        "region": "yingkou",
        "region_name": "营口市",
        "synthetic": True,
    }  # fmt: skip


@pytest.fixture
def forecast_sections() -> dict[str, Any]:
    """Return what may be kept beside demand: shortage of a city and its industry, one target, flows."""

    def estimate(value: float, width: float) -> dict[str, Any]:
        return {"value": value, "lo80": value - width, "hi80": value + width, "lo95": None, "hi95": None}

    def cell(level: str, key_industry: str | None, quarter: int, **known: Any) -> dict[str, Any]:
        where = {"level": level, "key_industry": key_industry, "occupation_code": None, "quarter": quarter}
        period = {"from_month": "2026-11-01", "to_month": "2027-01-01" if quarter == 1 else "2027-04-01"}
        names = ("demand", "supply", "gap", "theta", "p_short", "time_to_fill")
        return where | period | dict.fromkeys(names) | {"reasons": []} | known

    missing = {"code": "no_supply_data", "have": 0, "need": 12, "message": "求职一侧没有历史"}
    judged = {
        "demand": estimate(330, 30), "supply": estimate(300, 20), "gap": estimate(30, 10),
        "theta": estimate(1.1, 0.1), "p_short": 0.97, "status": "shortage",
        "time_to_fill": {"median_days": 41.0, "median_lo80": 33.0, "median_hi80": 52.0},
    }  # fmt: skip
    flag = {"check": "H2", "message": "分项合计与总量不符"}
    target = {
        "name": "人才资源总量", "unit": "万人", "pace_unit": "万人/年", "rule": "linear",
        "start": {"year": 2020, "value": 10.0}, "target": {"year": 2025, "value": 12.0}, "trend": None,
        "planned_pace": 0.4, "needed_pace": None, "observed_pace": 0.000012,
        "years": [{"net_heads": {"low": 4000.0, "value": 4000.0, "high": 4000.0}}], "status": "indicative",
        "reasons": [], "flags": [flag],
    }  # fmt: skip
    finding = {
        "key_industry": "镁材料", "talent_category": "技能", "quantity": "流入", "status": "ok",
        "reasons": [], "alarm": True, "adverse": True, "direction": "下降", "since": "2026Q1",
        "before": 40, "after": 20,
        "change": -0.5, "change_low": -0.68, "change_high": -0.22, "q_value": 0.012,
    }  # fmt: skip
    quiet = dict.fromkeys(("direction", "since", "before", "after", "change_low", "change_high", "q_value"))
    few = {"code": "few_employers", "have": 2, "need": 5, "message": "报送单位只有 2 家"}
    return {
        "shortage": {
            "scope": "登记于本平台", "simulations": 2000,
            "cells": [
                cell("city", None, 1, **judged),
                cell("city", None, 2, **judged | {"p_short": 0.6, "status": "undecided"}),
                cell("industry", "镁材料", 1, status="refused", reasons=[missing]),
            ],
        },
        "targets": {"documents": ["某规划（已到期）"], "targets": [target]},
        "flows": {
            "alarm_rate": 0.05, "run_length": 20, "notes": ["不对个人评分。"],
            "findings": [
                finding,
                finding | {"quantity": "净流入", "change_low": -30.0, "change_high": -4.0},
                finding | quiet | {"alarm": False, "quantity": "流出"},
                finding | quiet | {"alarm": False, "quantity": None, "status": "refused", "reasons": [few]},
            ],
        },
    }  # fmt: skip


@pytest.fixture
def skill_section() -> dict[str, Any]:
    """Return forecasts by skill: one of 60 vacancies a month, one too small, one confidential."""
    none = dict.fromkeys(("mean", "lo80", "hi80", "lo95", "hi95"))
    known = {"n_origins": 0, "basis": "", "status": "refused", "months": []}
    small = {"code": "below_publication_volume", "have": 9, "need": 20, "message": "月均 9 条，低于 20 条"}
    hidden = {"code": "confidential", "have": 0, "need": 3, "message": "保密"}
    month = {
        "mean": 60.0,
        "lo80": 40.0,
        "hi80": 80.0,
        "lo95": None,
        "hi95": None,
        "status": "ok",
        "reasons": [],
    }
    wanted = {
        "skill_code": "S1", "name": "电工", "mean": 180.0, "lo80": 150.0, "hi80": 210.0, "lo95": None,
        "hi95": None, "volume": 60.0, "n_origins": 12, "basis": "shared_total", "status": "ok", "reasons": [],
        "months": [{"month": day, **month} for day in ("2026-11-01", "2026-12-01", "2027-01-01")],
    }  # fmt: skip
    tested = {
        "level": "skill", "key_industry": "", "volume_class": "20+", "target": "sum", "n_origins": 21,
        "n_forecasts": 210,
    }  # fmt: skip
    return {
        "method": "s/1",
        "horizon": 3,
        "rows": [
            wanted,
            {"skill_code": "S2", "name": "焊接", **none, **known, "volume": 9.0, "reasons": [small]},
            {"skill_code": "S3", "name": "起重", **none, **known, "volume": None, "reasons": [hidden]},
        ],
        "backtest": [
            tested | {"method": "combined", "wape": 0.1, "coverage80": 0.81},
            tested | {"method": "mean3", "wape": 0.125, "coverage80": None},
        ],
    }


@pytest.fixture
def employer_section() -> dict[str, Any]:
    """Return the employers' own forecasts of a quarter: combined for the city, not for its industry."""
    alone = {"code": "insufficient_record", "have": 2, "need": 4, "message": "只有2个季度，不合并"}
    secret = {"code": "confidential", "have": 0, "need": 3, "message": "保密，不公布"}
    empty = dict.fromkeys(("employers", "low", "likely", "high", "corrected", "response_share", "scaled"))

    def cell(level: str, industry: str | None, code: str | None = None, **known: Any) -> dict[str, Any]:
        where = {"level": level, "key_industry": industry, "occupation_code": code}
        summed = {
            "status": "ok", "reasons": [], "employers": 12, "low": 100, "likely": 140, "high": 200,
            "corrected": 120.0, "response_share": 0.5, "scaled": 240.0,
        }  # fmt: skip
        forecast = {"mean": 220.0, "lo80": 200.0, "hi80": 240.0}
        return where | summed | {"statistical": forecast, "combined": None} | known

    together = {"status": "ok", "value": 228.0, "weight": 0.4, "quarters": 5, "reasons": []}
    apart = {"status": "refused", "value": None, "weight": None, "quarters": 2, "reasons": [alone]}
    hidden = {**empty, "status": "refused", "reasons": [secret]}
    rates = {"bias": 0.16, "wape": 0.3, "naive_wape": 0.45, "coverage": 0.7, "direction": 0.6}
    row = {"horizon": 1, "status": "ok", "reasons": [], "n": 40, "employers": 4, "quarters": 5, **rates}
    record = {"key_industry": None, **row, "over_reporters": None}
    unknown = dict.fromkeys(("n", "employers", "quarters", *rates, "over_reporters"))
    few = {"mean": 30.0, "lo80": 20.0, "hi80": 40.0}
    return {
        "report": {
            "target_quarter": "2026Q4",
            "factors": {"20人以下": 0.857},
            "notes": ["并列，不相加。"],
            "cells": [
                cell("city", None, combined=together),
                cell("industry", "镁材料", combined=apart),
                cell("industry", "港口物流", **hidden, statistical=few),
                cell("occupation", "镁材料", "6-15-06-01", scaled=None),
                cell("occupation", "镁材料", "6-15-06-02", **hidden),
            ],
        },
        "record": {
            "rows": [
                record,
                {**record, **unknown, "key_industry": "港口物流", "status": "refused", "reasons": [secret]},
            ],
            "judged": 40, "late": 1, "unseen": 2, "unstated": 3,
        },
    }  # fmt: skip


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    """Return a bucket of a server that speaks S3 over HTTP on this machine."""
    pytest.importorskip("s3fs", reason="the extra s3 is not installed")
    server = pytest.importorskip("moto.server", reason="moto[s3] is not installed")
    import boto3

    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }.items():
            patch.setenv(name, value)
        boto3.client("s3").create_bucket(Bucket="yingcai")
        yield "s3://yingcai"
    running.stop()


@pytest.fixture(params=["file", "memory", "s3"])
def storage_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return an empty place of each kind of object storage."""
    if request.param == "file":
        return f"file://{tmp_path}/shared"
    if request.param == "memory":
        return f"memory://{uuid.uuid4().hex}"
    return f"{request.getfixturevalue('s3_url')}/{uuid.uuid4().hex}"
