"""At most five things to do today, each with its list one tap below; and the day in a line of counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import township_standing as standing
from dashboard.components.between_words import to_matter
from dashboard.components.case_words import clock_name
from dashboard.components.clause import of_due, to_value
from dashboard.components.console_parts import clock
from dashboard.components.symbols import symbol
from dashboard.components.township_todo import Day, Todo, marked, to_console, todo_row
from dashboard.components.township_words import (
    call,
    due_words,
    empty,
    go,
    lead_button,
    panel,
    place_of,
    span,
    urgency,
)
from dashboard.context import t
from data.queries.township import Late, Matter, Today, midnight, today
from data.queries.township_waiting import Approval, Owed
from policy.deadlines import key_of
from policy.vocabulary import MatterKind

MOST: Final = 5
LISTED: Final = 8
LONG_DAYS: Final = 7
TWO: Final = 2  # certified officers, fewer may not enforce (PL 42)
TOMORROW: Final = 1


def approve(state: Day) -> Iterator[Todo]:
    """Filings and decisions that wait for the head."""
    if not state.approvals:
        return
    filings = sum(one.kind == "filing" for one in state.approvals)
    late = sum(one.overdue for one in state.approvals)
    words = t("township.todo.approve_kinds", filings=filings, decisions=len(state.approvals) - filings)
    detail = f"{words} · {t('township.todo.approve_late', n=late)}" if late else words
    rows = tuple(approval_row(one, state.now) for one in state.approvals)
    yield Todo("approve", "alarm" if late else "warn", "overdue" if late else "lead", t("township.todo.approve", n=len(rows)), detail, rows, "open")  # fmt: skip


def approval_row(one: Approval, now: datetime) -> Component:
    """One case that waits for the head, with its next deadline and the way to its file."""
    due = [html.Span(case_due(one, now), className="alarm num" if one.overdue else "num")] if one.due_at else []
    second = " · ".join(part for part in (t(f"township.approve.{one.kind}"), one.party, one.number) if part)
    press = dcc.Link(t("township.approve.open"), href=f"/case/{one.number}", className="button t-small")
    return todo_row([html.Span(one.subject, className="t-words"), " ", *due], second, press, key=one.number)


def case_due(one: Approval, now: datetime) -> str:
    """The next deadline of a case in words: how long is left, or by how long it has passed."""
    if one.due_at is None:
        return ""
    words = "township.due.over" if one.overdue else "township.due.left"
    return t(words, name=clock_name(one.due or ""), span=span(abs(now - one.due_at)))


def answer(state: Day) -> Iterator[Todo]:
    """Matters of other organs that wait for the township's answer."""
    if not state.owed:
        return
    late = sum(one.overdue for one in state.owed)
    first = t("township.todo.answer_first", span=span(abs(state.now - state.owed[0].due_at)))
    detail = t("township.todo.answer_late", n=late) if late else first
    rows = tuple(owed_row(one, state.now) for one in state.owed)
    yield Todo("answer", "alarm" if late else "warn", "overdue" if late else "lead", t("township.todo.answer", n=len(rows)), detail, rows, "open")  # fmt: skip


def owed_row(one: Owed, now: datetime) -> Component:
    """One matter of another organ that waits for an answer."""
    kind = t(f"vocabulary.matter_kind.{one.matter}")
    words = t("township.due.over" if one.overdue else "township.due.left", name=clock_name(t(f"policy.key.{key_of(one.kind)}")), span=span(abs(now - one.due_at)))  # fmt: skip
    due = html.Span(words, className="alarm num" if one.overdue else "num")
    return todo_row([to_matter(MatterKind(one.matter), one.number), " ", due], kind, key=f"{one.number}{one.kind}")


def todos(state: Day) -> list[Todo]:
    """Everything that waits for the township head, the most pressing first; the page shows five of them."""
    found = [one for part in PARTS for one in part(state)]  # fmt: skip
    rank = {"alarm": 0, "warn": 1, "plain": 2}
    return sorted(found, key=lambda one: rank[one.tone])


def _late(state: Day) -> Iterator[Todo]:
    if not state.late:
        return
    leads = {one.matter.number for one in state.late}
    first = max(state.late, key=lambda one: state.now - one.due_at)
    urgent = any(one.matter.urgency != "normal" for one in state.late)
    title = t("township.todo.late", n=len(state.late), leads=len(leads))
    detail = t("township.todo.late_most", span=span(state.now - first.due_at), subject=first.matter.subject)
    rows = tuple(_late_row(state, same) for same in _by_team(state.late))
    yield Todo("late", "alarm", "emergency" if _burning(state, urgent) else "overdue", title, detail, rows, "open", "overdue")  # fmt: skip


