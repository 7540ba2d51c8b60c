"""What the page of a case reads, does and shows again: one look, only what differs is sent; a step taken or refused in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html, no_update
from dash.development.base_component import Component

from dashboard.components.between_link import build_between
from dashboard.components.case_body import build_file
from dashboard.components.case_form import build_form, given
from dashboard.components.case_more import build_chain, build_earlier, build_timeline
from dashboard.components.case_next import build_deadlines, build_next
from dashboard.components.case_papers import build_rows, read_shelf
from dashboard.components.case_top import build_charge, build_head, build_officers, build_party, build_stages
from dashboard.components.case_words import state
from dashboard.components.clause import clause
from dashboard.components.console_parts import build_refusal
from dashboard.components.passing_view import build_panels
from dashboard.context import actor, county, lang, now, record, t
from data.casework.cases import case_step
from data.casework.unmasking import unmask_case
from data.queries.between_links import lead_of_case
from data.queries.case_choices import case_choices
from data.queries.cases import CaseView, case_view
from policy.errors import Refusal
from policy.vocabulary import Verb

PARTS: Final = ("head", "stages", "next", "deadlines", "charge", "party", "officers", "file", "papers", "between", "passing", "earlier", "chain", "timeline")  # fmt: skip


def look(number: str) -> CaseView:
    """Read a case once."""
    with record().read() as session:
        return case_view(session, actor(), county(), number, now(), lang())


def parts_of(view: CaseView) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    return {
        "head": build_head(view.head),
        "stages": build_stages(view.stages),
        "next": build_next(view),
        "deadlines": build_deadlines(view.deadlines, now()),
        "charge": build_charge(view.head),
        "party": build_party(view.head.party, may_unmask=view.head.may_unmask),
        "officers": build_officers(view.head),
        "file": build_file(view),
        "papers": build_rows(read_shelf(view.head.number)),
        "between": build_between(view.head.number),
        "passing": build_panels(view.head.number, view.head.township_code, view.head.lead),
        "earlier": build_earlier(view.earlier),
        "chain": build_chain(view.chain),
        "timeline": build_timeline(view.timeline),
    }


def lead_of(number: str) -> str | None:
    """The number of the lead a case came of."""
    with record().read() as session:
        return lead_of_case(session, actor(), county(), number)


def parts(number: str) -> dict[str, Any]:
    """Look and build in one go, for a callback's thread."""
    return parts_of(look(number))


# -- a form --------------------------------------------------------------------------------------------------------------


def opened(number: str, verb: str) -> tuple[str, list[Component]]:
    """Title and content of the form of a step; what stands in the way instead, where somebody was quicker."""
    view = look(number)
    step = next((one for one in view.steps if one.step.verb == verb), None)
    if step is None or not step.open:
        raise _not_now(view, verb, step.obstacles if step else ())
    with record().read() as session:
        choices = case_choices(session, actor(), county(), number, now())
    return t(f"verbs.case.{verb}"), build_form(view, step, choices)


def _not_now(view: CaseView, verb: str, obstacles: Any) -> Refusal:
    name = t(f"vocabulary.verb.{verb}") if verb in set(Verb) else verb[:40]
    return Refusal(
        "errors_case.step_gone", kind="conflict", reasons=obstacles, step=name, state=state(view.head.status)
    )


def taken(number: str, verb: str, states: Mapping[str, list[Mapping[str, Any]]]) -> str:
    """Take a step with what its form says; gives the words that say so. Raises Refusal, and nothing is lost."""
    case = record().write(actor(), case_step, county=county(), number=number, step=verb, given=given(states))
    return t("case_page.taken", step=t(f"vocabulary.verb.{verb}"), state=state(case.status))


def told(number: str, verb: str, states: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer to a form: done and closed, or refused with the sentence beside its field and everything kept."""
    names = [one["id"]["name"] for one in errors]
    try:
        words = taken(number, verb, states)
    except Refusal as refusal:
        field = (refusal.pointer or "").strip("/").split("/")[0]
        beside = [beside_field(refusal) if name == field else [] for name in names]
        below = [] if field in names else build_refusal(refusal)
        kept = dict.fromkeys(("opened", "done", "notes", "form"), no_update)
        return {"errors": beside, "refusal": below, **kept}
    note = [{"action": "show", "title": t("case_page.done"), "message": words, "color": "green", "autoClose": 6000}]
    return {"errors": [[] for _ in names], "refusal": [], "opened": False, "done": words, "notes": note, "form": None}


def beside_field(refusal: Refusal) -> list[Any]:
    """A refusal beside the field it is about."""
    return [html.Span("! ", className="k-x"), refusal.sentence(lang()), " ", *clause(refusal.clause, away=True)]


# -- who it is -----------------------------------------------------------------------------------------------------------


def unmasked(number: str, reason: str | None) -> tuple[Any, Any]:
    """The party unmasked for this once; or the refusal beside the reason."""
    try:
        party = record().write(actor(), unmask_case, county=county(), number=number, reason=reason or "")
    except Refusal as refusal:
        return no_update, beside_field(refusal)
    return build_party(party, may_unmask=True), no_update
