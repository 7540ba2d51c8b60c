"""File review on the page of a case: its sheets, faults that are to be mended, and the file taken out sealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, html
from dash.development.base_component import Component

from dashboard.components import supervision_files_view as show
from dashboard.components.case_words import panel
from dashboard.components.desk import Desk, Taken, View, build_drawer, build_step, build_stores
from dashboard.components.desk import register as register_desk
from dashboard.components.supervision_files_sealed import build_sealed
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.casework.file_scores import mend_fault
from data.models import FileScore
from data.queries.file_scores import sheets_of_case
from data.queries.named import names_of
from policy.file_review import headings

NAME: Final = "mending"


def parts(view: View) -> dict[str, Any]:
    """Sheets of the file; nothing for who may not read them, or where there are none."""
    return {"sheets": _sheets(view["no"])}


def _sheets(number: str) -> list[Component]:
    if not _may("file_score.read"):
        return []
    with record().read() as session:
        rows = sheets_of_case(session, actor(), county(), now(), number=number)
        names = names_of(session, county(), lang())
    known = {one.code: one for one in headings(county().profile, now().date())}
    return [part for row in rows for part in _sheet(number, row, known, names)]


def _sheet(number: str, row: FileScore, known: Mapping[str, Any], names: Mapping[str, str]) -> list[Component]:
    steps = [
        build_step(NAME, f"{row.number}.{place}", f"{t('supervising_files.mend')} · {fault['words'][:20]}")
        for place, fault in enumerate(row.faults, start=1)
        if fault["mended_at"] is None and _may("file_score.mend") and actor().organ_for("file_score.mend") == fault["organ"]
    ]  # fmt: skip
    sheet = show.build_sheet(number, row, known, names, own=False)
    return [sheet, *([html.Div(steps, className="b-tools")] if steps else [])]


def _may(verb: str) -> bool:
    return authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


def opened(_view: View, _verb: str) -> tuple[str, list[Component]]:
    """The form that says how a fault was mended."""
    field = dmc.Textarea(id={"type": f"{NAME}-field", "name": "outcome", "kind": "words"}, label=t("supervising_files.form.outcome"), required=True, autosize=True, minRows=2)  # fmt: skip
    wrong = html.Div(id={"type": f"{NAME}-error", "name": "outcome"}, className="k-error", role="alert")
    return t("supervising_files.mend"), [html.Div([field, wrong], className="k-field")]


def taken(_view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """The fault is mended; raises Refusal, and nothing is lost."""
    number, _, place = verb.partition(".")
    asked: dict[str, Any] = {"number": number, "place": int(place), "outcome": str(given.get("outcome") or "")}
    record().write(actor(), mend_fault, county=county(), **asked)
    return t("supervising_files.mended"), None


DESK: Final = Desk(NAME, ("sheets",), parts, opened, taken)


def build(number: str) -> list[Component]:
    """What stands on the page of a case: sheets where there are some, and the way to take the file out."""
    view = {"no": number}
    shown = parts(view)
    sealed = build_sealed(number)
    if not shown["sheets"]:
        return [*sealed]
    title = t("supervising_files.file_reviews")
    sheets = panel(title, html.Div(shown["sheets"], id=f"{NAME}-sheets", className="k-stack"), anchor="file-review")
    return [*build_stores(DESK, view, shown), sheets, *sealed, build_drawer(DESK)]


def register(app: Dash) -> None:
    """The callbacks of the sheets."""
    register_desk(app, DESK)
