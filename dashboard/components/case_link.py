"""From a lead to its case: those that came of it, and the way to propose one where its outcome asks for it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.context import actor, county, now, t
from data.authority import Subject, authorise
from data.queries.console_lead import LeadView
from policy.vocabulary import Outcome


def build_case_link(view: LeadView) -> list[Component]:
    """Links to the cases of a lead with their states; a button to propose one; nothing where neither is due."""
    links: list[Any] = []
    for number, status in view.cases if _may("case.read", view) else ():
        words = html.Span(["· ", t(f"vocabulary.case_status.{status}"), " "], className="muted")
        links += [dcc.Link(number, href=f"/case/{number}", className="num"), " ", words]
    asked = Outcome.PROPOSE_CASE in (view.row["outcome"], *(task.row["outcome"] for task in view.tasks))
    if asked and not view.cases and _may("case.propose", view):
        address = f"/cases?propose={view.row['number']}"
        links.append(dcc.Link(t("cases_page.propose"), href=address, className="button c-small t-small"))
    return links


def _may(verb: str, view: LeadView) -> bool:
    township = view.row["township_code"]
    return authorise(actor(), verb, Subject(county().jurisdiction_id, frozenset({township} if township else ())), now()).allowed  # fmt: skip
