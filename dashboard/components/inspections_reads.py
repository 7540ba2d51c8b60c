"""What the page of inspections reads and does: lists, one matter, its forms; a step taken or refused in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component
from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.components import inspections_view as show
from dashboard.components import inspections_ways as beside
from dashboard.components.case_form import person_options
from dashboard.components.case_words import day, nothing, spoken
from dashboard.components.desk import Taken, View, build_step
from dashboard.components.desk_form import Offer, Options, build_fields, words_of
from dashboard.context import actor, county, lang, now, place_name, place_options, record, t
from data.authority import Subject, authorise
from data.casework.inspection_draws import commit_draw, draw_step
from data.casework.inspection_plans import plan_step, register_plan
from data.casework.inspection_steps import STATES
from data.casework.inspection_subjects import publish_cap, register_subject
from data.casework.inspections import plan_visit, visit_step
from data.casework.joint_operations import operation_step, plan_operation
from data.models import InspectionPlan, Item, Party, Person
from data.queries.between_links import organ_choices
from data.queries.case_choices import people_choices
from data.queries.inspection_draws import repeat_draw
from data.queries.inspections import (
    merging_proposals,
    one_row,
    rows_of,
    saved_in,
    subject_history,
    subjects_named,
    subjects_of,
    waiting,
)
from policy.case_forms import Input
from policy.errors import Refusal
from policy.inspection_forms import CAP_FORM, INSPECTION_FORMS, SUBJECT_FORM
from policy.lifecycle import steps
from policy.text import either
from policy.vocabulary import MatterKind, Verb, options

NAMES: Final = ("tabs", "list", "matter", "next")
KINDS: Final[Mapping[str, MatterKind]] = {
    "visits": MatterKind.INSPECTION_VISIT,
    "plans": MatterKind.INSPECTION_PLAN,
    "draws": MatterKind.INSPECTION_DRAW,
    "operations": MatterKind.JOINT_OPERATION,
}
TABS: Final = ("merging", *KINDS, "subjects")
VIEW: Final = ("tab", "no", "subject", "plans", "text")
SUBJECTS: Final = 100
"""Enterprises that are listed at once."""
FIRST: Final[Mapping[MatterKind, Verb]] = dict.fromkeys(KINDS.values(), Verb.PLAN) | {
    MatterKind.INSPECTION_DRAW: Verb.COMMIT
}
BEGIN: Final[Mapping[MatterKind, Callable[..., Any]]] = {
    MatterKind.INSPECTION_VISIT: plan_visit,
    MatterKind.INSPECTION_PLAN: register_plan,
    MatterKind.INSPECTION_DRAW: commit_draw,
    MatterKind.JOINT_OPERATION: plan_operation,
}
STEP: Final[Mapping[MatterKind, Callable[..., Any]]] = {
    MatterKind.INSPECTION_VISIT: visit_step,
    MatterKind.INSPECTION_PLAN: plan_step,
    MatterKind.INSPECTION_DRAW: draw_step,
    MatterKind.JOINT_OPERATION: operation_step,
}
BESIDE: Final[Mapping[str, tuple[str, tuple[Input, ...], Callable[..., Any]]]] = {
    "register": ("party.register", SUBJECT_FORM, register_subject),
    "publish_cap": ("organ.publish_cap", CAP_FORM, publish_cap),
}
"""What is done beside the courses: the right, the form, the verb."""


def view_of(given: Mapping[str, Any]) -> dict[str, str]:
    """The view the address names: tab, matter, enterprise, plans that a visit is to serve."""
    held = {name: str(given.get(name) or "")[:400] for name in VIEW}
    return held | {"tab": held["tab"] if held["tab"] in TABS else TABS[0]}


def address(**view: str) -> str:
    """The address of a view."""
    return f"/inspections?{urlencode({name: value for name, value in view.items() if value})}"


def _read(query: Callable[..., Any], **facts: Any) -> Any:
    with record().read() as session:
        return query(session, actor(), county(), now(), **facts)


# -- parts --------------------------------------------------------------------------------------------------------------


def parts(view: View) -> dict[str, Any]:
    """Every part of the page that changes, by name."""
    tabs = show.build_tabs(TABS, view["tab"], _read(waiting), _read(saved_in, year=now().year))
    return {"tabs": tabs, "list": _list(view), "matter": _matter(view), "next": _next(view)}


def organ_words() -> dict[str, str]:
    """Names of the county's organs by code."""
    with record().read() as session:
        return {one.code: words_of(one.name) for one in organ_choices(session, actor(), county(), now())}


