"""What-if on the county office's page: asked, worked out in a thread with its step and a way to stop, changed, kept, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components import office_plan_form as form
from dashboard.components import office_plan_result as result
from dashboard.components.case_words import day, moment
from dashboard.components.console_parts import build_refusal
from dashboard.components.desk import done_note
from dashboard.components.office_words import Section, View, box, may, plain, read
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import actor, county, lang, now, record, run, t
from data import runs
from data.casework.posting_plans import decide_plan, keep_plan, moves_of
from data.office_tables import draft_book, load_table, moves_table, plan_book
from data.queries.named import names_of
from data.queries.posting_answers import Measured, PlanRow, list_plans, measured, move_rows, read_plan
from data.queries.posting_question import Question, question
from data.queries.wall import Kept
from data.sheets import Book
from policy.errors import Refusal
from policy.posting_plan import Share

WATCH_MS: Final = 400
SLOT: Final = 300  # seconds
Moves = Sequence[Mapping[str, str]]
_forces: Final = Kept(4)
TONES: Final = {"draft": "warn", "accepted": "good", "dropped": "muted"}
PARTS: Final = ("progress", "proof", "missed", "shares", "compare", "loads")
"""Places of the page that the answer fills; `progress` also says what was refused."""


def names() -> Mapping[str, str]:
    """Names of organs, townships and fields in the language of the answer."""
    with record().read() as session:
        return names_of(session, county(), lang())


# -- building ----------------------------------------------------------------------------------------------------------


def build(view: View) -> Component:
    """The list of plans beside the one that is open, or the form beside its answer."""
    chosen = view.get("no", "")
    body = build_plan(chosen) if chosen else build_asking()
    return html.Div([body, box(t("office.plans"), build_list(read(list_plans), chosen), side=_to_new(chosen))], className="o-section")  # fmt: skip


def _to_new(chosen: str) -> list[Component]:
    return [dcc.Link(t("office.new_plan"), href="/office?show=plans")] if chosen else []


def force_now() -> Question:
    """The force and the values that the form shows, read anew every five minutes: a search reads them when it begins."""
    slot = int(now().timestamp()) // SLOT
    found: Question = _forces.get((county().jurisdiction_id, county().profile.digest, slot), lambda: read(question))
    return found


def build_asking() -> Component:
    """The form, and the places its answer goes to."""
    here = force_now()
    go = html.Button(t("office.work_out"), id="office-go", type="button", className="button button-main", n_clicks=0)
    stop = html.Button(t("office.stop"), id="office-stop", type="button", className="button", n_clicks=0, disabled=True)
    asking = box(t("office.ask.title"), [form.build_form(here), html.Div([go, stop], className="o-row")], look="o-ask-panel o-screen")  # fmt: skip
    stores = [
        dcc.Store(id="office-search", data=None),
        dcc.Store(id="office-asked", data=None),
        dcc.Store(id="office-planned", data=[]),
        dcc.Store(id="office-worked", data=[]),
        dcc.Interval(id="office-watch", interval=WATCH_MS, disabled=True),
    ]
    return html.Div([*stores, asking, _answer(here)], className="o-plan")


def _answer(here: Question) -> Component:
    places = {
        name: html.Div(id=f"office-{name}", className="o-progress" if name == "progress" else "") for name in PARTS
    }
    places["progress"].children = [html.P(t("office.ask.how"), className="muted")]
    told = html.Div([places["proof"], places["missed"]], className="o-told")
    head = html.Div([box(t("office.shares"), places["shares"]), box(t("office.loads"), places["loads"])], className="o-two")  # fmt: skip
    moves = box(t("office.moves"), [_tools(result.build_adding(here, names())), result.build_moves()], side=build_export(DRAFT, look="button t-small"))  # fmt: skip
    whole = html.Div([told, head, moves, html.Div(places["compare"], className="panel k-panel")], id="office-answer", hidden=True, className="o-section")  # fmt: skip
    return html.Div([places["progress"], whole], className="o-answer")


def _tools(adding: Component) -> Component:
    words = {name: t(f"office.{name}") for name in ("add", "remove", "reset")}
    buttons = [html.Button(word, id=f"office-{name}", type="button", className="button t-small", n_clicks=0) for name, word in words.items()]  # fmt: skip
    save = [
        dmc.TextInput(id="office-title", placeholder=t("office.plan_title"), size="sm", w=260, inputProps={"maxLength": 60}, **{"aria-label": t("office.plan_title")}),
        html.Button(t("office.keep"), id="office-keep", type="button", className="button button-main t-small", n_clicks=0),
    ] if may("posting_plan.keep") else []  # fmt: skip
    return html.Div([html.Div([adding, *buttons], className="o-row"), html.Div([*save, html.Div(id="office-kept")], className="o-row")], className="o-tools-two o-screen")  # fmt: skip


def build_list(plans: Sequence[PlanRow], chosen: str) -> Component:
    """Kept plans, the newest first; each opens."""
    if not plans:
        return html.P(t("office.no_plans"), className="muted")
    heads = ("number", "title", "state", "as_of", "moves", "made", "decided_on", "reason")
    top = html.Tr([html.Th(t(f"office.column.{name}")) for name in heads])
    rows = [_plan_row(one, one.number == chosen) for one in plans]
    return html.Div(html.Table([html.Thead(top), html.Tbody(rows)], className="o-table"), className="o-scroll")


def _plan_row(one: PlanRow, here: bool) -> Component:
    moves = [one.moves, html.Span(f" {t('office.by_hand')}", className="muted k-small") if one.by_hand else ""]
    return html.Tr(
        [
            html.Td(dcc.Link(one.number, href=f"/office?show=plans&no={one.number}", className="num")),
            html.Td(one.title),
            html.Td(html.Span(t(f"office.plan.{one.status}"), className=f"k-tag {TONES[one.status]}")),
            html.Td(day(one.as_of), className="num"),
            html.Td(moves, className="num"),
            html.Td(moment(one.made_at), className="num"),
            html.Td(moment(one.decided_at), className="num"),
            html.Td(one.reason or ""),
        ],
        className="o-here" if here else "",
    )


def build_plan(number: str) -> Component:
    """One kept plan as it was measured: shares, moves, and the decision where it is still to be made."""
    try:
        found = read(read_plan, number=number)
    except Refusal as refusal:
        return html.Div(build_refusal(refusal))
    told = names()
    shares = [Share(**one) for one in (found.result["county"], *found.result["teams"])]
    load = {one["code"]: one["load"] for one in found.asked["townships"]}
    head = html.P([html.Span(t(f"office.plan.{found.row.status}"), className=f"k-tag {TONES[found.row.status]}"), " ", t("office.plan_as_of", on=found.row.as_of, n=found.row.moves)])  # fmt: skip
    moves = plain(moves_table(found.moves, told, lang(), t("office.moves")))
    two = html.Div([box(t("office.shares"), result.build_shares(shares, told)), box(t("office.loads"), plain(load_table(found.result["people"], load, told, lang()), numbers=range(1, 6)))], className="o-two")  # fmt: skip
    decide = [_deciding(number)] if found.row.status == "draft" and may("posting_plan.decide") else []
    return html.Div(
        [
            dcc.Store(id="office-plan", data=number),
            box(f"{found.row.number} {found.row.title}", [head, *decide]),
            two,
            box(t("office.moves"), moves, side=build_export(KEPT, look="button t-small")),
        ],
        className="o-section",
    )  # fmt: skip


def _deciding(number: str) -> Component:
    reason = dmc.Textarea(id="office-reason", label=t("office.reason"), autosize=True, minRows=2, inputProps={"maxLength": 500})  # fmt: skip
    buttons = [
        html.Button(t(f"office.{name}"), id={"type": "office-decide", "accept": name}, type="button", n_clicks=0, className=f"button {'button-main' if name == 'accept' else ''}")
        for name in ("accept", "drop")
    ]  # fmt: skip
    return html.Div([reason, html.Div(buttons, className="o-row"), html.Div(id="office-decided", role="status")], className="k-form o-screen", title=number)  # fmt: skip


# -- asking ------------------------------------------------------------------------------------------------------------


def begun(fields: Sequence[Mapping[str, Any]], needs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Begin the search that the form asks for."""
    told = form.asked_of(_by(fields, "name"), _by(needs, "code"))
    search = runs.begin_search(record(), actor(), county(), form.to_ask(told))
    return {"search": search.key, "asked": told, **shown(search)}


