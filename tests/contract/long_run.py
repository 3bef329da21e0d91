"""The long contract run: generated requests of every kind against a running service, on SQLite or PostgreSQL.

Run ``python tests/contract/long_run.py [--database postgresql+psycopg://…] [--examples 200] [--seed 1]``. It
makes a small synthetic city, two agencies, an office key, a user and a person's session in a folder and, on
PostgreSQL, in a schema of its own; starts ``yingcai serve`` as a process, and hands in one of everything that
has an address; then schemathesis asks for what ``/openapi.json`` describes, rightly and wrongly, one request
by itself and in chains, with every check of ``schemathesis.toml``. It prints how each operation answered and
ends with 0 only if nothing was found, at least ``--least`` requests were made, and the service still runs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import sqlalchemy as sa
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from data.bulletins import build_bulletins
from data.editions import build_editions
from data.permissions import OFFICE_SCOPES, Role, Scope
from data.regions import read_region
from data.releases.registry import Release, list_releases, record_step
from data.releases.states import EditionState
from data.settings import Settings
from data.store.agencies import add_agency
from data.store.keys import create_key
from data.store.profiles import read_profiles
from data.store.rights import Times, issue_code, open_access
from data.store.schema import login_delay
from data.store.store import Store
from data.store.users import add_user
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.build import write_manifest
from matching.encoder.model import build_model
from matching.ingest import Intake, ingest_file
from training.forecast.publish import publish_forecast

CONFIG = Path(__file__).with_name("schemathesis.toml")
CHECKS = Path(__file__).with_name("checks.py")
ACTOR = "contract"
DIMENSION = 64
POSTING = {
    "reference": "S-2",
    "title": "岸桥司机",
    "employer": "示例港口有限公司",
    "place": "营口市鲅鱼圈区",
    "posted_on": "2026-11-01",
}
PASSWORD = "海风吹过竖窑旁的第八个冬天"
NO_LIMIT = {f"YINGCAI_RATE_{name}": "1000000/minute" for name in ("READS", "WRITES", "MATCHES", "LOGINS")}
COUNT = re.compile(
    r'^yingcai_requests_total\{method="(\w+)",route="([^"]+)",status="(\w+)"\} ([\d.]+)$', re.MULTILINE
)


@contextmanager
def schema_of_its_own(url: str) -> Iterator[str]:
    """Give the URL of a schema that is dropped in the end; SQLite needs none."""
    if not url:
        yield url
        return
    name = f"contract_{uuid.uuid4().hex}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.schema.CreateSchema(name))
    try:
        made = sa.make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
        yield made.render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(sa.schema.DropSchema(name, cascade=True))
        admin.dispose()


def write_model(folder: Path) -> str:
    """Write a model of characters, each with a vector of its own: what it finds alike is not judged here."""
    letters = [chr(each) for each in (*range(0x21, 0x7F), *range(0x4E00, 0x9FA6))]
    folder.mkdir()
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, **{c: i for i, c in enumerate(letters, 1)}}, "[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = np.random.default_rng(0).standard_normal((len(letters) + 1, DIMENSION), np.float32)
    save_file({"embeddings": vectors}, folder / "model.safetensors")
    config = {"model_type": "model2vec", "normalize": True, "embedding_dtype": "float32"}
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    write_manifest(folder, {"name": "characters", "dimension": DIMENSION})
    return folder.as_posix()


def seed(settings: Settings) -> list[dict[str, object]]:
    """Fill a store with a small city, and return the callers as schemathesis takes them."""
    city = Path(settings.var_dir) / "city"
    city.mkdir()
    write_city(generate_city(seed=5, months=26, employers=16, profiles=200), city)
    store, region = Store.from_url(settings.store_url), read_region(settings.region)
    coders = Coders.from_reference(build_model(settings))
    intake = Intake(store, coders, region, settings.var_dir, 10**8, dt.date(2026, 11, 21))
    for name in ("postings.csv", "profiles.csv"):
        ingest_file(intake, city / name)
    build_editions(store, region, snapshots=settings.snapshots_dir)
    for release in list_releases(store, region.name):
        publish(store, release)
    publish_forecast(store, region)
    build_bulletins(store, region, today=dt.date(2026, 11, 21))
    callers = [caller(name, "X-API-Key", agency_key(store, name)) for name in ("first", "second")]
    callers.append(caller("office", "X-API-Key", create_key(store, "契约", scopes=frozenset(Scope))))
    person, now = str(read_profiles(store)["profile_id"].iloc[0]), dt.datetime.now(dt.UTC)
    code = issue_code(store, person, by=ACTOR, now=now)
    token = open_access(store, code, now=now, times=Times(session=dt.timedelta(days=1)))
    callers.append(caller("person", "X-Person-Token", str(token)))
    add_user(store, "contract", name="契约", roles=set(Role) - {Role.AGENCY}, password=PASSWORD, actor=ACTOR)
    login = {"verb": "POST", "endpoint": "/v1/session", "contentType": "application/json"}
    named = {"payloadRaw": json.dumps({"user_id": "contract", "password": PASSWORD}), "expectCookies": True}
    callers.append({"name": "user", "loginEndpointAuth": login | named})
    store.engine.dispose()
    return callers


def publish(store: Store, release: Release) -> None:
    """Publish an edition without its procedure, which is not asked for here."""
    now = dt.datetime.now(dt.UTC)
    with store.begin() as connection:
        record_step(
            connection, release.release_id, release.history[-1], EditionState.PUBLISHED,
            actor=ACTOR, role="办公室", reason="契约测试", taken_on=now.date(), evidence={}, now=now,
        )  # fmt: skip


def agency_key(store: Store, name: str) -> str:
    """Register an agency that may do all that agencies may, and return its key."""
    made = add_agency(
        store,
        f"示例人力资源{name}公司",
        licence_number=f"2108-{name}",
        licence_from=dt.date(2020, 1, 1),
        licence_to=dt.date(2099, 12, 31),
        contact="经办人",
        actor=ACTOR,
        daily_quota=10**9,
    )
    scopes = frozenset(Scope) - OFFICE_SCOPES
    return create_key(store, made.name, agency_id=made.agency_id, scopes=scopes)


def caller(name: str, header: str, secret: str) -> dict[str, object]:
    """Return a caller that is known by a header."""
    return {"name": name, "fixedHeaders": [{"name": header, "value": secret}]}


@contextmanager
def serving(environment: dict[str, str], log: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Give the address and the process of a service that is ready."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("yingcai")), "serve", "--port", str(port)]
    with log.open("wb") as errors, subprocess.Popen(command, env=environment, stderr=errors) as process:
        try:
            while process.poll() is None and not is_ready(url):
                time.sleep(1)
            yield url, process
        finally:
            process.terminate()


def fill(url: str, callers: list[dict[str, object]]) -> None:
    """Let the first agency hand in one of everything, so that addresses lead somewhere."""
    (header,) = callers[0]["fixedHeaders"]  # type: ignore[misc]
    with httpx.Client(base_url=url, headers={header["name"]: header["value"]}, timeout=600) as client:
        profile = made(client, "/v1/profiles", {"reference": "S-1", "title": "岸桥司机", "skills": ["岸桥"]})
        named = {"profile_id": profile["profile"]["profile_id"], "purpose": "推荐面试"}
        made(client, "/v1/consents", {**named, "valid_from": "2026-11-21", "valid_to": "2027-11-20"})
        found = client.get("/v1/vacancies?open=true").json()["vacancies"][0]["vacancy_id"]
        made(client, "/v1/searches", {"name": "岸桥司机", "profiles": {"vacancy_id": found, "k": 5}})
        made(client, "/v1/match-jobs", {"queries": [{"ref": "1", "vacancy_id": found}], "k": 3})
        made(client, "/v1/postings", POSTING)
        made(client, "/v1/objections", {"release_id": 1, "kind": "意见", "text": "人数有误"})


def made(client: httpx.Client, path: str, body: Mapping[str, object]) -> dict[str, Any]:
    """Return what an answer says was made."""
    answer = client.post(path, json=body)
    if not answer.is_success:
        raise SystemExit(f"{path}: {answer.text}")
    told: dict[str, Any] = answer.json()
    return told


@contextmanager
def undelayed(url: str) -> Iterator[None]:
    """Forget failed log-ins all the while: the tool tries many, and then logs in itself."""
    engine, ended = sa.create_engine(url), threading.Event()

    def forget() -> None:
        while not ended.wait(0.1):
            with suppress(sa.exc.OperationalError), engine.begin() as connection:
                connection.execute(login_delay.delete())

    thread = threading.Thread(target=forget, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        engine.dispose()


def is_ready(url: str) -> bool:
    """Return whether a service answers that it is ready."""
    try:
        return httpx.get(f"{url}/readyz", timeout=60).status_code == 200
    except httpx.TransportError:
        return False


def ask(url: str, callers: list[dict[str, object]], folder: Path, options: argparse.Namespace) -> int:
    """Let schemathesis ask, and return how it ended."""
    # Made at the first request for it, which on a busy machine takes longer than schemathesis waits.
    httpx.get(f"{url}/openapi.json", timeout=600)
    document = folder / "callers.json"
    document.write_text(json.dumps({"auth": callers}), "utf-8")
    hooks = f'hooks = "{CHECKS.as_posix()}"\n'
    peers = f'[auth.wfc]\npath = "{document.as_posix()}"\npeers = ["first", "second"]\n'
    config = folder / "schemathesis.toml"
    longer = "[phases.stateful]\nmax-steps = 15\n"
    config.write_text(hooks + CONFIG.read_text("utf-8") + peers + longer, "utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [f"{url}/openapi.json", "--max-examples", str(options.examples), "--seed", str(options.seed)]
    command += ["--continue-on-failure", "--no-shrink", "--request-timeout", "120", "--no-color"]
    command += ["--generation-database", "none", "--suppress-health-check", "all", *options.more]
    return subprocess.run(command, check=False).returncode


def counts(url: str) -> dict[tuple[str, str], Counter[str]]:
    """Return how often each route answered with each class of status."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for method, route, status, number in COUNT.findall(httpx.get(f"{url}/metrics", timeout=60).text):
        found.setdefault((route, method), Counter())[status] += int(float(number))
    return found


