"""Appraisal on the page of supervision: what each township lacks, scores with their intervals, every part explained; no league
table, and nobody ranked who is a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import joined, moment, nothing, panel
from dashboard.components.clause import clause, to_value
from dashboard.components.desk import Desk, Taken, View, build_step
from dashboard.components.desk import register as register_desk
from dashboard.components.desk_form import Offer, build_fields, words_of
from dashboard.components.supervision_parts import build_frame, figure, may, table, to, view_of
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import actor, county, lang, now, record, t
from data.casework.appraisals import take_appraisal
from data.queries.appraisals import ORGAN, TOWNSHIP, AppraisalRow, appraisals, periods_taken, worked_out
from data.sheets import Book, Sheet
from policy.appraisal import KEY, UNITS, Part, Standing, Weight, small_group, weights_of
from policy.conduct_forms import APPRAISAL_FORM
from policy.figures.definitions import definition
from policy.periods import over_before, period
from policy.zone import CHINA

SHOW: Final = "ranking"
NAME: Final = "ranking"
KINDS: Final = (TOWNSHIP, ORGAN)
TAKE: Final = "take"
SHOWN: Final = 12  # periods offered as links
_COLUMNS: Final = ("part", "weight", "value", "target", "county", "points")


@dataclass(frozen=True, slots=True)
class Look:
    """What the section shows: a period, townships or departments, and their scores."""

    period: str
    periods: Sequence[str]
    kind: str
    rows: Sequence[AppraisalRow]


def build(given: Mapping[str, str]) -> Component:
    """The section as the address asks for it."""
    view = view_of(given, "period", "kind")
    return build_frame(DESK, view, parts(view), {"tools": "", "help": "cd-list", "scores": "cd-list"})


def look(view: View) -> Look:
    """The kept scores the address asks for; the last period taken where it names none."""
    kind = view["kind"] if view["kind"] in KINDS else TOWNSHIP
    with record().read() as session:
        periods = periods_taken(session, county())
        code = view["period"] if view["period"] in periods else periods[0] if periods else ""
        rows = appraisals(session, actor(), county(), now(), period_code=code, kind=kind) if code else []
    return Look(code, periods, kind, rows)


def parts(view: View) -> dict[str, Any]:
    """Which period, what each one lacks, the scores."""
    found = look(view)
    if not found.rows:
        return {"tools": build_tools(found), "help": [panel(t("conduct.tab.ranking"), [build_weights(found), nothing(t("conduct.ranking_none"))])], "scores": []}  # fmt: skip
    return {"tools": build_tools(found), "help": [build_help(found)], "scores": [build_scores(found)]}


def build_tools(found: Look) -> Component:
    """Townships or departments, the period, the export, the step."""
    kinds = [_link(t(f"conduct.kind_{kind}"), kind == found.kind, period=found.period, kind=kind) for kind in KINDS]
    codes = [_link(code, code == found.period, period=code, kind=found.kind) for code in found.periods[:SHOWN]]
    take = [build_step(NAME, TAKE, t("conduct.take"), main=not found.rows)] if may("appraisal.take") and _weights() else []  # fmt: skip
    return html.Div([*kinds, html.Span(className="cd-gap"), *codes, html.Span(className="k-spacer"), build_export(EXPORT), *take], className="b-tools b-narrow")  # fmt: skip


def _link(words: str, here: bool, **view: str) -> Component:
    return dcc.Link(words, href=to(SHOW, **view), className=f"k-count {'k-count-on' if here else ''}")


def _weights() -> tuple[Weight, ...]:
    return weights_of(county().profile, now().astimezone(CHINA).date())


def build_weights(found: Look) -> Component:
    """What counts how much, and where that is said; that money does not."""
    on = period(found.period).first if found.period else now().astimezone(CHINA).date()
    value, mine = county().profile.get(KEY, now().astimezone(CHINA).date()), _weights()
    if value is None or not mine:
        return html.P(t("conduct.ranking_silent"), className="warn k-note")
    mine = tuple(one for one in mine if found.kind in definition(one.figure).measure(one.measure).groups)
    total = sum(one.weight for one in mine) or 1.0
    said = joined([f"{measure_words(one.figure, one.measure)} {one.weight / total:.0%}" for one in mine])
    where = t("conduct.where_ours") if not value.clause else ""
    words = t("conduct.ranking_weights", where=where or KEY, weights=said)
    note = t("conduct.ranking_note", n=small_group(county().profile, on))
    rule = html.P([to_value(t("conduct.weights"), KEY), words, " ", *clause("PL 74")], className="k-note")
    return html.Div([rule, html.P(note, className="muted k-note")])


def measure_words(figure_id: str, measure: str) -> str:
    """What a measure is called, after its figure where it does not say so itself."""
    known = definition(figure_id)
    name, words = known.name(lang()), known.measure_name(measure, lang())
    return words if words.startswith(name) else f"{name} · {words}"


def value_words(part: Part, value: float | None) -> str:
    """A value of a part with its unit: a share as per cent, a score as points."""
    if value is None:
        return "—"
    full = UNITS[definition(part.figure).measure(part.measure).unit]
    return f"{value:.1%}" if full == 1.0 else t("conduct.score_points", n=f"{value:.1f}")


# -- who needs help ----------------------------------------------------------------------------------------------------


def build_help(found: Look) -> Component:
    """What each one clearly lacks, whoever lacks most first; those without a shortfall by name."""
    lacking = [row for row in found.rows if row.scored.lacking]
    rest = sorted(words_of(row.name) for row in found.rows if not row.scored.lacking)
    cards = [_needs(row) for row in lacking] or [nothing(t("conduct.help_none"))]
    fine = [html.P([html.Strong(t("conduct.others", n=len(rest))), " ", joined(rest)], className="muted k-note")] if rest and lacking else []  # fmt: skip
    taken = max(row.taken_at for row in found.rows)
    side = f"{found.period} · {t('conduct.taken_at', at=moment(taken))}"
    return panel(t("conduct.help_title"), [build_weights(found), html.Div(cards, className="cd-needs"), *fine], side=side)  # fmt: skip


def _needs(row: AppraisalRow) -> Component:
    lacks = [html.Li([_lack(part), " ", *clause(part.clause if part.lack == "below_target" else None)]) for part in row.scored.lacking]  # fmt: skip
    head = html.Div([html.Strong(words_of(row.name)), html.Span(t("conduct.help_by", n=f"{row.scored.missing:.1f}"), className="warn num")], className="b-card-head")  # fmt: skip
    return html.Div([head, html.Ul(lacks)], className="b-card cd-need")


def _lack(part: Part) -> str:
    words, value = measure_words(part.figure, part.measure), _counted(part)
    if part.lack == "below_target":
        return t("conduct.lack_target", figure=words, value=value, target=value_words(part, part.target))
    return t("conduct.lack_county", figure=words, value=value, county=_county(part))


def _counted(part: Part) -> str:
    """A value with its numerator and denominator."""
    if part.value is None:
        return t("conduct.no_cases")
    shown = value_words(part, part.value)
    whole = UNITS[definition(part.figure).measure(part.measure).unit] == 1.0
    counts = f"{part.numerator:,.0f}/{part.denominator:,.0f}" if whole else f"n={part.denominator:,.0f}"
    return f"{shown}（{counts}）" if lang() == "zh" else f"{shown} ({counts})"


def _county(part: Part) -> str:
    """The county’s value; where a target is set, how far the county reaches it."""
    return "—" if part.county is None else f"{part.county:.1%}"


# -- scores ------------------------------------------------------------------------------------------------------------


def build_scores(found: Look) -> Component:
    """The scores with their intervals and places from–to, by name; each opens its parts."""
    rows = sorted(found.rows, key=lambda row: (row.scored.few, row.scored.code))
    return panel(t("conduct.scores_title"), html.Div([_score(row) for row in rows], className="cd-scores"))


def _score(row: AppraisalRow) -> Component:
    one = row.scored
    told = t("conduct.no_score") if one.score is None else f"{one.score:.1f}"
    span = f"{one.low:.0f}–{one.high:.0f}" if one.low is not None and one.high is not None else ""
    again = [html.Small(t("conduct.restated", at=moment(row.taken_at), before=f"{row.before:.1f}"), className="warn")] if row.before is not None else []  # fmt: skip
    head = html.Summary(
        [
            html.Strong(words_of(row.name)),
            build_bar(one.score, one.low, one.high),
            html.Span([html.B(told), html.Small(span)], className="num cd-points"),
            html.Span(place_words(row.standing, one.score is not None), className="cd-place"),
        ]
    )
    return html.Details([head, *again, build_parts(one.parts)], className=f"cd-score {'cd-few' if one.few else ''}")


def build_bar(score: float | None, low: float | None, high: float | None) -> Component:
    """The interval as a band and the score as a tick on a line from 0 to 100."""
    if score is None or low is None or high is None:
        return html.Span(className="cd-bar")
    band = html.I(className="cd-band", style={"left": f"{low:.1f}%", "width": f"{max(high - low, 0.6):.1f}%"})
    return html.Span([band, html.I(className="cd-tick", style={"left": f"{score:.1f}%"})], className="cd-bar", title=f"{low:.1f} – {score:.1f} – {high:.1f}")  # fmt: skip


def place_words(place: Standing, scored: bool) -> str:
    """Between which places; never a bare rank where others cannot be told apart."""
    if place.best is None or place.worst is None:
        return t("conduct.no_place") if scored else ""
    if place.best == place.worst:
        return t("conduct.place_one", best=place.best, of=place.of)
    return t("conduct.place", best=place.best, worst=place.worst, of=place.of)


def build_parts(known: Sequence[Part]) -> Component:
    """Every part of a score: weight, value, target, how the county stands, points."""
    return table(_COLUMNS, [_part(one) for one in known], figures=_COLUMNS[1:])


def _part(one: Part) -> Component:
    points = "—" if one.score is None else f"{100 * one.score:.1f}"
    return html.Tr(
        [
            html.Td([f"{one.figure} ", measure_words(one.figure, one.measure)]),
            figure(f"{one.weight:.0%}"),
            figure(_counted(one)),
            figure([value_words(one, one.target), " ", *clause(one.clause if one.target is not None else None)]),
            figure(_county(one)),
            figure(points, "warn" if one.lack else ""),
        ],
        className="cd-few" if one.few else "",
    )


# -- the step ----------------------------------------------------------------------------------------------------------


def opened(_view: View, _verb: str) -> tuple[str, list[Component]]:
    """Which period is appraised: one that is over."""
    codes = over_before(now().astimezone(CHINA).date())
    offered = {"period": [{"value": code, "label": code} for code in codes]}
    return t("conduct.take"), build_fields(APPRAISAL_FORM, Offer(NAME, NAME, offered, {"period": codes[0] if codes else None}))  # fmt: skip


def taken(view: View, _verb: str, given: Mapping[str, Any]) -> Taken:
    """Work the scores out and keep them; raises Refusal."""
    code = period(str(given.get("period") or "")).code
    with record().read() as session:
        found = worked_out(session, actor(), county(), now(), period_code=code)
    rows = record().write(actor(), take_appraisal, county=county(), period_code=code, found=found)
    words = t("conduct.done_appraisal", period=code, n=len(rows)) if rows else t("conduct.done_unchanged", period=code)
    return words, to(SHOW, period=code, kind=view["kind"])


def book(view: Mapping[str, str]) -> Book:
    """Every score with its parts as a spreadsheet."""
    found = look(view)
    heads = [t(f"conduct.column.{name}") for name in ("name", "score", "interval", "place", *_COLUMNS)]
    rows = [
        [words_of(row.name), row.scored.score, f"{row.scored.low or 0:.1f}–{row.scored.high or 0:.1f}",
         place_words(row.standing, row.scored.score is not None), f"{one.figure} {measure_words(one.figure, one.measure)}",
         one.weight, one.value, one.target, one.county, None if one.score is None else 100 * one.score]
        for row in found.rows
        for one in row.scored.parts
    ]  # fmt: skip
    return Book(t("conduct.tab.ranking"), (Sheet(t("conduct.scores_title"), heads, rows),), narrowed=found.period)


DESK: Final = Desk(NAME, ("tools", "help", "scores"), parts, opened, taken)
EXPORT: Final = Export("ranking", book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_desk(app, DESK)
    register_export(app, EXPORT, State(f"{NAME}-view", "data"))
