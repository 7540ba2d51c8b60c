"""The form of a step, made from what the step asks for (policy/case_forms.py); a refused form keeps every word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.case_more import build_earlier
from dashboard.components.case_words import grade, option_words, spoken, yuan
from dashboard.components.clause import said
from dashboard.context import lang, t
from data.queries.case_choices import Choices, GradeChoice, PersonChoice
from data.queries.cases import CaseView
from policy.case_ahead import Ahead
from policy.case_forms import Input
from policy.case_reading import GOODS
from policy.text import named

ROWS: Final = 2  # of a list of goods, to begin with
POPUP: Final = {"withinPortal": True, "zIndex": 500}
SECOND: Final = frozenset({"stage"})  # said with the grade
PREFILLED: Final = ("penalties", "fine", "confiscated", "grade_reason", "complex_case", "major", "suspected_crime", "large_fine", "hearing_by_law", "triggers", "social_effect")  # fmt: skip
_BETWEEN: Final = "@"


def build_form(view: CaseView, step: Ahead, choices: Choices) -> list[Component]:
    """Everything the step asks for, in order, and what the form has to say for the step to be taken."""
    hints = [html.Li(said(reason, away=True)) for reason in step.asked]
    known = html.Details([html.Summary(t("case_page.form_must")), html.Ul(hints, className="k-missing")], open=len(hints) < 4) if hints else None  # fmt: skip
    unasked = SECOND if choices.amounts else SECOND | {"amounts"}
    fields = [_field(one, view, choices) for one in step.form if one.name not in unasked]
    empty = html.P(t("case_page.form_empty"), className="muted")
    return [*([known] if known else []), *_beside(view, step), *(fields or [empty])]


def _beside(view: CaseView, step: Ahead) -> list[Component]:
    """What was decided before, beside a form that fixes a penalty (PL 29, 33, 34)."""
    if not any(one.name == "grade" for one in step.form):
        return []
    return [html.Details([html.Summary(t("case_page.earlier")), *build_earlier(view.earlier)])]


def _field(one: Input, view: CaseView, choices: Choices) -> Component:
    control = _CONTROLS[one.kind](one, view, choices) if one.name != "grade" else _grades(one, view, choices)
    wrong = html.Div(id={"type": "case-error", "name": one.name}, className="k-error", role="alert")
    return html.Div([control, wrong], className="k-field")


def name_of(one: Input) -> str:
    """What a field is called."""
    return t(f"case_form.{one.name}")


def _key(one: Input) -> dict[str, str]:
    return {"type": "case-field", "name": one.name, "kind": one.kind}


def _known(one: Input, view: CaseView) -> Any:
    """What the file already says of it, for the forms that say it again."""
    value = getattr(view.facts, one.name, None) if one.name in PREFILLED else None
    if value is None or value == "":
        return None
    if isinstance(value, frozenset):
        return sorted(each.value for each in value)
    return value if isinstance(value, bool) else str(value)


Control = Callable[[Input, CaseView, Choices], Component]


def _text(one: Input, view: CaseView, _choices: Choices) -> Component:
    return dmc.TextInput(id=_key(one), label=name_of(one), required=one.required, value=_known(one, view) or "", inputProps={"maxLength": 200})  # fmt: skip


def _words(one: Input, view: CaseView, _choices: Choices) -> Component:
    return dmc.Textarea(id=_key(one), label=name_of(one), required=one.required, value=_known(one, view) or "", autosize=True, minRows=3, maxRows=14)  # fmt: skip


def _flag(one: Input, view: CaseView, _choices: Choices) -> Component:
    return dmc.Checkbox(id={"type": "case-flag", "name": one.name}, label=name_of(one), checked=bool(_known(one, view)), size="md")  # fmt: skip


def _moment(one: Input, _view: CaseView, _choices: Choices) -> Component:
    return dmc.DateTimePicker(id=_key(one), label=name_of(one), required=one.required, valueFormat="YYYY-MM-DD HH:mm", clearable=True, popoverProps=POPUP)  # fmt: skip


def _yuan(one: Input, view: CaseView, _choices: Choices) -> Component:
    owed = view.facts.outstanding if one.name == "amount" else None
    value = _known(one, view) or ("" if owed is None else f"{owed.normalize():f}")
    return dmc.TextInput(id=_key(one), label=name_of(one), required=one.required, value=value, inputProps={"inputMode": "decimal"}, className="k-yuan")  # fmt: skip


def _choice(one: Input, _view: CaseView, _choices: Choices) -> Component:
    options = option_words(one.options) if one.options else []
    if len(options) <= 7:
        radios = [dmc.Radio(label=each["label"], value=each["value"], size="md") for each in options]
        return dmc.RadioGroup(dmc.Stack(radios, gap=8), id=_key(one), label=name_of(one), required=one.required)
    return _select(one, options)


def _select(one: Input, data: list[dict[str, str]], **more: Any) -> Component:
    return dmc.Select(id=_key(one), label=name_of(one), required=one.required, data=data, searchable=True, clearable=True, nothingFoundMessage=t("case_page.nothing_found"), comboboxProps=POPUP, **more)  # fmt: skip


def _choices_of(one: Input, view: CaseView, _choices: Choices) -> Component:
    data = option_words(one.options) if one.options else []
    return dmc.MultiSelect(id=_key(one), label=name_of(one), required=one.required, data=data, value=_known(one, view) or [], searchable=True, clearable=True, comboboxProps=POPUP)  # fmt: skip


def person_options(people: tuple[PersonChoice, ...]) -> list[dict[str, str]]:
    """People for a select box: name, staff number, organ, certificate."""
    bare = t("case_page.no_certificate")
    return [{"value": one.code, "label": f"{one.name} {one.code} · {one.organ} · {one.certificate or bare}"} for one in people]  # fmt: skip


def _person(one: Input, _view: CaseView, choices: Choices) -> Component:
    return _select(one, person_options(choices.people), limit=80)


def _persons(one: Input, view: CaseView, choices: Choices) -> Component:
    now = [who.code for who in view.head.officers if not who.recused]
    return dmc.MultiSelect(id=_key(one), label=name_of(one), required=one.required, data=person_options(choices.people), value=now, searchable=True, limit=80, comboboxProps=POPUP)  # fmt: skip


def _codes(one: Input, _view: CaseView, choices: Choices) -> Component:
    """Material of a review: the plan's list; free where the plan is silent."""
    if not choices.materials:
        return dmc.TagsInput(id=_key(one), label=name_of(one), required=one.required)
    boxes = [dmc.Checkbox(label=named(entry.name, lang()), value=entry.code, size="md") for entry in choices.materials]
    return dmc.CheckboxGroup(dmc.Stack(boxes, gap=8), id=_key(one), label=name_of(one), required=one.required, value=[])


