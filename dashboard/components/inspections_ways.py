"""Beside the steps of a visit: its documents, and the request for help where the enterprise lies in another organ's area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.between_words import list_of
from dashboard.components.case_words import moment, panel
from dashboard.components.desk import Taken, View, build_step
from dashboard.components.desk_form import Offer, build_fields, words_of
from dashboard.context import actor, county, lang, now, place_name, record, t
from data.authority import Subject, authorise
from data.casework.assistance import ask_help
from data.casework.inspection_facts import organ_there
from data.casework.inspection_subjects import find_subject
from data.casework.visit_papers import make_visit_paper, papers_of_visit, ready
from data.db import Tx
from data.models import InspectionVisit, Paper, Party
from data.papers.catalogue import kind_of
from data.queries.between_links import organ_choices
from data.queries.inspections import one_row
from policy.between_forms import BETWEEN_FORMS
from policy.errors import Refusal
from policy.vocabulary import MatterKind, Verb

PAPER: Final = "paper."
HELP: Final = "help."
"""How the names of these forms begin; the document or the enterprise follows."""
OUTSIDE: Final = "reasons_between.outside_own_area"


def is_way(verb: str) -> bool:
    """Whether a form is one of these."""
    return verb.startswith((PAPER, HELP))


def ways_out(view: View, _verb: str, given: Mapping[str, Any], refusal: Refusal) -> list[Component]:
    """What can be done instead of a refused visit: where the enterprise lies elsewhere, the organ there is asked for help (E6)."""
    code = str(given.get("inspected") or "") or _subject(view)
    if not code or OUTSIDE not in {reason.code for reason in refusal.reasons}:
        return []
    return [build_step("inspections", f"{HELP}{code}", t("inspections.ask_help"), main=True)]


def _visit(number: str) -> InspectionVisit:
    with record().read() as session:
        row: InspectionVisit = one_row(
            session, actor(), county(), now(), matter=MatterKind.INSPECTION_VISIT, number=number
        )
        return row


def _subject(view: View) -> str:
    if view["tab"] != "visits" or not view["no"]:
        return ""
    row = _visit(view["no"])
    with record().read() as session:
        return session.get_one(Party, row.party_id).code


# -- forms --------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of the form of a document, or of a request for help that already says to whom and for what."""
    if verb.startswith(PAPER):
        return kind_of(verb.removeprefix(PAPER)).name(lang()), build_fields((), Offer("inspections", "inspections"))
    receiver, said = _asking(verb.removeprefix(HELP))
    with record().read() as session:
        organs = organ_choices(session, actor(), county(), now())
    lists = {"receiver": [{"value": one.code, "label": words_of(one.name)} for one in organs]}
    grounds = list_of(MatterKind.ASSISTANCE, "ground")
    lists |= {"ground": grounds} if grounds else {}
    offer = Offer("inspections", "assistance", lists, {"receiver": receiver, "subject": said})
    return t("inspections.ask_help"), build_fields(BETWEEN_FORMS[MatterKind.ASSISTANCE][Verb.ASK_HELP], offer)


def _asking(code: str) -> tuple[str, str]:
    """The organ of the town where an enterprise lies, and what it is asked."""
    with record().read() as session:
        tx = Tx(session, actor(), now(), county())
        subject = find_subject(tx, code)
        receiver = organ_there(tx, subject.township_code or "")
    place = place_name(subject.township_code or "")
    return receiver, t("inspections.help_words", subject=subject.name, place=place)


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Make the document, or ask for help; raises Refusal, and nothing is lost."""
    if verb.startswith(PAPER):
        made = record().write(
            actor(), make_visit_paper, county=county(), number=view["no"], paper=verb.removeprefix(PAPER)
        )
        return t("inspections.paper_made", number=made.number), None
    row = record().write(actor(), ask_help, county=county(), given=given)
    return t("between_page.begun", number=row.number), f"/transfers?tab=assistance&no={row.number}&only=all"


# -- documents ----------------------------------------------------------------------------------------------------------


def build_papers(row: InspectionVisit) -> list[Component]:
    """Documents of a visit to be saved, and those that can be made of it now."""
    with record().read() as session:
        made = [html.Li(_line(row, paper)) for paper in papers_of_visit(session, row)]
    steps = [build_step("inspections", f"{PAPER}{code}", kind_of(code).name(lang())) for code in _makable(row)]
    if not made and not steps:
        return []
    known = (
        html.Ul(made, className="i-papers") if made else html.P(t("inspections.no_papers"), className="muted k-small")
    )
    return [panel(t("inspections.papers"), [known, html.Div(steps, className="b-tools")])]


def _makable(row: InspectionVisit) -> tuple[str, ...]:
    towns = frozenset({row.township_code} if row.township_code else ())
    subject = Subject(county().jurisdiction_id, towns, None, row.number)
    own = actor().organ_for("paper.make") in row.organs
    return ready(row) if own and authorise(actor(), "paper.make", subject, now()).allowed else ()


def _line(row: InspectionVisit, paper: Paper) -> list[Any]:
    place = f"/api/v1/inspections/visits/{row.number}/papers/{paper.id}/file?format="
    links = [html.A(f".{form}", href=f"{place}{form}", className="k-small", download=True) for form in ("docx", "pdf")]
    name = f"{kind_of(paper.template).name(lang())} {paper.number}"
    return [html.Span(name), html.Span(moment(paper.made_at), className="muted num k-small"), *links]
