"""Pages beside a bare template in the same run: server time, weight.

Run ``python tests/benchmarks/pages.py [--entries 5000] [--asked 200]``; it writes nothing but its table. The
catalogues are the synthetic city's, their entries repeated under other numbers; the candidate list is that of
an agency with 500 people on it. Pages are asked for over HTTP on this machine, one after another, the choices
on them in turn, beside a page of the same frame with nothing in it. The weight is that of a page with its
style sheets and scripts, before anything is compressed.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import numpy as np
import uvicorn
from fastapi import Request
from match_requests import row

from api.app import create_app
from api.pages.frame import render
from api.service import Service
from data.catalogue.entries import AnyCatalogue, CatalogueKind
from data.editions import build_editions, read_edition
from data.feedback import EventKind, FeedbackEvent, Side
from data.permissions import Role
from data.regions import read_region
from data.releases.registry import Keeping, open_release
from data.settings import Settings
from data.store.agencies import add_agency
from data.store.feedback import record_events
from data.store.profiles import read_profiles
from data.store.store import Store
from data.store.users import add_user
from data.store.vacancies import read_vacancies
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.hashing import HashingEncoder
from matching.encoder.model import EmbeddingModel
from matching.ingest import Intake, ingest_file

_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')
_PASSWORD = "海风吹过竖窑旁的第八个冬天"
_LISTED = 500
_QUERIES = (
    "",
    "?q=工程",
    "?sort=S",
    "?sort=demand_heads&order=asc&page=7",
    "?section=数字经济",
    "?confidence=A&star=5&star=4",
    "?page=40",
    "?q=镁&sort=pay_median",
)


def repeated(catalogue: AnyCatalogue, number: int) -> AnyCatalogue:
    """Return a catalogue with so many entries, each under a number of its own."""
    entries = [
        entry.model_copy(update={"entry_id": f"{entry.entry_id[:-4]}{index:04x}"})
        for index, entry in zip(range(number), itertools.cycle(catalogue.entries), strict=False)
    ]
    return catalogue.model_copy(update={"entries": tuple(entries)})


def listed(store: Store) -> str:
    """Let an agency put people on the list of a vacancy, and return the address of the list."""
    agency = add_agency(
        store,
        "示例人力资源有限公司",
        licence_number="2108-0001",
        licence_from=dt.date(2020, 1, 1),
        licence_to=dt.date(2099, 12, 31),
        contact="业务部",
        actor="benchmark",
    )
    of_agency = {"name": "周办", "roles": [Role.AGENCY], "agency_id": agency.agency_id}
    add_user(store, "agent", **of_agency, password=_PASSWORD, actor="benchmark")
    vacancy, now = str(read_vacancies(store)["vacancy_id"].iloc[0]), dt.datetime.now(dt.UTC)
    events = [
        FeedbackEvent(
            event_id=f"e-{person}",
            kind=EventKind.SHORTLISTED,
            side=Side.EMPLOYER,
            vacancy_id=vacancy,
            profile_id=person,
            happened_at=now,
        )
        for person in read_profiles(store)["profile_id"].head(_LISTED)
    ]
    record_events(store, events, actor="user:agent", owner=agency.agency_id)
    return f"/agency/shortlists/vacancies/{vacancy}"


@contextmanager
def served(folder: Path, entries: int) -> Iterator[tuple[str, str]]:
    """Serve a city with large catalogues from a thread; gives its address, and that of a candidate list."""
    model = EmbeddingModel.from_encoder(HashingEncoder(384))
    settings = Settings(var_dir=folder, refresh_seconds=0, worker_threads=0)
    region = read_region(settings.region)
    write_city(generate_city(seed=5, months=26, employers=40, profiles=600), folder)
    store = Store.from_url(settings.store_url)
    intake = Intake(store, Coders.from_reference(model), region, folder, 10**8, dt.date(2026, 11, 21))
    for name in ("postings.csv", "profiles.csv"):
        ingest_file(intake, folder / name)
    build_editions(store, region)
    for kind in CatalogueKind:
        made = repeated(read_edition(store, region, kind), entries)
        bare = [each.model_copy(update={"posting_ids": ()}) for each in made.entries]
        open_release(
            store,
            region.name,
            made.model_copy(update={"entries": tuple(bare)}),
            keeping=Keeping(),
            now=dt.datetime.now(dt.UTC),
        )
    shortlist = listed(store)
    service = Service.from_settings(settings, model=model)
    app = create_app(settings, service=service)

    @app.get("/benchmark")
    def nothing(request: Request) -> object:
        return render(request, service, "catalogue_none.html", "空页", kind=CatalogueKind.SHORTAGE)

    server = uvicorn.Server(uvicorn.Config(app, port=8799, log_level="critical"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.1)
    yield "http://127.0.0.1:8799", shortlist
    server.should_exit = True


def measured(client: httpx.Client, paths: list[str], asked: int) -> tuple[float, float, int]:
    """Return median and 95th percentile of the milliseconds, and the bytes of the heaviest page."""
    times, heaviest = [], 0
    for path in itertools.islice(itertools.cycle(paths), asked + len(paths)):
        began = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        heaviest = max(heaviest, len(answer.content))
        last = answer.text
    assets = sum(len(client.get(each).content) for each in set(_ASSET.findall(last)))
    kept = np.array(times[len(paths) :])
    return float(np.median(kept)), float(np.quantile(kept, 0.95)), heaviest + assets


def main() -> None:
    """Serve, ask, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=5000)
    parser.add_argument("--asked", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, served(Path(name), options.entries) as (url, shortlist):
        pages = {
            "空页（对照）": ["/benchmark"],
            f"紧缺目录 {options.entries} 条": [f"/catalogues/shortage{each}" for each in _QUERIES],
            f"需求目录 {options.entries} 条": [f"/catalogues/demand{each}" for each in _QUERIES],
            f"候选名单 {_LISTED} 人": [f"{shortlist}?page={page}" for page in range(1, 6)],
        }
        row("页面", "中位（毫秒）", "p95（毫秒）", "p95 比对照", "最重（千字节）")
        row("---", "---", "---", "---", "---")
        with httpx.Client(base_url=url, headers={"Accept": "text/html"}, timeout=60) as client:
            told = client.post("/login", data={"user_id": "agent", "password": _PASSWORD})
            assert told.status_code == 303
            bare = None
            for label, paths in pages.items():
                median, slow, weight = measured(client, paths, options.asked)
                bare = bare or slow
                row(label, f"{median:.1f}", f"{slow:.1f}", f"{slow / bare:.1f}", f"{weight / 1000:.0f}")


if __name__ == "__main__":
    sys.exit(main())
