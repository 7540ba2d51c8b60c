"""Answers that many walls share: made once, given to all, never kept when they went wrong."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.responses import PlainTextResponse

from dashboard.context import Visit, visiting
from dashboard.shared import MOST, Shared

BODY = {"output": "..wall-known.data..", "state": [{"id": "wall-known", "value": None}]}


class Maker:
    """The app behind: counts how often it is asked, may be slow, may fail."""

    def __init__(self) -> None:
        self.made = 0
        self.status = 200
        self.fault: Exception | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        number = self.made
        await receive()
        await asyncio.sleep(0.01)
        if self.fault:
            raise self.fault
        await PlainTextResponse(f"answer {number}", self.status)(scope, receive, send)


@pytest.fixture
def maker() -> Maker:
    return Maker()


async def ask(shared: Shared, body: Any, path: str = "/_dash-update-component") -> str:
    said: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(body).encode(), "more_body": False}

    async def send(message: Any) -> None:
        said.append(message)

    await shared({"type": "http", "path": path, "headers": [], "method": "POST"}, receive, send)
    return b"".join(m.get("body", b"") for m in said).decode()


def together(shared: Shared, *bodies: Any, path: str = "/_dash-update-component") -> list[Any]:
    async def all_of_them() -> list[Any]:
        return list(await asyncio.gather(*(ask(shared, body, path) for body in bodies), return_exceptions=True))

    with visiting(Visit(record=None)):  # type: ignore[arg-type]  # nobody asks the record here
        return asyncio.run(all_of_them())


def by_value(body: Any) -> Any:
    return body["state"][0]["value"]


def test_a_hundred_that_ask_the_same_get_one_answer(maker: Maker) -> None:
    shared = Shared(maker, {"wall-known.data": lambda _: "same"})
    assert set(together(shared, *[BODY] * 100)) == {"answer 1"}
    assert maker.made == 1


def test_who_has_something_else_gets_the_own_answer(maker: Maker) -> None:
    shared = Shared(maker, {"wall-known.data": by_value})
    bodies = [BODY | {"state": [{"id": "wall-known", "value": value}]} for value in ("a", "b", "a")]
    first, second, third = together(shared, *bodies)
    assert first == third != second


def test_a_refusal_and_a_fault_are_nobody_elses(maker: Maker) -> None:
    shared = Shared(maker, {"wall-known.data": lambda _: "same"})
    maker.status = 403
    together(shared, BODY)
    maker.status, maker.fault = 200, ZeroDivisionError()
    assert all(isinstance(answer, ZeroDivisionError) for answer in together(shared, BODY, BODY))
    maker.fault = None
    assert together(shared, BODY, BODY) == ["answer 4", "answer 4"]


@pytest.mark.parametrize(
    ("body", "path"), [({"output": "other.data"}, "/_dash-update-component"), (BODY, "/api/v1/leads")]
)
def test_what_is_not_declared_is_not_shared(maker: Maker, body: Any, path: str) -> None:
    shared = Shared(maker, {"wall-known.data": lambda _: "same"})
    assert together(shared, body, body, path=path) == ["answer 1", "answer 2"]


def test_only_so_many_answers_are_kept(maker: Maker) -> None:
    shared = Shared(maker, {"wall-known.data": by_value})
    bodies = [BODY | {"state": [{"id": "wall-known", "value": n}]} for n in range(MOST * 2)]
    together(shared, *bodies)
    assert len(shared._answers) <= MOST