def _list(view: View) -> list[Component]:
    tab = view["tab"]
    if tab == "merging":
        return show.build_proposals(_read(merging_proposals), organ_words())
    begin = build_begin(view)
    if tab == "subjects":
        rows = _read(subjects_named, text=view["text"], limit=SUBJECTS)
        search = show.build_search(view["text"], rows, SUBJECTS)
        return [*begin, *search, *show.build_subjects(rows, view["no"], view["text"])]
    rows = _read(rows_of, matter=KINDS[tab], limit=200)
    return [*begin, *show.build_rows(tab, rows, view["no"], organ_words(), titles(tab, rows))]


def titles(tab: str, rows: list[Any]) -> Mapping[Any, Any]:
    """What rows are called by: enterprises of visits, titles of the plans of draws."""
    with record().read() as session:
        if tab == "draws":
            numbers = [row.plan_number for row in rows]
            query = select(InspectionPlan.number, InspectionPlan.title).where(
                InspectionPlan.jurisdiction_id == county().jurisdiction_id, InspectionPlan.number.in_(numbers)
            )
            return {row.number: row.title for row in session.execute(query)}
        return subjects_of(session, county(), rows) if tab == "visits" else {}


def _matter(view: View) -> list[Component]:
    tab = view["tab"]
    if not view["no"]:
        return [html.Div(nothing(t("between_page.choose")), className="panel b-top")] if tab in KINDS else []
    if tab == "subjects":
        return show.build_history(_read(subject_history, code=view["no"]), organ_words())
    if tab not in KINDS:
        return []
    row = _read(one_row, matter=KINDS[tab], number=view["no"])
    repeated = _read(repeat_draw, number=row.number) if tab == "draws" and row.seed else None
    papers = beside.build_papers(row) if tab == "visits" else []
    return [*show.build_matter(tab, row, organ_words() | _named(row), titles(tab, [row]), repeated), *papers]


def _named(row: Any) -> dict[str, str]:
    """Names of the people, items and enterprises that a matter names by their codes."""
    codes = [code for name in show.CODED for code in getattr(row, name, None) or ()]
    models: tuple[Any, ...] = (Person, Item, Party)
    place = county().jurisdiction_id
    with record().read() as session:
        return {
            one.code: f"{one.name} {one.code}" if model is Person else _called(one)
            for model in models
            for one in session.scalars(select(model).where(model.jurisdiction_id == place, model.code.in_(codes)))
        }


def _called(one: Any) -> str:
    return either(one.name, getattr(one, "name_en", None), lang())


def _next(view: View) -> list[Component]:
    """Steps the table has from here for the roles of who looks; what stands in the way is said when one is tried."""
    kind = KINDS.get(view["tab"])
    if kind is None or not view["no"]:
        return []
    row = _read(one_row, matter=kind, number=view["no"])
    found = [verb for verb in _ahead(kind, row.status) if _may(f"{kind.value}.{verb.value}")]
    return [build_step("inspections", verb.value, step_name(kind, verb.value)) for verb in found]


def _ahead(kind: MatterKind, status: str) -> list[Verb]:
    return [step.verb for step in steps(kind, STATES[kind](status))]


def _may(verb: str) -> bool:
    held = actor().organ_for(verb)
    return bool(held) and authorise(actor(), verb, Subject(county().jurisdiction_id), now()).allowed


def step_name(kind: MatterKind, verb: str) -> str:
    """What a step is called."""
    words = spoken(f"verbs.{kind.value}.{verb}", spoken(f"vocabulary.verb.{verb}", verb))
    return words[:1].upper() + words[1:]


def build_begin(view: View) -> list[Component]:
    """Buttons that begin something here, for who may."""
    if view["tab"] == "subjects":
        found = [
            build_step("inspections", name, t(f"inspections.begin.{name}"))
            for name, (verb, _, _) in BESIDE.items()
            if _may(verb)
        ]
        return [show.tools(found)] if found else []
    kind = KINDS[view["tab"]]
    verb = f"{kind.value}.{FIRST[kind].value}"
    if not _may(verb):
        return []
    return [show.tools([build_step("inspections", "begin", step_name(kind, FIRST[kind].value), main=True)])]


