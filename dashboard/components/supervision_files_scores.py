"""The tab of file review on the page of supervision: a period with its mean, best and worst, townships; faults that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import nothing, panel
from dashboard.components.clause import clause
from dashboard.components.supervision_files_view import PATH, score_words, to
from dashboard.context import actor, county, lang, now, place_name, record, t
from data.queries.file_scores import Group, OpenFault, Review, Scored, open_faults, reviewed
from data.queries.named import names_of
from policy.file_review import CYCLES, Period, period_named, period_of
from policy.profile import Value
from policy.zone import CHINA

NAME: Final = "reviews"
SHOWN: Final = 40


def build(given: Mapping[str, str]) -> Component:
    """The tab for the period the address names: this quarter when it names none."""
    today = now().astimezone(CHINA).date()
    period = period_named(given.get("period", "")) or period_of("quarter", today)
    with record().read() as session:
        names = names_of(session, county(), lang())
        found = reviewed(session, actor(), county(), now(), period=period)
        faults = open_faults(session, actor(), county(), now())
    main = [build_period(period, period_of("year", today).ends_on.year), build_mean(found), *build_lists(found)]
    side = [build_townships(found), build_faults(faults, names)]
    return html.Div(
        [html.Div(main, className="sup-side"), html.Div(side, className="sup-side")], className="sup-columns sup-review"
    )


def build_period(period: Period, year: int) -> Component:
    """The period before and after, and the same day's month, quarter and year."""
    others = [period_of(cycle, period.begins_on) for cycle in CYCLES]
    links = [_to(one, one.name if one != period else t("supervising_files.period_shown", period=one.name), one == period) for one in others]  # fmt: skip
    after = [_to(period.next(), "→")] if period.next().begins_on.year <= year else []
    return html.Nav([_to(period.before(), "←"), *links, *after], className="b-tools", **{"aria-label": t("supervising_files.period")})  # fmt: skip


def _to(period: Period, words: str, here: bool = False) -> Component:
    current = {"aria-current": "page"} if here else {}
    look = f"button {'button-main' if here else ''}"
    return html.Span(dcc.Link(words, href=f"{PATH}?show={NAME}&period={period.name}", className=look, title=period.name), **current)  # fmt: skip


def build_mean(found: Review) -> Component:
    """The mean of the sheets, with how many of how many files."""
    if found.mean is None:
        return html.P(t("supervising_files.none_scored", period=found.period.name), className="muted")
    told = {"score": f"{found.mean:.1f}", "sheets": len(found.sheets), "files": found.files}
    return html.P(t("supervising_files.mean", **told), className=f"num sup-mean {'muted' if found.small else ''}")


# -- best and worst ----------------------------------------------------------------------------------------------------


def build_lists(found: Review) -> list[Component]:
    """The best and the worst, as many as the plan asks for; too few files are not ranked."""
    if found.best_asked is None and found.worst_asked is None:
        return [nothing(t("supervising_files.no_lists"))]
    if found.small:
        few = t("supervising_files.too_few", files=found.files, least=found.least)
        return [nothing(few)] if found.files else []
    short = found.files < _asked(found.best_asked) + _asked(found.worst_asked)
    told = {"files": found.files, "best": _asked(found.best_asked), "worst": _asked(found.worst_asked)}
    note = [html.P(t("supervising_files.short_lists", **told), className="muted k-small")] if short else []
    lists = html.Div([_list("best", found.best, found.best_asked), _list("worst", found.worst, found.worst_asked)], className="sup-duties")  # fmt: skip
    return [*note, lists]


def _asked(value: Value | None) -> int:
    return int(value.value) if value is not None else 0


def _list(name: str, rows: Sequence[Scored], asked: Value | None) -> Component:
    head = html.Tr([html.Th("#"), *(html.Th(t(f"supervising_files.column.{key}")) for key in ("case", "township", "score"))])  # fmt: skip
    body = [_ranked(place, row) for place, row in enumerate(rows, start=1)]
    table = html.Table([html.Thead(head), html.Tbody(body)], className="sup-events")
    rule = html.P(clause(asked.clause), className="muted k-small") if asked is not None else html.P()
    return panel(t(f"supervising_files.{name}", n=len(rows)), [html.Div(table, className="sup-scroll"), rule])


def _ranked(place: int, one: Scored) -> Component:
    row = one.row
    where = place_name(row.township_code) if row.township_code else ""
    score = score_words(row.score)
    shown = dcc.Link(score, href=to(no=row.draw_number, sheet=row.number), className="num") if row.draw_number else html.Span(score, className="num")  # fmt: skip
    case = dcc.Link(one.case, href=f"/case/{one.case}", className="num")
    return html.Tr([html.Td(place, className="num"), html.Td(case), html.Td(where), html.Td(shown)])


# -- beside ------------------------------------------------------------------------------------------------------------


def build_townships(found: Review) -> Component:
    """Means by township, by name and not by rank; those with too few files greyed."""
    if not found.townships:
        return panel(t("supervising_files.by_township"), nothing(t("supervising_files.none_scored", period=found.period.name)))  # fmt: skip
    head = html.Tr([html.Th(t(f"supervising_files.column.{key}")) for key in ("township", "files", "mean")])
    rows = [_group(one) for one in sorted(found.townships, key=lambda one: one.code)]
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="sup-events")
    small = [one for one in found.townships if one.small]
    note = [html.P(t("supervising_files.small", least=found.least), className="muted k-small")] if small else []
    return panel(t("supervising_files.by_township"), [html.Div(table, className="sup-scroll"), *note])


def _group(one: Group) -> Component:
    cells = [place_name(one.code), t("supervising_files.files_n", n=one.files), f"{one.mean:.1f}"]
    rows = [html.Td(cell, className="num" if place else "") for place, cell in enumerate(cells)]
    return html.Tr(rows, className="muted" if one.small else "")


def build_faults(rows: Sequence[OpenFault], names: Mapping[str, str]) -> Component:
    """Faults that wait to be mended."""
    title = t("supervising_files.open_faults")
    if not rows:
        return panel(title, nothing(t("supervising_files.no_faults")))
    lines = [html.Li(_fault(row, names)) for row in rows[:SHOWN]]
    return panel(title, html.Ul(lines, className="k-list"), side=str(len(rows)))


def _fault(row: OpenFault, names: Mapping[str, str]) -> list[Any]:
    late = [html.Span(["▲ ", t("supervising_files.fault_overdue"), " "], className="alarm")] if row.overdue else []
    words = t("supervising_files.fault_line", words=row.words, organ=names.get(row.organ, row.organ), due=row.due_on)
    return [*late, words, " ", dcc.Link(row.case, href=f"/case/{row.case}", className="num k-small")]
