"""Joint meetings on the county office's page: whether one is owed (LX 三(四)4), decisions that come back, meetings held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import day, moment
from dashboard.components.clause import clause
from dashboard.components.office_words import Section, View, book_of, box, fact, may, plain, read
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import county, lang, now, record, t
from data.office_tables import Table
from data.queries.meetings import DecisionRow, Duty, MeetingRow, duty, meetings, open_decisions
from data.sheets import Book
from policy.text import JOINTS, named

TO: Final = "/supervision?show=meetings"


def owed() -> Duty:
    """How the duty to meet stands."""
    with record().read() as session:
        return duty(session, county(), now())


def build(_view: View) -> Component:
    """The section: the duty, open decisions, meetings."""
    held, decided = owed(), read(open_decisions)
    links = [dcc.Link(t("office.meetings.open"), href=TO)] if may("page.supervision") else []
    late = sum(one.overdue for one in decided)
    facts = [
        fact(t("office.meetings.half", half=held.half), f"{held.held}", _wanted(held), "alarm" if held.overdue else ""),
        fact(t("office.meetings.last"), day(held.last)),
        fact(t("office.meetings.next"), day(held.coming or held.due_at), t("office.meetings.called" if held.coming else "office.meetings.due") if held.coming or held.due_at else ""),
        fact(t("office.meetings.decisions"), f"{len(decided):,}", t("office.between.late_n", n=late), "alarm" if late else ""),
    ]  # fmt: skip
    head = html.Div([html.Div(facts, className="o-facts"), build_export(EXPORT, look="button t-small")], className="o-head")  # fmt: skip
    rule = clause(held.clause, key="meeting.joint") if held.clause else []
    open_ones = box(t("office.meetings.decisions"), plain(decisions_table(decided), empty=t("office.pack.none_decisions")), side=rule)  # fmt: skip
    calendar = box(t("office.meetings.all"), plain(meetings_table(read(meetings)), numbers=(5, 6), empty=t("office.meetings.none")), side=links)  # fmt: skip
    return html.Div([head, open_ones, calendar], className="o-section")


def _wanted(held: Duty) -> str:
    return t("office.meetings.silent") if held.wanted is None else t("office.meetings.wanted", n=held.wanted)


def decisions_table(rows: Sequence[DecisionRow]) -> Table:
    """Decisions that are not done, with owner and day."""
    cells = [
        (one.meeting, one.words, named(one.owner_name, lang()), one.due_on, t(f"office.decision.{'late' if one.overdue else 'open'}"), one.outcome)
        for one in rows
    ]  # fmt: skip
    names = ("meeting", "decision", "owner", "due", "state", "outcome")
    return Table(t("office.meetings.decisions"), tuple(t(f"office.column.{name}") for name in names), tuple(cells))


def meetings_table(rows: Sequence[MeetingRow]) -> Table:
    """Meetings, the next one first."""
    cells = [
        (one.number, one.title, t(f"office.meetings.state.{one.state.value}"), moment(one.held_at or one.planned_at), JOINTS[lang()].join(named(name, lang()) for _, name in one.members), len(one.agenda), len(one.decisions))
        for one in rows
    ]  # fmt: skip
    names = ("number", "title", "state", "when", "organs", "topics", "decisions")
    return Table(t("office.meetings.all"), tuple(t(f"office.column.{name}") for name in names), tuple(cells))


def meetings_book(_view: View) -> Book:
    """Decisions and meetings as a file."""
    return book_of(t("office.tab.meetings"), [decisions_table(read(open_decisions)), meetings_table(read(meetings))])


EXPORT: Final = Export("office-meetings", meetings_book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_export(app, EXPORT, State("office-view", "data"))


SECTION: Final = Section("meetings", build, register)
