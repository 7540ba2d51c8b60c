"""A step told by radio or telephone, entered for the team 代录: which step, whose words, and what was reported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html, no_update
from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject
from data.authority import within as here
from data.models import Person, Shift, Team, TeamMember
from data.queries.leads import get_task
from policy.lifecycle import steps
from policy.vocabulary import MatterKind, Outcome, TaskStatus, Verb, label, options

SPOKEN: Final = (Verb.ACCEPT, Verb.DEPART, Verb.ARRIVE, Verb.REPORT)


def voice_fields() -> list[Component]:
    """Which step, who told it; outcome, words and day of the re-check where it is a report."""
    portal = {"withinPortal": True, "zIndex": 500}
    step = dmc.SegmentedControl(id="console-voice-step", data=[], value="", fullWidth=True)
    teller = dmc.Select(
        id="console-voice-told_by",
        label=t("console_calls.field_told_by"),
        data=[],
        searchable=True,
        openOnFocus=False,
        nothingFoundMessage=t("console.nothing"),
        comboboxProps=portal,
        **{"data-autofocus": True},
    )
    outcomes = [{"value": value, "label": words} for value, words in options(Outcome, lang())]
    outcome = dmc.Select(
        id="console-voice-outcome", label=t("console.field_outcome"), data=outcomes, comboboxProps=portal
    )
    note = dmc.Textarea(id="console-voice-note", label=t("console.field_note"), autosize=True, minRows=2, maxRows=6)
    again = dmc.DateInput(
        id="console-voice-recheck_on",
        label=t("console.field_recheck_on"),
        description=t("console.recheck_hint", outcome=label(Outcome.ORDERED_CORRECTION, lang())),
        valueFormat="YYYY-MM-DD",
        clearable=True,
        popoverProps=portal,
    )
    report = html.Div([outcome, note, again], id="console-voice-report", className="f-form", hidden=True)
    return [step, teller, report, html.P(t("console_calls.voice_hint"), className="muted")]


def voice_choices(subject: Mapping[str, Any] | None) -> dict[str, Any]:
    """The steps a task allows now and the people of its team, for the task the form was opened for."""
    if (subject or {}).get("form") != "console-voice" or not (subject or {}).get("key"):
        return dict.fromkeys(("steps", "step", "people", "teller"), no_update)
    number, wanted = str((subject or {})["key"]), str((subject or {}).get("step") or "")
    with record().read() as session:
        task = get_task(session, actor(), county(), number=number)
        people = people_of(session, task["team_code"])
    mine = here(actor(), Subject(county().jurisdiction_id), now()).roles
    able = {step.verb for step in steps(MatterKind.TASK, TaskStatus(task["status"]), mine)}
    verbs = [verb for verb in SPOKEN if verb in able]
    return {
        "steps": [{"value": verb.value, "label": label(verb, lang())} for verb in verbs],
        "step": wanted if wanted in {verb.value for verb in verbs} else (verbs[0].value if verbs else ""),
        "people": [{"value": code, "label": f"{name} · {code}"} for code, name in people],
        "teller": people[0][0] if people else None,
    }


def people_of(session: Any, team_code: str) -> list[tuple[str, str]]:
    """(code, name) of who is on the team's shift now, else of its people."""
    place, moment = county().jurisdiction_id, now()
    team = select(Team.id).where(Team.jurisdiction_id == place, Team.code == team_code)
    shift = select(Shift.person_id).where(Shift.team_id.in_(team), Shift.starts_at <= moment, Shift.ends_at > moment)
    member = select(TeamMember.person_id).where(TeamMember.team_id.in_(team), TeamMember.valid_to.is_(None))
    for those in (shift, member):
        query = select(Person.code, Person.name).where(Person.id.in_(those)).order_by(Person.code)
        rows = [(code, name) for code, name in session.execute(query)]
        if rows:
            return rows
    return []


def day_of(text: str) -> date | None:
    """A day as the form gives it."""
    return date.fromisoformat(text) if text else None
