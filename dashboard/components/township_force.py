"""Who is there: units with status and load, shifts now and next, people with mode and certificate, secondments, empty posts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.console_parts import clock
from dashboard.components.symbols import symbol, symbol_name
from dashboard.components.township_open import grid
from dashboard.components.township_words import DASH, call, day, empty, folded, panel
from dashboard.context import lang, t
from data.queries.township_force import Duty, ForceState, TeamRow
from data.queries.township_people import PersonRow
from policy.text import JOINTS

TONES: Final = {"expired": "alarm", "suspended": "alarm", "none": "alarm", "runs_out": "warn"}
SHIFTS: Final = ("day", "evening", "night")


# -- units ------------------------------------------------------------------------------------------------------------


def _bar(load: int, capacity: int) -> Component:
    share = min(load / capacity, 1.0) if capacity else 1.0
    tone = "alarm" if load > capacity else "warn" if load == capacity and load else ""
    words = t("township.team.load", n=load, capacity=capacity)
    return html.Span(
        html.I(style={"width": f"{share * 100:.0f}%"}, className=f"t-fill-{tone}" if tone else ""),
        className="t-bar", role="img", title=words, **{"aria-label": words},
    )  # fmt: skip


def build_team(team: TeamRow, now: datetime) -> Component:
    """One unit: symbol and word of its status, since when, load, people on shift, telephone."""
    seen = f" · {clock(team.since, now)}" if team.since else ""
    state = [symbol(team.status), " ", html.Span([symbol_name(team.status), seen], className="muted num")]
    shift = t("township.team.shift", n=team.on_shift, certified=team.certified)
    load = html.Div([_bar(team.open_tasks, team.capacity), html.Span(t("township.team.load", n=team.open_tasks, capacity=team.capacity), className="num")], className="t-load")  # fmt: skip
    return html.Li(
        [
            html.Div(
                [html.Strong(team.name), html.Span(team.organ, className="muted t-organ")], className="t-team-name"
            ),
            html.Div(state, className="t-team-state"),
            load,
            html.Span(shift, className="muted num"),
            html.Div(call(team.phone, team.name), className="t-row-acts"),
        ],
        className="t-team",
        key=team.code,
    )


def build_teams(state: ForceState, now: datetime) -> list[Component]:
    """All units of the township, own and sunk down together."""
    rows = [build_team(team, now) for team in state.teams]
    return [html.Ul(rows, className="t-teams")] if rows else [empty(t("township.empty_teams"))]


# -- shifts -----------------------------------------------------------------------------------------------------------


def _duty(duty: Duty, now: datetime) -> Component:
    name = t(f"township.shift.{duty.name}") if duty.name in SHIFTS else duty.name
    until = t("township.shift.until", at=clock(duty.ends_at, now)) if duty.now else t("township.shift.from", at=clock(duty.starts_at, now))  # fmt: skip
    people = JOINTS[lang()].join(duty.people)
    head = html.Div([html.Strong(duty.team), html.Span(f"{name} · {until} · {t('township.people', n=len(duty.people))}", className="muted num")], className="t-duty-head")  # fmt: skip
    return html.Li([head, html.Div(people)], className="t-duty")


def build_duties(duties: Sequence[Duty], now: datetime) -> list[Component]:
    """Who is on shift now, and who comes next."""
    parts: list[Component] = []
    for name, wanted in (("now", True), ("next", False)):
        rows = [_duty(duty, now) for duty in duties if duty.now is wanted]
        body = html.Ul(rows, className="t-duties") if rows else empty(t(f"township.shift.none_{name}"))
        parts.append(html.Div([html.H3(t(f"township.shift.{name}")), body]))
    return parts


# -- people -----------------------------------------------------------------------------------------------------------


def certificate_words(one: PersonRow) -> str:
    """State of a certificate with its last day."""
    words = t(f"township.certificate.{one.state}")
    return f"{words} {day(one.certified_to)}" if one.certified_to and one.state != "not_needed" else words


def post_words(one: PersonRow) -> str:
    """Post and team of a person; kind of work without a team."""
    post = t(f"township.post.{one.post}") if one.post and one.post != "member" else t(f"vocabulary.person_kind.{one.kind}")  # fmt: skip
    return f"{post} · {one.teams[0]}" if one.teams else post


def shift_words(one: PersonRow, now: datetime) -> str:
    """On leave, on shift now, or when next."""
    if one.on_leave:
        return t("township.on_leave", day=day(one.on_leave))
    if one.on_shift:
        return t("township.on_shift")
    return t("township.shift.from", at=clock(one.next_shift, now)) if one.next_shift else DASH


def load_words(one: PersonRow) -> str:
    """Tasks, cases and booked hours of a person; those of the department or another township apart."""
    words = t("township.person_load", n=one.open_tasks, cases=one.open_cases, hours=f"{one.hours:.0f}")
    if one.hours_elsewhere < 1:
        return words
    return f"{words} · {t('township.person_elsewhere', hours=f'{one.hours_elsewhere:.0f}')}"


def person_row(one: PersonRow, now: datetime) -> dict[str, Any]:
    """A person as a row of the grid."""
    return {
        "key": one.key,
        "name": one.name,
        "post": post_words(one),
        "mode": t(f"township.mode.{one.mode}"),
        "organ": one.organ,
        "since": day(one.since) if one.since else "",
        "certificate": certificate_words(one),
        "number": one.certificate or "",
        "tone": TONES.get(one.state, ""),
        "shift": shift_words(one, now),
        "load": one.open_tasks,
        "cases": one.open_cases,
        "hours": round(one.hours, 1),
        "elsewhere": round(one.hours_elsewhere, 1),
        "phone": one.phone or "",
    }


def people_columns(phones: bool) -> list[dict[str, Any]]:
    """Columns of the table of people; telephones only where they may be seen."""
    plain: dict[str, Any] = {"filter": "agTextColumnFilter"}
    tones = {f"t-cell-{tone}": f"params.data.tone == '{tone}'" for tone in ("alarm", "warn")}
    shown = [
        {"field": "name", "headerName": t("township.column.name"), "width": 92, "pinned": "left", **plain},
        {"field": "post", "headerName": t("township.column.post"), "flex": 3, "minWidth": 120, "tooltipField": "post", **plain},
        {"field": "mode", "headerName": t("township.column.mode"), "width": 96, **plain},
        {"field": "organ", "headerName": t("township.column.organ"), "flex": 2, "minWidth": 100, "tooltipField": "organ", **plain},
        {"field": "since", "headerName": t("township.column.posted"), "width": 110, "cellClass": "num", **plain},
        {"field": "certificate", "headerName": t("township.column.certificate"), "width": 200, "cellClass": "num", "cellClassRules": tones, **plain},
        {"field": "number", "headerName": t("township.column.certificate_no"), "width": 118, "cellClass": "num", **plain},
        {"field": "shift", "headerName": t("township.column.shift"), "width": 118, "cellClass": "num", **plain},
        {"field": "load", "headerName": t("township.column.load"), "width": 78, "cellClass": "num"},
        {"field": "cases", "headerName": t("township.column.cases"), "width": 78, "cellClass": "num"},
        {"field": "hours", "headerName": t("township.column.hours"), "width": 96, "cellClass": "num"},
        {"field": "elsewhere", "headerName": t("township.column.elsewhere"), "width": 104, "cellClass": "num"},
    ]  # fmt: skip
    phone = {"field": "phone", "headerName": t("township.column.phone"), "width": 124, "cellClass": "num"}
    return [*shown, phone] if phones else shown


def build_people_grid(state: ForceState, now: datetime) -> Component:
    """Everybody of the township, own and sunk down, as one table."""
    rows = [person_row(one, now) for one in state.people]
    phones = any(one.phone for one in state.people)
    return grid("township-people", people_columns(phones), rows, "key")


def build_person(one: PersonRow, now: datetime) -> Component:
    """One person for a phone."""
    mode = t(f"township.mode.{one.mode}")
    lines = [
        html.Span([html.Strong(one.name), html.Span(f"{mode} · {one.organ}", className="muted")], className="t-card-head"),
        html.Span(post_words(one), className="t-card-line"),
        html.Span(certificate_words(one), className=f"num t-card-line {TONES.get(one.state, 'muted')}"),
        html.Span(f"{shift_words(one, now)} · {load_words(one)}", className="muted num t-card-line"),
    ]  # fmt: skip
    return html.Div([html.Div(lines), *call(one.phone, one.name)], className="t-card t-card-person", key=one.key)


def build_people_cards(state: ForceState, now: datetime) -> list[Component]:
    """Everybody for a phone, those with a certificate to see to first."""
    return folded([build_person(one, now) for one in state.people]) or [empty(t("township.empty_people"))]


def mode_line(state: ForceState) -> str:
    """How many people by mode: own 12, stationed 15 …"""
    counted = Counter[str](one.mode for one in state.people)
    order = ("own", "stationed", "covering", "fire_station", "member")
    return " · ".join(f"{t(f'township.mode.{mode}')} {counted[mode]}" for mode in order if counted[mode])


# -- leave and empty posts ---------------------------------------------------------------------------------------------


def build_leave(state: ForceState) -> list[Component]:
    """Who is on leave today, and until when."""
    rows = [
        html.Li([html.Strong(one.name), html.Span(one.organ, className="muted"), html.Span(t("township.until_day", day=day(one.on_leave)), className="muted num")], className="t-away")
        for one in state.people
        if one.on_leave
    ]  # fmt: skip
    return [html.Ul(rows, className="t-duties")] if rows else [empty(t("township.empty_leave"))]


def build_gaps(state: ForceState) -> list[Component]:
    """Posts that nobody holds, with the clause that names them."""
    rows = [
        html.Li([html.Strong(gap.where), html.Span(gap.office or t(f"township.gap.{gap.kind}"), className="warn"), *clause(gap.clause, key=gap.key)], className="t-away")
        for gap in state.gaps
    ]  # fmt: skip
    return [html.Ul(rows, className="t-duties")] if rows else [empty(t("township.empty_gaps"))]


def build_force(state: ForceState, now: datetime, export: Component | None = None) -> list[Component]:
    """The section of the page; `export` is the button that saves the table of people."""
    sides = [
        panel(t("township.units"), html.Div(build_teams(state, now), id="township-teams"), look="t-wide"),
        panel(t("township.shifts"), html.Div(build_duties(state.duties, now), id="township-duties"), look="t-shifts"),
        html.Div(
            [
                panel(t("township.gaps"), html.Div(build_gaps(state), id="township-gaps")),
                panel(t("township.leave"), html.Div(build_leave(state), id="township-leave")),
            ],
            className="t-section",
        ),
    ]
    people = panel(
        t("township.people_here"),
        [
            html.Div(build_people_grid(state, now), className="t-only-wide t-people"),
            html.Div(build_people_cards(state, now), id="township-people-cards", className="t-only-narrow t-cards"),
        ],
        side=[
            html.Span(mode_line(state), id="township-modes", className="num"),
            *([export] if export else []),
        ],
    )  # fmt: skip
    return [html.Div(sides, className="t-force"), people]
