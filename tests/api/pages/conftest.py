"""People of every role in front of the pages of a city, each test with a store of its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Service
from data.permissions import Role
from data.store.agencies import add_agency
from data.store.store import Store
from data.store.users import add_user

PASSWORD = "海风吹过竖窑旁的第八个冬天"
PEOPLE = {
    "editor": ("张编", Role.EDITOR),
    "approver": ("李审", Role.APPROVER),
    "evaluator": ("王评", Role.EVALUATOR),
    "scientist": ("赵数", Role.DATA_SCIENTIST),
    "admin": ("孙管", Role.ADMIN),
}
TOKEN = re.compile(r'name="csrf_token" value="([0-9a-f]{64})"')


class Browser(TestClient):
    """A browser without JavaScript: it keeps cookies, asks for pages and sends forms with their token."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            app, base_url="http://localhost", headers={"Accept": "text/html"}, follow_redirects=True
        )

    def log_in(self, user_id: str) -> Browser:
        """Log in as somebody, and return this browser."""
        answer = self.post("/login", data={"user_id": user_id, "password": PASSWORD, "next": "/account"})
        assert answer.status_code == 200, answer.text
        return self

    def submit(self, path: str, fields: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Send a form as its page would."""
        found = TOKEN.search(self.get("/account").text)
        assert found is not None
        return self.post(path, data={"csrf_token": found[1], **(fields or {})}, **more)


def staff(store: Store) -> None:
    """Make somebody of every role, and an agency with its person ``agent``."""
    for user_id, (name, role) in PEOPLE.items():
        add_user(store, user_id, name=name, roles=[role], password=PASSWORD, actor="测试")
    agency = add_agency(
        store,
        "示例人力资源有限公司",
        licence_number="2108-0001",
        licence_from=dt.date(2020, 1, 1),
        licence_to=dt.date(2099, 12, 31),
        contact="业务部",
        actor="测试",
    )
    of_agency = {"name": "周办", "roles": [Role.AGENCY], "agency_id": agency.agency_id}
    add_user(store, "agent", **of_agency, password=PASSWORD, actor="测试")


@pytest.fixture(scope="session")
def staffed(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Database of the city with somebody of every role, and an agency with its person ``agent``."""
    path = tmp_path_factory.mktemp("staffed") / "yingcai.db"
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(service.settings.var_dir / "yingcai.db", path)
    store = Store.as_it_is(f"sqlite:///{path}")
    staff(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.engine.dispose()
    return path


@pytest.fixture
def desk_service(service: Service, staffed: Path, tmp_path: Path) -> Iterator[Service]:
    """Return the service of the city on a store of the test's own."""
    shutil.copy(staffed, tmp_path / "yingcai.db")
    changed = {"var_dir": tmp_path, "refresh_seconds": 0, "worker_threads": 0}
    settings = service.settings.model_copy(update=changed)
    store = Store.as_it_is(settings.store_url)
    yield dataclasses.replace(service, settings=settings, store=store)
    store.engine.dispose()


@pytest.fixture
def browser(desk_service: Service) -> Iterator[Browser]:
    """Return a browser where nobody is logged in yet."""
    with Browser(create_app(desk_service.settings, service=desk_service)) as made:
        yield made
