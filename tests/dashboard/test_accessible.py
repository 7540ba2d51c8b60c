"""Pages for who sees little or hears them read: axe finds no serious or critical fault in either theme (security.md, accessible)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from dashboard.server import PAGES
from data.authority import VERBS
from data.db import Record
from data.models import Case
from policy.vocabulary import Role
from tests.support.axe import serious_faults
from tests.support.browser import Watch, enter
from tests.support.page_server import LONGEST_START
from tests.support.server import LiveServer

pytestmark = pytest.mark.browser
LOOKS = (("zh", "light"), ("en", "dark"), ("zh", "dark"), ("en", "light"))
SEATS = (Role.COUNTY_OFFICE, Role.DISPATCHER, Role.TOWNSHIP_HEAD, Role.LEGAL_REVIEWER, Role.OFFICER)
"""Who opens a page: the first of these that may."""
OUTSIDE = (("/login", None), ("/pair", None), ("/account", Role.OFFICER), ("/devices", Role.ADMIN), ("/figures/F99", Role.COUNTY_OFFICE))  # fmt: skip
"""Pages without a module: ways in, one's own account, what an administrator confirms, a page that is not there."""
READY = "() => document.querySelector('main') && !document.querySelector('[data-dash-is-loading]')"


@dataclass
class Place:
    """A server over the week of the demonstration; one context a role, so that each logs in once."""

    server: LiveServer
    browser: Browser
    watch: Watch
    contexts: dict[Role | None, BrowserContext]

    def open(self, path: str, role: Role | None, lang: str, theme: str) -> Page:
        """The page as `role` sees it in a language and a theme, once it is there and waits for nothing."""
        if role not in self.contexts:
            size = {"width": 1440, "height": 900}
            self.contexts[role] = self.browser.new_context(viewport=size, base_url=self.server.address)  # type: ignore[arg-type]
            self.contexts[role].set_default_timeout(LONGEST_START * 1000)
            if role is not None:
                page = self.contexts[role].new_page()
                enter(page, role.value, "/policy")
                page.close()
        names = {"onegrid_lang": lang, "onegrid_theme": theme}
        self.contexts[role].add_cookies([{"name": n, "value": v, "url": self.server.address} for n, v in names.items()])
        page = self.watch.follow(self.contexts[role].new_page())
        page.goto(path)
        page.wait_for_function(READY)
        return page


@pytest.fixture
def place(live_server: LiveServer, chromium: Browser, watch: Watch) -> Iterator[Place]:
    found = Place(live_server, chromium, watch, {})
    watch.expected.append("404")
    yield found
    for context in found.contexts.values():
        context.close()


def addresses(server: LiveServer) -> list[tuple[str, Role | None]]:
    """Every page that the product registers, with somebody who may open it."""
    record = Record(server.demo.url)
    with record.read() as session:
        number = session.scalars(select(Case.number).order_by(Case.number.desc()).limit(1)).one()
    known = {"no": number, "code": record.county().townships[0].code, "figure": "F01"}
    record.close()
    pages: list[Any] = [import_module(f"dashboard.pages.{name}") for name in PAGES]
    return [(filled(page.PATH, known), seat(page.VERB)) for page in pages] + list(OUTSIDE)


def filled(path: str, known: dict[str, str]) -> str:
    for name, value in known.items():
        path = path.replace(f"<{name}>", value)
    assert "<" not in path, path
    return path


def seat(verb: str) -> Role:
    return next(role for role in SEATS if role in VERBS[verb])


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("turn", "each"), [(0, 4), *(pytest.param(n, 1, marks=pytest.mark.long) for n in range(len(LOOKS)))]
)
def test_no_page_has_a_serious_fault(place: Place, turn: int, each: int) -> None:
    """Every fourth page in one look here; all of them in every look in the long run."""
    found = {}
    for n, (path, role) in list(enumerate(addresses(place.server)))[::each]:
        lang, theme = LOOKS[(n // each + turn) % len(LOOKS)]
        page = place.open(path, role, lang, theme)
        assert page.evaluate("[document.documentElement.lang.slice(0, 2), document.documentElement.dataset.mantineColorScheme]") == [lang, theme]  # fmt: skip
        if wrong := serious_faults(page):
            found[f"{path} {lang} {theme}"] = wrong
        page.close()
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


def test_axe_finds_a_fault_that_is_there(place: Place) -> None:
    page = place.open("/login", None, "zh", "light")
    page.evaluate("document.querySelector('label').remove()")
    assert [one.split(":")[0] for one in serious_faults(page, settled=0)] == ["label"]