def _amounts(one: Input, _view: CaseView, choices: Choices) -> Component:
    fields = [
        dmc.TextInput(
            id={"type": "case-amount", "name": name},
            label=spoken(f"items.base.{name}", spoken(f"items.unit.{name}", name)),
            value="",
            inputProps={"inputMode": "decimal"},
        )
        for name in choices.amounts
    ]
    return html.Div([html.Span(name_of(one), className="k-label"), html.Div(fields, className="k-two")])


# -- grades --------------------------------------------------------------------------------------------------------------


def _grades(one: Input, view: CaseView, choices: Choices) -> Component:
    """The grades of the item for this party, each with its range; free where it has none."""
    if not choices.grades:
        return html.P(t("case_page.no_grades"), className="muted k-note")
    data = [{"value": grade_key(each), "label": _range(each)} for each in choices.grades]
    known = next((grade_key(each) for each in choices.grades if each.code == view.head.grade), None)
    return _select(one, data, value=known)


def grade_key(one: GradeChoice) -> str:
    """Grade and stage as one choice."""
    return f"{one.code}{_BETWEEN}{one.stage}"


def _range(one: GradeChoice) -> str:
    stage = spoken(f"items.stage.{one.stage}", one.stage) if one.stage else ""
    between = t("case_page.range", least=yuan(one.least), most=yuan(one.most))
    if one.base or one.unit:
        counted = spoken(f"items.base.{one.base}", spoken(f"items.unit.{one.unit}", one.base or one.unit))
        between = t("case_page.range_of", least=f"{one.least:g}", most=f"{one.most:g}", base=counted)
        if one.unit:
            between = t("case_page.range_unit", least=yuan(one.least), most=yuan(one.most), unit=counted)
    return " · ".join(part for part in (grade(one.code), stage, between) if part)


# -- goods ---------------------------------------------------------------------------------------------------------------


def _goods(one: Input, _view: CaseView, _choices: Choices) -> Component:
    rows = html.Div([build_goods_row(n) for n in range(ROWS)], id="case-goods-rows", className="k-goods")
    more = html.Button(t("case_page.goods_more"), id="case-goods-more", type="button", className="button", n_clicks=0)
    return html.Div([html.Span([name_of(one), " *"], className="k-label"), rows, more])


def build_goods_row(row: int) -> Component:
    """One thing on the list."""
    cells = [
        dmc.TextInput(
            id={"type": "case-goods", "row": row, "column": column},
            placeholder=t(f"case_page.goods.{column}"),
            value="",
            **{"aria-label": f"{t(f'case_page.goods.{column}')} {row + 1}"},
        )
        for column in GOODS
    ]
    return html.Div(cells, className="k-goods-row")


_CONTROLS: Final[Mapping[str, Control]] = {
    "text": _text,
    "words": _words,
    "flag": _flag,
    "moment": _moment,
    "yuan": _yuan,
    "choice": _choice,
    "choices": _choices_of,
    "person": _person,
    "persons": _persons,
    "codes": _codes,
    "goods": _goods,
    "amounts": _amounts,
}

# -- what a form says ----------------------------------------------------------------------------------------------------


def given(states: Mapping[str, list[Mapping[str, Any]]]) -> dict[str, Any]:
    """What was filled in, as the step is told it; `states` are the fields as Dash gives them: id and value of each."""
    found: dict[str, Any] = {}
    for field in states["fields"]:
        found |= _told(field["id"]["name"], field["id"]["kind"], field.get("value"))
    found |= {field["id"]["name"]: bool(field.get("value")) for field in states["flags"]}
    amounts = {field["id"]["name"]: field["value"] for field in states["amounts"] if field.get("value")}
    goods = _rows(states["goods"])
    return found | ({"amounts": amounts} if amounts else {}) | ({"goods": goods} if goods else {})


def _told(name: str, kind: str, value: Any) -> dict[str, Any]:
    if value in (None, "", []):
        return {}
    if name == "grade":
        code, _, stage = str(value).partition(_BETWEEN)
        return {"grade": code} | ({"stage": stage} if stage else {})
    return {name: f"{str(value).replace(' ', 'T')}+08:00" if kind == "moment" else value}


def _rows(cells: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for cell in cells:
        if str(cell.get("value") or "").strip():
            rows.setdefault(int(cell["id"]["row"]), {})[cell["id"]["column"]] = str(cell["value"])
    return [rows[n] for n in sorted(rows)]
