"""Search of the event chain: what is looked for stands in the address; a page of events, newest first, each with its hash."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_form import POPUP
from dashboard.components.case_words import joined, moment, nothing, spoken, state_of, told
from dashboard.components.clause import clause
from dashboard.components.desk_form import words_of
from dashboard.context import actor, county, lang, now, record, t
from data.casework.organs import names_of_organs, names_of_teams
from data.db import Tx
from data.queries.case_history import step_words
from data.queries.event_words import in_words
from data.queries.events import PAGE, STEPS, EventFilter, EventFound, search_events
from policy.errors import Refusal
from policy.zone import CHINA

PATH: Final = "/supervision"
FIELDS: Final = ("number", "actor", "step", "since", "until")
DAYS: Final = 30
"""How far back the search looks when no day is given."""
_MATTERS: Final = ("case", "lead", "task", "review", "transfer", "assistance", "dispute", "criminal_referral", "escalation", "call_out", "unit", "team")  # fmt: skip


def wished(given: Mapping[str, Any]) -> dict[str, str]:
    """What the address looks for; the last days where it names neither a matter nor a day."""
    held = {name: str(given.get(name) or "").strip()[:80] for name in FIELDS}
    if not held["number"] and not held["since"] and not held["until"]:
        held["since"] = (now().astimezone(CHINA).date() - timedelta(days=DAYS)).isoformat()
    return held


def address(wish: Mapping[str, str], **more: str) -> str:
    """The address of a search."""
    held = {name: value for name, value in {**wish, **more}.items() if value}
    return f"{PATH}?{urlencode(held)}" if held else PATH


def _midnight(text: str) -> datetime | None:
    """The beginning of a day here; raises Refusal for what is no day."""
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text[:10]), time(), CHINA)
    except ValueError as fault:
        raise Refusal("errors_audit.no_day", pointer="/since", value=text[:20]) from fault


def filter_of(wish: Mapping[str, str]) -> EventFilter:
    """What is looked for, days as moments: the last one to its end."""
    until = _midnight(wish["until"])
    return EventFilter(
        wish["number"].upper(),
        wish["actor"],
        wish["step"],
        _midnight(wish["since"]),
        until + timedelta(days=1) if until else None,
    )


# -- form --------------------------------------------------------------------------------------------------------------


def step_options() -> list[dict[str, str]]:
    """Every step of the chain by its words; one word for one name, whatever it is a step of."""
    named = [(step, _step_word(step)) for step in STEPS]
    return [{"value": step, "label": word} for step, word in sorted(named, key=lambda one: one[1]) if word != step]


def _step_word(step: str) -> str:
    found = (step_words(matter, step, lang()) for matter in _MATTERS)
    return next((word for word in found if word != step), spoken(f"supervision_page.event.{step}", step))


def build_form(wish: Mapping[str, str]) -> Component:
    """What may be looked for; Enter in a field is the button."""

    def text(name: str) -> Component:
        return dmc.TextInput(id=f"supervision-{name}", label=t(f"supervision_page.field.{name}"), value=wish[name], inputProps={"maxLength": 80})  # fmt: skip

    def day(name: str) -> Component:
        return dmc.DateInput(id=f"supervision-{name}", label=t(f"supervision_page.field.{name}"), value=wish[name][:10] or None, valueFormat="YYYY-MM-DD", clearable=True, popoverProps=POPUP)  # fmt: skip

    step = dmc.Select(
        id="supervision-step",
        label=t("supervision_page.field.step"),
        data=step_options(),
        value=wish["step"] or None,
        searchable=True,
        clearable=True,
        limit=200,
        nothingFoundMessage=t("case_page.nothing_found"),
        comboboxProps=POPUP,
    )
    go = html.Button(t("supervision_page.search"), id="supervision-search", type="button", className="button button-main", n_clicks=0)  # fmt: skip
    return html.Div([text("number"), text("actor"), step, day("since"), day("until"), go], className="sup-form")


# -- found -------------------------------------------------------------------------------------------------------------


def read_events(wish: Mapping[str, str], before: str) -> list[EventFound]:
    """A page of events; raises Refusal for a search that cannot be."""
    cursor = int(before) if before.isdecimal() and len(before) < 18 else None  # of a sequence
    with record().read() as session:
        return search_events(session, actor(), county(), now(), filter_of(wish), before=cursor, lang=lang())


def names_by_code() -> Mapping[str, str]:
    """Names of the county's organs and teams by code, in the language of the answer."""
    with record().read() as session:
        tx = Tx(session, actor(), now(), county())
        found = {**names_of_teams(tx), **names_of_organs(tx)}
    return {code: words_of(name) for code, name in found.items()}


