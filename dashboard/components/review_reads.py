"""What the page of legal review reads and does: queue, the file beside the form, material, the opinion, what changed since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from dash import dcc, html, no_update
from dash.development.base_component import Component

from dashboard.components import review_queue as queue
from dashboard.components.case_body import build_entries
from dashboard.components.case_more import build_earlier
from dashboard.components.case_papers import build_reading
from dashboard.components.case_top import build_charge, build_officers
from dashboard.components.case_words import fact, joined, kinds, moment, nothing, panel, yuan
from dashboard.components.clause import clause, said
from dashboard.components.desk import Taken, View, build_step, done_note, refused
from dashboard.components.desk_form import Offer, build_fields, listed, words_of
from dashboard.components.evidence_files import build_evidence
from dashboard.components.review_form import build_opinion
from dashboard.context import actor, county, lang, now, record, t
from data.casework.reviews import FORMS, give_opinion, hand_in_material, review_step
from data.queries.between_links import organ_choices
from data.queries.cases import case_view
from data.queries.evidence_course import notes_by
from data.queries.experts import list_experts
from data.queries.reviews import Changes, ReviewView, review_queue, review_view
from policy.case_forms import Input
from policy.errors import Refusal
from policy.review import called
from policy.vocabulary import Verb
from policy.vocabulary_between import ReviewStatus

NAMES: Final = ("narrow", "queue", "head", "next", "changes", "file", "opinion")
HAND_IN: Final = "hand_in_material"
_HAND_IN_FORM: Final = (Input("materials", "codes", required=True),)
_AWAITING: Final = (ReviewStatus.SUBMITTED, ReviewStatus.MATERIAL_ASKED)


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view the address names: a round, and whether those with an opinion are listed."""
    only = str(given.get("only") or "")
    return {"no": str(given.get("no") or "")[:60], "only": only if only in queue.ONLY else queue.ONLY[0]}


def look(number: str) -> ReviewView:
    """Read one round."""
    with record().read() as session:
        return review_view(session, actor(), county(), now(), number=number, lang=lang())


# -- parts -------------------------------------------------------------------------------------------------------------


def parts(view: View) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    statuses = (ReviewStatus.OPINION.value,) if view["only"] == "done" else ()
    with record().read() as session:
        rows = review_queue(session, actor(), county(), now(), statuses=statuses, lang=lang())
    listed_ = {"narrow": queue.build_narrow(view["only"]), "queue": queue.build_queue(rows, view["no"], view["only"])}
    if not view["no"]:
        return {name: [] for name in NAMES} | listed_ | {"head": [nothing(t("review_page.choose"))]}
    seen = look(view["no"])
    return listed_ | {
        "head": build_head(seen),
        "next": [panel(t("review_page.material"), build_material(seen), look="k-next")],
        "changes": [panel(t("review_page.changes"), build_changes(seen.changes))] if seen.changes else [],
        "file": build_file(seen.row.case),
        "opinion": [panel(t("review_page.form"), html.Div(build_opinion(seen), className="k-form"))],
    }


def build_head(seen: ReviewView) -> list[Component]:
    """Which round of which case, why it is reviewed, and until when."""
    row = seen.row
    rows = [
        fact("triggers", queue.triggers(row.triggers) or t("review_page.no_triggers")),
        fact("submitted", moment(row.submitted_at)),
        *([fact("reviewer", joined([name for name in (row.reviewer, seen.expert) if name]))] if row.reviewer else []),
    ]
    return [
        dcc.Link(["← ", t("between_page.back")], href=queue.address(only="open"), className="b-back"),
        html.Div([html.H2(words_of(row.item), className="b-title"), html.Span(queue.state(row), className="k-state"), html.Span(t("review_page.round", n=row.round), className="k-tag")], className="k-title"),
        html.Div([dcc.Link(row.case, href=f"/case/{row.case}", className="num"), html.Span(row.number, className="num muted"), html.Span(queue.due(row), className=f"num {queue.tone(row)}"), *_earlier(seen)], className="b-links k-small"),
        html.Dl(rows, className="k-facts"),
    ]  # fmt: skip


def _earlier(seen: ReviewView) -> list[Component]:
    links = [dcc.Link(number, href=queue.address(no=number, only="done"), className="num") for number in seen.earlier]
    return [html.Span([t("review_page.earlier"), " ", *links])] if links else []


def build_file(number: str) -> list[Component]:
    """The file of the case as the reviewer needs it: charge, evidence, what was written, papers, decided before."""
    with record().read() as session:
        view = case_view(session, actor(), county(), number, now(), lang())
    return [
        panel(t("case_page.charge"), build_charge(view.head)),
        panel(t("case_page.evidence"), build_evidence(view), side=t("case_page.files", n=len(view.evidence))),
        panel(t("case_page.entries"), build_entries(view.entries), side=t("case_page.pieces", n=len(view.entries))),
        build_reading(number),
        panel(t("case_page.officers"), build_officers(view.head)),
        panel(t("case_page.earlier"), build_earlier(view.earlier)),
    ]


