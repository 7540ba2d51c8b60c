"""A real Chromium: whatever its console complains about, and every request that fails, fails the test."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

from tests.support.page_server import LONGEST_START, Served
from tests.support.server import LiveServer

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong; what must be quick is measured where it must
SWITCHED_OFF = [
    *(
        "WebUIOmniboxPopup",
        "WebUIOmniboxAimPopup",
        "WebUIOmniboxFullPopup",
    ),  # drawn for every window, which nobody sees
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "PaintHolding"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "ThirdPartyStoragePartitioning"),
    *("AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying", "PreconnectToSearch"),
]
"""Of two lists of features the last one counts: after ours, what Playwright itself switches off."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=" + ",".join(SWITCHED_OFF),
]
MISSING = (
    "Chromium is missing: browser tests drive a real one. Install it with: apt-get install chromium fonts-noto-cjk"
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of one test module: its loop must not be running when the next module begins. A missing one fails."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What the pages of one test complained about; `expected` holds patterns of complaints that are part of the test."""

    complaints: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> Page:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda fault: self.complaints.append(f"page error: {fault}"))
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        if "ERR_ABORTED" not in (request.failure or ""):  # a page that is left aborts what it was loading
            self.complaints.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def unexpected(self) -> list[str]:
        """Complaints that no test asked for."""
        return [one for one in self.complaints if not any(re.search(words, one) for words in self.expected)]


class Watched(Watch):
    """One page of a context, watched."""

    def __init__(self, context: BrowserContext) -> None:
        super().__init__()
        self.page = self.follow(context.new_page())


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Collects complaints and fails the test on any that it did not expect."""
    found = Watch()
    yield found
    assert found.unexpected() == []


OpenPage = Callable[..., Page]


def enter(page: Page, role: str, path: str, address: str = "") -> None:
    """Log in as a role with one click and wait for the page that was asked for."""
    page.goto(f"{address}/login?next={quote(path)}")
    page.locator(f"button[value={role}]").click()
    page.wait_for_url(lambda url: urlsplit(url).path.startswith(urlsplit(path).path), timeout=LONGEST_START * 1000)


def _opening(browser: Browser, address: str, watch: Watch) -> Iterator[OpenPage]:
    contexts: list[BrowserContext] = []

    def opening(
        path: str = "/",
        role: str | None = None,
        width: int = 1440,
        height: int = 900,
        *,
        lang: str = "zh",
        theme: str = "light",
        **more: Any,
    ) -> Page:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, locale="zh-CN", base_url=address, **more)  # type: ignore[arg-type]
        contexts.append(context)
        names = {"onegrid_lang": lang, "onegrid_theme": theme}
        context.add_cookies([{"name": n, "value": v, "url": address} for n, v in names.items()])
        page = watch.follow(context.new_page())
        if role is None:
            page.goto(path)
        else:
            enter(page, role, path)
        return page

    yield opening
    for context in contexts:
        context.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, watch: Watch) -> Iterator[OpenPage]:
    """`open_page("/console", "dispatcher", 1440, 900, lang="zh", theme="light")` gives a watched page of the product."""
    yield from _opening(chromium, live_server.address, watch)


@pytest.fixture
def opened(chromium: Browser, served: Served, watch: Watch) -> Iterator[OpenPage]:
    """The same of the server of the test module."""
    yield from _opening(chromium, served.address, watch)
