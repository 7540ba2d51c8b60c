"""The township's figures: now, a month before, in townships of its kind; with parts, target, clause and definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.clause import clause, to_value
from dashboard.components.console_parts import clock
from dashboard.components.township_words import hint, number
from dashboard.context import lang, place_name, t
from data.queries.township_figures import Comparison, Figures, Line, Part
from policy.figures.definitions import definition
from policy.text import JOINTS

HEADLINES: Final = {"F11": ("overdue_all", "on_time_all"), "F10": ("lead_closure", "decided_in_time")}
TIMES: Final = ("minute", "hour", "day")
TINY: Final = 0.005  # a change below half a per cent of the value is none


def parts_words(part: Part, unit: str) -> str:
    """What a value is made of: 118/135, or n 118 · p90 12.4 of a median."""
    if part.denominator is None:
        return ""
    n, d = f"{part.numerator or 0:,.0f}", f"{part.denominator:,.0f}"
    if unit in TIMES:
        high = "" if part.p90 is None else f"p90 {number(part.p90, unit)} · "
        return f"{high}{n}/{d}"
    return f"{n}/{d}"


def change(line: Line) -> tuple[str, str, str]:
    """How the value moved against the month before: arrow, tone, word; nothing where either rests on too few cases."""
    now, before = line.now, line.before
    if now.value is None or before.value is None or now.small or before.small:
        return "", "", ""
    moved = now.value - before.value
    if abs(moved) <= TINY * max(abs(before.value), 1e-9):
        return "＝", "muted", t("township.change.same")
    up = moved > 0
    if line.better == "none":
        return ("↑" if up else "↓"), "muted", t("township.change.up" if up else "township.change.down")
    good = up == (line.better == "up")
    return ("↑" if up else "↓"), ("good" if good else "warn"), t("township.change.better" if good else "township.change.worse")  # fmt: skip


def _cell(part: Part, unit: str, label: str, extra: Component | None = None) -> Component:
    told = [html.Span(number(part.value, unit), className="muted" if part.small else "t-value")]
    made = parts_words(part, unit)
    few = [html.Span(t("township.few"), className="muted t-few")] if part.small and part.value is not None else []
    below = html.Span([made], className="muted t-parts") if made else None
    return html.Td([html.Span([*told, *([extra] if extra else [])]), below, *few], className="num", **{"data-label": label})  # fmt: skip


def _row(figure: str, line: Line, alike: bool) -> Component:
    arrow, tone, word = change(line)
    mark = html.Span([" ", arrow, " ", word], className=f"t-change {tone}") if arrow else None
    unit = t(f"figures.unit.{line.unit}") if line.unit in TIMES else ""
    name = [html.Span(definition(figure).measure_name(line.measure, lang())), *([html.Span(unit, className="muted t-unit")] if unit else []), *_own_goal(figure, line)]  # fmt: skip
    cells = [
        _cell(line.now, line.unit, t("township.figures.now"), mark),
        _cell(line.before, line.unit, t("township.figures.before")),
        *([_cell(line.alike, line.unit, t("township.figures.alike"))] if alike else []),
    ]
    return html.Tr([html.Th(name, scope="row"), *cells])


def _own_goal(figure: str, line: Line) -> list[Component]:
    """The target of a measure that is not the figure's own."""
    known = definition(figure)
    if line.goal is None or line.measure == known.headline.id:
        return []
    key = known.target_key_of(line.measure) or ""
    words = t("township.figures.goal", value=number(line.goal.value, line.unit))
    return [html.Span([words, " ", *clause(line.goal.clause, key=key)], className="muted t-unit t-own-goal")]


def _table(figure: str, lines: Sequence[Line], alike: bool, head: bool = True) -> Component:
    names = ["now", "before", *(["alike"] if alike else [])]
    top = html.Thead(html.Tr([html.Th(t("township.figures.measure")), *(html.Th(t(f"township.figures.{name}")) for name in names)]))  # fmt: skip
    return html.Table([*([top] if head else []), html.Tbody([_row(figure, line, alike) for line in lines])], className="t-figures-table")  # fmt: skip


def _definition(one: Comparison) -> list[Component]:
    known = definition(one.figure)
    parts: list[Component] = [html.Strong(f"{one.figure} {known.name(lang())}"), html.P(known.formula(lang()))]
    if one.target is not None:
        goal = t("township.target", value=number(one.target, known.unit))
        parts.append(html.P([goal, " ", *clause(one.target_clause, key=one.target_key or "")]))  # fmt: skip
    else:
        parts.append(html.P(t("township.no_target"), className="muted"))
    grounds = [html.Li([t(f"policy.key.{key}"), " ", *(clause(ground, key=key) or [to_value(t("township.ours"), key)])]) for key, ground in one.grounds]  # fmt: skip
    return [*parts, *([html.Ul(grounds)] if grounds else [])]


def _goal(one: Comparison) -> Component:
    if one.target is None:
        links = [clause(ground, key=key) for key, ground in one.grounds if ground]
        return html.Span([t("township.no_target_short"), *[part for link in links[:1] for part in (" · ", t("common.clause"), " ", *link)]], className="muted t-goal")  # fmt: skip
    met = {True: ("good", "township.met"), False: ("warn", "township.missed"), None: ("muted", "township.unknown")}[one.meets]  # fmt: skip
    words = t("township.target", value=number(one.target, definition(one.figure).unit))
    link = [" ", *clause(one.target_clause, key=one.target_key or "")]
    return html.Span([html.Span(t(met[1]), className=met[0]), " ", words, *link], className="t-goal num")


def build_figure(one: Comparison, alike: bool) -> Component:
    """One figure: its headline measures, the others one tap below."""
    known = definition(one.figure)
    wanted = HEADLINES.get(one.figure, tuple(line.measure for line in one.lines))
    first = [line for line in one.lines if line.measure in wanted]
    more = [line for line in one.lines if line.measure not in wanted]
    title = html.H3(
        dcc.Link(
            [html.Span(one.figure, className="muted num"), " ", known.name(lang())],
            href=f"/figures/{one.figure}",
            className="t-figure-link",
        )
    )
    head = html.Header([title, hint("?", *_definition(one), title=t("township.definition_of", name=known.name(lang())))], className="t-head")  # fmt: skip
    rest = [html.Details([html.Summary(t(f"township.figures.more_{one.figure}")), _table(one.figure, more, alike, head=False)])] if more else []  # fmt: skip
    return html.Article([head, _goal(one), _table(one.figure, first, alike), *rest], className="panel t-figure")


def build_figures(found: Figures) -> list[Component]:
    """All figures with the words that say what they are held against."""
    kind = t(f"township.kind.{found.settlement}")
    told = t("township.figures.alike_are", kind=kind, n=len(found.alike), names=JOINTS[lang()].join(place_name(one) for one in found.alike)) if found.alike else t("township.figures.none_alike", kind=kind)  # fmt: skip
    period = t("township.figures.period", at=clock(found.at, found.at))
    cards = [build_figure(one, bool(found.alike)) for one in found.figures if one.lines]
    return [html.P([period, " ", told], className="muted t-said"), html.Div(cards, className="t-figures")]
