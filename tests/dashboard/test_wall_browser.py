"""The wall in a real Chromium: no complaint, a lead within a second, an emergency takes the map until somebody acknowledges it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.components.wall_fit import fit_of
from data import casework
from data.authority import Actor
from data.db import Record
from policy.vocabulary import Role
from tests.dashboard.counties import plain
from tests.data import small
from tests.support.browser import Watched, enter
from tests.support.page_server import County, serving

pytestmark = pytest.mark.browser
COUNTY = County(plain, pages=("dashboard.pages.wall",))
LON, LAT = small.middle(0)
LETTERS = """() => [...document.querySelectorAll('.wall-root *')].filter(e => e.getClientRects().length &&
  [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())).map(e => parseFloat(getComputedStyle(e).fontSize))"""

LETTERS_OF = "([k, fit]) => { const r = document.getElementById('wall-root'); r.style.setProperty('--k', k); r.dataset.fit = fit; }"


# asking a page anything counts as touching it: so a browser that waits for a touch is put in its place
SILENT = """window.AudioContext = class { state = 'suspended'; resume() { this.state = 'running'; } };"""


@dataclass
class Place:
    """A running wall, the record behind it and somebody at the desk."""

    address: str
    record: Record
    desk: Actor

    def receive(self, **more: object) -> str:
        facts = {"source": "public_report", "summary": "占道", "lon": LON, "lat": LAT, "item_code": "A1"}
        return self.record.write(self.desk, casework.receive_lead, **(facts | more)).number


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with serving(COUNTY, tmp_path_factory.mktemp("wall")) as served:
        yield Place(served.address, served.record, small.actor(served.record, Role.DISPATCHER))


def opened_wall(place: Place, browser: Browser) -> Watched:
    """A wall of its own, drawn."""
    found = Watched(browser.new_context(viewport={"width": 1920, "height": 1080}))
    enter(found.page, "wall", "/wall", place.address)
    expect(found.page.locator("#wall-counts b")).to_have_count(5, timeout=20_000)
    expect(found.page.locator("#wall-map canvas").first).to_be_attached(timeout=20_000)
    found.page.wait_for_timeout(1500)
    return found


@pytest.fixture
def watched(place: Place, chromium: Browser) -> Iterator[Watched]:
    found = opened_wall(place, chromium)
    yield found
    found.page.context.close()


@pytest.fixture(scope="module")
def standing(place: Place, chromium: Browser) -> Iterator[Page]:
    """One wall for all tests that only look at it."""
    found = opened_wall(place, chromium)
    yield found.page
    found.page.context.close()


@pytest.fixture
def looked_at(standing: Page) -> Iterator[Page]:
    """The standing wall, whose letters are put back as they were."""
    before = standing.evaluate(
        "() => { const r = document.getElementById('wall-root'); return [r.style.getPropertyValue('--k'), r.dataset.fit]; }"
    )
    yield standing
    standing.evaluate(LETTERS_OF, before)


def received(page: Page) -> int:
    return int(page.locator("#wall-counts b").nth(3).inner_text())


def test_a_lead_is_on_the_wall_within_a_second_and_nothing_complains(place: Place, watched: Watched) -> None:
    page, waits = watched.page, []
    for _ in range(5):
        before = received(page)
        place.receive()
        begun = time.perf_counter()
        expect(page.locator("#wall-counts b").nth(3)).to_have_text(str(before + 1), timeout=5000)
        waits.append(time.perf_counter() - begun)
        page.wait_for_timeout(300)
    assert sorted(waits)[2] < 1.0, waits
    assert watched.complaints == []


def test_an_emergency_takes_the_map_until_a_dispatcher_acknowledges_it(place: Place, watched: Watched) -> None:
    page, root = watched.page, watched.page.locator("#wall-root")
    expect(root).not_to_have_attribute("data-scene", "emergency")
    number = place.receive(urgency="emergency")
    expect(root).to_have_attribute("data-scene", "emergency", timeout=5000)
    expect(page.locator("#wall-scene-title")).to_contain_text("西镇 一村")
    expect(page.locator("#wall-alarm")).to_contain_text("待调度员确认")
    expect(page.locator("#wall-map .map-symbol-emergency")).to_be_attached()
    page.wait_for_timeout(1600)
    box = page.locator("#wall-map .map-symbol-emergency .map-symbol-body").bounding_box()
    frame = page.locator("#wall-map").bounding_box()
    assert box is not None
    assert frame is not None
    assert abs(box["x"] + box["width"] / 2 - frame["x"] - frame["width"] / 2) < 60, "the map is at the emergency"
    place.record.write(place.desk, casework.triage, number=number)
    expect(page.locator("#wall-alarm")).to_contain_text("已确认", timeout=5000)
    assert watched.complaints == []


def test_the_wall_says_when_it_cannot_be_heard_until_it_is_touched(
    place: Place, standing: Page, chromium: Browser
) -> None:
    context = chromium.new_context()
    context.add_init_script(SILENT)
    context.add_cookies(standing.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{place.address}/wall")
    expect(page.locator("#wall-sound")).to_have_text("声音未开启", timeout=10_000)
    page.mouse.click(300, 300)
    expect(page.locator("#wall-sound")).to_be_hidden()
    context.close()


def test_a_scene_stays_while_data_refresh(place: Place, watched: Watched) -> None:
    page, title = watched.page, watched.page.locator("#wall-scene-title")
    before = (title.inner_text(), page.evaluate("onegrid.map.get('wall-map').getCenter()"))
    for _ in range(3):
        place.receive(urgency="urgent")
        page.wait_for_timeout(400)
    assert (title.inner_text(), page.evaluate("onegrid.map.get('wall-map').getCenter()")) == before


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (3840, 1080), (1280, 720)])
def test_the_canvas_fills_every_screen_and_its_letters_grow_with_it(looked_at: Page, size: tuple[int, int]) -> None:
    page, (width, height) = looked_at, size
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_timeout(500)
    box = page.locator("#wall-root").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == size
    scale = min(width / (3840 if width / height >= 3 else 1920), height / 1080)
    assert min(page.evaluate(LETTERS)) >= 18 * scale * 0.99 - 0.5, "labels are 18 units or more"
    counts = page.locator("#wall-counts b").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert counts >= 40 * scale
    overflow = page.evaluate(
        "[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]"
    )
    assert max(overflow) <= 0


OVERLAPS = """() => {
  const shown = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== 'hidden';
  const panels = [...document.querySelectorAll('.wall-panel, .wall-count, .wall-header, .wall-alarm')].filter(shown);
  const rows = [...document.querySelectorAll('.wall-body')].filter(shown);
  const faults = [];
  const box = (e) => e.getBoundingClientRect();
  const hit = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  panels.forEach((a, n) => panels.slice(n + 1).forEach((b) => { if (!a.contains(b) && !b.contains(a) && hit(box(a), box(b))) { faults.push([a.className, b.className]); } }));
  panels.forEach((e) => { if (box(e).right > innerWidth + 1 || box(e).bottom > innerHeight + 1) { faults.push([e.className, 'outside']); } });
  rows.forEach((body) => [...body.children].forEach((row) => {
    const r = box(row), b = box(body);
    if (r.left < b.right - 1 && (r.bottom > b.bottom + 1 || r.top < b.top - 1)) { faults.push([body.parentElement.className, 'a row is cut']); }
  }));
  return faults;
}"""


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 1080)])
@pytest.mark.parametrize("scale", [1.0, 1.3, 1.9])
def test_larger_letters_show_fewer_rows_and_nothing_overlaps(
    looked_at: Page, size: tuple[int, int], scale: float
) -> None:
    page, (width, height) = looked_at, size
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(
        LETTERS_OF,
        [scale, fit_of(scale)],
    )
    page.wait_for_timeout(600)
    assert page.evaluate(OVERLAPS) == []
    assert min(page.evaluate(LETTERS)) >= 18 * scale * 0.99 - 0.5


def test_nothing_stands_on_the_seam_of_two_screens(looked_at: Page) -> None:
    page = looked_at
    page.set_viewport_size({"width": 3840, "height": 1080})
    page.wait_for_timeout(600)
    crossing = page.evaluate("""() => [...document.querySelectorAll('.wall-panel, .wall-count, .wall-alarm span, .wall-header > *')]
      .filter((e) => e.getClientRects().length && e.textContent.trim() && e.getBoundingClientRect().left < 1915 && e.getBoundingClientRect().right > 1925)
      .map((e) => e.className)""")
    assert crossing == []


SPEECH = """
window.spoken = [];
window.AudioContext = class { state = 'running'; currentTime = 0; destination = {}; resume() {}
  createOscillator() { return { frequency: {}, connect: (g) => g, start() {}, stop() {} }; }
  createGain() { return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect() { return this; } }; } };