# -- material and steps ------------------------------------------------------------------------------------------------


def build_material(seen: ReviewView) -> list[Component]:
    """The plan's list with what is in and what is not, what was asked for, and the steps towards the opinion."""
    rows = [_material(seen, entry.code, words_of(entry.name)) for entry in seen.materials]
    free = [html.P(t("review_page.handed_in", list=joined(_called(seen.handed_in)) or "—"), className="k-small")]
    asked = [html.P(t("review_page.asked", at=moment(seen.row.asked_due_at), list=joined([words_of(one) for one in seen.awaited]) or "—"), className="k-note")] if seen.asked or seen.new_facts else []  # fmt: skip
    facts = [html.P(t("review_page.new_facts", list=joined(_called(one["asked"])), reason=one["reason"], at=moment(datetime.fromisoformat(one["at"]))), className="k-note") for one in seen.new_facts]  # fmt: skip
    listed_ = [html.Ul(rows, className="k-list")] if rows else [nothing(t("review_page.no_materials")), *free]
    return [*listed_, *asked, *facts, *_steps(seen)]


def _called(codes: Iterable[str]) -> list[str]:
    """Material as it is called here today."""
    profile, on = county().profile, now().date()
    return [words_of(called(code, profile, on)) for code in codes]


def _material(seen: ReviewView, code: str, name: str) -> Component:
    if code in seen.handed_in:
        return html.Li([html.Span("✓ ", className="good"), name])
    lacks = code in {entry.code for entry in seen.missing}
    mark = html.Span("✕ ", className="k-x") if lacks else html.Span("– ", className="muted")
    return html.Li([mark, html.Span(name, className="" if lacks else "muted")])


def _steps(seen: ReviewView) -> list[Component]:
    found = [one for one in seen.steps if one.verb is not Verb.GIVE_OPINION]
    may = [one for one in found if one.decision.allowed]
    lacking = [one for one in found if not one.decision.allowed]
    onward = Verb.ASK_MATERIAL if seen.missing else Verb.CONFIRM_COMPLETE
    may = sorted(may, key=lambda one: one.verb is not onward)
    buttons = [build_step("review", one.verb.value, step_name(one.verb.value), main=one.verb in (onward, Verb.BEGIN_REVIEW)) for one in may]  # fmt: skip
    buttons += [build_step("review", HAND_IN, step_name(HAND_IN))] if _may_hand_in(seen) else []
    rows = [html.Div([html.H3([html.Span("✕", className="k-x"), step_name(one.verb.value)]), html.Ul([html.Li(said(reason)) for reason in one.decision.obstacles], className="k-missing")], className="k-lack") for one in lacking]  # fmt: skip
    folded = (
        [html.Details([html.Summary(t("between_page.others", n=len(rows))), *rows], open=not buttons)] if rows else []
    )
    return [html.Div(buttons, className="k-steps"), *folded]


def _may_hand_in(seen: ReviewView) -> bool:
    handles = bool({scope.role.value for scope in actor().scopes} & {"officer", "squadron_head", "department"})
    return handles and seen.row.status in _AWAITING


def step_name(verb: str) -> str:
    """What a step of a review is called."""
    words = t(f"verbs.review.{verb}")
    return words[:1].upper() + words[1:]


# -- what changed ------------------------------------------------------------------------------------------------------


def build_changes(changes: Changes) -> list[Component]:
    """What is different since the round before."""
    entries = [html.Li([html.Strong(t(f"vocabulary.verb.{one.kind}")), " ", html.Span([moment(one.at), " · ", one.author], className="muted num k-small"), html.P(one.text, lang="zh-CN", className="k-text")]) for one in changes.entries]  # fmt: skip
    files = [html.Li(html.A(one.name, href=f"/api/v1/evidence/{one.id}", target="_blank")) for one in changes.evidence]
    before, after = _penalty(changes.before), _penalty(changes.now)
    money = t("review_page.penalty_changed", before=before, now=after) if changes.penalty_changed else t("review_page.penalty_same", now=after)  # fmt: skip
    told = [html.P(changes.told, lang="zh-CN", className="k-summary")] if changes.told else []
    return [
        html.P(t("review_page.since", at=moment(changes.since)), className="muted k-note"),
        *told,
        html.P(money, className="warn" if changes.penalty_changed else ""),
        html.Ul([*entries, *files], className="k-list")
        if entries or files
        else nothing(t("review_page.nothing_added")),
    ]


