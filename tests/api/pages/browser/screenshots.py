"""The pages as the documentation shows them: a synthetic city is served, its pages taken wide and narrow.

Run ``python -m tests.api.pages.browser.screenshots [FOLDER]`` from the root of the project; without a folder
they go to ``api/pages/screenshots``. It takes a few minutes and needs the packaged model and a Chromium.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from api.service import Service
from data.bulletins import build_bulletins
from data.editions import build_editions
from data.regions import read_region
from data.settings import Settings
from data.store.store import Store
from data.synthetic import generate_city, write_city
from matching.coding import Coders
from matching.encoder.model import build_model
from matching.ingest import Intake, ingest_file
from tests.api.pages.browser.conftest import BROWSERS, NARROW, WIDE, Site, Tab, served
from tests.api.pages.conftest import staff
from training.forecast.publish import publish_forecast

FOLDER: Final = Path(__file__).parents[4] / "api" / "pages" / "screenshots"
TODAY: Final = dt.date(2026, 11, 21)
PAGES: Final[dict[str, tuple[str, str]]] = {
    "catalogue": ("", "/catalogues/shortage"),
    "entry": ("", "first entry"),
    "forecasts": ("", "/forecasts/city"),
    "map": ("", "/map"),
    "method": ("", "/method"),
    "office": ("editor", "/office"),
    "review": ("editor", "/office/review/coding"),
    "editions": ("editor", "/office/editions/2"),
    "match": ("agent", "/agency/match"),
    "science": ("scientist", "/science"),
    "audit": ("admin", "/office/audit"),
}
"""Who opens which page, by the name of the picture."""
WIDTHS: Final = {"wide": (WIDE, 960), "narrow": (NARROW, 390)}
"""Size of the window and width of the picture."""
TALLEST: Final = 1600


def seed(folder: Path) -> Settings:
    """Fill a store with a synthetic city and somebody of every role."""
    settings = Settings(var_dir=folder, worker_threads=0, rate_logins="1000/minute")
    store, region, model = (
        Store.from_url(settings.store_url),
        read_region(settings.region),
        build_model(settings),
    )
    write_city(generate_city(seed=5, months=26, employers=16, profiles=200), folder)
    intake = Intake(store, Coders.from_reference(model), region, folder, 10**8, TODAY)
    for name in ("postings.csv", "profiles.csv"):
        ingest_file(intake, folder / name)
    build_editions(store, region, snapshots=settings.snapshots_dir)
    publish_forecast(store, region)
    build_bulletins(store, region, today=TODAY)
    staff(store)
    store.engine.dispose()
    return settings


def shoot(browser: Browser, site: Site, folder: Path) -> None:
    """Take every page in both widths."""
    for label, (viewport, width) in WIDTHS.items():
        for name, (user_id, path) in PAGES.items():
            context = browser.new_context(viewport=viewport, locale="zh-CN")
            tab = Tab(context.new_page(), site.url)
            if user_id:
                tab.log_in(user_id, path)
            elif path == "first entry":
                tab.open("/catalogues/shortage").locator("tbody .name a").first.click()
            else:
                tab.open(path)
            if name == "match":
                tab.page.get_by_label("岗位", exact=True).fill("设备维修工程师")
                tab.page.get_by_role("button", name="找人").click()
            tab.page.wait_for_load_state("networkidle")
            tab.check()
            keep(tab.page.screenshot(full_page=True), folder / f"{name}-{label}.webp", width)
            context.close()


def keep(content: bytes, path: Path, width: int) -> None:
    """Write a picture in its width, cut below where it is long."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    small = picture.resize((width, picture.height * width // picture.width), Image.Resampling.LANCZOS)
    small.crop((0, 0, width, min(small.height, TALLEST))).save(path, quality=60, method=6)
    sys.stdout.write(f"{path.name} {path.stat().st_size // 1000} kB\n")


def main() -> None:
    """Seed, serve, take."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    chromium = next(filter(None, map(shutil.which, BROWSERS)))
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        settings = seed(Path(name))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        with served(settings, Service.from_settings(settings)) as site:
            shoot(browser, site, folder)
        browser.close()


if __name__ == "__main__":
    main()
