"""Every code that a route can answer with has an English text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from api import app
from api.english import FIELD_MESSAGES as FIELDS
from api.english import MESSAGES, TITLES
from data.errors import YingcaiError

ROOT = Path(app.__file__).parents[1]
COMMAND_LINE = {
    "api/access/accounts.py": "managing accounts, which pages and commands do",
    "api/access/limits.py": "a setting that keeps the service from starting",
    "api/access/oidc.py": "a setting that keeps the service from starting",
    "api/commands/": "the command line",
    "api/jobs/demo.py": "the sample of an empty store, which a page loads",
    "api/jobs/recode.py": "coding anew, which a page starts",
    "api/drafts.py": "files on their way in, which pages keep",
    "api/pages/": "pages, which speak Chinese",
    "data/catalogue/": "computing and setting editions, which commands do",
    "data/database.py": "the number of processes is chosen when the service starts",
    "data/demand.py": "forecasting, which commands do",
    "data/feedback.py": "told event by event, in the answer to the batch",
    "data/regions/": "a region's pack is read when the service starts",
    "data/releases/errata.py": "correcting editions, which pages and commands do",
    "data/releases/gate.py": "issuing editions, which pages and commands do",
    "data/releases/lifecycle.py": "issuing editions, which pages and commands do",
    "data/releases/methods.py": "issuing editions, which pages and commands do",
    "data/releases/rebuild.py": "rebuilding editions, which commands do",
    "data/review_sheets.py": "review sheets, which commands read",
    "data/self_forecast/": "employers' forecasts, which commands read",
    "data/store/agencies.py": "registering agencies, which pages and commands do",
    "data/store/audit_chain.py": "verifying the audit, which pages and commands do",
    "data/store/backup.py": "backups, which commands make",
    "data/store/linted.py": "findings in postings, which pages handle",
    "data/store/keys.py": "handing out keys, which pages and commands do",
    "data/store/plan_readings.py": "recording what was reached of plans, which pages do",
    "data/store/promotions.py": "promoting bundles, which commands do",
    "data/store/releases.py": "issuing editions, which pages and commands do",
    "data/store/restore.py": "backups, which commands restore",
    "data/store/reviews.py": "coding reviews, which pages and commands read",
    "data/store/tombstones.py": "backups, which commands restore",
    "data/store/users.py": "registering users, which pages and commands do",
    "data/store/passwords.py": "registering users, which pages and commands do",
    "data/survey/": "statistical surveys, which commands read",
    "data/synthetic/": "the generated city, which commands make",
    "matching/allocation/": "allocation, which commands do",
    "matching/bundle/bundle.py": "making bundles, which commands do",
    "matching/cooperation/": "plans of schools, which commands make",
    "matching/encoder/build.py": "building the model, which commands do",
    "matching/encoder/packaged.py": "building the model, which commands do",
    "matching/experiment.py": "experiments, which commands read",
    "matching/index/engine.py": "a setting that keeps the service from starting",
    "matching/index/milvus.py": "told in the log; the vectors are then searched in this process",
    "matching/index/snapshot.py": "names of arrays are ours",
    "matching/replay/": "recorded lists, which commands replay",
    "matching/teams/": "teams, which commands put together",
}
"""Where codes are raised that no route answers with, and why."""


def kinds(error):
    """Return the names of an error and of all of its kinds."""
    return {error.__name__}.union(*(kinds(each) for each in error.__subclasses__()))


RAISED = kinds(YingcaiError)
"""What errors are called; importing the application has loaded them all."""


def called(node):
    """Return the name of what is called."""
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def raised(path):
    """Return the codes that a file raises errors with."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and called(node) in RAISED and node.args:
            code = node.args[0]
            if isinstance(code, ast.Constant):
                yield code.value


def files():
    """Return the files that routes reach, by their path from the root."""
    found = {
        path.relative_to(ROOT).as_posix(): path
        for folder in ("data", "matching", "api")
        for path in (ROOT / folder).rglob("*.py")
    }
    return {name: path for name, path in found.items() if not name.startswith(tuple(COMMAND_LINE))}


def test_every_code_that_a_route_can_answer_with_has_an_english_text():
    codes = {code: name for name, path in files().items() for code in raised(path)}
    assert len(codes) > 100
    assert {code: name for code, name in codes.items() if code not in MESSAGES} == {}


def test_every_exception_is_of_something_that_is_there():
    assert all((ROOT / name).exists() for name in COMMAND_LINE)


def test_english_is_english():
    texts = [*TITLES.values(), *FIELDS.values(), *(text for texts in MESSAGES.values() for text in texts)]
    # Chinese may stand in it as an example of what to write, never alone.
    assert [text for text in texts if not re.match("[A-Za-z][a-z A-Z-]+", text)] == []
