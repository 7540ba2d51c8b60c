"""What the pages of matters between organs read and do: lists, one matter, its forms; a step taken or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dash.development.base_component import Component

from dashboard.components import between_list as lists
from dashboard.components.between_ladder import build_ladder, build_turn
from dashboard.components.between_matter import Organs, build_head, build_matter, build_next
from dashboard.components.between_words import (
    BEGINS,
    KINDS,
    LISTS,
    address,
    list_of,
    open_states,
    organ_names,
    state_name,
    step_name,
)
from dashboard.components.case_form import person_options
from dashboard.components.case_next import build_deadlines
from dashboard.components.case_words import nothing, panel
from dashboard.components.desk import Taken, View, build_step
from dashboard.components.desk_form import Offer, build_fields, words_of
from dashboard.context import actor, county, lang, now, place_options, record, t
from data.authority import Subject, authorise
from data.casework.assistance import ask_help, assistance_step
from data.casework.call_outs import call_out, call_out_step
from data.casework.disputes import dispute_step, open_dispute
from data.casework.escalations import escalation_step, raise_matter
from data.casework.referrals import referral_step, report_suspicion
from data.casework.transfers import draft_transfer, transfer_step
from data.queries.between import MatterView, list_matters, unanswered_by_organ, view_matter
from data.queries.between_links import OrganChoice, organ_choices, tied
from data.queries.case_choices import people_choices
from policy.between_forms import BETWEEN_FORMS
from policy.case_forms import Input
from policy.errors import Refusal
from policy.vocabulary import MatterKind

NAMES: Final = ("tabs", "narrow", "list", "head", "turn", "next", "clocks", "ladder", "matter")
BEGIN: Final[Mapping[MatterKind, Callable[..., Any]]] = {
    MatterKind.TRANSFER: draft_transfer,
    MatterKind.ASSISTANCE: ask_help,
    MatterKind.CRIMINAL_REFERRAL: report_suspicion,
    MatterKind.ESCALATION: raise_matter,
    MatterKind.CALL_OUT: call_out,
    MatterKind.DISPUTE: open_dispute,
}
STEP: Final[Mapping[MatterKind, Callable[..., Any]]] = {
    MatterKind.TRANSFER: transfer_step,
    MatterKind.ASSISTANCE: assistance_step,
    MatterKind.CRIMINAL_REFERRAL: referral_step,
    MatterKind.ESCALATION: escalation_step,
    MatterKind.CALL_OUT: call_out_step,
    MatterKind.DISPUTE: dispute_step,
}


def view_of(given: Mapping[str, Any], tabs: tuple[str, ...]) -> dict[str, str]:
    """The view the address names: tab, matter, open ones or all, about which lead or case, of which organ."""
    held = {name: str(given.get(name) or "")[:60] for name in ("tab", "no", "only", "about", "organ")}
    wide = "all" if held["about"] or held["organ"] else "open"
    return held | {
        "tab": held["tab"] if held["tab"] in tabs else tabs[0],
        "only": held["only"] if held["only"] in ("open", "all") else wide,
    }


def kind_of(view: View) -> MatterKind | None:
    """The kind of matter a view shows; None where it shows who does not answer."""
    return KINDS.get(view["tab"])


def own_organs() -> frozenset[str]:
    """Organs for which the reader acts."""
    return frozenset(scope.organ for scope in actor().scopes if scope.organ)


def look(kind: MatterKind, number: str) -> MatterView:
    """Read one matter."""
    with record().read() as session:
        return view_matter(session, actor(), county(), now(), kind, number=number, lang=lang())


def organs() -> tuple[OrganChoice, ...]:
    """The organs of the county."""
    with record().read() as session:
        return organ_choices(session, actor(), county(), now())


# -- parts -------------------------------------------------------------------------------------------------------------


def parts(view: View) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    kind = kind_of(view)
    if kind is None:
        empty: dict[str, Any] = {name: [] for name in NAMES}
        with record().read() as session:
            rows = unanswered_by_organ(session, actor(), county(), now())
        return empty | {"tabs": _tabs(view), "list": lists.build_unanswered(rows)}
    return {"tabs": _tabs(view) if kind is not MatterKind.DISPUTE else [], **_list(kind, view), **_matter(kind, view)}


def _tabs(view: View) -> list[Component]:
    """Tabs with the open matters of each kind who looks may see."""
    with record().read() as session:
        counts = {
            tab: len(list_matters(session, actor(), county(), now(), kind, statuses=open_states(kind), limit=500))
            for tab, kind in KINDS.items()
            if tab != "dispute"
        }
    return lists.build_tabs(view["tab"], counts)


def _list(kind: MatterKind, view: View) -> dict[str, Any]:
    statuses = open_states(kind) if view["only"] == "open" else ()
    with record().read() as session:
        rows = list_matters(
            session,
            actor(),
            county(),
            now(),
            kind,
            statuses=statuses,
            organ=view["organ"] or None,
            about=view["about"] or None,
            limit=lists.MOST,
        )
    organ = next((words_of(one.name) for one in organs() if one.code == view["organ"]), view["organ"])
    return {
        "narrow": lists.build_narrow(kind, view["only"], view["about"], organ),
        "list": lists.build_list(kind, rows, view["no"], view, own_organs()),
    }


def _matter(kind: MatterKind, view: View) -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in NAMES[3:]}
    if not view["no"]:
        return empty | {"head": [nothing(t("between_page.choose"))]}
    seen = look(kind, view["no"])
    names = organ_names(organs())
    with record().read() as session:
        other = tied(session, county(), kind, view["no"])
    ladder = [panel(t("between_page.ladder"), build_ladder(seen, names))] if kind is MatterKind.DISPUTE else []
    return {
        "head": build_head(seen, other),
        "turn": build_turn(seen) if kind is MatterKind.DISPUTE else [],
        "next": [panel(t("case_page.next"), build_next(_desk(kind), seen), look="k-next")],
        "clocks": [panel(t("case_page.deadlines"), build_deadlines(seen.deadlines, now()))],
        "ladder": ladder,
        "matter": _held(seen, names),
    }


def _held(seen: MatterView, names: Organs) -> list[Component]:
    return build_matter(seen, names)


def _desk(kind: MatterKind) -> str:
    return "disputes" if kind is MatterKind.DISPUTE else "transfers"


def build_begin(view: View) -> list[Component]:
    """The button that begins a matter, for who may begin one."""
    kind = kind_of(view)
    if kind is None or not _may_begin(kind):
        return []
    verb = BEGINS[kind].value
    return [build_step(_desk(kind), verb, step_name(kind, verb), main=True)]


def _may_begin(kind: MatterKind) -> bool:
    verb = f"{kind.value}.{BEGINS[kind].value}"
    held = actor().organ_for(verb)
    return bool(held) and authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


# -- forms -------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form: of a new matter, or of a step of the one that is open."""
    kind = kind_of(view)
    if kind is None:
        raise Refusal("errors_between.nothing_here", kind="not_found")
    if verb == BEGINS[kind].value:
        form = BETWEEN_FORMS[kind][BEGINS[kind]]
        return step_name(kind, verb), build_fields(form, _offer(kind, form, {"matter": view["about"]}))
    seen = look(kind, view["no"])
    step = next((one for one in seen.steps if one.verb == verb), None)
    if step is None or not step.decision.allowed:
        state, reasons = state_name(kind, seen.row.status), step.decision.obstacles if step else ()
        raise Refusal("errors_case.step_gone", kind="conflict", reasons=reasons, step=step_name(kind, verb), state=state)  # fmt: skip
    return step_name(kind, verb), build_fields(step.form, _offer(kind, step.form, seen.columns))