def _burning(state: Day, urgent: bool) -> bool:
    return urgent and any(one.matter.urgency == "emergency" for one in state.late)


def _by_team(late: Sequence[Late]) -> list[list[Late]]:
    """Passed deadlines put together by lead and team: one call settles them."""
    found: dict[tuple[str, str | None], list[Late]] = {}
    for one in late:
        found.setdefault((one.matter.number, one.team), []).append(one)
    return list(found.values())


def _due(matter: Matter, kind: str, due_at: datetime | None, now: datetime, look: str = "num") -> Component:
    """A deadline in words, which opens the value that set it."""
    return of_due(due_words(kind, due_at, now), kind, matter.urgency, matter.cell, look=look)


def _late_row(state: Day, same: Sequence[Late]) -> Component:
    one = same[0]
    who = one.team or state.centre.name
    phone = one.phone if one.team else state.centre.phone
    told_late = [_due(one.matter, late.kind, late.due_at, state.now, "alarm num") for late in same]
    up = min(late.escalates_at for late in same)
    told = t("township.todo.escalated" if up < state.now else "township.todo.escalates", at=clock(up, state.now))
    second = [who, " · ", place_of(one.matter), " · ", to_value(told, "reminder.ladder")]
    main = marked(urgency(one.matter, state.now), lead_button(one.matter, f"late-{who}"), *told_late)
    send = one.kind == "assign" and state.sends
    sent = [lead_button(one.matter, "late-send", t("township.lead.send"), "button t-small")] if send else []
    acts = [*sent, *call(phone, who), *to_console(state, one.matter.number)]
    return todo_row(main, second, *acts, key=f"{one.matter.number}{who}")


def _matter_row(state: Day, one: Matter, at: str) -> Component:
    due = _due(one, one.due_kind, one.due_at, state.now)
    teams = [sent.team for sent in one.sent]
    who = " · ".join([place_of(one), *teams, t("township.todo.since", at=clock(one.received_at, state.now))])
    phone = one.sent[0].phone if one.sent else None
    main = marked(urgency(one, state.now), lead_button(one, at), due)
    send = (
        [lead_button(one, f"{at}-send", t("township.lead.send"), "button t-small")]
        if one.waiting and state.sends
        else []
    )
    return todo_row(
        main, who, *call(phone, teams[0] if teams else ""), *send, *to_console(state, one.number), key=one.number
    )


def _waiting(state: Day) -> Iterator[Todo]:
    waiting = [one for one in state.matters if one.waiting and not one.overdue(state.now)]
    if not waiting:
        return
    unplaced = sum(not one.placed for one in waiting)
    detail = t("township.todo.waiting_oldest", span=span(state.now - min(one.received_at for one in waiting)))
    if unplaced:
        detail += t("township.todo.waiting_unplaced", n=unplaced)
    pressing = any(one.urgency != "normal" for one in waiting)
    rows = tuple(_matter_row(state, one, "waiting") for one in waiting)
    yield Todo("waiting", "alarm" if pressing else "warn", "lead_urgent" if pressing else "lead", t("township.todo.waiting", n=len(waiting)), detail, rows, "open", "waiting")  # fmt: skip


def _rechecks(state: Day) -> Iterator[Todo]:
    tomorrow = midnight(today(state.now)).timestamp() + 86400
    due = [m for m in state.matters if m.due_kind == "recheck" and m.due_at and m.due_at.timestamp() <= tomorrow]
    if due:
        late = sum(one.overdue(state.now) for one in due)
        detail = t("township.todo.recheck_late", n=late) if late else t("township.todo.recheck_today")
        rows = tuple(_matter_row(state, one, "recheck") for one in due)
        yield Todo("recheck", "alarm" if late else "warn", "overdue" if late else "lead", t("township.todo.recheck", n=len(due)), detail, rows, "open", "in_hand")  # fmt: skip


def _weak_shift(state: Day) -> Iterator[Todo]:
    teams = [team for team in state.force.teams if team.kind != "grid_workers"]
    fit = max((team.certified for team in teams), default=0)
    if teams and fit < TWO:
        rows = tuple(
            todo_row(team.name, t("township.team.shift", n=team.on_shift, certified=team.certified), *call(team.phone, team.name), key=team.code)
            for team in teams
        )  # fmt: skip
        yield Todo("shift", "alarm", "busy", t("township.todo.shift"), t("township.todo.shift_why"), rows, "force")


def _long(state: Day) -> Iterator[Todo]:
    old = [m for m in state.matters if (state.now - m.received_at).days >= LONG_DAYS and not m.overdue(state.now) and not m.waiting]  # fmt: skip
    if old:
        oldest = min(old, key=lambda m: m.received_at)
        rows = tuple(_matter_row(state, one, "long") for one in sorted(old, key=lambda m: m.received_at))
        detail = t("township.todo.long_oldest", span=span(state.now - oldest.received_at), subject=oldest.subject)
        yield Todo("long", "plain", "lead", t("township.todo.long", n=len(old), days=LONG_DAYS), detail, rows, "open", "in_hand")  # fmt: skip