# -- forms --------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form."""
    if beside.is_way(verb):
        return beside.opened(view, verb)
    title, form = _form(view, verb)
    plans = [one for one in view["plans"].split(",") if one]
    known = {"inspected": view["subject"], "inspection_plans": plans, "visit_on": day(now())}
    return title, build_fields(form, Offer("inspections", "inspections", _offered(form), known))


def _form(view: View, verb: str) -> tuple[str, tuple[Input, ...]]:
    if verb in BESIDE:
        return t(f"inspections.begin.{verb}"), BESIDE[verb][1]
    kind = KINDS.get(view["tab"])
    if kind is None:
        raise Refusal("errors_between.nothing_here", kind="not_found")
    step = FIRST[kind] if verb == "begin" else Verb(verb)
    return step_name(kind, step.value), INSPECTION_FORMS[kind][step]


def _offered(form: tuple[Input, ...]) -> dict[str, Options]:
    """Everything a form offers to choose from."""
    found = {one.name: _options(one.options) for one in form if one.options is not None}
    for one in form:
        source = _SOURCES.get(one.name)
        if source is not None:
            with record().read() as session:
                found[one.name] = source(session)
    return found


def _options(vocabulary: Any) -> Options:
    return [{"value": value, "label": label} for value, label in options(vocabulary, lang())]


def _subject_options(session: Session) -> Options:
    rows = subjects_named(session, actor(), county(), now(), limit=500)
    return [{"value": row.code, "label": f"{row.name} · {place_name(row.township_code or '')}"} for row in rows]


def _item_options(session: Session) -> Options:
    query = select(Item).where(Item.jurisdiction_id == county().jurisdiction_id, Item.published_on.is_not(None))
    rows = session.scalars(query.order_by(Item.code))
    return [{"value": row.code, "label": either(row.name, row.name_en, lang())} for row in rows]


def _plan_options(session: Session) -> Options:
    usable = ("approved", "filed")
    rows = rows_of(session, actor(), county(), now(), matter=MatterKind.INSPECTION_PLAN, statuses=usable, limit=200)
    return [{"value": row.number, "label": f"{row.title} · {row.number}"} for row in rows]


def _visit_options(session: Session) -> Options:
    rows = rows_of(
        session, actor(), county(), now(), matter=MatterKind.INSPECTION_VISIT, statuses=("planned", "approved")
    )
    return [{"value": row.number, "label": row.number} for row in rows]


def _people_options(session: Session) -> Options:
    own = next((scope.organ for scope in actor().scopes if scope.organ), "") or ""
    return person_options(people_choices(session, county(), now(), first=own))


def _organ_options(session: Session) -> Options:
    found = organ_choices(session, actor(), county(), now())
    return [{"value": one.code, "label": words_of(one.name)} for one in found]


def _township_options(_session: Session) -> Options:
    return place_options(county().townships)


_SOURCES: Final[Mapping[str, Callable[[Session], Options]]] = {
    "inspected": _subject_options,
    "subjects": _subject_options,
    "inspection_items": _item_options,
    "inspection_plan": _plan_options,
    "inspection_plans": _plan_options,
    "visits": _visit_options,
    "persons": _people_options,
    "informed": _organ_options,
    "participants": _organ_options,
    "townships": _organ_options,
    "townships_heard": _organ_options,
    "of_township": _township_options,
    "cell": _township_options,
}


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Begin a matter or take a step of one; gives the words that say so. Raises Refusal, and nothing is lost."""
    if beside.is_way(verb):
        return beside.taken(view, verb, given)
    if verb in BESIDE:
        row = record().write(actor(), BESIDE[verb][2], county=county(), given=given)
        return t("case_page.done"), address(tab="subjects", no=getattr(row, "code", ""))
    kind = KINDS[view["tab"]]
    if verb == "begin":
        row = record().write(actor(), BEGIN[kind], county=county(), given=given)
        return t("between_page.begun", number=row.number), address(tab=view["tab"], no=row.number)
    row = record().write(actor(), STEP[kind], county=county(), number=view["no"], step_name=verb, given=given)
    return t("case_page.taken", step=step_name(kind, verb), state=show.state_name(view["tab"], row.status)), None