def _penalty(proposal: Mapping[str, Any]) -> str:
    fine = [yuan(Decimal(proposal["fine"]))] if proposal.get("fine") else []
    return joined([kinds(proposal.get("penalties") or []), *fine])


# -- forms -------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of the form of a step."""
    seen = look(view["no"])
    if verb == HAND_IN and _may_hand_in(seen):
        return step_name(verb), build_fields(_HAND_IN_FORM, _offer(seen, verb))
    step = next((one for one in seen.steps if one.verb == verb and one.verb in FORMS), None)
    if step is None or not step.decision.allowed:
        reasons = step.decision.obstacles if step else ()
        raise Refusal("errors_case.step_gone", kind="conflict", reasons=reasons, step=verb[:40], state=queue.state(seen.row))  # fmt: skip
    rule = [html.P([t("review_page.once"), " ", *clause(_once(), key="review.material_asked_once", away=True)], className="k-note")]  # fmt: skip
    return step_name(verb), [*(rule if verb == Verb.ASK_MATERIAL else []), *build_fields(FORMS[step.verb], _offer(seen, verb))]  # fmt: skip


def _once() -> str | None:
    value = county().profile.get("review.material_asked_once", now().date())
    return value.clause if value is not None else None


def _offer(seen: ReviewView, verb: str) -> Offer:
    names = {entry.code: words_of(entry.name) for entry in seen.materials}
    options = [{"value": code, "label": name} for code, name in names.items()]
    lists: dict[str, list[dict[str, str]]] = {}
    known: list[str] = []
    if verb == HAND_IN:
        more = [code for one in (seen.asked, *(fact_["asked"] for fact_ in seen.new_facts)) for code in one]
        known = [code for code in dict.fromkeys(more) if code not in seen.handed_in]
        options += [{"value": code, "label": words} for code, words in zip(known, _called(known), strict=True) if code not in names]  # fmt: skip
    if verb == Verb.ASK_MATERIAL:
        known = [entry.code for entry in seen.missing]
    if options and verb != Verb.ASK_NEW_FACTS:
        lists["materials"] = options
    if verb == Verb.ASK_EXPERT:
        lists |= {"outside": _ways(), "expert": _experts(seen.row.number)}
    return Offer("review", "review", lists, {"materials": known})


def _ways() -> list[dict[str, str]]:
    return listed(county().profile.get("review.outside", now().date()))


def _experts(number: str) -> list[dict[str, str]]:
    """Experts of the pool who may be asked for this case, and organs by their name, for a review in common."""
    with record().read() as session:
        pool = list_experts(session, actor(), county(), now(), review=number)
        bodies = organ_choices(session, actor(), county(), now())
    free = [one for one in pool if one.standing == "available"]
    people = [{"value": one.code, "label": f"{one.name} {one.code} · {one.organisation}"} for one in free]
    return people + [{"value": one.name.zh, "label": words_of(one.name)} for one in bodies]


# -- done --------------------------------------------------------------------------------------------------------------


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Take a step of the round. Raises Refusal, and nothing is lost."""
    if verb == HAND_IN:
        row = record().write(actor(), hand_in_material, county=county(), number=view["no"], materials=given.get("materials") or [])  # fmt: skip
    else:
        row = record().write(actor(), review_step, county=county(), number=view["no"], step=verb, given=given)
    return t("case_page.taken", step=step_name(verb), state=t(f"vocabulary.review_status.{row.status}")), None


def opined(view: View, states: Mapping[str, Mapping[str, str]], opinion: str | None, grounds: str | None) -> dict[str, Any]:  # fmt: skip
    """The answer to the form of an opinion: given, or refused in words with every answer kept."""
    try:
        row = record().write(actor(), give_opinion, county=county(), number=view["no"], opinion=opinion or "", grounds=grounds or "", page_notes=_page_notes(view["no"]), **_told(opinion, states))  # fmt: skip
    except Refusal as refusal:
        return {"refusal": refused(refusal, ())["refusal"], "done": no_update, "notes": no_update}
    words = t("review_page.given", opinion=t(f"vocabulary.review_opinion.{row.opinion}"))
    return {"refusal": [], "done": f"opinion {row.number}", "notes": done_note(words)}


def _page_notes(number: str) -> list[dict[str, Any]]:
    """What the reviewer noted by page on the evidence since the round was handed in: part of the opinion."""
    seen = look(number)
    with record().read() as session:
        return notes_by(session, actor(), county(), case=seen.row.case, since=seen.row.submitted_at)


def _told(opinion: str | None, states: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    if not opinion:
        raise Refusal("errors_review.opinion_missing", pointer="/opinion")
    return {"answers": dict(states["answers"]), "notes": dict(states["notes"])}
