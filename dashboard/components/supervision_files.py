"""The tab of draws on the page of supervision: what it reads, its forms, what they do; refused in words, nothing typed lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components import supervision_files_view as show
from dashboard.components.case_form import POPUP
from dashboard.components.case_words import nothing
from dashboard.components.desk import Desk, Taken, View, build_drawer, build_step, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.components.supervision_files_sealed import build_sealed
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.casework.file_draws import commit_files, discard_draw, draw_files
from data.casework.file_scores import correct_score, give_score, reviewer_of
from data.db import Tx
from data.models import FileDraw, FileScore
from data.queries.file_draws import drawn_files, list_draws, read_draw, repeat_file_draw
from data.queries.file_scores import Scored, read_score
from data.queries.named import names_of
from policy.errors import Refusal
from policy.file_review import Heading, drawn_count, headings, period_of

NAME: Final = show.DESK
VIEW: Final = ("no", "case", "sheet")
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "committed": ("draw", "discard"),
    "drawn": ("discard",),
    "discarded": (),
}


def _read(query: Callable[..., Any], **facts: Any) -> Any:
    with record().read() as session:
        return query(session, actor(), county(), now(), **facts)


def _may(verb: str) -> bool:
    place = Subject(county().jurisdiction_id, nowhere=True)
    return authorise(actor(), verb, place, now()).allowed


def _headings() -> tuple[Heading, ...]:
    return headings(county().profile, now().date())


# -- parts --------------------------------------------------------------------------------------------------------------


def parts(view: View) -> dict[str, Any]:
    """Every part of the tab that changes, by name."""
    if not _may("file_draw.read"):
        return {"list": [nothing(t("supervising_files.no_draws"))], "matter": []}
    begin = [build_step(NAME, "commit", t("supervising_files.begin"), main=True)] if _may("file_draw.commit") else []
    rows = _read(list_draws)
    listed = [show.build_rule(), html.Div(begin, className="b-tools"), *show.build_rows(rows, view["no"])]
    choose = [html.Div(nothing(t("supervising_files.choose")), className="panel b-top")] if rows else []
    return {"list": listed, "matter": _matter(view) if view["no"] else choose}


def _matter(view: View) -> list[Component]:
    draw: FileDraw = _read(read_draw, number=view["no"])
    with record().read() as session:
        names = names_of(session, county(), lang())
    files = _read(drawn_files, draw=draw, lang=lang()) if draw.drawn else []
    steps = _steps(draw, scored=any(one.score is not None for one in files))
    found: list[Component] = [html.Div(steps, className="b-tools")] if steps else []
    found += build_sealed(view["case"], name="sealed-drawn") if view["case"] else []
    found += [_sheet(view["sheet"], names)] if view["sheet"] else []
    found += [show.build_files(draw, files, names, _may("file_score.give"))] if files else []
    found.append(show.build_draw(draw, names))
    return [*found, show.build_repeated(draw.number, _read(repeat_file_draw, number=draw.number))] if draw.seed else found  # fmt: skip


def _steps(draw: FileDraw, *, scored: bool) -> list[Component]:
    """What can be done with a draw now; one with a score is not discarded any more."""
    ahead = [one for one in STEPS[draw.status] if _may(f"file_draw.{one}") and not (scored and one == "discard")]
    return [build_step(NAME, f"{one}.{draw.number}", t(f"supervising_files.step_{one}"), main=one == "draw") for one in ahead]  # fmt: skip


def _sheet(number: str, names: Mapping[str, str]) -> Component:
    found: Scored = _read(read_score, number=number)
    known = {one.code: one for one in _headings()}
    return show.build_sheet(found.case, found.row, known, names, _own(found.row))


def _own(row: FileScore) -> bool:
    """Whether who looks filled the sheet in."""
    with record().read() as session:
        try:
            code, _ = reviewer_of(Tx(session, actor(), now(), county()))
        except Refusal:
            return False
    return code == row.reviewer_code and _may("file_score.correct")


# -- forms --------------------------------------------------------------------------------------------------------------


def opened(_view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form."""
    name, _, number = verb.partition(".")
    if name == "commit":
        return t("supervising_files.begin"), _commit_form()
    if name == "draw":
        draw: FileDraw = _read(read_draw, number=number)
        asked = [_text("beacon", t("supervising_files.form.beacon"), draw.beacon_name or "", required=True)]
        return t("supervising_files.step_draw"), asked if draw.beacon_name else [html.P(t("case_page.form_empty"))]
    if name == "discard":
        return t("supervising_files.step_discard"), [_words("reason", t("supervising_files.form.reason"))]
    if name == "correct":
        row: FileScore = _read(read_score, number=number).row
        return t("supervising_files.correct"), [*_sheet_form(row.points), _words("reason", t("supervising_files.form.reason"))]  # fmt: skip
    return f"{t('supervising_files.sheet')} · {number}", [*_sheet_form({}), *_fault_form()]


def _commit_form() -> list[Component]:
    on = now().date()
    last = period_of("month", on).before()
    most = drawn_count(county().profile, "month", on)
    hint = t("supervising_files.form.wanted_hint", told=most) if most else ""
    return [
        _text("period", t("supervising_files.form.period"), t("supervising_files.form.period_hint"), last.name, required=True),
        _text("wanted", t("supervising_files.form.wanted"), hint),
        _text("beacon_name", t("supervising_files.form.beacon_name"), t("supervising_files.form.beacon_name_hint")),
    ]  # fmt: skip


