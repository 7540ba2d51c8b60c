"""The forms of the registers: what each offers to choose from, an entry made or ended, or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.desk import Desk, Taken, View, build_drawer, build_stores
from dashboard.components.desk_form import Offer, Options, build_fields, words_of
from dashboard.components.table_import import TableImport
from dashboard.components.township_words import panel
from dashboard.context import actor, county, lang, now, place_options, record, t
from data.authority import Subject, authorise
from data.casework.staffing import end_entry, enter, take_register
from data.queries.between_links import organ_choices
from data.queries.staffing import people_here
from data.queries.township import today
from policy.case_forms import Input
from policy.readiness import equipment_kinds, posts_listed, training_forms
from policy.staffing_forms import REGISTERS, STAFFING_FORMS
from policy.text import Name, Word
from policy.vocabulary import options
from policy.vocabulary_staffing import Register, StaffingStep

_OF: Final = {kept.step: register for register, kept in REGISTERS.items()}
_KNOWN: Final = {
    StaffingStep.NAME_OFFICER: "village",
    StaffingStep.FILL_POST: "post",
    StaffingStep.ADD_EQUIPMENT: "equipment_kind",
}
"""Which field the word after the step fills."""
OF_TOWN: Final = tuple(one for one in Register if one is not Register.SCENARIOS)
IMPORT: Final = TableImport("staffing", tuple(one.value for one in OF_TOWN), take_register)


def rights_of(code: str) -> frozenset[str]:
    """What who looks may enter and end in a township's registers."""
    place = Subject(county().jurisdiction_id, frozenset({code}))
    asked = [right for kept in REGISTERS.values() for right in (kept.right, kept.ending) if right != "training.end"]
    return frozenset(right for right in asked if authorise(actor(), right, place, now()).allowed)


# -- forms --------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form; `verb` is the step, then what it is already about."""
    name, _, about = verb.partition(":")
    step = StaffingStep(name)
    title = t(f"vocabulary.staffing_step.{name}")
    title = f"{title[:1].upper()}{title[1:]}"
    known = _known(step, view["code"], about)
    return title, build_fields(STAFFING_FORMS[step], Offer("staffing", "staffing", _offered(step, view["code"]), known))


def _known(step: StaffingStep, code: str, about: str) -> dict[str, Any]:
    day = today(now()).isoformat()
    found: dict[str, Any] = {"township": code, "townships": [code], "valid_from": day, "last_day": day}
    if about and step in _KNOWN:
        found[_KNOWN[step]] = about
    return found


def _offered(step: StaffingStep, code: str) -> dict[str, Options]:
    """Everything a form offers to choose from."""
    return {one.name: found for one in STAFFING_FORMS[step] if (found := _choices(one, step, code)) is not None}


def _choices(one: Input, step: StaffingStep, code: str) -> Options | None:
    if one.options is not None:
        return [{"value": value, "label": label} for value, label in options(one.options, lang())]
    source = _SOURCES.get(one.name)
    return source(step, code) if source else None


def _people(step: StaffingStep, code: str) -> Options:
    everywhere = step is StaffingStep.SEND_GUIDE
    with record().read() as session:
        rows = people_here(session, actor(), county(), None if everywhere else code, now())
    return [{"value": one.code, "label": f"{one.name} {one.code} · {words_of(one.organ)}"} for one in rows]


def _organs(_step: StaffingStep, _code: str) -> Options:
    with record().read() as session:
        return [{"value": one.code, "label": words_of(one.name)} for one in organ_choices(session, actor(), county(), now())]  # fmt: skip


def _towns(step: StaffingStep, code: str) -> Options:
    here = [cell for cell in county().townships if step is StaffingStep.SEND_GUIDE or cell.code == code]
    return place_options(here)


def _villages(_step: StaffingStep, code: str) -> Options:
    below = [cell for cell in county().hierarchy.descendants(code) if not county().hierarchy.children(cell.code)]
    return place_options(below)


def _listed(words: Mapping[str, Name | Word]) -> Options:
    return [{"value": code, "label": words_of(name)} for code, name in words.items()]


def _of_plan(read: Callable[..., Mapping[str, Any]]) -> Callable[[StaffingStep, str], Options]:
    return lambda _step, _code: _listed(read(county().profile, today(now())))


_SOURCES: Final[Mapping[str, Callable[[StaffingStep, str], Options]]] = {
    "person": _people,
    "passed_by": _people,
    "not_passed_by": _people,
    "training_organ": _organs,
    "organ": _organs,
    "township": _towns,
    "townships": _towns,
    "village": _villages,
    "post": _of_plan(posts_listed),
    "equipment_kind": _of_plan(equipment_kinds),
    "training_form": _of_plan(training_forms),
}


def taken(_view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Make or end an entry; gives the words that say so. Raises Refusal, and nothing is lost."""
    name, _, about = verb.partition(":")
    step = StaffingStep(name)
    if step is StaffingStep.END_ENTRY:
        register, _, key = about.partition(":")
        record().write(actor(), end_entry, county=county(), register=register, key=key, given=given)
    else:
        record().write(actor(), enter, county=county(), register=_OF[step].value, given=given)
    return t("staffing.done"), None


def _nothing(_view: View) -> dict[str, Any]:
    """What the registers show is shown by the page they stand on."""
    return {}


DESK: Final = Desk("staffing", (), _nothing, opened, taken)


# -- on a page ----------------------------------------------------------------------------------------------------------


def build_frame(code: str) -> list[Component]:
    """What a page of a township carries so that the forms open on it."""
    return [*build_stores(DESK, {"code": code}, {}), build_drawer(DESK)]


def build_import(rights: frozenset[str]) -> Component | None:
    """A table of a register to take in: previewed with every fault first; nothing for who may enter nothing."""
    kinds = [one for one in OF_TOWN if REGISTERS[one].right in rights]
    if not kinds:
        return None
    data = [{"value": one.value, "label": t(f"vocabulary.register.{one.value}")} for one in kinds]
    kind = dmc.Select(id="staffing-kind", data=data, value=kinds[0].value, allowDeselect=False, w=220, **{"aria-label": t("staffing.import_kind")})  # fmt: skip
    templates = [html.A(t(f"vocabulary.register.{one.value}"), href=f"/api/v1/staffing/{one.value}/template", download=f"{one.value}.xlsx", className="t-link") for one in kinds]  # fmt: skip
    drop = dcc.Upload(html.Span(t("shift.import.drop")), id="staffing-upload", accept=".xlsx,.csv", className="s-drop")
    preview = html.Div(id="staffing-preview", className="s-preview", role="status")
    take = html.Button(t("shift.import.take"), id="staffing-take", type="button", className="button button-main", n_clicks=0, disabled=True)  # fmt: skip
    lists = html.P([html.Span(t("staffing.templates"), className="muted"), *templates], className="t-rest")
    return panel(t("staffing.import"), [html.Div([kind], className="t-tools"), lists, drop, preview, html.Div(take, className="t-tools")], side=t("shift.import.said"))  # fmt: skip
