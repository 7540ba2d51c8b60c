"""A case is proposed: from a reported lead with what it already tells, or from nothing; a refusal stands beside its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html, no_update
from dash.development.base_component import Component

from dashboard.components.case_form import POPUP, person_options
from dashboard.components.case_reads import beside_field
from dashboard.components.case_words import option_words
from dashboard.components.clause import said
from dashboard.components.console_parts import build_refusal
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise, townships_of
from data.casework.cases import propose_case
from data.queries.case_choices import item_choices, people_choices
from data.queries.console_search import village_options
from data.queries.leads import get_lead, list_tasks
from policy.errors import Refusal
from policy.text import either
from policy.vocabulary import Outcome
from policy.vocabulary_case import PartyKind
from policy.zone import CHINA

FIELDS: Final = ("lead", "item", "kind", "name", "identity_number", "credit_code", "phone", "address", "officers", "act_on", "cell", "summary")  # fmt: skip
_PARTY: Final = ("kind", "name", "identity_number", "credit_code", "phone", "address")


def may_propose() -> bool:
    """Whether who looks may propose a case anywhere here."""
    return authorise(actor(), "case.propose", Subject(county().jurisdiction_id), now()).allowed


def known_of(lead: str) -> dict[str, Any]:
    """What a lead already tells of the case: words, item, day, the task that proposed it; nothing for an unknown one."""
    if not lead:
        return {}
    try:
        with record().read() as session:
            row = get_lead(session, actor(), county(), number=lead, lang=lang())
            tasks = list_tasks(session, actor(), county(), lead=lead)
    except Refusal:
        return {"lead": lead}
    task = next((one["number"] for one in tasks if one["outcome"] == Outcome.PROPOSE_CASE), None)
    act = row["occurred_at"].astimezone(CHINA).date().isoformat()
    return {"lead": lead, "summary": row["summary"], "item": row["item_code"], "act_on": act, "task": task}


def _id(name: str) -> dict[str, str]:
    return {"type": "propose-field", "name": name}


def _field(name: str, control: Component) -> Component:
    wrong = html.Div(id={"type": "propose-error", "name": name}, className="k-error", role="alert")
    return html.Div([control, wrong], className="k-field")


def _text(name: str, value: Any, **more: Any) -> Component:
    return _field(name, dmc.TextInput(id=_id(name), label=t(f"cases_page.field.{name}"), value=value or "", inputProps={"maxLength": 200}, **more))  # fmt: skip


def build_propose(lead: str) -> Component:
    """The form, filled with what the lead tells."""
    known, place = known_of(lead), county()
    with record().read() as session:
        items = item_choices(session, actor(), place)
        people = people_choices(session, place, now())
    mine = townships_of(actor(), "case.propose", place.jurisdiction_id)
    names = [{"value": one.code, "label": f"{either(one.name, one.name_en, lang())} {one.code}"} for one in items]  # fmt: skip
    cells = [{"value": code, "label": name} for code, name in village_options(place, lang()) if mine is None or place.township_of(code) in mine]  # fmt: skip
    radios = [dmc.Radio(label=each["label"], value=each["value"], size="md") for each in option_words(PartyKind)]
    day = dmc.DateInput(id=_id("act_on"), label=t("cases_page.field.act_on"), value=known.get("act_on"), valueFormat="YYYY-MM-DD", clearable=True, popoverProps=POPUP)  # fmt: skip
    return html.Div(
        [
            _text("lead", known.get("lead"), placeholder=t("cases_page.lead_hint"), **{"data-autofocus": True}),
            _field("item", dmc.Select(id=_id("item"), label=t("cases_page.field.item"), data=names, value=known.get("item"), searchable=True, clearable=True, required=True, limit=100, comboboxProps=POPUP, nothingFoundMessage=t("case_page.nothing_found"))),
            _field("kind", dmc.RadioGroup(dmc.Group(radios, gap=18), id=_id("kind"), label=t("cases_page.field.kind"))),
            html.Div([_text("name", ""), _text("phone", "")], className="k-two"),
            html.Div([_text("credit_code", ""), _text("identity_number", "")], className="k-two"),
            _text("address", ""),
            _field("officers", dmc.MultiSelect(id=_id("officers"), label=t("cases_page.field.officers"), description=t("cases_page.officers_hint"), data=person_options(people), searchable=True, limit=80, comboboxProps=POPUP)),
            html.Div([_field("act_on", day), _field("cell", dmc.Select(id=_id("cell"), label=t("cases_page.field.cell"), description=t("cases_page.cell_hint"), data=cells, searchable=True, clearable=True, limit=100, comboboxProps=POPUP))], className="k-two"),
            _field("summary", dmc.Textarea(id=_id("summary"), label=t("cases_page.field.summary"), value=known.get("summary") or "", required=True, autosize=True, minRows=4, maxRows=14)),
        ],
        className="k-form",
    )  # fmt: skip


# -- done ----------------------------------------------------------------------------------------------------------------


def proposed(fields: list[Mapping[str, Any]], errors: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Propose the case: on to its page, or the refusal beside the field it is about, everything kept."""
    names = [one["id"]["name"] for one in errors]
    try:
        number = _write({one["id"]["name"]: one.get("value") for one in fields})
    except Refusal as refusal:
        field = (refusal.pointer or "").rsplit("/", 1)[-1]
        beside = [beside_field(refusal) if name == field else [] for name in names]
        return {"errors": beside, "refusal": [] if field in names else build_refusal(refusal), "to": no_update}
    return {"errors": [[] for _ in names], "refusal": [], "to": f"/case/{number}"}


def _write(told: Mapping[str, Any]) -> str:
    lead = str(told.get("lead") or "").strip().upper()
    if not told.get("item"):
        raise Refusal("errors_case.item_missing", pointer="/item")
    party = {name: told[name] for name in _PARTY if str(told.get(name) or "").strip()}
    case = record().write(
        actor(),
        propose_case,
        county=county(),
        item=str(told["item"]),
        summary=str(told.get("summary") or ""),
        party=party or None,
        lead=lead or None,
        task=known_of(lead).get("task"),
        officers=list(told.get("officers") or ()),
        act_on=date.fromisoformat(str(told["act_on"])[:10]) if told.get("act_on") else None,
        cell=told.get("cell") or None,
    )
    return str(case.number)


def build_drawer(lead: str) -> Component:
    """Where the form opens: at once when the address asks for it."""
    go = html.Button(t("cases_page.propose_go"), id="propose-go", type="button", className="button button-main", n_clicks=0)  # fmt: skip
    content = html.Div(
        [
            html.Div(build_propose(lead) if may_propose() else html.P(_why_not()), id="propose-form"),
            html.Div(id="propose-refusal", className="k-refusal"),
            html.Div(go, className="k-form-foot"),
        ]
    )
    return dmc.Drawer(content, id="propose-drawer", opened=bool(lead), keepMounted=True, position="right", size="min(640px, 100vw)", title=t("cases_page.propose"), closeButtonProps={"aria-label": t("case_page.close")}, zIndex=300, className="k-drawer")  # fmt: skip


def _why_not() -> list[Any]:
    """Whose step it is, in words, where it is not the reader's."""
    grounds = authorise(actor(), "case.propose", Subject(county().jurisdiction_id), now()).obstacles
    return [part for reason in grounds for part in said(reason)]
