"""A real browser in front of a served city: every page it opens is watched and looked through."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from api.app import create_app
from api.service import Service
from data.settings import Settings
from tests.api.pages.conftest import PASSWORD, staff

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "没有找到 Chromium，页面的浏览器测试跳过：运行 .ci/system-packages tests"
WIDE, NARROW = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


class Site:
    """A served city."""

    def __init__(self, url: str, service: Service) -> None:
        self.url = url
        self.service = service


class Tab:
    """A tab of a browser; what it should never do is noted."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.faults: list[str] = []
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(self.url + path)
        return self.page

    def log_in(self, user_id: str, path: str) -> Page:
        """Log in as somebody by the keyboard, on the way to a page."""
        self.open(f"/login?next={path}")
        self.page.get_by_label("用户名").focus()
        self.page.keyboard.type(user_id)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.url}{path}")
        return self.page

    def tab_to(self, selector: str) -> None:
        """Press Tab until something that a selector names has the focus; it must be within reach."""
        for _ in range(120):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(selector)

    def check(self) -> None:
        """Fail where this page shuts somebody out, scrolls sideways, or anything went wrong so far."""
        page = self.page
        found = Axe().run(page).response["violations"]
        grave = [
            f"{each['id']}: {each['nodes'][0]['html'][:200]}"
            for each in found
            if each["impact"] in {"serious", "critical"}
        ]
        assert not grave, (page.url, grave)
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, (page.url, beyond)
        assert page.locator("h1").count() == 1, page.url
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert not self.faults, (page.url, self.faults)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((f"{self.url}/", "blob:")):
            self.faults.append(f"asked {request.url}")

    def _said(self, message: Any) -> None:
        expected = "Failed to load resource: the server responded with a status of 4"
        if message.type == "error" and not message.text.startswith(expected):
            self.faults.append(f"console: {message.text}")


@contextmanager
def served(settings: Settings, service: Service) -> Iterator[Site]:
    """Serve from a thread, until the end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    app = create_app(settings, service=service)
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.05)
    yield Site(f"http://127.0.0.1:{port}", service)
    server.should_exit = True
    thread.join(timeout=30)
    service.store.engine.dispose()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return the system's Chromium; without one the tests are skipped, and say so.

    It ends with the module: while it runs, no other test of this thread can start an event loop.
    """
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(
    service: Service, staffed: Path, tmp_path_factory: pytest.TempPathFactory, hashing_model: Any
) -> Iterator[Site]:
    """Return a served city of the module's own, with somebody of every role."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copy(staffed, folder / "yingcai.db")
    settings = Settings(
        var_dir=folder,
        refresh_seconds=5,
        worker_threads=1,
        region=service.region.name,
        rate_logins="1000/minute",
    )
    with served(settings, Service.from_settings(settings, model=hashing_model)) as made:
        yield made


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory, hashing_model: Any) -> Iterator[Site]:
    """Return a served installation without any data, as its first user finds it."""
    folder = tmp_path_factory.mktemp("empty")
    settings = Settings(var_dir=folder, refresh_seconds=5, worker_threads=1, rate_logins="1000/minute")
    made = Service.from_settings(settings, model=hashing_model)
    staff(made.store)
    with served(settings, made) as site:
        yield site


@pytest.fixture
def open_tab(chromium: Browser) -> Iterator[Callable[..., Tab]]:
    """Return what opens a tab of a browser of its own: wide or narrow, with JavaScript or without."""
    contexts = []

    def open_one(at: Site, *, viewport: dict[str, int] = WIDE, javascript: bool = True) -> Tab:
        context = chromium.new_context(viewport=viewport, locale="zh-CN", java_script_enabled=javascript)
        context.set_default_timeout(30_000)
        contexts.append(context)
        return Tab(context.new_page(), at.url)

    yield open_one
    for context in contexts:
        context.close()
