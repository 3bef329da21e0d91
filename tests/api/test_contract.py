"""Generated requests to every route: no 5xx, and every answer is what the description says.

This is the short form; the long one, ``tests/contract/long_run.py``, asks a running service, on SQLite or
PostgreSQL. What both check, and what they leave out and why: ``tests/contract/schemathesis.toml``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from api.app import create_app
from api.service import Service
from data.settings import Settings

FOLDER = Path(__file__).parents[1] / "contract"
CONFIG = f'hooks = "{(FOLDER / "checks.py").as_posix()}"\n' + (FOLDER / "schemathesis.toml").read_text(
    "utf-8"
)
EXAMPLES, CHAINS, STEPS = 4, 6, 6
ONE_BY_ONE = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
IN_CHAINS = settings(ONE_BY_ONE, max_examples=CHAINS, stateful_step_count=STEPS)
LIMITS = {f"rate_{name}": "1000000/minute" for name in ("reads", "writes", "matches", "logins")}
OPERATIONS = {
    (path, method.upper()): operation
    for path, item in create_app(Settings()).openapi()["paths"].items()
    for method, operation in item.items()
}
CASES = [
    pytest.param(path, method, mode, id=f"{method} {path} {mode.value}")
    for (path, method), operation in OPERATIONS.items()
    for mode in GenerationMode
    # What takes nothing can be asked nothing wrong.
    if mode.is_positive or {"parameters", "requestBody", "security"} & set(operation)
]


@pytest.fixture(scope="module")
def described(service, hashing_model, tmp_path_factory):
    """Return the description of an application over a copy of the city, whose store may be written to."""
    folder = tmp_path_factory.mktemp("contract") / "served"
    with service.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(service.settings.var_dir, folder)
    own = service.settings.model_copy(update={"var_dir": folder, **LIMITS})
    made = Service.from_settings(own, model=hashing_model)
    app = create_app(own, service=made)
    app.state.service = made
    yield schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_str(CONFIG))
    made.store.engine.dispose()


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_every_answer_is_what_is_described(described, client, path, method, mode):
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @ONE_BY_ONE
    def ask(case):
        case.call_and_validate(headers={"X-API-Key": client.headers["X-API-Key"]}, timeout=120)

    try:
        ask()
    except Unsatisfiable:
        assert mode.is_negative  # what takes nearly anything can hardly be asked anything wrong


def test_requests_that_follow_from_answers_are_answered_as_described(described, client):
    # Told as the key of a scheme, so that what asks with a wrong one does not get the right one as well.
    key = f'[auth.openapi.ApiKey]\napi_key = "{client.headers["X-API-Key"]}"\n'
    config = SchemathesisConfig.from_str(CONFIG + key)
    schema = schemathesis.openapi.from_asgi("/openapi.json", described.app, config=config)
    schema.as_state_machine().run(settings=IN_CHAINS)
