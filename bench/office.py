"""The county office's page on a large record: how long the server takes for what the page is made of, after the first time.

`python bench/office.py [--served FOLDER] [--runs 60] [--views "" "?show=items"]`: the folder holds `onegrid.db` (as `bench/figures.py --keep` builds it, its figures
taken by `app.py figures refresh`) and `demonstration.json`. Times are of whole requests as the browser sees them.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.wall import CHROMIUM, demonstration, login, opened  # noqa: E402
from bench.wall_soak import Server, memory_of  # noqa: E402

DAYS = 40
SETTLED = 1500  # milliseconds, until charts have asked for what they show
VIEWS = ("", "?show=plans", "?show=figures", "?show=items", "?show=between", "?show=meetings")
ASKED = """() => performance.getEntriesByType('resource').filter((one) => one.name.includes('/_dash-') && !one.name.includes('suites'))
  .map((one) => [one.name.split('/').pop().split('?')[0], one.responseEnd - one.requestStart, one.transferSize])"""


def load(page: Page, address: str) -> dict[str, float]:
    """One load: milliseconds by request, the longest of each kind, and the page itself."""
    page.goto(address)
    page.wait_for_selector("#_pages_content .panel, .office-main .panel, .panel")
    page.wait_for_timeout(SETTLED)
    found: dict[str, float] = {
        "page": page.evaluate("(([n]) => n.responseEnd - n.requestStart)(performance.getEntriesByType('navigation'))")
    }
    for name, took, _ in page.evaluate(ASKED):
        found[name] = max(found.get(name, 0.0), took)
    return found


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--served", type=Path, help="Folder of a record to serve; else forty days of the demonstration")
    asked.add_argument("--runs", type=int, default=60)
    asked.add_argument("--views", nargs="*", default=VIEWS, help="Queries of the address; empty: the first section")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.served or Path(name)
        url = f"sqlite:///{folder / 'onegrid.db'}" if given.served else demonstration(folder, DAYS)
        server = Server(folder, url)
        server.start()
        try:
            measure(server, folder, given.views, given.runs)
        finally:
            server.stop()


def measure(server: Server, folder: Path, views: Sequence[str], runs: int) -> None:
    """Load each view so many times, and say how long what it asked for took."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = opened(browser, server.address, login(server.address, folder, "county_office")).new_page()
        for view in views:
            first = load(page, f"{server.address}/office{view}")
            times = defaultdict(list)
            for _ in range(runs):
                for name, took in load(page, f"{server.address}/office{view}").items():
                    times[name].append(took)
            told = "; ".join(
                f"{name} {quantiles(took, n=20)[9]:.0f} / {quantiles(took, n=20)[18]:.0f} ms (first {first.get(name, 0):.0f})"
                for name, took in times.items()
            )
            print(f"/office{view:15} median / p95: {told}", flush=True)
        browser.close()
    print(f"server {memory_of(server.process.pid if server.process else 0):.0f} MB; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
