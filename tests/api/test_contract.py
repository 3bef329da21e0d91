"""Generated requests to every route: no 5xx, and every answer is what the description says.

This is the short form. ``api/deploy/OPERATIONS.md`` has the command of the long one, which asks a running
service and so serves for SQLite and PostgreSQL alike.
"""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from api.app import create_app
from data.settings import Settings

EXAMPLES = 5
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
def described(service):
    """Return the description of an application that is running, with the application."""
    app = create_app(service.settings.model_copy(update=LIMITS), service=service)
    app.state.service = service
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_every_answer_is_what_is_described(described, client, path, method, mode):
    # Beyond the description: of two ways to name a person one must be taken, weights have names, titles hold
    # words. A batch of feedback is answered event by event: one that is wrong keeps no other out.
    excluded = [positive_data_acceptance, *([negative_data_rejection] if path == "/v1/feedback" else [])]

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        headers = {"X-API-Key": client.headers["X-API-Key"]}
        case.call_and_validate(headers=headers, excluded_checks=excluded, timeout=120)

    try:
        ask()
    except Unsatisfiable:
        assert mode.is_negative  # what takes nearly anything can hardly be asked anything wrong