def _offer(kind: MatterKind, form: tuple[Input, ...], known: Mapping[str, Any]) -> Offer:
    found = organs()
    choices: dict[str, list[dict[str, str]]] = {}
    named = [{"value": one.code, "label": words_of(one.name)} for one in found]
    others = [one for one in named if one["value"] not in own_organs()]
    asked = {one.name for one in form}
    for name in asked & {"receiver", "competent"}:
        choices[name] = others if name == "receiver" else named
    refusing = "reason" in asked and kind is MatterKind.ASSISTANCE
    for name in asked & set(LISTS.get(kind, {})):
        options = list_of(kind, "refusal_ground" if refusing and name == "ground" else name)
        choices |= {name: options} if options else {}
    if "persons" in asked:
        with record().read() as session:
            choices["persons"] = person_options(people_choices(session, county(), now(), first=next(iter(own_organs()), "")))  # fmt: skip
    if "cell" in asked:
        choices["cell"] = place_options(county().townships)
    kept = {"stopped": known.get("stopped_at_once")} | {name: known.get(name) for name in ("matter", "goods", "goods_disposed", "materials")}  # fmt: skip
    hints = {"stopped": t("between_page.hint.stopped")} if "stopped" in asked else {}
    hints |= {"matter": t("between_page.hint.matter")} if "matter" in asked else {}
    return Offer(_desk(kind), kind.value, choices, kept, hints)


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Begin a matter or take a step of one; gives the words that say so. Raises Refusal, and nothing is lost."""
    kind = kind_of(view)
    if kind is None:
        raise Refusal("errors_between.nothing_here", kind="not_found")
    if verb == BEGINS[kind].value:
        row = record().write(actor(), BEGIN[kind], county=county(), given=given)
        return t("between_page.begun", number=row.number), address(kind, no=row.number, only="all")
    row = record().write(actor(), STEP[kind], county=county(), number=view["no"], step_name=verb, given=given)
    state = state_name(kind, row.status)
    with record().read() as session:
        other = tied(session, county(), kind, row.number)
    words = t("case_page.taken", step=step_name(kind, verb), state=state)
    follows = t("between_page.dispute_opened", number=other) if other and verb == "object" else ""
    return " ".join(part for part in (words, follows) if part), None
