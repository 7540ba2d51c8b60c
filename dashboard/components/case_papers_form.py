"""The form that makes or corrects a document of a case: what can be made is chosen, what it is told typed; a refusal keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_form import POPUP
from dashboard.components.case_reads import beside_field
from dashboard.components.clause import clause
from dashboard.components.console_parts import build_refusal
from dashboard.components.drawer import build_form_drawer
from dashboard.context import actor, county, lang, now, record, run, t
from data.casework.paper_making import write_paper
from data.casework.papers import make_paper, open_paper, replace_paper
from data.keys import row_key
from data.models import Paper
from data.papers.told import told_in
from data.queries.papers import AskedInput, PaperChoice, asked_of, choices, get_paper
from policy.errors import Refusal

MAKE: Final = "make"
REASON: Final = "reason"
KIND: Final[dict[str, Any]] = {"type": "paper-kind", "at": "form"}
MOMENT: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日(?:(\d{1,2})时(\d{1,2})分)?")
Told = Mapping[str, str]


def build_drawer() -> list[Component]:
    """The drawer of documents, empty until it is asked for; it stands outside of everything that refreshes."""
    go = html.Button(t("papers_page.go"), id="paper-go", type="button", className="button button-main", n_clicks=0)
    drawer = build_form_drawer("paper", go, close=t("papers_page.close"), width=600, layer=310)
    return [dcc.Store(id="paper-opened"), drawer]


# -- what the form holds -------------------------------------------------------------------------------------------------


def asked_for(number: str, what: str) -> dict[str, Any]:
    """Title, content and button of the form that makes a document, or corrects the document `what`."""
    return _to_make(number) if what == MAKE else _to_correct(row_key(what))


def _to_make(number: str) -> dict[str, Any]:
    with record().read() as session:
        found = choices(session, actor(), county(), number=number, now=now(), lang=lang())
    return {"title": t("papers_page.make"), "content": build_choosing(found), "go": t("papers_page.go")}


def build_choosing(found: Sequence[PaperChoice]) -> list[Component]:
    """What can be made, as a list to choose from; what cannot, with what is missing for it and its clause."""
    can, cannot = [one for one in found if one.open], [one for one in found if not one.open]
    options = [{"value": one.kind, "label": _named(one)} for one in can]
    missing = [html.Li(_missing(one)) for one in cannot]
    lacking = html.Details([html.Summary(t("papers_page.cannot", n=len(cannot))), html.Ul(missing, className="k-missing")], className="p-cannot")  # fmt: skip
    return [_kinds(options), html.Div(id="paper-fields", className="k-form"), *([lacking] if cannot else [])]


def _named(one: PaperChoice) -> str:
    return t("papers_page.made_already", name=one.name, n=one.made) if one.made else one.name


def _missing(one: PaperChoice) -> list[Any]:
    sentence = one.obstacle.sentence(lang()) if one.obstacle else ""
    return [html.Strong(one.name), html.Div([sentence, " ", *clause(one.clause, away=True)], className="k-small muted")]


def _kinds(options: list[dict[str, str]], chosen: str | None = None) -> Component:
    return dmc.Select(id=KIND, classNames={"input": "p-kind"}, label=t("papers_page.kind"), placeholder=t("papers_page.kind_hint"), data=options, value=chosen, disabled=chosen is not None, searchable=True, openOnFocus=False, nothingFoundMessage=t("case_page.nothing_found"), comboboxProps=POPUP, maxDropdownHeight=420)  # fmt: skip


def _to_correct(key: UUID) -> dict[str, Any]:
    """The form of a correction, filled with what the document was told; that it was opened is told in the chain."""
    with record().read() as session:
        row = get_paper(session, actor(), county(), key=key, lang=lang())
    content = record().write(actor(), open_paper, county=county(), paper=key, reason=t("papers_page.correcting"))
    why = dmc.Textarea(id=_key(REASON), label=t("papers_page.correct_reason"), description=t("papers_page.correct_hint"), value="", required=True, autosize=True, minRows=2)  # fmt: skip
    fields = html.Div(build_fields(asked_of(row.kind, lang()), told_in(content)), id="paper-fields", className="k-form")
    kinds = _kinds([{"value": row.kind, "label": row.name}], row.kind)
    title = t("papers_page.correct_of", name=row.name, number=row.number)
    return {"title": title, "content": [kinds, _framed(REASON, why), fields], "go": t("papers_page.go_correct")}


def build_fields(asks: Sequence[AskedInput], told: Told) -> list[Component]:
    """A field for each thing a document is told."""
    if not asks:
        return [html.P(t("papers_page.asks_nothing"), className="muted")]
    hint = html.P(t("papers_page.asks_hint"), className="muted k-note")
    return [hint, *(_framed(one.name, _control(one, told.get(one.name, ""))) for one in asks)]


def _key(name: str) -> dict[str, str]:
    return {"type": "paper-told", "name": name}


def _framed(name: str, control: Component) -> Component:
    wrong = html.Div(id={"type": "paper-error", "name": name}, className="k-error", role="alert")
    return html.Div([control, wrong], className="k-field")


def _control(one: AskedInput, value: str) -> Component:
    known: dict[str, Any] = {"id": _key(one.name), "label": one.label}
    picked = picked_of(value)
    if one.kind == "moment" and (picked or not value):
        return dmc.DateTimePicker(
            **known, value=picked, valueFormat="YYYY-MM-DD HH:mm", clearable=True, popoverProps=POPUP
        )
    if one.kind == "day" and (picked or not value):
        return dmc.DateInput(**known, value=picked and picked[:10], valueFormat="YYYY-MM-DD", clearable=True, popoverProps=POPUP)  # fmt: skip
    if one.kind == "words":
        return dmc.Textarea(**known, value=value, autosize=True, minRows=5, maxRows=18)
    return dmc.TextInput(**known, value=value, inputProps={"maxLength": 300})


def picked_of(words: str) -> str | None:
    """`2026年11月1日9时30分` as a picker has it; None for what is no moment."""
    found = MOMENT.fullmatch(words.strip())
    if found is None:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    return f"{year:04d}-{month:02d}-{day:02d} {hour:02d}:{minute:02d}:00"


def words_of(picked: str) -> str:
    """What a picker says, in the words of a document: `2026年11月1日9时30分`, or the day alone."""
    day, _, time = picked.replace("T", " ").partition(" ")
    year, month, on = (int(part) for part in day.split("-"))
    hours = time.split(":") if time else []
    return f"{year}年{month}月{on}日" + (f"{int(hours[0])}时{int(hours[1])}分" if hours else "")


# -- done ----------------------------------------------------------------------------------------------------------------

_PICKED: Final = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?")


def told_of(fields: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What was typed, by name; moments and days as a document writes them."""
    found: dict[str, str] = {}
    for field in fields:
        text = str(field.get("value") or "").strip()
        if text:
            found[field["id"]["name"]] = words_of(text) if _PICKED.fullmatch(text) else text
    return found


