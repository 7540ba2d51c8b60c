"""Roster and list of the duty as components: a week of people by day, the table to take in, telephones and leaders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import nothing, panel
from dashboard.components.desk import build_step
from dashboard.components.shift_view import clock, dial, said, step_words, to
from dashboard.context import t
from data.queries.rosters import RosterRow, Span, Week
from data.queries.shift_desk import OnDuty
from policy.text import Name
from policy.zone import CHINA

KINDS: Final = ("shifts", "leaves")


def build_roster(
    week: Week, teams: Sequence[tuple[str, Name]], team: str, now: datetime, may_plan: bool
) -> list[Component]:
    """The week, its tools, and who is on it."""
    step = timedelta(days=7)
    links = [
        dcc.Link(t(f"shift.week.{name}"), href=to(tab="roster", on=day, team=team), className="button")
        for name, day in (("before", str(week.begin - step)), ("now", ""), ("after", str(week.begin + step)))
    ]
    chosen = dmc.Select(
        id="shift-team",
        data=[{"value": "all", "label": t("shift.everybody")}, *({"value": code, "label": said(name)} for code, name in teams)],
        value=team or "all",
        searchable=True,
        allowDeselect=False,
        nothingFoundMessage=t("case_page.nothing_found"),
        w=280,
        **{"aria-label": t("case_form.team")},
    )  # fmt: skip
    plans = ("plan_shift", "plan_leave") if may_plan else ()
    buttons = [build_step("shift", name, step_words(name)) for name in plans]
    title = html.Strong(t("shift.week.of", begin=week.begin, end=week.begin + timedelta(days=6)), className="num")
    tools = html.Div([*links, title, chosen, html.Span(className="k-spacer"), *buttons], className="b-tools")
    rest = [html.P(t("shift.more_people", n=week.more), className="muted k-small")] if week.more else []
    table = [_table(week, now), *rest] if week.rows else [nothing(t("shift.nobody_here"))]
    return [tools, *table, *([_import()] if may_plan else [])]


def _table(week: Week, now: datetime) -> Component:
    days = [week.begin + timedelta(days=n) for n in range(7)]
    today = now.astimezone(CHINA).date()
    heads = [html.Th([t(f"shift.weekday.{day.isoweekday()}"), html.Span(f" {day:%m-%d}", className="num muted")], className="s-today" if day == today else "") for day in days]  # fmt: skip
    head = html.Tr([html.Th(t("shift.person")), *heads])
    rows = [html.Tr([_who(row), *(_cell(row, day, day == today, now) for day in days)]) for row in week.rows]
    return html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="s-table s-week"), className="s-scroll")


def _who(row: RosterRow) -> Component:
    return html.Th([html.Strong(row.name), html.Span(f" {row.code}", className="num muted k-small")], scope="row", title=said(row.organ))  # fmt: skip


def _cell(row: RosterRow, day: Any, here: bool, now: datetime) -> Component:
    begin = datetime(day.year, day.month, day.day, tzinfo=CHINA)
    end = begin + timedelta(days=1)
    shifts = [_shift(one, row.mine, now) for one in row.shifts if begin <= one.starts_at < end]
    leaves = [_leave(one, row.mine, now) for one in row.leaves if one.starts_at < end and one.ends_at > begin]
    return html.Td([*leaves, *shifts], className="s-today" if here else "")


def _shift(one: Span, mine: bool, now: datetime) -> Component:
    hours = f"{one.starts_at.astimezone(CHINA):%H}–{one.ends_at.astimezone(CHINA):%H}"
    words = [html.B(t(f"vocabulary.shift_name.{one.name}")), html.Span(hours, className="num")]
    told = f"{said(one.team) if one.team else ''} {clock(one.starts_at)}–{clock(one.ends_at)}"
    return _chip("end_shift", one, words, told, mine and one.ends_at > now, f"s-chip s-{one.name}")


def _leave(one: Span, mine: bool, now: datetime) -> Component:
    told = f"{one.name} {clock(one.starts_at)}–{clock(one.ends_at)}"
    return _chip("end_leave", one, [html.B(t("shift.leave"))], told, mine and one.ends_at > now, "s-chip s-leave")


def _chip(step: str, one: Span, words: list[Any], told: str, may: bool, look: str) -> Component:
    if not may:
        return html.Span(words, className=look, title=told)
    return html.Button(words, id={"type": "shift-step", "verb": f"{step}:{one.key}"}, type="button", className=f"{look} s-press", title=f"{told} · {t(f'shift.step.{step}')}", n_clicks=0)  # fmt: skip


def _import() -> Component:
    """A table to take in: previewed with every fault first."""
    templates = [html.A(t(f"shift.import.template.{kind}"), href=f"/api/v1/rosters/{kind}/template", className="button", download=f"{kind}.xlsx") for kind in KINDS]  # fmt: skip
    kind = dmc.SegmentedControl(
        id="shift-kind", data=[{"value": one, "label": t(f"shift.import.{one}")} for one in KINDS], value=KINDS[0]
    )
    drop = dcc.Upload(html.Span(t("shift.import.drop")), id="shift-upload", accept=".xlsx,.csv", className="s-drop")
    preview = html.Div(id="shift-preview", className="s-preview", role="status")
    take = html.Button(t("shift.import.take"), id="shift-take", type="button", className="button button-main", n_clicks=0, disabled=True)  # fmt: skip
    body = [html.Div([kind, *templates], className="b-tools"), drop, preview, html.Div(take, className="b-tools")]
    return panel(t("shift.import.title"), body, side=t("shift.import.said"))


# -- the list of the duty ---------------------------------------------------------------------------------------------


def build_duty(phones: Sequence[OnDuty], leaders: Sequence[OnDuty], may_set: bool) -> list[Component]:
    """Telephones of organs in the order of calling, leaders of the coming days."""
    led = [_row([clock(datetime.fromisoformat(one.code)), clock(one.until) if one.until else "—", one.name, said(one.organ), one.phone and dial(one.phone)], one, may_set) for one in leaders]  # fmt: skip
    listed = [
        _row([said(one.organ), one.post, one.name, one.phone and dial(one.phone)], one, may_set) for one in phones
    ]
    return [
        html.Div(
            [
                _list("leaders", ("from", "until", "who", "organ", "phone"), led, "set_leader" if may_set else ""),
                _list("telephones", ("organ", "post", "who", "phone"), listed, "set_telephone" if may_set else ""),
            ],
            className="s-duty",
        )
    ]


def _list(name: str, columns: Sequence[str], rows: Sequence[Component], add: str) -> Component:
    button = [build_step("shift", add, step_words(add), main=True)] if add else []
    heads = [html.Th(t(f"shift.duty.{column}")) for column in columns] + ([html.Th("")] if add else [])
    table = html.Div(html.Table([html.Thead(html.Tr(heads)), html.Tbody(list(rows))], className="s-table"), className="s-scroll")  # fmt: skip
    return panel(t(f"shift.{name}"), [html.Div(button, className="b-tools"), table if rows else nothing(t(f"shift.duty.no_{name}"))])  # fmt: skip


def _row(cells: Sequence[Any], one: OnDuty, may_set: bool) -> Component:
    found = [html.Td(cell or "—", className="num" if n == len(cells) - 1 else "") for n, cell in enumerate(cells)]
    end = [html.Td(build_step("shift", f"end_contact:{one.key}", t("shift.step.end_contact")))] if may_set else []
    return html.Tr([*found, *end])
