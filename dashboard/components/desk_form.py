"""The form of a step between organs or of a review, made from what the step asks for (policy/between_forms.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.case_form import POPUP
from dashboard.components.case_words import spoken
from dashboard.context import lang, t
from policy.case_forms import Input
from policy.guards_between import codes
from policy.guards_between import spoken as entries
from policy.profile import Value
from policy.text import Name, Word, named

Options = list[dict[str, str]]
FEW: Final = 10
"""Up to so many choices are all shown at once."""
_MANY: Final = frozenset({"codes", "persons", "choices"})
_TIMES: Final = frozenset({"moment", "day"})


@dataclass(frozen=True, slots=True)
class Offer:
    """What a form offers to choose from, what it already knows, and what it says below a field; `desk` begins every id."""

    desk: str
    kind: str
    lists: Mapping[str, Options] = field(default_factory=dict)
    known: Mapping[str, Any] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)


def words_of(name: Name | Word | str) -> str:
    """A name of the profile, or a word of the catalogue, in the language of the answer; what people wrote as they wrote it."""
    return named(name, lang())


def listed(value: Value | None) -> Options:
    """A list of the profile as choices; empty where the plan is silent."""
    return [{"value": code, "label": words_of(name)} for code, name in zip(codes(value), entries(value), strict=True)]


def name_of(kind: str, name: str) -> str:
    """What a field is called in this kind of matter, between organs, or anywhere."""
    keys = (f"between_page.form.{kind}.{name}", f"between_page.form.{name}")
    return next((found for key in keys if (found := spoken(key, ""))), "") or t(f"case_form.{name}")


def build_fields(form: Sequence[Input], offer: Offer) -> list[Component]:
    """Everything the step asks for, in order; a step that asks for nothing says so."""
    if not form:
        return [html.P(t("case_page.form_empty"), className="muted")]
    return [_field(one, offer) for one in form]


def _field(one: Input, offer: Offer) -> Component:
    wrong = html.Div(id={"type": f"{offer.desk}-error", "name": one.name}, className="k-error", role="alert")
    return html.Div([_control(one, offer), wrong], className="k-field")


def _control(one: Input, offer: Offer) -> Component:
    common = _common(one, offer)
    known = offer.known.get(one.name)
    if one.kind == "flag":
        return dmc.Checkbox(id={"type": f"{offer.desk}-flag", "name": one.name}, label=common["label"], description=common["description"], checked=bool(known), size="md")  # fmt: skip
    if one.name in offer.lists:
        return _chosen(one, offer.lists[one.name], common, known)
    if one.kind in _TIMES:
        return _timed(one, common, known)
    if one.kind in _MANY:
        return dmc.TagsInput(**common, value=known or [], comboboxProps=POPUP)
    if one.kind == "words":
        return dmc.Textarea(**common, value=known or "", autosize=True, minRows=3, maxRows=14)
    return dmc.TextInput(**common, value=known or "", inputProps={"maxLength": 200})


def _timed(one: Input, common: Mapping[str, Any], known: Any) -> Component:
    if one.kind == "moment":
        return dmc.DateTimePicker(**common, valueFormat="YYYY-MM-DD HH:mm", clearable=True, popoverProps=POPUP)
    return dmc.DatePickerInput(**common, value=known, valueFormat="YYYY-MM-DD", clearable=True, popoverProps=POPUP)


def _common(one: Input, offer: Offer) -> dict[str, Any]:
    key = {"type": f"{offer.desk}-field", "name": one.name, "kind": one.kind}
    return {"id": key, "label": name_of(offer.kind, one.name), "required": one.required, "description": offer.hints.get(one.name)}  # fmt: skip


def _chosen(one: Input, options: Options, common: Mapping[str, Any], known: Any) -> Component:
    if one.kind not in _MANY:
        return dmc.Select(**common, data=options, value=known, searchable=True, openOnFocus=known is None, clearable=True, limit=100, nothingFoundMessage=t("case_page.nothing_found"), comboboxProps=POPUP)  # fmt: skip
    if len(options) > FEW:
        return dmc.MultiSelect(**common, data=options, value=known or [], searchable=True, limit=80, comboboxProps=POPUP)  # fmt: skip
    boxes = [dmc.Checkbox(label=each["label"], value=each["value"], size="md") for each in options]
    return dmc.CheckboxGroup(dmc.Stack(boxes, gap=8), **common, value=known or [])
