"""The map's documents: immutable, compressed beforehand, only for who is let in; the map itself carries addresses, not shapes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import brotli
import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router

from dashboard.components.map import (
    grid_map,
    illustrative_note,
    legend,
    level_names,
    serve_cells,
    serve_symbols,
    symbols_address,
)
from dashboard.components.symbols import symbol
from dashboard.context import Visit, visiting
from data.authority import Actor
from data.db import Record
from data.models import Base
from layers.symbols import SYMBOLS
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

COUNTY = "330703000000"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Record]:
    found = Record(f"sqlite:///{tmp_path / 'town.db'}", clock=lambda: small.NOW)
    Base.metadata.create_all(found.write_engine)
    small.build(found)
    yield found
    found.close()


class Client:
    """Asks the routes behind a gate that lets one actor in."""

    def __init__(self, town: Record, who: Actor) -> None:
        routes = Router([Route("/map/symbols.css", serve_symbols), Route("/map/{county}/{name}.json", serve_cells)])

        async def gate(scope, receive, send):
            with visiting(Visit(town, who)):
                try:
                    await routes(scope, receive, send)
                except Refusal as refusal:
                    await PlainTextResponse(refusal.kind, 404 if refusal.kind == "not_found" else 403)(
                        scope, receive, send
                    )

        self.gate = gate

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.gate), base_url="http://wall") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(ask())


def served(town: Record, who: Actor | None = None) -> Client:
    return Client(town, who or small.actor(town, Role.WALL))


def test_geometry_is_sent_compressed_and_kept_for_ever(town: Record) -> None:
    answer = served(town).get(f"/map/{COUNTY}/4.json", headers={"accept-encoding": "gzip, br"})
    assert answer.headers["content-encoding"] == "br"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.json()["features"]) == 4


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_every_browser_gets_what_it_can_read(town: Record, accepted: str) -> None:
    answer = served(town).get(f"/map/{COUNTY}/2.json", headers={"accept-encoding": accepted})
    assert answer.headers["content-encoding"] == accepted
    assert [f["properties"]["n"] for f in answer.json()["features"]] == ["西镇", "东镇"]


def test_what_the_browser_has_is_not_sent_again(town: Record) -> None:
    client = served(town)
    mark = client.get(f"/map/{COUNTY}/2.json").headers["etag"]
    again = client.get(f"/map/{COUNTY}/2.json", headers={"if-none-match": mark})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("name", ["9", "x", "names-9", "-1", "names-"])
def test_an_unknown_level_is_not_found(town: Record, name: str) -> None:
    assert served(town).get(f"/map/{COUNTY}/{name}.json").status_code == 404


def test_an_unknown_county_is_not_found(town: Record) -> None:
    assert served(town).get("/map/999999000000/2.json").status_code == 404


def test_who_has_no_role_gets_nothing(town: Record) -> None:
    assert served(town, Actor(None, "nobody")).get(f"/map/{COUNTY}/2.json").status_code == 403


def test_the_symbols_are_one_style_sheet(town: Record) -> None:
    answer = served(town).get(symbols_address(), headers={"accept-encoding": "br"})
    assert answer.headers["content-type"].startswith("text/css")
    assert all(f".sym-{kind}{{" in answer.text for kind in SYMBOLS)
    assert len(brotli.compress(answer.content)) < 4096


@pytest.fixture
def visitor(town: Record) -> Iterator[Record]:
    with visiting(Visit(town, small.actor(town, Role.DISPATCHER))):
        yield town


def test_the_map_is_small_however_many_cells_it_shows(visitor: Record) -> None:
    drawn = json.dumps(grid_map("m", visitor.county()), default=lambda c: c.to_plotly_json())
    assert f"/map/{COUNTY}/2.json?v=" in drawn
    assert len(drawn) < 6000
    for name in ("m-cells", "m-lines", "m-borders", "m-edge", "m-names", "m-units", "m-leads", "m-level"):
        assert f'"{name}"' in drawn


def test_a_wall_has_no_switch_and_cannot_be_moved_by_hand(visitor: Record) -> None:
    drawn = json.dumps(grid_map("m", visitor.county(), wall=True), default=lambda c: c.to_plotly_json())
    assert "m-level" not in drawn
    assert '"dragging": false' in drawn


def test_the_four_levels_have_the_names_of_the_plan(visitor: Record) -> None:
    assert level_names(visitor.county()) == [(1, "区域网格"), (2, "乡镇网格"), (3, "片区网格"), (4, "村社网格")]


def test_drawn_borders_are_marked_as_such(visitor: Record) -> None:
    assert [note.children for note in illustrative_note(visitor.county())] == ["示意边界"]


def test_legend_and_list_use_the_symbols_of_the_map(visitor: Record) -> None:
    shown = [item.children[0].className for item in legend(("available", "emergency")).children]
    assert shown == ["sym sym-available", "sym sym-emergency"]
    assert symbol("en_route").to_plotly_json()["props"]["aria-label"] == "途中"
    with pytest.raises(KeyError):
        symbol("star", "")