def finished(number: str, what: str, kind: str | None, told: dict[str, str], names: Sequence[str]) -> dict[str, Any]:
    """The answer to the form: made and closed, or refused with the sentence beside its field and everything kept."""
    try:
        row = _write(number, what, kind, told)
    except Refusal as refusal:
        field = (refusal.pointer or "").rsplit("/", 1)[-1]
        beside = [beside_field(refusal) if name == field else [] for name in names]
        kept = dict.fromkeys(("opened", "done", "notes", "form"), no_update)
        return {"errors": beside, "refusal": [] if field in names else build_refusal(refusal), **kept}
    words = t("papers_page.done_words", name=t(f"papers.kind.{row.template}"), number=row.number)
    note = [{"action": "show", "title": t("papers_page.done"), "message": words, "color": "green", "autoClose": 6000}]
    return {"errors": [[] for _ in names], "refusal": [], "opened": False, "done": words, "notes": note, "form": None}


def _write(number: str, what: str, kind: str | None, told: dict[str, str]) -> Paper:
    place = county()
    if what == MAKE:
        if not kind:
            raise Refusal("errors_papers.kind_missing", pointer="/paper")
        facts: dict[str, Any] = {"number": number, "paper": kind, "told": told}
        return write_paper(record(), actor(), place, make_paper, asks=facts, **facts)
    reason, facts = told.pop(REASON, ""), {"paper": row_key(what), "told": told}
    return write_paper(record(), actor(), place, replace_paper, asks=facts, reason=reason, **facts)


# -- callbacks -----------------------------------------------------------------------------------------------------------


async def _ask(_clicks: list[int], no: str, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The form of what was pressed; one that was closed half filled in comes back as it was."""
    if not isinstance(ctx.triggered_id, dict) or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    what = ctx.triggered_id["what"]
    if before and before["what"] == what:
        return dict.fromkeys(("title", "content", "go", "refusal", "form"), no_update) | {"opened": True}
    form = await run(asked_for, no, what)
    return form | {"refusal": [], "form": {"what": what}, "opened": True}


async def _chosen(kind: str | None, _values: list[Any]) -> list[Component]:
    """The fields of the chosen document; what was typed under the same name stays."""
    if not kind:
        return []
    return await run(build_fields, asked_of(kind, lang()), told_of(ctx.states_list[0]))


async def _go(clicks: int, no: str, form: Mapping[str, Any] | None, kinds: list[Any], _values: Any) -> dict[str, Any]:
    """Make the document."""
    if not clicks or not form or not kinds:
        raise PreventUpdate
    names = [one["id"]["name"] for one in ctx.outputs_grouping["errors"]]
    return await run(finished, no, form["what"], kinds[0], told_of(ctx.states_list[3]), names)


def register(app: Dash) -> None:
    """Callbacks of the drawer."""
    number, opened, told = State("case-number", "data"), State("paper-opened", "data"), State(_key(ALL), "value")
    app.callback(
        {
            "title": Output("paper-drawer", "title"),
            "content": Output("paper-form", "children"),
            "go": Output("paper-go", "children"),
            "refusal": Output("paper-refusal", "children"),
            "form": Output("paper-opened", "data"),
            "opened": Output("paper-drawer", "opened"),
        },
        Input({"type": "paper-ask", "what": ALL}, "n_clicks"),
        number,
        opened,
        prevent_initial_call=True,
    )(_ask)
    app.callback(Output("paper-fields", "children"), Input(KIND, "value"), told, prevent_initial_call=True)(_chosen)  # fmt: skip
    app.callback(
        {
            "errors": Output({"type": "paper-error", "name": ALL}, "children"),
            "refusal": Output("paper-refusal", "children", allow_duplicate=True),
            "opened": Output("paper-drawer", "opened", allow_duplicate=True),
            "done": Output("case-done", "data", allow_duplicate=True),
            "notes": Output("notices", "sendNotifications", allow_duplicate=True),
            "form": Output("paper-opened", "data", allow_duplicate=True),
        },
        Input("paper-go", "n_clicks"),
        number,
        opened,
        State(KIND | {"at": ALL}, "value"),
        told,
        prevent_initial_call=True,
    )(_go)
