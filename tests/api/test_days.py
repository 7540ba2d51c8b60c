"""Every day and moment that the interface takes lies between 1900 and 2199: nothing later in the product runs out of time."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from annotated_types import Ge, Le

from api.schemas import EARLIEST, LATEST, Body
from api.server import routes


def unbounded(kind: Any, more: Sequence[Any]) -> bool:
    """Whether a type holds a day or moment that no field around it bounds."""
    if kind in (date, datetime):
        told = [mark for one in more for mark in (one, *getattr(one, "metadata", ()))]
        least = (mark.ge for mark in told if isinstance(mark, Ge))
        most = (mark.le for mark in told if isinstance(mark, Le))
        return not (set(least) & {EARLIEST, EARLIEST.date()} and set(most) & {LATEST, LATEST.date()})
    if typing.get_origin(kind) is typing.Annotated:
        inner, *marks = typing.get_args(kind)
        return unbounded(inner, [*marks, *more])
    return any(unbounded(one, more) for one in typing.get_args(kind))


def bodies(of: type[Body] = Body) -> Iterator[type[Body]]:
    for one in of.__subclasses__():
        yield one
        yield from bodies(one)


def test_no_body_takes_a_day_without_bounds() -> None:
    found = [f"{one.__name__}.{name}" for one in bodies() for name, field in one.model_fields.items() if unbounded(field.annotation, field.metadata)]  # fmt: skip
    assert found == []


def test_no_address_takes_a_day_without_bounds() -> None:
    asked = [
        (route.path, name, typing.get_type_hints(route.endpoint, include_extras=True).get(name))
        for route in routes()
        for name in inspect.signature(route.endpoint).parameters
    ]
    assert len(asked) > 300
    assert [(path, name) for path, name, kind in asked if unbounded(kind, [])] == []


def test_a_day_beyond_them_is_refused_in_words(call) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        reply = call("dispatcher", "GET", "/rosters", params={"on": day})
        assert reply.status_code == 422
        assert "on" in reply.text
