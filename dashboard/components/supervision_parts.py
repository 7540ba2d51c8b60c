"""What the sections of supervision share: the frame of a desk, links to matters, facts, choices of organs and townships."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import joined, option_words
from dashboard.components.desk import Desk, build_drawer, build_stores
from dashboard.components.desk_form import Options, words_of
from dashboard.context import actor, county, now, place_options, record, t
from data.authority import Subject, authorise
from data.queries.between_links import organ_choices
from policy.case_forms import Input
from policy.text import Name

PAGE: Final = "/supervision"
_PLACES: Final = {"C": "/case/{}", "L": "/console?lead={}"}


def to(show: str, **view: str) -> str:
    """The address of a section's view."""
    held = {"show": show} | {name: value for name, value in view.items() if value}
    return f"{PAGE}?{urlencode(held)}"


def view_of(given: Mapping[str, str], *names: str) -> dict[str, str]:
    """What of the address a section goes by."""
    return {name: str(given.get(name) or "")[:60] for name in names}


def build_frame(desk: Desk, view: Mapping[str, str], parts: Mapping[str, Any], looks: Mapping[str, str]) -> Component:
    """A section that opens forms: its parts in two columns, its stores and its drawer. `looks`: part → class, the ones that
    begin with `side` to the right."""
    main = [html.Div(parts[name], id=f"{desk.name}-{name}", className=look) for name, look in looks.items() if not look.startswith("side")]  # fmt: skip
    side = [html.Div(parts[name], id=f"{desk.name}-{name}", className=look) for name, look in looks.items() if look.startswith("side")]  # fmt: skip
    columns = html.Div([html.Div(main, className="cd-main"), html.Div(side, className="cd-side")] if side else main, className="cd-columns" if side else "cd-main")  # fmt: skip
    return html.Div([*build_stores(desk, view, parts), columns, build_drawer(desk)], className="cd")


def build_switch(show: str, here: str, names: Sequence[str], **kept: str) -> Component:
    """Which rows are listed, each a link."""
    links = [
        dcc.Link(
            t(f"conduct.only.{name}"),
            href=to(show, **kept, only=name if n else ""),
            className=f"k-count {'k-count-on' if here == (name if n else '') else ''}",
        )
        for n, name in enumerate(names)
    ]
    return html.Div(links, className="k-counts b-narrow")


def matter(number: str | None) -> Component:
    """A link to a lead or case; another number as it is."""
    if not number:
        return html.Span("—", className="muted")
    letter = number.split("-")[1:2]
    place = _PLACES.get(letter[0] if letter else "")
    return dcc.Link(number, href=place.format(number), className="num") if place else html.Span(number, className="num")


def facts(rows: Sequence[tuple[str, Any]]) -> Component:
    """Name and value, line by line; what has no value is left out."""
    lines = [html.Div([html.Dt(t(f"conduct.fact.{name}")), html.Dd(value)], className="k-fact") for name, value in rows if value not in (None, "", [])]  # fmt: skip
    return html.Dl(lines, className="k-facts")


def table(names: Sequence[str], rows: Sequence[Component], *, figures: Sequence[str] = ()) -> Component:
    """A table with its heads in words; `figures` are columns of numbers."""
    head = html.Tr([html.Th(t(f"conduct.column.{name}"), scope="col", className="cd-figure" if name in figures else "") for name in names])  # fmt: skip
    return html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="cd-table"), className="sup-scroll")


def figure(value: Any, look: str = "") -> Component:
    """A cell with a number."""
    return html.Td(value, className=f"num cd-figure {look}".strip())


def tag(words: str, look: str = "") -> Component:
    """A word in a frame."""
    return html.Span(words, className=f"k-tag {look}".strip())


def may(verb: str) -> bool:
    """Whether who looks may take a step at all."""
    return authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


def organ_options() -> Options:
    """Every organ of the county, townships last."""
    with record().read() as session:
        rows = organ_choices(session, actor(), county(), now())
    return [{"value": one.code, "label": words_of(one.name)} for one in rows]


def township_options() -> Options:
    """Townships by name."""
    return place_options(county().townships)


def closed_lists(form: Sequence[Input]) -> dict[str, Options]:
    """The closed lists a form chooses from."""
    return {one.name: option_words(one.options) for one in form if one.options is not None}


def organs(rows: Sequence[tuple[str, Name]]) -> str:
    """Organs in a line."""
    return joined([words_of(name) for _, name in rows])