PARTS: Final[tuple[Callable[[Day], Iterator[Todo]], ...]] = (
    _late, _weak_shift, approve, answer, _waiting, _rechecks, standing.certificates, standing.posts, standing.equipment,
    standing.away, standing.villages, standing.untrained, _long,
)  # fmt: skip


# -- building ---------------------------------------------------------------------------------------------------------


def _item(one: Todo) -> Component:
    head = html.Span(
        [html.Strong(one.title, className=one.tone), html.Span(one.detail, className="muted t-todo-detail")],
        className="t-todo-words",
    )
    shown = html.Ul(list(one.rows[:LISTED]), className="t-rows")
    words = t("township.todo.all", n=len(one.rows)) if len(one.rows) > LISTED else t(f"township.tab_open.{one.tab}")
    more = go(words, one.tab, one.only, look="t-link t-todo-more")
    control = dmc.AccordionControl(head, icon=symbol(one.symbol, ""), className=f"t-todo t-todo-{one.tone}")
    return dmc.AccordionItem([control, dmc.AccordionPanel([shown, more])], value=one.key)


def build_todos(found: Sequence[Todo]) -> list[Component]:
    """The items of the accordion: five at most."""
    return [_item(one) for one in found[:MOST]]


def build_rest(found: Sequence[Todo]) -> list[Component]:
    """What is beyond the five, in a line of links; or that nothing waits."""
    if not found:
        return [empty(t("township.todo.none"))]
    rest = found[MOST:]
    links = [go(one.title, one.tab, one.only, look=f"t-link t-rest-{one.key}") for one in rest]
    return [html.P([html.Span(t("township.todo.rest"), className="muted"), *links], className="t-rest")] if rest else []


def build_owed(state: Day) -> list[Component]:
    """What waits for the head's approval and for an answer, before the open leads; nothing where nothing waits."""
    rows = [
        *(approval_row(one, state.now) for one in state.approvals),
        *(owed_row(one, state.now) for one in state.owed),
    ]
    return [panel(t("township.approve.title"), html.Ul(rows, className="t-rows"), side=t("township.approve.side", n=len(rows)))] if rows else []  # fmt: skip


@dataclass(frozen=True, slots=True)
class Count:
    """One count of the head line."""

    name: str
    value: str
    note: str
    tone: str
    tab: str
    only: str = ""


def _late_words(state: Day) -> str:
    """How many leads have a deadline that has passed; re-checks past their day are told, though F11 does not count them."""
    if state.late:
        return t("township.count.leads", n=len({one.matter.number for one in state.late}))
    rechecks = sum(one.due_kind == "recheck" and one.overdue(state.now) for one in state.matters)
    return t("township.count.rechecks", n=rechecks) if rechecks else t("township.count.in_time")


def counts(state: Day, sofar: Today) -> tuple[Count, ...]:
    """The day in five counts."""
    waiting = [one for one in state.matters if one.waiting]
    on_shift = sum(person.on_shift for person in state.force.people if person.kind != "grid_worker")
    units = [team for team in state.force.teams if team.kind != "grid_workers"]
    free = sum(team.status == "available" and team.on_shift > 0 for team in units)
    oldest = span(state.now - min(one.received_at for one in waiting)) if waiting else ""
    return (
        Count("waiting", str(len(waiting)), t("township.count.oldest", span=oldest) if waiting else t("township.count.none_waiting"), "warn" if waiting else "", "open", "waiting"),
        Count("in_hand", str(len(state.matters) - len(waiting)), t("township.count.tasks", n=sum(len(m.sent) for m in state.matters)), "", "open", "in_hand"),
        Count("overdue", str(len(state.late)), _late_words(state), "alarm" if state.late else "", "open", "overdue"),
        Count("received", str(sofar.received), t("township.count.resolved", n=sofar.resolved, of=sofar.resolved_of_received, d=sofar.received), "", "open"),
        Count("on_shift", str(on_shift), t("township.count.units", free=free, all=len(units)), "warn" if not on_shift else "", "force"),
    )  # fmt: skip


def build_counts(found: Iterable[Count]) -> list[Component]:
    """The line of counts; each opens what it counts."""
    return [
        go(
            [
                html.Span(t(f"township.count.{one.name}"), className="muted"),
                html.Strong(one.value, className=f"num {one.tone}"),
                html.Span(one.note, className="muted t-count-note"),
            ],
            one.tab,
            one.only,
            look=f"t-count t-count-{one.name}",
        )
        for one in found
    ]
