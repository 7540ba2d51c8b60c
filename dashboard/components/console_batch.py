"""The batch of the console: all normal leads proposed to all teams as one table, changed by hand, confirmed as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause, said
from dashboard.components.console_parts import act, kbd
from dashboard.components.console_teams import personal
from dashboard.context import actor, lang, place_name, t
from data.authority import VERBS
from data.casework.batch import REASON_LIMIT
from data.queries.batch import BatchProposal, LeadLine
from policy.batch import Choice, Placed, Saving, Totals
from policy.decision import Reason
from policy.text import named
from policy.zone import CHINA

TICKED: Final = "☑"


def build_button() -> list[Component]:
    """The way to the batch, for who may send."""
    if not actor().roles & VERBS["lead.dispatch"]:
        return []
    words = [t("batch.open"), " ", kbd("b")]
    button = html.Button(words, type="button", id="console-all", className="button", title=t("batch.open_long"), **{"data-batch": "open"})  # fmt: skip
    return [html.Div(button, className="ba-open")]


def build_frame() -> Component:
    """The overlay, closed; it stands outside of everything that refreshes."""
    return dmc.Modal(
        html.Div(id="console-batch-body"),
        id="console-batch",
        title=t("batch.title"),
        opened=False,
        keepMounted=True,
        size="min(1560px, 95vw)",
        zIndex=400,
        transitionProps={"duration": 0},
        closeButtonProps={"aria-label": t("batch.close")},
    )


def title_of(township: str) -> str:
    """What the overlay is called: of the whole county, or of the township the queue is filtered by."""
    return t("batch.title_of", township=place_name(township)) if township else t("batch.title")


# -- the proposal ------------------------------------------------------------------------------------------------------


def build_proposal(view: BatchProposal) -> Component:
    """When it was made, what it comes to, who goes where, what stays behind, and the button that sends."""
    placed = view.found.placed
    moment = f"{view.made_at.astimezone(CHINA):%H:%M:%S}"
    facts = {"at": moment, "sequence": f"{view.sequence:,}", "placed": len(placed), "left": len(view.left_out)}
    head = html.Div([html.P(t("batch.made", **facts)), _plain(t("batch.again"), "again")], className="c-row ba-head")
    body: list[Any] = (
        [build_comparison(view), _table(view)] if placed else [html.P(t("batch.nothing"), className="empty")]
    )
    refusal = html.Div(id="console-batch-refusal", className="f-refusal")
    return html.Div(
        [head, *body, *_left_out(view), refusal, *([_foot()] if placed else [])],
        className="f-form ba-form",
        **{"data-sequence": str(view.sequence)},
    )


def _plain(words: Any, what: str, **more: str) -> Component:
    return html.Button(words, type="button", className="button c-small", **{"data-batch": what}, **more)


def _foot() -> Component:
    words = {
        "data-sum": t("batch.sum", n="{n}", m="{m}"),
        "data-changed": t("batch.changed", n="{n}"),
        "data-waits": t("batch.waits"),
    }
    go = html.Button([t("batch.go"), " ", kbd("Ctrl"), "+", kbd("↵")], type="button", id="console-batch-go", className="button button-main")  # fmt: skip
    hint = html.Span(t("batch.undo_hint"), className="muted")
    return html.Div([html.Span(id="console-batch-sum", className="num", **words), hint, go], className="f-foot ba-foot")


def _minutes(minutes: float | None) -> str:
    return t("batch.time_unknown") if minutes is None else t("console.minutes", n=max(1, round(minutes)))


# -- what it comes to --------------------------------------------------------------------------------------------------


def build_comparison(view: BatchProposal) -> Component:
    """The batch beside one by one, and the difference."""
    found = view.found
    heads = [html.Th(t("batch.way")), *(_head(name) for name in ("placed", "minutes", "late", "load", "spread"))]
    rows = [
        html.Tr([html.Th(t("batch.whole"), scope="row"), *_totals(found.totals)]),
        html.Tr([html.Th(t("batch.one_by_one"), scope="row"), *_totals(found.one_by_one)]),
        html.Tr([html.Th(t("batch.saving"), scope="row"), *_saving(found.saving)], className="ba-saving"),
    ]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="ba-sums")


def _head(name: str) -> Component:
    hint = t(f"batch.{name}_hint") if name in ("late", "spread") else None
    return html.Th(t(f"batch.{name}"), title=hint, scope="col")


def _totals(of: Totals) -> list[Component]:
    unknown = [html.Small(t("batch.unknown", n=of.unknown))] if of.unknown else []
    late = t("batch.none") if of.late is None else t("batch.n_leads", n=of.late)
    cells: list[Any] = [
        t("batch.n_leads", n=of.placed),
        [t("batch.n_minutes", n=round(of.minutes)), " ", *unknown],
        late,
        t("batch.range", low=of.lightest, high=of.heaviest),
        f"{of.spread:.2f}",
    ]
    return [html.Td(cell, className="num") for cell in cells]


def _saving(of: Saving) -> list[Component]:
    placed = t("batch.more", n=t("batch.n_leads", n=of.placed)) if of.placed else t("batch.same")
    minutes = None if of.minutes is None else round(of.minutes)
    cells = [placed, _less(minutes, "n_minutes"), _less(of.late, "n_leads"), "", _less(round(of.spread, 2), "")]
    return [html.Td(cell, className="num") for cell in cells]


def _less(amount: float | None, unit: str) -> str:
    """How much less, or more: both are said, a saving is not made up."""
    if amount is None:
        return t("batch.none")
    if not amount:
        return t("batch.same")
    told = f"{abs(amount):g}"
    return t("batch.less" if amount > 0 else "batch.more", n=t(f"batch.{unit}", n=told) if unit else told)


# -- who goes where ----------------------------------------------------------------------------------------------------


def _table(view: BatchProposal) -> Component:
    heads = [html.Th(t(f"batch.{name}"), scope="col") for name in ("take", "lead", "place", "team", "time", "why")]
    rows = [_row(view, one) for one in view.found.placed]
    return html.Div(
        html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="ba-table"), className="ba-scroll"
    )


def _row(view: BatchProposal, one: Placed) -> Component:
    line = view.lines[one.lead.number]
    names = {"data-number": line.number, "data-proposed": one.choice.team.code}
    tick = html.Button(TICKED, type="button", role="checkbox", className="ba-tick", title=line.number, **{"data-batch": "tick", "aria-checked": "true"})  # fmt: skip
    return html.Tr(
        [
            html.Td(tick),
            html.Td(_lead(line)),
            html.Td(named(line.place, lang())),
            html.Td([_choices(view, one), _reason_box()]),
            html.Td(html.Span(_minutes(one.choice.minutes)), className="num ba-time"),
            html.Td(_why(one), className="ba-why"),
        ],
        **names,
    )


def _lead(line: LeadLine) -> list[Component]:
    about = html.Div(
        [html.Span(line.number[-4:], className="num"), " · ", named(line.title, lang())],
        className="muted",
        title=line.number,
    )
    return [html.Div(line.summary, className="ba-words", title=line.summary), about]


def _choices(view: BatchProposal, one: Placed) -> Component:
    """The proposed team first, then who else may take it, each with its minutes; nothing to choose where there is one."""
    return html.Select(
        [_option(view, choice, not one.others) for choice in (one.choice, *one.others)],
        className="ba-team",
        disabled=not one.others,
        **{"aria-label": t("batch.team"), "data-batch": "team"},
    )


def _option(view: BatchProposal, choice: Choice, alone: bool) -> Component:
    name, minutes = named(view.teams[choice.team.code], lang()), _minutes(choice.minutes)
    took = {} if choice.minutes is None else {"data-minutes": f"{choice.minutes:.2f}"}
    words = name if alone else t("batch.option", team=name, minutes=minutes)
    return html.Option(words, value=choice.team.code, **{"data-time": minutes}, **took)


def _reason_box() -> Component:
    return html.Textarea(
        rows=1, hidden=True, maxLength=REASON_LIMIT, placeholder=t("batch.reason"), className="ba-reason", **{"aria-label": t("batch.reason")}
    )  # fmt: skip


def _why(one: Placed) -> list[Component]:
    """What tells the teams apart; what the law asks of each is one click away."""
    every = (*one.cons, *one.pros)
    grounds = [_reason(reason) for reason in every if reason.favourable and reason.clause]
    telling = [_reason(reason) for reason in every if not (reason.favourable and reason.clause)]
    fold = html.Details([html.Summary(t("batch.grounds", n=len(grounds))), *grounds]) if grounds else None
    return [*telling, *([fold] if fold else [])]


def _reason(reason: Reason) -> Component:
    mark = "✓" if reason.favourable else "✗"
    look = "r-reason r-for" if reason.favourable else "r-reason r-against"
    return html.Span([html.Span(f"{mark}\u2060", className="r-mark", **{"aria-hidden": "true"}), *said(reason, away=True)], className=look)  # fmt: skip


def _left_out(view: BatchProposal) -> list[Component]:
    if not view.left_out:
        return []
    rows = [html.Li([_link(view.lines[number]), *_grounds(reasons)]) for number, reasons in view.left_out]
    return [html.Details([html.Summary(t("batch.left_out", n=len(rows))), html.Ul(rows)], className="ba-left")]


def _link(line: LeadLine) -> Component:
    words = f"{line.number[-4:]} {line.summary}"
    return html.Button(words, type="button", className="ba-link", title=line.number, **{"data-act": "choose", "data-number": line.number, "data-batch": "show"})  # fmt: skip


def _grounds(reasons: Sequence[Reason]) -> list[Component]:
    return [_reason(reason) for reason in reasons if not personal(reason)]


# -- what became of it -------------------------------------------------------------------------------------------------


def build_result(results: Sequence[dict[str, Any]]) -> Component:
    """What was sent and what was not, with the whole sentence of each refusal."""
    refused = [one for one in results if one["problem"] is not None]
    told = t("batch.done_some", sent=len(results) - len(refused), refused=len(refused))
    rows = [
        html.Li([html.Span([one["problem"]["sentence"][lang()], " ", *clause(one["problem"]["clause"], away=True)])])
        for one in refused
    ]
    undo = [act(t("console.undo"), "undo")] if len(refused) < len(results) else []
    buttons = html.Div([*undo, _plain(t("batch.again"), "again"), _plain(t("batch.close"), "close")], className="c-row")
    content = [html.P(html.Strong(told)), html.P(t("batch.refused")), html.Ul(rows, className="ba-refused"), buttons]
    return html.Div(content, className="f-form ba-form ba-result")