def _by(states: Sequence[Mapping[str, Any]], name: str) -> dict[str, Any]:
    return {one["id"][name]: one.get("value") for one in states}


def watched(key: str | None, *, stopping: bool = False) -> dict[str, Any]:
    """How far a search is; stopped where that is asked for."""
    if not key:
        raise PreventUpdate
    search = (runs.stop_search if stopping else runs.look_search)(record(), actor(), county(), key)
    if search is None:
        return {"progress": [html.P(t("office.search_gone"), className="warn")], "still": True, "stop": True}
    return shown(search)


def shown(search: runs.Search) -> dict[str, Any]:
    """What the page says of a search: its step, its answer, why there is none, or that it was stopped."""
    if search.running:
        words = t(f"office.step.{search.step or 'reading'}")
        place = {None: 10, "missed": 35, "fewest": 60, "spread": 85}[search.step]
        bar = dmc.Progress(value=place, size="lg", animated=True, **{"aria-label": words})
        return {"progress": [bar, html.P(words, role="status")], "still": False, "stop": False}
    over: dict[str, Any] = {"still": True, "stop": True}
    if search.answer is not None:
        here, found = search.answer.question, search.answer.measured
        moves = [{"person": one.person, "to": one.to} for one in found.moves]
        told = names()
        return (
            over
            | {"proof": result.build_proof(search.answer)}
            | parts(here, found, told)
            | {"progress": [], "hidden": False, "moves": moves, "worked": moves}
        )
    refused = [build_refusal(search.refusal)] if search.refusal else [html.P(t("office.stopped"), className="muted")]
    return over | {"progress": refused}


