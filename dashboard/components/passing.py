"""Forms of what goes with a lead or a case beside its course: the 12345 order, information shared; one drawer on any page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dash import Dash, Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_words import option_words
from dashboard.components.desk import Desk, Taken, View, build_drawer, build_stores, register_forms
from dashboard.components.desk_form import Offer, build_fields, words_of
from dashboard.components.passing_view import NAME, share_kinds
from dashboard.context import actor, county, lang, now, record, t
from data.casework.hotline import record_callback, reply_hotline, set_hotline
from data.casework.sharing import share
from data.queries.between_links import organ_choices
from data.queries.leads import get_lead
from policy.case_reading import read_form
from policy.errors import Refusal
from policy.passing_forms import PASSING_FORMS
from policy.vocabulary_between import PassingStep
from policy.zone import CHINA

ABOVE: Final = 450
"""Its forms open over every drawer in which a matter may stand."""
_OF_THE_LEAD: Final[Mapping[PassingStep, Callable[..., Any]]] = {
    PassingStep.SET_HOTLINE: set_hotline,
    PassingStep.REPLY_HOTLINE: reply_hotline,
    PassingStep.RECORD_CALLBACK: record_callback,
}


def view_of(number: str, lead: str | None = None) -> dict[str, str]:
    """Which matter the forms are of: the lead or case itself, and the lead with the 12345 order."""
    return {"no": number, "lead": lead or number}


def build_frame(number: str, lead: str | None = None) -> list[Component]:
    """Where the forms stand, outside of everything that refreshes."""
    drawer = build_drawer(DESK)
    drawer.zIndex = ABOVE
    return [*build_stores(DESK, view_of(number, lead), {}), drawer]


# -- forms -------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of the form of a step."""
    step = _step(verb)
    words = t(f"vocabulary.passing_step.{step.value}")
    number = view["no"] if step is PassingStep.SHARE else view["lead"]
    title = f"{words[:1].upper()}{words[1:]} · {number}"
    return title, build_fields(PASSING_FORMS[step], _offer(step, view))


def _offer(step: PassingStep, view: View) -> Offer:
    if step is PassingStep.SET_HOTLINE:
        with record().read() as session:
            row = get_lead(session, actor(), county(), number=view["lead"], lang=lang())
        due = row["hotline_due_at"]
        kept = {"external_number": row["external_number"], "due_at": f"{due.astimezone(CHINA):%Y-%m-%d %H:%M:%S}" if due else None}  # fmt: skip
        return Offer(NAME, "lead", known=kept)
    if step is not PassingStep.SHARE:
        closed = {one.name: option_words(one.options) for one in PASSING_FORMS[step] if one.options}
        return Offer(NAME, "lead", closed)
    with record().read() as session:
        organs = organ_choices(session, actor(), county(), now())
    own = {scope.organ for scope in actor().scopes}
    others = [{"value": one.code, "label": words_of(one.name)} for one in organs if one.code not in own]
    return Offer(NAME, "lead", {"information": share_kinds(), "to_organ": others}, hints=_hints())


def _hints() -> dict[str, str]:
    """What the plan leaves out of sharing, beside the box that says it is such."""
    return {"state_secret": t("passing.secret")}


def _step(verb: str) -> PassingStep:
    if verb not in set(PassingStep) - {PassingStep.UNMASK}:
        raise Refusal("errors_between.nothing_here", kind="not_found")
    return PassingStep(verb)


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Do what the form says; raises Refusal, and nothing is lost."""
    step = _step(verb)
    told = read_form(step, given, PASSING_FORMS[step])
    words = t("passing.done", step=t(f"vocabulary.passing_step.{step.value}"))
    if step is PassingStep.SHARE:
        record().write(actor(), share, county=county(), matter=view["no"], **told)
        return words, None
    record().write(actor(), _OF_THE_LEAD[step], county=county(), number=view["lead"], **told)
    return words, None


def _nothing(_view: View) -> dict[str, Any]:
    return {}


DESK: Final = Desk(NAME, (), _nothing, opened, taken)


async def _looked_at(chosen: Mapping[str, Any] | None) -> dict[str, str]:
    """The forms are of the lead that is looked at."""
    held = chosen or {}
    return view_of(str(held.get("lead") or held.get("number") or ""))


async def _again(_done: Any, asked: Mapping[str, Any] | None) -> dict[str, Any]:
    """The open lead is read again after a form."""
    if not asked:
        raise PreventUpdate
    return {**asked, "again": int(asked.get("again") or 0) + 1}


def register(app: Dash) -> None:
    """The forms, once for every page on which they stand."""
    register_forms(app, DESK)
    view = Output(f"{NAME}-view", "data", allow_duplicate=True)
    for chosen in ("console-chosen", "township-asked"):
        app.callback(view, Input(chosen, "data"), prevent_initial_call=True)(_looked_at)
    asked = "township-asked"
    app.callback(
        Output(asked, "data", allow_duplicate=True),
        Input(f"{NAME}-done", "data"),
        State(asked, "data"),
        prevent_initial_call=True,
    )(_again)
