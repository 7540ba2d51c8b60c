"""What a plan of postings is asked: targets of a day, what stays, what townships need, who is kept; empty: as the profile has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.case_form import POPUP
from dashboard.components.clause import clause
from dashboard.components.office_words import share
from dashboard.context import county, now, place_name, t
from data.queries.posting_question import BUSY, Asked, Question
from policy.profile import Value
from policy.zone import CHINA

SHARES: Final = {"county": "sink_down.force_share", "teams": "sink_down.team_share", "left": "sink_down.minimum_left"}
NUMBERS: Final = {"people": "officers.minimum"}
MOST: Final = 1_000


def _id(name: str) -> dict[str, str]:
    return {"type": "office-ask", "name": name}


def _held(key: str) -> Value | None:
    return county().profile.get(key, now().astimezone(CHINA).date())


def _number(name: str, value: Value | None, suffix: str, most: int, given: str) -> Component:
    rule = clause(value.clause, key=key_of(name)) if value is not None else []
    told = [t("office.ask.profile", value=given), " ", *rule] if value is not None else t("office.ask.silent")
    return dmc.NumberInput(
        id=_id(name), label=t(f"office.ask.{name}"), description=html.Span(told), min=0, max=most, suffix=suffix,
        placeholder=given, allowDecimal=suffix != "", decimalScale=1, hideControls=True, size="sm",
    )  # fmt: skip


def key_of(name: str) -> str:
    """The value of the profile that stands where a field is left empty."""
    return {**SHARES, **NUMBERS}[name]


def build_form(here: Question) -> Component:
    """The form; what each field is when it is left empty stands below it with its clause."""
    parts: list[Component] = []
    for name, key in SHARES.items():
        value = _held(key)
        parts.append(_number(name, value, " %", 100, share(float(value.value)) if value else ""))
    value = _held(NUMBERS["people"])
    parts.append(_number("people", value, "", MOST, f"{value.value}" if value else ""))
    today = now().astimezone(CHINA).date().isoformat()
    day = dmc.DateInput(id=_id("on"), label=t("office.ask.on"), description=t("office.ask.on_how"), minDate=today, placeholder=today, valueFormat="YYYY-MM-DD", clearable=True, popoverProps=POPUP, size="sm")  # fmt: skip
    busy = dmc.NumberInput(id=_id("busy"), label=t("office.ask.busy"), description=t("office.ask.busy_how"), min=1, max=1_000_000, placeholder=str(BUSY), hideControls=True, allowDecimal=False, size="sm")  # fmt: skip
    again = dmc.Checkbox(id=_id("reposting"), label=t("office.ask.reposting"), checked=False, size="sm")
    people = [{"value": one.person, "label": f"{here.people.get(one.person, one.person)} {one.person}"} for one in here.force if one.stays is None]  # fmt: skip
    keep = dmc.MultiSelect(id=_id("keep"), label=t("office.ask.keep"), data=people, searchable=True, limit=50, clearable=True, nothingFoundMessage=t("case_page.nothing_found"), size="sm")  # fmt: skip
    more = html.Details([html.Summary(t("office.ask.more")), html.Div([_need(cell.code) for cell in county().townships], className="o-needs")])  # fmt: skip
    return html.Div([*parts[:2], parts[2], parts[3], day, busy, again, keep, more], className="o-ask")


def _need(code: str) -> Component:
    return dmc.NumberInput(id={"type": "office-need", "code": code}, label=place_name(code), min=0, max=MOST, hideControls=True, allowDecimal=False, size="xs")  # fmt: skip


# -- what the form says ------------------------------------------------------------------------------------------------


def asked_of(fields: Mapping[str, Any], needs: Mapping[str, Any]) -> dict[str, Any]:
    """What the form asks, as a store holds it; what is empty is left out."""
    shares = {name: float(fields[name]) / 100 for name in SHARES if _given(fields.get(name))}
    numbers = {name: int(fields[name]) for name in ("people", "busy") if _given(fields.get(name))}
    more = {code: int(value) for code, value in needs.items() if _given(value)}
    rest = {"reposting": bool(fields.get("reposting")), "keep": sorted(fields.get("keep") or ()), "more": more}
    on = {"on": str(fields["on"])[:10]} if fields.get("on") else {}
    return {**shares, **numbers, **rest, **on}


def _given(value: Any) -> bool:
    return value not in (None, "")


def to_ask(held: Mapping[str, Any] | None) -> Asked:
    """The question a store holds."""
    told = dict(held or {})
    told["keep"] = frozenset(told.get("keep") or ())
    if told.get("on"):
        told["on"] = date.fromisoformat(told["on"])
    return Asked(**told)
