"""Five thousand grid cells on the wall's map in a real browser: first paint, and frame times while the map is panned.

The cells are drawn inside the outline of Jindong (bench/locate.py), served and drawn as the product does it: simplified, packed once,
one canvas. `python bench/map_cells.py [--cells 361,5000] [--runs 3]`
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.wall import CHROMIUM, free_port  # noqa: E402

SIZE = {"width": 1920, "height": 1080}
SERVE = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
import dash, dash_leaflet as dl, uvicorn
from dash import html
from bench.locate import grid
from data.queries.grid import encode
from geo.simplify import collection, features_by_level
from layers.cells import cells_layer, steps
from dashboard.theme import css
from fastapi import FastAPI
from starlette.responses import Response
cells, port = int(sys.argv[1]), int(sys.argv[2])
levels = features_by_level(grid(cells))
finest = max(levels)
made = {{n: encode(collection([f | {{"properties": f["properties"] | {{"i": i}}}} for i, f in enumerate(fs)])) for n, fs in levels.items()}}
number = len(levels[finest])
print(number, "cells,", len(made[finest].plain) // 1000, "kB plain,", len(made[finest].brotli) // 1000, "kB packed", flush=True)
server = FastAPI()

@server.get("/cells/{{level}}.json")
def cells_of(level: int):
    return Response(made[level].brotli, media_type="application/geo+json", headers={{"content-encoding": "br"}})

class App(dash.Dash):
    def interpolate_index(self, **p):
        return f'<!DOCTYPE html><html data-chrome="bare"><head><style>{{css()}}</style>{{p["css"]}}</head><body class="wall">{{p["app_entry"]}}<footer>{{p["config"]}}{{p["scripts"]}}{{p["renderer"]}}</footer></body></html>'

app = App("many_cells", server=server, assets_folder=str(Path({root!r}) / "dashboard" / "assets"), assets_ignore="wall.js|reconnect.js", serve_locally=True)
panes = [dl.Pane(name=name, style={{"zIndex": z}}) for name, z in (("cells", 300), ("lines", 310), ("edge", 320))]
layers = [
    cells_layer("fill", f"/cells/{{finest}}.json", "fill", {{"steps": steps([i % 9 for i in range(number)]), "plain": 1}}),
    cells_layer("lines", f"/cells/{{finest}}.json", "line", pane="lines"),
    cells_layer("edge", "/cells/0.json", "outline", pane="edge"),
]
box = [f["geometry"] for f in levels[0]]
west, south, east, north = grid(cells).root.geometry.bounds
view = dl.Map([*panes, *layers], id="map", bounds=[[south, west], [north, east]], preferCanvas=True, attributionControl=False,
              trackViewport=False, zoomSnap=0, style={{"height": "100vh", "width": "100vw"}})
app.layout = html.Div(html.Div(view, className="map", style={{"height": "100vh"}}))
uvicorn.run(server, host="127.0.0.1", port=port, log_level="error")
"""
PAINTED = """() => {
  const drawn = (c) => { const d = c.getContext('2d').getImageData(c.width * .3, c.height * .3, c.width * .4, c.height * .4).data;
    let n = 0; for (let i = 3; i < d.length; i += 4 * 97) { if (d[i]) n++; } return n; };
  const all = [...document.querySelectorAll('#map canvas')];
  return all.length > 2 && all.slice(0, 2).every((c) => drawn(c) > 100);
}"""
WATCH = """() => {
  const told = window.panned = { frames: [], on: true };
  let last = performance.now();
  const turn = (now) => { told.frames.push(now - last); last = now; if (told.on) requestAnimationFrame(turn); };
  requestAnimationFrame(turn);
}"""
TOLD = "() => { window.panned.on = false; return window.panned.frames.slice(2); }"
TURNS, STEPS = 3, 60
"""Drags with the mouse, each round a circle and back, and moves of a drag."""


@contextmanager
def serving(cells: int):
    port = free_port()
    command = [sys.executable, "-c", SERVE.format(root=str(ROOT)), str(cells), str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(address, timeout=2)
            break
        except httpx.HTTPError:
            time.sleep(0.3)
    try:
        yield address
    finally:
        process.kill()
        process.wait()


def drag(page: Page) -> None:
    """Take the map with the mouse, lead it round a circle and let go, as a person does."""
    x, y = SIZE["width"] / 2, SIZE["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(STEPS):
        way = step * 2 * math.pi / STEPS
        page.mouse.move(x + 240 * math.sin(way), y + 160 * (1 - math.cos(way)))
        page.wait_for_timeout(8)
    page.mouse.up()


def one(browser: Browser, address: str) -> dict[str, float]:
    """First paint of all cells in ms, and frames while panning for some seconds."""
    page = browser.new_context(viewport=SIZE).new_page()
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    while not page.evaluate(PAINTED):
        if time.perf_counter() - begun > 60:
            raise SystemExit(f"The cells of {address} were not painted within a minute.")
        page.wait_for_timeout(30)
    painted = (time.perf_counter() - begun) * 1000
    page.wait_for_timeout(800)
    page.evaluate(WATCH)
    for _ in range(TURNS):
        drag(page)
    frames = sorted(page.evaluate(TOLD))
    page.context.close()
    middle, late = frames[len(frames) // 2], frames[int(len(frames) * 0.95)]
    return {"painted": painted, "middle": middle, "late": late, "rate": 1000 / statistics.mean(frames)}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--cells", default="361,5000")
    asked.add_argument("--runs", type=int, default=3)
    given = asked.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for cells in (int(n) for n in given.cells.split(",")):
            with serving(cells) as address:
                rows = [one(browser, address) for _ in range(given.runs + 1)][1:]
            told = {name: statistics.median(row[name] for row in rows) for name in rows[0]}
            print(
                f"{cells:5d} cells: all painted {told['painted']:.0f} ms after the request (empty cache); panning p50 {told['middle']:.1f} ms, "
                f"p95 {told['late']:.1f} ms a frame, {told['rate']:.0f} frames/s without a graphics card; load {os.getloadavg()[0]:.1f}"
            )
        browser.close()


if __name__ == "__main__":
    main()