def tell(found: dict[tuple[str, str], Counter[str]]) -> Counter[str]:
    """Print a line for each operation, and return the sums."""
    total: Counter[str] = Counter()
    for (route, method), statuses in sorted(found.items()):
        told = "".join(f"{name} {n:<8}" for name, n in sorted(statuses.items()))
        say(f"{method:7}{route:60}{told}")
        total += statuses
    say(f"{total.total()} requests: " + ", ".join(f"{name} {n}" for name, n in sorted(total.items())))
    return total


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Seed, serve, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="", help="SQLAlchemy URL of PostgreSQL; SQLite if left out")
    parser.add_argument("--examples", type=int, default=200, help="of each operation, at most")
    parser.add_argument("--least", type=int, default=10_000, help="requests below which the run fails")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("more", nargs="*", help="after --: further options of `schemathesis run`")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="contract-") as name,
        schema_of_its_own(options.database) as store,
    ):
        folder = Path(name)
        settings = Settings(var_dir=folder, database_url=store, encoder=write_model(folder / "model"))
        callers = seed(settings)
        told = {"YINGCAI_VAR_DIR": name, "YINGCAI_DATABASE_URL": store, **NO_LIMIT}
        told["YINGCAI_ENCODER"] = settings.encoder
        with (
            serving({**os.environ, **told}, folder / "service.log") as (url, process),
            undelayed(settings.store_url),
        ):
            fill(url, callers)
            ended = ask(url, callers, folder, options)
            total = tell(counts(url)) if process.poll() is None else Counter()
        said = (folder / "service.log").read_text("utf-8")
        failures = [line for line in said.splitlines() if '"unexpected_error"' in line]
        say("\n".join(failures[:20]))
        alive = total.total() > 0
    enough = total.total() >= options.least
    say(f"schemathesis {ended}, service {'ran' if alive else 'ENDED'}, {len(failures)} unexpected errors")
    return 0 if ended == 0 and alive and enough and not failures and not total["5xx"] else 1


if __name__ == "__main__":
    sys.exit(main())
