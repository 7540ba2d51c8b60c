"""axe in a page: what keeps people out who see little, hear it read, or use no pointer."""

from __future__ import annotations

import time
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SETTLED: Final = 20  # seconds until what is still being drawn is a fault
RUN: Final = """() => axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .flatMap(one => one.nodes.map(node => one.id + ": " + node.target.join(" ") + " " + node.html.slice(0, 200))))"""


def serious_faults(page: Page, settled: float = SETTLED) -> list[str]:
    """Serious and critical faults of a page that do not go away while it is still being drawn."""
    page.evaluate(AXE_SCRIPT)  # from outside the page: what may run in it stays as it is
    found, until = page.evaluate(RUN), time.monotonic() + settled
    while found and time.monotonic() < until:
        page.wait_for_timeout(500)
        found = page.evaluate(RUN)
    return list(found)
