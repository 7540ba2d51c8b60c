"""Villages with and without a named officer, by section, and the heads of the grid above them."""

from __future__ import annotations

from itertools import groupby

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.symbols import symbol
from dashboard.components.township_words import DASH, empty
from dashboard.context import lang, t
from data.queries.township_cells import Village
from data.queries.township_force import ForceState
from policy.profile import Value
from policy.text import JOINTS


def build_head(state: ForceState, target: Value | None) -> list[Component]:
    """F04 of the township with numerator, denominator, target and clause; heads of the cells above the villages."""
    named, every = sum(bool(one.officer) for one in state.villages), len(state.villages)
    share = f"{named / every * 100:.1f}%" if every else DASH
    short = target is not None and every and named / every < float(target.value)
    goal = [html.Span(t("township.target", value=f"{float(target.value) * 100:.0f}%"), className="muted num"), *clause(target.clause, key="target.F04")] if target else []  # fmt: skip
    figure = html.Div(
        [
            html.Span(t("township.village.share"), className="muted"),
            html.Strong(share, className=f"num {'warn' if short else ''}"),
            html.Span(f"{named}/{every}", className="num"),
            *goal,
        ],
        className="t-figure-line",
    )
    rows = [
        html.Li([html.Span(level, className="muted"), html.Strong(cell), html.Span(who or t("township.village.nobody"), className="" if who else "warn")])
        for level, cell, who in state.heads
    ]  # fmt: skip
    return [figure, html.Ul(rows, className="t-heads")]


def build_village(one: Village, rights: frozenset[str]) -> Component:
    """One village: its officer or that there is none, grid worker, open leads and those of 30 days."""
    officer = html.Span(one.officer) if one.officer else html.Span([symbol("off_duty", ""), " ", t("township.village.nobody")], className="warn")  # fmt: skip
    worker = JOINTS[lang()].join(one.deputies) or DASH
    return html.Li(
        [
            html.Strong(one.name),
            html.Span(t("township.village.counts", open=one.open, received=one.received), className="muted num"),
            html.Span(
                [html.Span(t("township.village.officer"), className="muted"), " ", officer, " ", *_press(one, rights)]
            ),
            html.Span([html.Span(t("township.village.worker"), className="muted"), " ", worker]),
        ],
        className=f"t-village {'' if one.officer else 't-village-bare'}",
        key=one.code,
    )


def _press(one: Village, rights: frozenset[str]) -> list[Component]:
    """Name an officer, or another one."""
    if "village_officer.name" not in rights:
        return []
    words = t("staffing.change" if one.officer else "staffing.name")
    return [html.Button(words, id={"type": "staffing-step", "verb": f"name_officer:{one.code}"}, type="button", className="t-link t-quiet", n_clicks=0)]  # fmt: skip


def build_villages(state: ForceState, rights: frozenset[str] = frozenset()) -> list[Component]:
    """All villages by section, those without an officer first."""
    ordered = sorted(state.villages, key=lambda one: (one.section, bool(one.officer), one.code))
    parts: list[Component] = []
    for section, villages in groupby(ordered, key=lambda one: one.section):
        rows = list(villages)
        bare = sum(not one.officer for one in rows)
        side = t("township.village.bare", n=bare, all=len(rows)) if bare else t("township.village.all_named", all=len(rows))  # fmt: skip
        head = html.H3([section, " ", html.Span(side, className="muted num")])
        parts.append(
            html.Section([head, html.Ul([build_village(one, rights) for one in rows], className="t-villages")])
        )
    return parts or [empty(t("township.empty_villages"))]
