"""The shift desk as components: who is on duty, what is open, notes of the shift; handovers as they were signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.between_words import to_matter
from dashboard.components.case_words import joined, moment, nothing, panel, spoken
from dashboard.components.desk import build_step
from dashboard.context import county, lang, t
from data.models import Handover
from data.queries.console import short_place
from data.queries.shift_desk import HandoverView, NoteView, OnDuty, Period
from data.queries.shift_matters import OpenMatter
from policy.text import Name, named
from policy.vocabulary import MatterKind
from policy.vocabulary_shift import OpenMark
from policy.zone import CHINA

ALARMS: Final = frozenset({OpenMark.EMERGENCY.value, OpenMark.OVERDUE.value})
FEW: Final = 16
"""Telephones shown on the desk, the first of an organ; all of them stand in the list of the duty."""


def said(name: Name) -> str:
    """A name in the language of the page."""
    return named(name, lang())


def to(**view: str) -> str:
    """The address of a view of the page."""
    return f"/shift?{urlencode({name: value for name, value in view.items() if value})}"


def clock(at: Any) -> str:
    """Day and time here: `11-21 08:00`."""
    return f"{at.astimezone(CHINA):%m-%d %H:%M}"


def period(one: Any) -> str:
    """A shift in words: name and span."""
    until = f"{one.ends_at.astimezone(CHINA):%H:%M}"
    return f"{t(f'vocabulary.shift_name.{one.name}')} {clock(one.starts_at)}–{until}"


def step_words(name: str) -> str:
    """What a step is called on a button."""
    words = t(f"vocabulary.shift_step.{name}")
    return words[:1].upper() + words[1:]


def build_tabs(tabs: Sequence[str], here: str, counts: Mapping[str, int]) -> list[Component]:
    """The views of the page."""
    found = []
    for tab in tabs:
        mark = [html.B(str(counts[tab]), className="s-count num")] if counts.get(tab) else []
        link = dcc.Link([t(f"shift.tab.{tab}"), *mark], href=to(tab=tab), className="b-tab-link")
        found.append(html.Span(link, className="b-tab-here" if tab == here else ""))
    return found


def build_warning(unsigned: Sequence[Period], waiting: Handover | None, may_accept: bool) -> list[Component]:
    """What is not handed over: one line each."""
    lines: list[Component] = []
    if waiting is not None:
        press = [build_step("shift", f"accept:{waiting.number}", step_words("accept"), main=True)] if may_accept else []  # fmt: skip
        words = t("shift.waits", shift=period(waiting), number=waiting.number)
        link = dcc.Link(t("shift.read"), href=to(tab="handovers", no=waiting.number), className="button")
        lines.append(html.Div([html.Span(["▲ ", words]), link, *press], className="s-warn", role="status"))
    left = [one for one in unsigned if waiting is None or one.starts_at != waiting.starts_at]
    if left:
        words = t("shift.not_handed_over", n=len(left), shifts=joined([period(one) for one in left]))
        lines.append(html.Div(html.Span(["▲ ", words]), className="s-warn s-warn-left", role="status"))
    return lines


# -- the desk ---------------------------------------------------------------------------------------------------------


def build_desk(
    shift: Period | None,
    leader: OnDuty | None,
    crew: Sequence[OnDuty],
    phones: Sequence[OnDuty],
    matters: Sequence[OpenMatter],
    notes: Sequence[NoteView],
    buttons: Mapping[str, bool],
) -> list[Component]:
    """Who is on duty, what is open, what was noted."""
    side = [_on_duty(shift, leader, crew), _telephones(phones)]
    open_now = panel(t("shift.open"), build_matters(matters) or [nothing(t("shift.none_open"))], side=t("shift.n_open", n=len(matters)))  # fmt: skip
    return [
        html.Div(
            [
                html.Div(side, className="b-stack s-side"),
                html.Div([open_now], className="b-stack"),
                html.Div([_notes(notes, buttons)], className="b-stack"),
            ],
            className="s-desk",
        )
    ]


def _on_duty(shift: Period | None, leader: OnDuty | None, crew: Sequence[OnDuty]) -> Component:
    head = html.P(period(shift) if shift else t("shift.no_shift"), className="s-shift num" if shift else "alarm")
    led = _person(leader, t("shift.leader")) if leader else _line(t("shift.leader"), html.Span(t("shift.nobody"), className="alarm"), None)  # fmt: skip
    rows = [_person(one, spoken(f"shift.post.{one.post}", one.post)) for one in crew]
    return panel(t("shift.on_duty"), [head, html.Dl([led, *rows], className="s-people")])


def _person(one: OnDuty, post: str) -> Component:
    return _line(post, one.name, one.phone)


def _line(post: str, who: Any, phone: str | None) -> Component:
    return html.Div([html.Dt(post), html.Dd([html.Span(who), dial(phone) if phone else ""])], className="s-person")


def dial(phone: str, look: str = "num") -> Component:
    """A number that the telephone at the desk or in the hand can call."""
    return html.A(phone, href=f"tel:{phone.replace(' ', '')}", className=look)


def _telephones(phones: Sequence[OnDuty]) -> Component:
    first = {one.code: one for one in reversed(phones)}
    rows = [_line(said(one.organ), "", one.phone) for one in phones if first[one.code] is one][:FEW]
    more = dcc.Link(t("shift.all_phones", n=len(phones)), href=to(tab="duty"), className="k-small")
    return panel(t("shift.telephones"), [html.Dl(rows, className="s-people s-phones"), more] if rows else [nothing(t("shift.no_phones"))])  # fmt: skip


def build_matters(matters: Sequence[OpenMatter], now_status: Mapping[str, str] | None = None) -> list[Component]:
    """Open matters as a table; beside a handover how each stands today."""
    if not matters:
        return []
    names = ["marks", "matter", "place", "since", "due", "who", *(["now"] if now_status is not None else [])]
    head = html.Tr([html.Th(t(f"shift.column.{name}")) for name in names])
    rows = [html.Tr(_matter(one, now_status)) for one in matters]
    return [html.Div(html.Table([html.Thead(head), html.Tbody(rows)], className="s-table"), className="s-scroll")]


def _matter(one: OpenMatter, now_status: Mapping[str, str] | None) -> list[Component]:
    marks = [html.Span(t(f"vocabulary.open_mark.{mark}"), className=f"k-tag {'alarm' if mark in ALARMS else 'warn'}") for mark in one.marks]  # fmt: skip
    link = dcc.Link(one.number, href=f"/console?lead={one.number}", className="num") if one.kind == "lead" else to_matter(MatterKind.CALL_OUT, one.number)  # fmt: skip
    about = [html.Div(said(one.subject) or t("shift.no_item")), html.Div([link, " · ", _state(one.kind, one.status)], className="k-small muted")]  # fmt: skip
    cells: list[Any] = [
        html.Div(marks, className="s-marks"),
        about,
        short_place(county(), one.township, one.cell or one.township, lang()) or "—",
        html.Span(clock(one.since), className="num"),
        html.Span(clock(one.due_at) if one.due_at else "—", className="num"),
        joined([said(name) for name in one.who]) or "—",
    ]
    if now_status is not None:
        cells.append(_state(one.kind, now_status.get(one.number, one.status)))
    return [html.Td(cell) for cell in cells]


def _state(kind: str, status: str) -> str:
    return spoken(f"vocabulary.{kind}_status.{status}", status)


def _notes(notes: Sequence[NoteView], buttons: Mapping[str, bool]) -> Component:
    tools = [
        *([build_step("shift", "note", step_words("note"))] if buttons["note"] else []),
        *([build_step("shift", "sign", step_words("sign"), main=True)] if buttons["sign"] else []),
    ]
    listed = build_notes(notes) or [nothing(t("shift.no_notes"))]
    return panel(t("shift.notes"), [html.Div(tools, className="b-tools"), *listed], side=t("shift.notes_said"))


def build_notes(notes: Sequence[NoteView]) -> list[Component]:
    """Notes, the newest last; none are ever changed."""
    rows = [html.Li([html.Div([html.Span(clock(one.at), className="num"), html.Span(one.who)], className="s-note-head muted"), html.P(one.words)]) for one in notes]  # fmt: skip
    return [html.Ol(rows, className="s-notes")] if rows else []


# -- handovers --------------------------------------------------------------------------------------------------------


def build_handovers(rows: Sequence[HandoverView], one: HandoverView | None, may_accept: bool) -> list[Component]:
    """The list, beside it the one that is open."""
    listed = [_card(row, one.number if one else "") for row in rows] or [nothing(t("shift.no_handovers"))]
    sheet = [build_sheet(one, may_accept)] if one else [nothing(t("shift.choose"))]
    columns = [html.Section(html.Div(listed, className="b-list"), className="b-rows"), html.Section(sheet, className="b-matter")]  # fmt: skip
    return [html.Div(columns, className=f"b-columns {'b-open' if one else 'b-bare'} s-handovers")]


def _card(row: HandoverView, here: str) -> Component:
    look = "b-card b-card-here" if row.number == here else "b-card"
    done = html.Span(t(f"vocabulary.handover_status.{row.status}"), className=f"k-tag {'warn' if row.accepted_at is None else ''}")  # fmt: skip
    head = html.Div([html.Span(period(row), className="b-subject num"), done], className="b-card-head")
    who = t("shift.from_to", out=row.signed_by, into=row.accepted_by or "—")
    line = html.Div([who, " · ", t("shift.n_open", n=len(row.matters))], className="b-card-line muted k-small")
    return dcc.Link([head, line], href=to(tab="handovers", no=row.number), className=look)


def build_sheet(one: HandoverView, may_accept: bool) -> Component:
    """A handover as it is read, signed and printed."""
    tools = [html.Button(t("shift.print"), type="button", className="button", **{"data-print": "page"})]
    if may_accept and one.accepted_at is None:
        tools.append(build_step("shift", f"accept:{one.number}", step_words("accept"), main=True))
    title = html.Header(
        [
            dcc.Link(t("shift.back"), href=to(tab="handovers"), className="b-back"),
            html.H2(t("shift.sheet", county=named(county().words, lang()))),
            html.Span(one.number, className="num muted"),
            html.Div(tools, className="b-tools s-tools"),
        ],
        className="s-sheet-head",
    )
    facts = [
        ("shift", period(one)),
        ("leader", one.leader or "—"),
        ("crew", joined(one.crew) or "—"),
        ("signed", f"{one.signed_by} · {moment(one.signed_at)}"),
        ("accepted", f"{one.accepted_by} · {moment(one.accepted_at)}" if one.accepted_at else t("shift.unsigned")),
    ]
    listed = html.Dl([html.Div([html.Dt(t(f"shift.fact.{name}")), html.Dd(value)], className="s-fact") for name, value in facts], className="s-facts")  # fmt: skip
    body = [
        html.H3(t("shift.fact.words")),
        html.P(one.words, className="s-words"),
        *([html.H3(t("shift.fact.remark")), html.P(one.remark, className="s-words")] if one.remark else []),
        html.H3(t("shift.frozen", at=moment(one.signed_at), n=len(one.matters))),
        *(build_matters(one.matters, one.now_status) or [nothing(t("shift.none_open"))]),
        html.H3(t("shift.notes")),
        *(build_notes(one.notes) or [nothing(t("shift.no_notes"))]),
    ]
    seal = html.P(t("shift.digest", sha256=one.sha256), className="s-digest muted num")
    return html.Article([title, listed, *body, seal], className="panel s-sheet")