def build_events(wish: Mapping[str, str], before: str) -> list[Component]:
    """The events that were found and the way to older ones; a search that cannot be says why."""
    try:
        rows = read_events(wish, before)
        names = names_by_code()
    except Refusal as refusal:
        return [html.P(["! ", refusal.sentence(lang())], className="alarm", role="alert")]
    if not rows:
        return [nothing(t("supervision_page.no_events")), *_turning(wish, before, rows)]
    head = html.Tr([html.Th(t(f"supervision_page.column.{name}")) for name in ("sequence", "at", "matter", "step", "who", "hash")])  # fmt: skip
    table = html.Table([html.Thead(head), html.Tbody([_row(row, names) for row in rows])], className="sup-events")
    return [html.Div(table, className="sup-scroll"), *_turning(wish, before, rows)]


def _turning(wish: Mapping[str, str], before: str, rows: Sequence[EventFound]) -> list[Component]:
    newer = [dcc.Link(t("supervision_page.newest"), href=address(wish), className="button")] if before else []
    older = [dcc.Link(t("supervision_page.older"), href=address(wish, before=str(rows[-1].sequence)), className="button")] if len(rows) == PAGE else []  # fmt: skip
    return [html.Nav([*newer, *older], className="sup-pages")] if newer or older else []


def _row(row: EventFound, names: Mapping[str, str]) -> Component:
    return html.Tr(
        [
            html.Td(f"{row.sequence:,}", className="num sup-figure"),
            html.Td(moment(row.at), className="num sup-at"),
            html.Td(_matter(row)),
            html.Td(_step(row, names)),
            html.Td(_who(row, names)),
            html.Td(html.Code(row.hash[:10], title=row.hash)),
        ]
    )


def kind_of(matter: str) -> str:
    """The word of a matter of the chain."""
    return spoken(f"vocabulary.matter_kind.{matter}", spoken(f"supervision_page.kind.{matter}", matter))


def step_of(row: EventFound) -> str:
    """What was done, in words."""
    return spoken(f"supervision_page.event.{row.verb}", row.words) if row.words == row.verb else row.words


def facts_of(row: EventFound, names: Mapping[str, str]) -> str:
    """What the event was told, in words; of a clock nothing, its words say it all."""
    if row.verb.endswith("_deadline"):
        return ""
    return told(in_words(county(), row.facts, names, row.matter, row.at, lang()))


def _matter(row: EventFound) -> list[Any]:
    letter = row.number.split("-")[1:2]
    if letter == ["C"]:
        name: Any = dcc.Link(row.number, href=f"/case/{row.number}", className="num")
    else:
        name = dcc.Link(row.number, href=address({"number": row.number}), className="num") if letter else row.number
    return [html.Span(kind_of(row.matter), className="muted"), " ", name]


def _step(row: EventFound, names: Mapping[str, str]) -> list[Any]:
    """What was done; its facts, hashes and certificate on demand."""
    facts = facts_of(row, names)
    moved = row.to_state if row.to_state != row.from_state else None
    states = [html.Span([" → ", state_of(row.matter, moved)], className="muted")] if moved else []
    raw = json.dumps(row.facts, ensure_ascii=False, sort_keys=True)
    more = html.Details(
        [
            html.Summary(t("supervision_page.more")),
            html.Dl(
                [
                    _detail("facts", html.Code(raw)),
                    _detail("previous", html.Code(row.previous)),
                    _detail("hash", html.Code(row.hash)),
                ],
                className="sup-details",
            ),
        ]
    )
    return [html.Strong(step_of(row)), *states, " ", *clause(row.clause), *([html.Div(facts, className="sup-small")] if facts else []), more]  # fmt: skip


def _detail(name: str, content: Any) -> Component:
    return html.Div([html.Dt(t(f"supervision_page.detail.{name}")), html.Dd(content)])


def _who(row: EventFound, names: Mapping[str, str]) -> list[Any]:
    role = spoken(f"vocabulary.role.{row.role}", t("supervision_page.by_the_system") if row.role == "system" else "")
    name = [html.Strong(row.who), " "] if row.who and row.who != role else []
    more = joined([part for part in (names.get(row.organ or "", row.organ or ""), t("case_page.certificate", number=row.certificate) if row.certificate else "") if part])  # fmt: skip
    return [*name, html.Span(role, className="muted"), *([html.Div(more, className="muted sup-small")] if more else [])]