def parts(here: Question, found: Measured, told: Mapping[str, str]) -> dict[str, Any]:
    """Everything that follows from the moves."""
    return {
        "missed": result.build_missed(found.missed, here, told),
        "shares": result.build_shares((found.county, *found.teams), told),
        "compare": result.build_compare(found, here, told),
        "loads": result.build_loads(found, here),
        "rows": result.move_data(move_rows(here, found.moves), told),
    }


# -- changing ----------------------------------------------------------------------------------------------------------


def here_of(key: str | None, asked: Mapping[str, Any] | None) -> Question:
    """The question of the open search; asked anew where the server has forgotten it."""
    search = runs.look_search(record(), actor(), county(), key) if key else None
    if search is not None and search.answer is not None:
        return search.answer.question
    found: Question = read(question, form.to_ask(asked))
    return found


def changed(moves: Moves, what: str, given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The moves after one change by hand: a township changed, rows removed, somebody added, all as it was worked out."""
    if what == "office-reset":
        return [dict(one) for one in given["worked"]]
    if what == "office-remove":
        gone = {row["person"] for row in given["chosen"] or ()}
        return [dict(one) for one in moves if one["person"] not in gone]
    if what == "office-add":
        return [*(dict(one) for one in moves), {"person": given["person"] or "", "to": given["to"] or ""}]
    edited = {one["data"]["person"]: one["data"]["to"] for one in given["edits"] or ()}
    return [{"person": one["person"], "to": edited.get(one["person"], one["to"])} for one in moves]


def remeasured(moves: Moves, what: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The plan measured again after a change; a change that cannot be made is refused in words and taken back."""
    here, told = here_of(given["search"], given["asked"]), names()
    fresh = changed(moves, what, given)
    try:
        found = measured(here, moves_of(here, fresh))
    except Refusal as refusal:
        back = result.move_data(move_rows(here, moves_of(here, moves)), told)
        return {"progress": [build_refusal(refusal)], "rows": back}
    same = list(moves_set(fresh)) == list(moves_set(given["worked"]))
    note = [] if same else [html.P(t("office.changed_by_hand", n=len(fresh)), className="muted k-small")]
    return parts(here, found, told) | {"progress": note, "moves": fresh}


def moves_set(moves: Moves) -> list[tuple[str, str]]:
    """Moves in an order that does not depend on how they came about."""
    return sorted((one["person"], one["to"]) for one in moves)


# -- keeping and deciding ----------------------------------------------------------------------------------------------


def kept(title: str | None, moves: Moves, worked: Moves, asked: Mapping[str, Any] | None) -> tuple[Any, Any]:
    """Keep the plan; what is said of it, or the refusal."""
    facts: dict[str, Any] = {
        "title": title or "",
        "moves": list(moves),
        "by_hand": moves_set(moves) != moves_set(worked),
    }
    try:
        row = record().write(actor(), keep_plan, county=county(), asked=form.to_ask(asked), **facts)
    except Refusal as refusal:
        return build_refusal(refusal), no_update
    link = dcc.Link(row.number, href=f"/office?show=plans&no={row.number}", className="num")
    return html.Span([t("office.kept"), " ", link], role="status"), done_note(t("office.kept_as", number=row.number))


def decided(number: str, accept: bool, reason: str | None) -> tuple[Any, Any]:
    """Accept or drop the plan; the page is read again, or the refusal stands below the reason."""
    try:
        record().write(actor(), decide_plan, county=county(), number=number, accept=accept, reason=reason or "")
    except Refusal as refusal:
        return build_refusal(refusal), no_update
    return [], f"/office?show=plans&no={number}"


def draft(search: str | None, asked: Mapping[str, Any] | None, moves: Moves) -> Book:
    """The moves on the page as a file."""
    here = here_of(search, asked)
    found = measured(here, moves_of(here, moves))
    return draft_book(move_rows(here, found.moves), found, dict(here.load), names(), lang())


def kept_book(number: str) -> Book:
    """A kept plan as a file."""
    return plan_book(read(read_plan, number=number), names(), lang())


DRAFT: Final = Export("office-draft", draft, personal=True)
KEPT: Final = Export("office-plan", kept_book, personal=True)

# -- callbacks ---------------------------------------------------------------------------------------------------------

OUTPUTS: Final = {
    "search": Output("office-search", "data"), "asked": Output("office-asked", "data"),
    "moves": Output("office-planned", "data"), "worked": Output("office-worked", "data"),
    "still": Output("office-watch", "disabled"), "stop": Output("office-stop", "disabled"),
    "hidden": Output("office-answer", "hidden"), "rows": Output("office-moves", "rowData"),
    **{name: Output(f"office-{name}", "children") for name in PARTS},
}  # fmt: skip
GIVEN: Final = {
    "fields": State({"type": "office-ask", "name": ALL}, "value"), "flag": State({"type": "office-ask", "name": "reposting"}, "checked"),
    "needs": State({"type": "office-need", "code": ALL}, "value"), "search": State("office-search", "data"),
    "asked": State("office-asked", "data"), "moves": State("office-planned", "data"), "worked": State("office-worked", "data"),
    "chosen": State("office-moves", "selectedRows"), "person": State("office-add-person", "value"), "to": State("office-add-to", "value"),
}  # fmt: skip


async def _work(**given: Any) -> dict[str, Any]:
    """Ask, watch, stop, or change a move: only what that changes is sent."""
    pressed = str(ctx.triggered_id or "")
    if not pressed or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    fields = [*ctx.args_grouping["fields"], {"id": {"name": "reposting"}, "value": given["flag"]}]
    fresh = await run(_worked, pressed, given, fields, ctx.args_grouping["needs"])
    return {name: fresh.get(name, no_update) for name in OUTPUTS}


def _worked(pressed: str, given: Mapping[str, Any], fields: Any, needs: Any) -> dict[str, Any]:
    if pressed == "office-go":
        return begun(fields, needs)
    if pressed in ("office-watch", "office-stop"):
        return watched(given["search"], stopping=pressed == "office-stop")
    return remeasured(given["moves"] or [], pressed, given)


async def _keep(clicks: int, title: str | None, moves: Moves, worked: Moves, asked: Any) -> tuple[Any, Any]:
    """Keep the plan on the page."""
    if not clicks:
        raise PreventUpdate
    return await run(kept, title, moves or [], worked or [], asked)


async def _decide(clicks: list[int], reason: str | None, number: str) -> tuple[Any, Any]:
    """Accept or drop the open plan."""
    if not any(clicks):
        raise PreventUpdate
    return await run(decided, number, ctx.triggered_id["accept"] == "accept", reason)


def register(app: Dash) -> None:
    """The section's callbacks."""
    pressed = {name: Input(f"office-{name}", "n_clicks") for name in ("go", "add", "remove", "reset")}
    pressed |= {"halt": Input("office-stop", "n_clicks"), "tick": Input("office-watch", "n_intervals")}
    edits = {"edits": Input("office-moves", "cellValueChanged")}
    app.callback(output=OUTPUTS, inputs=pressed | edits | GIVEN, prevent_initial_call=True)(_work)
    stores = [State(f"office-{name}", "data") for name in ("planned", "worked", "asked")]
    told = [Output("office-kept", "children"), Output("notices", "sendNotifications", allow_duplicate=True)]
    app.callback(*told, Input("office-keep", "n_clicks"), State("office-title", "value"), *stores, prevent_initial_call=True)(_keep)  # fmt: skip
    app.callback(
        Output("office-decided", "children"), Output("office-address", "href"),
        Input({"type": "office-decide", "accept": ALL}, "n_clicks"), State("office-reason", "value"), State("office-plan", "data"), prevent_initial_call=True,
    )(_decide)  # fmt: skip
    register_export(app, DRAFT, State("office-search", "data"), State("office-asked", "data"), State("office-planned", "data"))  # fmt: skip
    register_export(app, KEPT, State("office-plan", "data"))


SECTION: Final = Section("plans", build, register)
