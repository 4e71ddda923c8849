"""A real browser, the system's Chromium. Where there is none these tests are skipped, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.standins.desk import DeskStandIn, some_nights
from tests.standins.website import Website

CHROMIUM = Path("/usr/bin/chromium")

PATIENCE = 20_000
"""Milliseconds: on a machine that is busy with other tests a page may be slow, and that is no fault."""

NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone before the next module: while it is there an event loop runs in this thread, and no other test could start
    one."""
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: install the system's chromium to try the pages in it")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        running = playwright.chromium.launch(executable_path=CHROMIUM)
        yield running
        running.close()


@pytest.fixture
def desk() -> DeskStandIn:
    desk = DeskStandIn()
    desk.diary_entries = some_nights(desk.now.date())
    return desk


@pytest.fixture
def site(desk: DeskStandIn) -> Iterator[Website]:
    with Website(desk) as site:
        yield site


@pytest.fixture
def complaints() -> list[str]:
    """What the browser wrote to its console: a policy that was broken, something that could not be loaded."""
    return []


@pytest.fixture
def new_page(browser: Browser, site: Website, complaints: list[str]) -> Iterator[NewPage]:
    """A new window on the site."""
    with ExitStack() as windows:

        def opened(
            width: int = 1100, scheme: Literal["light", "dark"] = "light", *, scripts: bool = True, path: str = ""
        ) -> Page:
            context = browser.new_context(
                base_url=site.url,
                viewport={"width": width, "height": 800},
                color_scheme=scheme,
                java_script_enabled=scripts,
                accept_downloads=True,
            )
            windows.callback(context.close)
            page = context.new_page()
            page.on("console", lambda message: complaints.append(message.text))
            page.set_default_timeout(PATIENCE)
            if path:
                page.goto(path)
            return page

        yield opened