Object.defineProperty(window, 'speechSynthesis', { value: { speaking: false, getVoices: () => [{ lang: 'en-GB', localService: true }, { lang: 'zh-CN', localService: true }],
  speak: (line) => window.spoken.push([line.lang, line.text]), cancel() {} } });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_an_emergency_is_spoken_in_the_walls_language(place: Place, standing: Page, chromium: Browser) -> None:
    number = place.receive(urgency="emergency")
    context = chromium.new_context()
    context.add_init_script(SPEECH)
    context.add_cookies(standing.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{place.address}/wall")
    for _ in range(100):  # the page's policy forbids the browser to evaluate by itself
        if page.evaluate("window.spoken.length"):
            break
        page.wait_for_timeout(200)
    ((lang, said), *more) = page.evaluate("window.spoken")
    assert (lang, more) == ("zh-CN", [])
    assert said.startswith("突发事件：西镇 一村")
    place.record.write(place.desk, casework.triage, number=number)
    context.close()


def test_the_clock_is_that_of_shanghai(standing: Page) -> None:
    shown = standing.locator(".wall-clock").inner_text()
    expected = standing.evaluate(
        "new Intl.DateTimeFormat('sv-SE', {timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short'}).format(new Date())"
    )
    day, minute = expected.split(" ")
    assert shown.startswith(day)
    assert minute in shown