def _sheet_form(known: Mapping[str, Mapping[str, str]]) -> list[Component]:
    found = []
    for one in _headings():
        called, before = show.heading_name(one, one.code), known.get(one.code, {})
        found.append(_text(f"points_{one.code}", t("supervising_files.form.points", heading=called, most=one.points), "", before.get("points", ""), required=True))  # fmt: skip
        found.append(_words(f"ground_{one.code}", t("supervising_files.form.ground", heading=called), before.get("ground", "")))  # fmt: skip
    return found


def _fault_form() -> list[Component]:
    due = dmc.DatePickerInput(id=_key("due_on"), label=t("supervising_files.form.fault_due"), valueFormat="YYYY-MM-DD", clearable=True, popoverProps=POPUP)  # fmt: skip
    hint = t("supervising_files.form.fault_words_hint")
    return [_words("faults", t("supervising_files.form.fault_words"), "", hint, required=False), _framed("due_on", due)]


def _key(name: str) -> dict[str, str]:
    return {"type": f"{NAME}-field", "name": name, "kind": "text"}


def _framed(name: str, control: Component) -> Component:
    wrong = html.Div(id={"type": f"{NAME}-error", "name": name}, className="k-error", role="alert")
    return html.Div([control, wrong], className="k-field")


def _text(name: str, label: str, hint: str = "", value: str = "", *, required: bool = False) -> Component:
    return _framed(name, dmc.TextInput(id=_key(name), label=label, description=hint or None, value=value, required=required, inputProps={"maxLength": 200}))  # fmt: skip


def _words(name: str, label: str, value: str = "", hint: str = "", *, required: bool = True) -> Component:
    return _framed(name, dmc.Textarea(id=_key(name), label=label, description=hint or None, value=value, required=required, autosize=True, minRows=2, maxRows=10))  # fmt: skip


# -- done ---------------------------------------------------------------------------------------------------------------


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Do what a form says; gives the words that say so. Raises Refusal, and nothing is lost."""
    name, _, number = verb.partition(".")
    if name == "score":
        return _scored(view["no"], number, given)
    done: Mapping[str, Callable[[str, Mapping[str, Any]], Taken]] = {
        "commit": _committed, "draw": _drawn, "discard": _discarded, "correct": _corrected,
    }  # fmt: skip
    if name not in done:
        raise Refusal("errors_between.nothing_here", kind="not_found")
    return done[name](number, given)


def _write(verb: Callable[..., Any], **facts: Any) -> Any:
    return record().write(actor(), verb, county=county(), **facts)


def _committed(_number: str, given: Mapping[str, Any]) -> Taken:
    wanted = str(given.get("wanted") or "").strip()
    if wanted and not (wanted.isascii() and wanted.isdigit()):
        wanted = "0"  # refused in words by the verb
    row = _write(commit_files, period=given.get("period") or "", wanted=int(wanted) if wanted else None, beacon_name=given.get("beacon_name"))  # fmt: skip
    return t("supervising_files.committed", number=row.number), show.to(no=row.number)


def _drawn(number: str, given: Mapping[str, Any]) -> Taken:
    row = _write(draw_files, number=number, beacon=given.get("beacon"))
    return t("supervising_files.drawn", n=len(row.drawn)), None


def _discarded(number: str, given: Mapping[str, Any]) -> Taken:
    _write(discard_draw, number=number, reason=given.get("reason") or "")
    return t("supervising_files.discarded"), None


def _scored(draw: str, number: str, given: Mapping[str, Any]) -> Taken:
    row = _write(give_score, case=number, points=_points(given), draw=draw, faults=_faults(given))
    return t("supervising_files.scored", score=show.score_words(row.score)), show.to(no=draw, sheet=row.number)


def _corrected(number: str, given: Mapping[str, Any]) -> Taken:
    row = _write(correct_score, number=number, points=_points(given), reason=given.get("reason") or "")
    return t("supervising_files.corrected", score=show.score_words(row.score)), None


def _points(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        one.code: {"points": given.get(f"points_{one.code}"), "ground": given.get(f"ground_{one.code}")}
        for one in _headings()
    }


def _faults(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    lines = [line.strip() for line in str(given.get("faults") or "").splitlines()]
    return [{"words": line, "due_on": given.get("due_on")} for line in lines if line]


# -- the tab ------------------------------------------------------------------------------------------------------------

DESK: Final = Desk(NAME, ("list", "matter"), parts, opened, taken)


def build(given: Mapping[str, str]) -> Component:
    """The tab in the view the address names."""
    view = {name: given.get(name, "")[:60] for name in VIEW}
    shown = parts(view)
    columns = html.Div(
        [
            html.Section(html.Div(shown["list"], id=f"{NAME}-list", className="b-list"), className="b-rows"),
            html.Section(html.Div(shown["matter"], id=f"{NAME}-matter", className="b-stack"), className="b-matter"),
        ],
        className=f"b-columns {'b-open' if view['no'] else 'b-bare'}",
    )
    return html.Div([*build_stores(DESK, view, shown), columns, build_drawer(DESK)], className="between sup-files")


def register(app: Dash) -> None:
    """The tab's callbacks."""
    register_desk(app, DESK)
