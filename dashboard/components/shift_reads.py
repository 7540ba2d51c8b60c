"""What the shift desk reads and does: its parts in the view the address names, its forms, a step taken or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from dash.development.base_component import Component

from dashboard.components import shift_calls, shift_roster, shift_view
from dashboard.components.case_words import moment
from dashboard.components.desk import Taken, View
from dashboard.components.desk_form import Offer, Options, build_fields
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.casework.calls import record_call
from data.casework.duty import end_contact, set_leader, set_telephone
from data.casework.rosters import end_leave, end_shift, plan_shift, record_leave
from data.casework.shift_desk import accept_handover, note_shift, sign_handover
from data.db import Tx
from data.queries import shift_desk as q
from data.queries.between_links import organ_choices
from data.queries.notices import calls_made, calls_to_make
from data.queries.rosters import dispatch_room, people_of, teams_of, week_of
from data.queries.shift_matters import open_matters
from policy.case_forms import Input
from policy.errors import Refusal
from policy.shift_forms import SHIFT_FORMS
from policy.text import either
from policy.vocabulary import options
from policy.vocabulary_shift import ShiftStep
from policy.zone import CHINA

NAMES: Final = ("warn", "tabs", "body")
TABS: Final[Mapping[str, str]] = {
    "desk": "shift.read",
    "calls": "notice.call",
    "handovers": "shift.read",
    "roster": "roster.read",
    "duty": "duty.read",
}
"""The views of the page, each with the right that opens it."""
_ENDS: Final[Mapping[str, Callable[..., Any]]] = {
    "end_shift": end_shift,
    "end_leave": end_leave,
    "end_contact": end_contact,
}
_PLANS: Final[Mapping[ShiftStep, tuple[str, Callable[..., Any]]]] = {
    ShiftStep.NOTE: ("desk", note_shift),
    ShiftStep.SIGN: ("handovers", sign_handover),
    ShiftStep.PLAN_SHIFT: ("roster", plan_shift),
    ShiftStep.PLAN_LEAVE: ("roster", record_leave),
    ShiftStep.SET_TELEPHONE: ("duty", set_telephone),
    ShiftStep.SET_LEADER: ("duty", set_leader),
}


def may(verb: str) -> bool:
    """Whether who looks may do `verb` in this county."""
    return authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


def open_tabs() -> list[str]:
    """Views who looks may open."""
    return [tab for tab, verb in TABS.items() if may(verb)]


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view the address names: tab, handover, day and team of the roster."""
    held = {name: str(given.get(name) or "")[:40] for name in ("tab", "no", "on", "team")}
    tabs = open_tabs()
    return held | {"tab": held["tab"] if held["tab"] in tabs else next(iter(tabs), "roster")}


def address(**view: str) -> str:
    """The address of a view."""
    return f"/shift?{urlencode({name: value for name, value in view.items() if value})}"


def _read(query: Callable[..., Any], **facts: Any) -> Any:
    with record().read() as session:
        return query(session, actor(), county(), now(), **facts)


# -- parts --------------------------------------------------------------------------------------------------------------


def parts(view: View) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    bodies = {"desk": _desk, "calls": _calls, "handovers": _handovers, "roster": _roster, "duty": _duty}
    tabs = shift_view.build_tabs(open_tabs(), view["tab"], _counts())
    return {"warn": _warning(), "tabs": tabs, "body": bodies[view["tab"]](view)}


def _counts() -> dict[str, int]:
    return {"calls": len(_read(calls_to_make))} if may("notice.call") else {}


def _warning() -> list[Component]:
    """Shifts nobody took over, and one that waits for its second signature: on every view of who keeps the desk."""
    if not may("shift.read"):
        return []
    with record().read() as session:
        unsigned, waiting = q.not_handed_over(session, county(), now()), q.waiting_handover(session, county())
    return shift_view.build_warning(unsigned, waiting, may("handover.accept"))


def _desk(_view: View) -> list[Component]:
    with record().read() as session:
        shift, leader = q.running(session, county(), now()), q.duty_leader(session, county(), now())
        crew = q.dispatchers(session, county(), now())
        phones = q.telephones(session, actor(), county(), now())
    matters = _read(open_matters)
    notes = _read(q.shift_notes, begin=shift.starts_at if shift else now() - q.LOOK_BACK, end=now() + timedelta(seconds=1))  # fmt: skip
    buttons = {"note": may("shift.note"), "sign": may("handover.sign")}
    return shift_view.build_desk(shift, leader, crew, phones, matters, notes, buttons)


def _calls(_view: View) -> list[Component]:
    return shift_calls.build_calls(_read(calls_to_make, lang=lang()), _read(calls_made, lang=lang()), now())


def _handovers(view: View) -> list[Component]:
    rows = _read(q.handovers)
    one = _read(q.one_handover, number=view["no"]) if view["no"] else None
    return shift_view.build_handovers(rows, one, may("handover.accept"))


