"""Draws of files as components: the list, one draw with what it rests on, its files and sheets, the draw repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import capital, day, joined, moment, nothing, panel
from dashboard.components.clause import clause
from dashboard.components.desk import build_step
from dashboard.context import county, lang, now, place_name, t
from data.models import FileDraw, FileScore
from data.queries.draws import Repeated
from data.queries.file_draws import DrawnFile, DrawRow
from policy.file_review import CYCLE_KEY, Heading, Period, cycles
from policy.text import Name, named

DESK: Final = "supfiles"
PATH: Final = "/supervision"
Names = Mapping[str, str]


def to(**view: str) -> str:
    """The address of a view of the draws."""
    held = {name: value for name, value in view.items() if value}
    return f"{PATH}?{urlencode({'show': 'files', **held})}"


def state_name(status: str) -> str:
    """The word of a state of a draw."""
    return t(f"vocabulary.draw_status.{status}")


def score_words(score: float) -> str:
    """Points out of a hundred."""
    return f"{score:.2f}".rstrip("0").rstrip(".")


# -- list --------------------------------------------------------------------------------------------------------------


def build_rule() -> Component:
    """What the plan asks for, with its clause; that it is silent where it is."""
    on = now().date()
    found = cycles(county().profile, on)
    if not found:
        return html.P(t("supervising_files.plan_silent"), className="muted k-small")
    value = county().profile.require(CYCLE_KEY, on)
    words = joined([t(f"supervising_files.cycle.{one}") for one in found])
    said = t("supervising_files.plan_cycle", cycles=words)
    return html.P([said, " ", *clause(value.clause)], className="muted k-small")


def build_rows(rows: Sequence[DrawRow], here: str) -> list[Component]:
    """One card a draw, the newest first."""
    return [_card(row, row.draw.number == here) for row in rows] or [nothing(t("supervising_files.no_draws"))]


def _card(row: DrawRow, here: bool) -> Component:
    draw = row.draw
    title = t("supervising_files.row", period=row.period.name, cycle=t(f"supervising_files.cycle.{draw.cycle}"))
    head = html.Span([html.Strong(title, className="b-subject"), html.Span(state_name(draw.status), className="k-tag")], className="b-card-head")  # fmt: skip
    size = [t("supervising_files.row_files", files=len(draw.files), wanted=draw.wanted)]
    size += [" · ", t("supervising_files.row_scored", scored=row.scored, drawn=len(draw.drawn))] if draw.drawn and draw.status == "drawn" else []  # fmt: skip
    number = html.Span([draw.number, " · ", day(draw.committed_at)], className="muted num k-small")
    look = f"b-card {'b-card-here' if here else ''} {'sup-gone' if draw.status == 'discarded' else ''}"
    return dcc.Link([head, html.Span(size, className="k-small num"), number], href=to(no=draw.number), className=look)


# -- one draw ----------------------------------------------------------------------------------------------------------


def build_draw(draw: FileDraw, names: Names) -> Component:
    """What a draw rests on."""
    period = Period(draw.begins_on, draw.ends_on, draw.cycle)
    source = t(f"vocabulary.seed_source.{draw.seed_source}") if draw.seed_source else None
    told: dict[str, Any] = {
        "period": t("supervising_files.period_days", period=period.name, begins=draw.begins_on, ends=draw.ends_on),
        "organ_code": names.get(draw.organ_code, draw.organ_code),
        "files": t("supervising_files.population_many", n=len(draw.files)),
        "wanted": str(draw.wanted),
        "algorithm": draw.algorithm,
        "population_sha256": html.Code(draw.population_sha256),
        "committed_at": moment(draw.committed_at),
        "seed_source": source,
        "beacon_name": draw.beacon_name,
        "seed": html.Code(draw.seed) if draw.seed else None,
        "drawn_at": moment(draw.drawn_at) if draw.drawn_at else None,
        "discarded_at": moment(draw.discarded_at) if draw.discarded_at else None,
        "reason": draw.reason,
    }
    lines = [_line(f"fact.{name}", value) for name, value in told.items() if value]
    title = t("supervising_files.draw", number=draw.number)
    return panel(title, html.Dl(lines, className="k-facts"), side=state_name(draw.status), look="sup-draw")


def _line(key: str, *value: Any) -> Component:
    return html.Div([html.Dt(t(f"supervising_files.{key}")), html.Dd([*value])], className="k-fact")


def build_repeated(number: str, found: Repeated) -> Component:
    """The draw repeated, check by check."""
    said = zip(found.checks, found.sentences(lang()), strict=True)
    marks = [html.Li([("✓ " if held else "✕ "), words], className="" if held else "alarm") for (_, held), words in said]
    verdict = t("inspections.draw_holds" if found.holds else "inspections.draw_fails", number=number)
    again = html.A(t("supervising_files.again"), href=to(no=number), className="button")
    place = f"/api/v1/file-draws/{number}/file"
    file = html.A(t("supervising_files.file"), href=place, className="button", download=f"{number}.json")
    hint = html.Code(t("supervising_files.verify_hint", number=number), className="muted k-small")
    body = [html.P(html.Strong(verdict)), html.Ul(marks, className="i-marks"), html.Div([again, file, hint], className="b-tools")]  # fmt: skip
    return panel(t("supervising_files.repeated"), body)


def build_files(draw: FileDraw, files: Sequence[DrawnFile], names: Names, may_score: bool) -> Component:
    """The files that were drawn, in order, each with its sheet or the way to fill one in."""
    heads = ("case", "item", "township", "closed", "score")
    head = html.Tr([*(html.Th(t(f"supervising_files.column.{name}")) for name in heads), html.Th()])
    rows = [_file(draw, one, may_score) for one in files]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="sup-events")
    return panel(t("supervising_files.files"), html.Div(table, className="sup-scroll"), look="sup-drawn")


def _file(draw: FileDraw, one: DrawnFile, may_score: bool) -> Component:
    number = dcc.Link(one.number, href=f"/case/{one.number}", className="num")
    seal = dcc.Link(t("supervising_files.take_sealed"), href=to(no=draw.number, case=one.number), className="k-small")
    cells = [
        number,
        one.item,
        place_name(one.township_code) if one.township_code else "",
        html.Span(day(one.closed_at), className="num"),
        _score(draw, one, may_score),
        seal,
    ]
    return html.Tr([html.Td(cell) for cell in cells])


def _score(draw: FileDraw, one: DrawnFile, may_score: bool) -> Any:
    if one.score is not None:
        words = t("supervising_files.score_words", score=score_words(one.score.score))
        return dcc.Link(words, href=to(no=draw.number, sheet=one.score.number), className="num")
    if one.part is not None:
        part = t("supervising_files.handler") if one.part == "handler" else t(f"vocabulary.verb.{one.part}")
        return html.Span(t("supervising_files.had_part", part=part), className="muted k-small")
    if may_score and draw.status == "drawn":
        return build_step(DESK, f"score.{one.number}", t("supervising_files.score_it"))
    return html.Span(t("supervising_files.not_scored"), className="muted")


# -- a sheet -----------------------------------------------------------------------------------------------------------


def heading_name(heading: Heading | None, code: str) -> str:
    """What a heading is called."""
    name: Name | None = heading.name if heading is not None else None
    if name is None:
        return capital(t("supervising_files.overall")) if code == "overall" else code
    return named(name, lang())


def build_sheet(case: str, row: FileScore, known: Mapping[str, Heading], names: Names, own: bool) -> Component:
    """A score sheet: points and ground by heading, faults, and what it was before a correction."""
    head = html.Tr([html.Th(t(f"supervising_files.{key}")) for key in ("column.heading", "column.points", "ground")])
    rows = [_heading(code, told, known.get(code)) for code, told in row.points.items()]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="sup-events")
    who = html.P([t("supervising_files.reviewer"), " ", row.reviewer, " · ", moment(row.scored_at)], className="muted k-small")  # fmt: skip
    steps = [build_step(DESK, f"correct.{row.number}", t("supervising_files.correct"))] if own else []
    body = [table, who, *_faults(row, names), *_earlier(row), html.Div(steps, className="b-tools")]
    title = t("supervising_files.sheet_of", case=case, number=row.number)
    return panel(title, body, side=t("supervising_files.score_words", score=score_words(row.score)), look="sup-sheet")


def _heading(code: str, told: Mapping[str, str], known: Heading | None) -> Component:
    most = f" / {known.points}" if known is not None else ""
    return html.Tr([html.Td(heading_name(known, code)), html.Td(f"{told['points']}{most}", className="num"), html.Td(told["ground"])])  # fmt: skip


def _faults(row: FileScore, names: Names) -> list[Component]:
    if not row.faults:
        return []
    lines = [html.Li(_fault(one, names)) for one in row.faults]
    return [html.H3(t("supervising_files.faults"), className="k-sub"), html.Ul(lines, className="k-list")]


def _fault(one: Mapping[str, Any], names: Names) -> list[Any]:
    organ = names.get(one["organ"], one["organ"])
    words = t("supervising_files.fault_line", words=one["words"], organ=organ, due=one["due_on"])
    if one["mended_at"]:
        done = t("supervising_files.fault_mended", at=one["mended_at"][:10], outcome=one["outcome"])
        return [words, html.Div(["✓ ", done], className="good k-small")]
    late = one["due_on"] < day(now())
    return [words, *([html.Span([" ▲ ", t("supervising_files.fault_overdue")], className="alarm")] if late else [])]


def _earlier(row: FileScore) -> list[Component]:
    return [
        html.P(
            t("supervising_files.version_earlier", at=one["corrected_at"][:10], score=score_words(one["score"]), reason=one["reason"]),
            className="muted k-small",
        )
        for one in row.earlier
    ]  # fmt: skip
