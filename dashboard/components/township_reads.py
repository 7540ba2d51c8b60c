"""What the township page reads, and the parts of it that change: one look, then only what differs is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dash.development.base_component import Component

from dashboard.components.staffing_desk import rights_of
from dashboard.components.township_force import (
    build_duties,
    build_gaps,
    build_leave,
    build_people_cards,
    build_teams,
    mode_line,
    person_row,
)
from dashboard.components.township_lead import build_lead
from dashboard.components.township_open import build_cards, build_only, chosen, row_of
from dashboard.components.township_staffing import build_staffing
from dashboard.components.township_today import build_counts, build_owed, build_rest, build_todos, counts, todos
from dashboard.components.township_todo import Centre, Day
from dashboard.components.township_villages import build_head, build_villages
from dashboard.components.township_words import call
from dashboard.context import actor, county, lang, now, record, t, theme
from dashboard.figures.style import Figure
from dashboard.figures.township_days import township_days
from data.authority import Subject, authorise
from data.casework import dispatch, triage
from data.queries.console_lead import read_lead
from data.queries.staffing import staffing_of
from data.queries.township import Days, Today, day_so_far, escalation, late_ones, leads_by_day, open_matters, today
from data.queries.township_cells import command_centre
from data.queries.township_figures import Figures, compare
from data.queries.township_force import force_state
from data.queries.township_waiting import answers_owed, approvals

CHART_HEIGHT: Final = 190


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a township."""

    state: Day
    sofar: Today
    days: Days


def may(verb: str, code: str) -> bool:
    """Whether who looks may do `verb` in the township."""
    return authorise(actor(), verb, Subject(county().jurisdiction_id, frozenset({code})), now()).allowed


def look(code: str) -> Look:
    """Read a township once."""
    place, asker, moment = county(), actor(), now()
    with record().read() as session:
        matters = open_matters(session, asker, place, code, moment, lang())
        force = force_state(session, asker, place, code, moment, lang())
        sofar = day_so_far(session, asker, place, code, moment)
        days = leads_by_day(session, asker, place, code, moment)
        staffing = staffing_of(session, asker, place, code, moment, lang())
        waiting = approvals(session, asker, place, code, moment, lang())
        owed = answers_owed(session, asker, place, code, moment)
        centre = Centre(*command_centre(session, place, lang()))
    late = late_ones(matters, moment, escalation(place, moment))
    rights = rights_of(code)
    may_send = (may("page.console", code), may("lead.dispatch", code))
    state = Day(matters, late, force, staffing, waiting, owed, centre, *may_send, rights, moment)
    return Look(state, sofar, days)


def figures_of(code: str) -> Figures:
    """The figures of a township against its past and its kind."""
    with record().read() as session:
        return compare(session, actor(), county(), code, now())


def days_figure(days: Days) -> Figure:
    """Leads by day as a chart in the theme of the answer."""
    scheme: Any = theme()
    return township_days(
        days.days, days.counts, days.usual, days.low, days.high,
        usual_words=t("township.usual"), scheme=scheme, height=CHART_HEIGHT,
    )  # fmt: skip


def days_words(days: Days) -> str:
    """What the chart says, in a sentence."""
    total = sum(days.counts)
    known = [value for value in days.usual if value is not None]
    if not known:
        return t("township.days_no_usual", n=total)
    return t("township.days_side", n=total, usual=f"{sum(known):.0f}")


def parts_of(code: str, seen: Look, only: str) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    state, moment = seen.state, seen.state.now
    found = todos(state)
    shown = chosen(state.matters, only, moment)
    return {
        "counts": build_counts(counts(state, seen.sofar)),
        "todos": build_todos(found),
        "rest": build_rest(found),
        "chart": days_figure(seen.days),
        "chart_words": days_words(seen.days),
        "only": build_only(state.matters, moment),
        "rows": [row_of(matter, moment) for matter in shown],
        "cards": build_cards(shown, moment),
        "teams": build_teams(state.force, moment),
        "duties": build_duties(state.force.duties, moment),
        "gaps": build_gaps(state.force),
        "leave": build_leave(state.force),
        "approvals": build_owed(state),
        "registers": build_staffing(state.staffing, state.rights),
        "modes": mode_line(state.force),
        "people": [person_row(one, moment) for one in state.force.people],
        "people_cards": build_people_cards(state.force, moment),
        "village_head": build_head(state.force, county().profile.get("target.F04", today(moment))),
        "villages": build_villages(state.force, state.rights),
    }


def parts(code: str, only: str) -> dict[str, Any]:
    """Look and build in one go, for a callback's thread."""
    return parts_of(code, look(code), only)


def lead_parts(code: str, number: str) -> tuple[str, list[Component]]:
    """Title and content of the drawer of one lead."""
    moment: datetime = now()
    with record().read() as session:
        view = read_lead(session, actor(), county(), number, moment, None, lang())
        name, phone = command_centre(session, county(), lang())
    title = view.item or view.domain or t("township.lead.unknown")
    sends = may("lead.dispatch", code)
    centre = next(iter(call(phone, name)), None)
    return title, build_lead(view, moment, may_send=sends, console=may("page.console", code), centre=centre)


def send(number: str, team: str, *, confirmed: bool) -> str:
    """Send a team where none is on its way, a busy one only when confirmed; gives the words that say so. Raises Refusal when it
    may not go."""
    facts: dict[str, Any] = {"number": number, "team_codes": [team], "confirm_busy": confirmed, "alone": True}
    tasks = record().write(actor(), dispatch, county=county(), **facts)
    return t("township.sent", number=number, task=tasks[0].number)


def name_item(number: str, item: str) -> str:
    """Take an item the words of a lead speak for; gives the words that say so. Raises Refusal when it may not be."""
    record().write(actor(), triage, county=county(), number=number, item_code=item)
    return t("township.item_named", number=number)