def day_of(view: View) -> date:
    """The day whose week is shown."""
    try:
        return date.fromisoformat(view["on"])
    except ValueError:
        return now().astimezone(CHINA).date()


def _roster(view: View) -> list[Component]:
    teams, chosen = _read(teams_of), team_of(view)
    week = _read(week_of, on=day_of(view), team=chosen)
    return shift_roster.build_roster(week, teams, chosen, now(), may("roster.plan"))


def team_of(view: View) -> str:
    """The team whose people are shown, `all` for everybody; who looks after the whole county begins with the dispatch room."""
    if view["team"]:
        return "" if view["team"] == "all" else view["team"]
    whole = may("shift.read") or may("duty.set")
    return _room() if whole else ""


def _room() -> str:
    with record().read() as session:
        return dispatch_room(session, county())


def _duty(_view: View) -> list[Component]:
    return shift_roster.build_duty(_read(q.telephones), _read(q.leaders), may("duty.set"))


# -- forms --------------------------------------------------------------------------------------------------------------


def opened(_view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form."""
    name, _, key = verb.partition(":")
    if name in _ENDS:
        return t(f"shift.step.{name}"), build_fields((), Offer("shift", "shift"))
    step = ShiftStep(name)
    form = SHIFT_FORMS[step]
    lists, known = _offered(form), _known(step, key)
    hints = {"words": t(f"shift.hint.{name}")} if step in (ShiftStep.SIGN, ShiftStep.ACCEPT) else {}
    if lists.get("shift"):
        known = {"shift": lists["shift"][0]["value"]} | known
    title = " · ".join((shift_view.step_words(name), *((key,) if step is ShiftStep.ACCEPT else ())))
    return title, build_fields(form, Offer("shift", "shift", lists, known, hints))


def _known(step: ShiftStep, key: str) -> dict[str, Any]:
    """What a form knows before it is filled in: a shift planned for the person pressed, the post of a leader."""
    if step in (ShiftStep.PLAN_SHIFT, ShiftStep.PLAN_LEAVE) and key:
        return {"person": key}
    return {"post": t("shift.leader")} if step is ShiftStep.SET_LEADER else {}


def _offered(form: tuple[Input, ...]) -> dict[str, Options]:
    """Everything a form offers to choose from."""
    found = {
        one.name: [{"value": value, "label": label} for value, label in options(one.options, lang())]
        for one in form
        if one.options is not None
    }
    return found | {one.name: _SOURCES[one.name]() for one in form if one.name in _SOURCES}


def local(at: datetime) -> str:
    """A moment as a form gives it: the clock of Shanghai."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def _shift_options() -> Options:
    """Shifts that may be signed out: the running one first, then those that were not handed over, the latest first."""
    with record().read() as session:
        running, left = q.running(session, county(), now()), q.not_handed_over(session, county(), now())
    found = [*([running] if running else []), *reversed(left)]
    return [{"value": local(one.starts_at), "label": shift_view.period(one)} for one in found]


def _people_options() -> Options:
    verb = "roster.plan" if may("roster.plan") else "roster.read"
    rows = _read(people_of, verb=verb)
    return [{"value": who.code, "label": f"{who.name} {who.code} · {either(of.name, of.name_en, lang())}"} for who, of in rows]  # fmt: skip


def _team_options() -> Options:
    return [{"value": code, "label": shift_view.said(name)} for code, name in _read(teams_of)]


def _organ_options() -> Options:
    return [{"value": one.code, "label": shift_view.said(one.name)} for one in _read(organ_choices)]


_SOURCES: Final[Mapping[str, Callable[[], Options]]] = {
    "shift": _shift_options,
    "person": _people_options,
    "team": _team_options,
    "organ": _organ_options,
}


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Take a step; gives the words that say so. Raises Refusal, and nothing is lost."""
    name, _, key = verb.partition(":")
    if name in _ENDS:
        record().write(actor(), _ENDS[name], county=county(), key=key)
        return t("case_page.done"), None
    step = ShiftStep(name)
    if step is ShiftStep.RECORD_CALL:
        record().write(actor(), _called, county=county(), key=key, given=given)
        return t("shift.call_recorded"), None
    if step is ShiftStep.ACCEPT:
        row = record().write(actor(), accept_handover, county=county(), number=key, given=given)
        return t("shift.accepted", number=row.number), address(tab="handovers", no=row.number)
    _, act = _PLANS[step]
    row = record().write(actor(), act, county=county(), given=given)
    if step is ShiftStep.SIGN:
        return t("shift.signed", number=row.number, at=moment(row.signed_at)), address(tab="handovers", no=row.number)
    return t("case_page.done"), None


def _called(tx: Tx, *, key: str, given: Mapping[str, Any]) -> Any:
    """The form calls the note words, and the result by its own name."""
    if "call_result" not in given:
        raise Refusal("errors_shift.result_missing", pointer="/call_result")
    return record_call(tx, key=key, result=str(given["call_result"]), note=given.get("words"))
