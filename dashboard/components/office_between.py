"""What passes between organs on the county office's page: transfers, disputes, assistance, escalations, joint operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.between_list import in_order
from dashboard.components.between_words import KINDS, open_states, state_name, to_matter
from dashboard.components.case_words import day, spoken
from dashboard.components.clause import clause
from dashboard.components.office_words import Section, View, book_of, box, fact, plain, read
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import county, lang, record, t
from data.office_tables import Table
from data.queries.between import MatterRow, Unanswered, list_matters, unanswered_by_organ
from data.queries.inspections import rows_of
from data.queries.named import names_of
from data.queries.office_designated import Designated, designated
from data.sheets import Book
from policy.text import JOINTS, named
from policy.vocabulary import MatterKind

SHOWN: Final = ("transfer", "dispute", "assistance", "escalation")
HEADS: Final = ("number", "subject", "from", "organ_to", "state", "begun", "due", "late")
MOST: Final = 20


def matters(tab: str) -> list[MatterRow]:
    """Open matters of a kind, what is overdue first."""
    kind = KINDS[tab]
    rows: list[MatterRow] = read(list_matters, kind, statuses=open_states(kind), limit=500)
    return in_order(rows)


def silent() -> list[Unanswered]:
    """Who refuses or does not answer, the worst first."""
    found: list[Unanswered] = read(unanswered_by_organ)
    return found


def build(_view: View) -> Component:
    """The section: how much is open and overdue, each kind, who does not answer, joint operations."""
    open_ones = {tab: matters(tab) for tab in SHOWN}
    facts = [_fact(tab, rows) for tab, rows in open_ones.items()]
    lists = [_list(tab, rows) for tab, rows in open_ones.items()]
    settled = box(t("office.between.designated"), plain(designated_table(), empty=t("office.between.none_designated"), most=MOST), side=[dcc.Link(t("office.between.all"), href="/disputes?only=all")])  # fmt: skip
    owed = box(t("office.between.unanswered"), plain(unanswered_table(silent()), numbers=range(1, 5), empty=t("office.between.all_answer")), side=clause("FL 三(四)") if _known() else None)  # fmt: skip
    joint = box(t("office.between.operations"), plain(operations_table(), empty=t("office.between.no_operations"), most=MOST), side=[dcc.Link(t("office.between.all"), href="/inspections?tab=operations")])  # fmt: skip
    head = html.Div([html.Div(facts, className="o-facts"), build_export(EXPORT, look="button t-small")], className="o-head")  # fmt: skip
    return html.Div([head, html.Div(lists, className="o-two"), html.Div([settled, owed], className="o-two"), joint], className="o-section")  # fmt: skip


def _known() -> bool:
    return any(one.code == "FL" for one in county().profile.documents.values())


def _fact(tab: str, rows: Sequence[MatterRow]) -> Component:
    late = sum(row.overdue for row in rows)
    return fact(t(f"office.matter.{KINDS[tab].value}"), f"{len(rows):,}", t("office.between.late_n", n=late), "alarm" if late else "")  # fmt: skip


def _list(tab: str, rows: Sequence[MatterRow]) -> Component:
    kind = KINDS[tab]
    to = "/disputes" if tab == "dispute" else f"/transfers?tab={tab}"
    if not rows:
        body: Component = html.P(t("office.between.none"), className="muted")
    else:
        top = html.Tr([html.Th(t(f"office.column.{name}")) for name in ("number", "subject", "organs", "state", "due")])
        body = html.Div(html.Table([html.Thead(top), html.Tbody([_row(kind, row) for row in rows[:MOST]])], className="o-table"), className="o-scroll")  # fmt: skip
    return box(t(f"office.matter.{kind.value}"), body, side=[dcc.Link(t("office.between.all"), href=to)])


def _row(kind: MatterKind, row: MatterRow) -> Component:
    due = html.Span(["▲ " if row.overdue else "", day(row.due_at)], className="alarm num" if row.overdue else "num")
    organs = [named(row.from_name, lang()), " → ", named(row.to_name, lang())]
    return html.Tr([html.Td(to_matter(kind, row.number), className="nowrap"), html.Td(row.subject), html.Td(organs), html.Td(state_name(kind, row.status), className="nowrap"), html.Td(due, className="nowrap")])  # fmt: skip


# -- tables ------------------------------------------------------------------------------------------------------------


def matters_table(tab: str, rows: Sequence[MatterRow]) -> Table:
    """Open matters of a kind, for a file."""
    kind = KINDS[tab]
    cells = [
        (row.number, row.subject, named(row.from_name, lang()), named(row.to_name, lang()), state_name(kind, row.status), row.begun_at, row.due_at, t("office.figures.late") if row.overdue else None)
        for row in rows
    ]  # fmt: skip
    return Table(t(f"office.matter.{kind.value}"), tuple(t(f"office.column.{name}") for name in HEADS), tuple(cells))


def unanswered_table(rows: Sequence[Unanswered]) -> Table:
    """How each organ keeps the duty to answer."""
    names = ("organ", "asked", "refused", "unanswered", "late_transfers")
    cells = [(named(row.name, lang()), row.asked, row.refused, row.unanswered, row.late_transfers) for row in rows]
    return Table(t("office.between.unanswered"), tuple(t(f"office.column.{name}") for name in names), tuple(cells))


def designated_table() -> Table:
    """Disputes that were decided: which organ is competent, by whom and when (PL 25)."""
    rows: Sequence[Designated] = read(designated)
    cells = [(one.number, one.subject, named(one.between[0], lang()), named(one.between[1], lang()), named(one.competent, lang()), named(one.by, lang()), one.decided_at) for one in rows]  # fmt: skip
    names = ("number", "subject", "from", "organ_to", "competent", "decided_by", "decided_on")
    return Table(t("office.between.designated"), tuple(t(f"office.column.{name}") for name in names), tuple(cells))


def operations_table() -> Table:
    """Joint operations, the newest first."""
    rows: Sequence[Any] = read(rows_of, matter=MatterKind.JOINT_OPERATION, limit=100)
    with record().read() as session:
        names: Mapping[str, str] = names_of(session, county(), lang())
    cells = [
        (row.number, row.title, JOINTS[lang()].join(names.get(code, code) for code in row.participants), spoken(f"vocabulary.operation_status.{row.status}", row.status), day(row.planned_at), row.results)
        for row in rows
    ]  # fmt: skip
    columns = ("number", "title", "organs", "state", "planned_on", "outcome")
    return Table(t("office.between.operations"), tuple(t(f"office.column.{name}") for name in columns), tuple(cells))


def between_book(_view: View) -> Book:
    """All of it as a file."""
    tables = [
        *(matters_table(tab, matters(tab)) for tab in SHOWN),
        designated_table(),
        unanswered_table(silent()),
        operations_table(),
    ]
    return book_of(t("office.tab.between"), tables)


EXPORT: Final = Export("office-between", between_book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_export(app, EXPORT, State("office-view", "data"))


SECTION: Final = Section("between", build, register)
