"""The office and two agencies at one service with a store of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from data.permissions import OFFICE_SCOPES, Scope
from data.store.agencies import add_agency
from data.store.keys import create_key

BOOTSTRAP = "bootstrap-key-of-the-tests"
NAMES = ["示例人力甲有限公司", "示例人力乙有限公司"]


class Desk:
    """A service with a client of the office and one of each agency."""

    names = NAMES

    def __init__(self, service):
        self.service, self.store = service, service.store
        self.app = create_app(service.settings, service=service)
        # The service is made already: requests need no start.
        self.app.state.service = service
        self.office = self.client(BOOTSTRAP)
        self.agencies = [self._agency(name) for name in NAMES]
        keys = (
            create_key(self.store, name, agency_id=agency, scopes=set(Scope) - OFFICE_SCOPES)
            for name, agency in zip(NAMES, self.agencies, strict=True)
        )
        self.first, self.second = (self.client(key) for key in keys)

    def client(self, key):
        made = TestClient(self.app, raise_server_exceptions=False)
        made.headers["X-API-Key"] = key
        return made

    def _agency(self, name):
        made = add_agency(
            self.store,
            name,
            licence_number="N1",
            licence_from=dt.date(2020, 1, 1),
            licence_to=dt.date(2099, 1, 1),
            contact="示例",
            actor="甲",
        )
        return made.agency_id


@pytest.fixture
def desk(bare_service, sqlite_store, tmp_path):
    """Return the desk on SQLite."""
    settings = bare_service.settings.model_copy(update={"var_dir": tmp_path})
    return Desk(dataclasses.replace(bare_service, settings=settings, store=sqlite_store))


@pytest.fixture
def any_desk(bare_service, store, tmp_path):
    """Return the desk on SQLite and on PostgreSQL."""
    settings = bare_service.settings.model_copy(update={"var_dir": tmp_path})
    return Desk(dataclasses.replace(bare_service, settings=settings, store=store))
