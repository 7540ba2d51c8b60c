"""Complaints about enforcement on the page of supervision: taken in, looked into, answered in time; who complained is masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.components.case_reads import beside_field
from dashboard.components.case_words import capital, day, moment, nothing, panel, span
from dashboard.components.clause import clause, to_value
from dashboard.components.desk import Desk, Taken, View, build_step
from dashboard.components.desk import register as register_desk
from dashboard.components.desk_form import Offer, build_fields, words_of
from dashboard.components.supervision_parts import (  # fmt: skip
    build_frame,
    build_switch,
    closed_lists,
    facts,
    matter,
    may,
    organ_options,
    tag,
    to,
    township_options,
    view_of,
)
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import actor, county, lang, now, place_name, record, run, t
from data.casework.complaints import complaint_step, take_complaint, unmask_complaint
from data.masking import shown
from data.queries.complaints import OPEN, Complainant, ComplaintRow, complaints, one_complaint
from data.sheets import Book, Sheet
from policy.conduct_forms import COMPLAINT_FORMS
from policy.deadline_terms import spec_of
from policy.errors import Refusal
from policy.vocabulary_conduct import ComplaintStatus, ComplaintStep
from policy.zone import CHINA

SHOW: Final = "complaints"
NAME: Final = "complaints"
NAMES: Final = ("only", "no")
KEY: Final = "deadline.complaint_answer"
ONLY: Final = ("open", "overdue", "answered", "all")
_NEXT: Final = {
    ComplaintStatus.RECEIVED: (ComplaintStep.LOOK_INTO, ComplaintStep.ANSWER, ComplaintStep.WITHDRAW),
    ComplaintStatus.LOOKED_INTO: (ComplaintStep.ANSWER, ComplaintStep.WITHDRAW),
}


def build(given: Mapping[str, str]) -> Component:
    """The section as the address asks for it; without a number the first row is open."""
    view = view_of(given, *NAMES)
    view["no"] = view["no"] or next((row.number for row in _rows(view)), "")
    return build_frame(DESK, view, parts(view), {"list": "cd-list", "one": "side-one"})


def parts(view: View) -> dict[str, Any]:
    """The list and the complaint that is open."""
    return {"list": _list(view), "one": _one(view)}


def _rows(view: View) -> list[ComplaintRow]:
    only = {"": "open", "all": ""}.get(view["only"], view["only"])
    with record().read() as session:
        return complaints(session, actor(), county(), now(), only=only)


def _list(view: View) -> list[Component]:
    rows = _rows(view)
    take = [build_step(NAME, ComplaintStep.TAKE.value, step_words(ComplaintStep.TAKE), main=True)] if may("complaint.take") else []  # fmt: skip
    tools = html.Div([build_switch(SHOW, view["only"], ONLY), html.Span(className="k-spacer"), build_export(EXPORT), *take], className="b-tools")  # fmt: skip
    late = sum(row.overdue for row in rows)
    side = html.Span([t("conduct.open_n", n=sum(row.status in OPEN for row in rows)), *([" · ", html.Span(["▲ ", t("conduct.overdue_n", n=late)], className="alarm")] if late else [])])  # fmt: skip
    shown_ = [_row(row, row.number == view["no"], view["only"]) for row in rows] or [nothing(t("conduct.complaints_none"))]  # fmt: skip
    return [
        tools,
        panel(t("conduct.complaints_title"), [build_rule(), html.Div(shown_, className="b-list")], side=side),
    ]


def build_rule() -> Component:
    """How long an answer may take, and where that is said; who sees a complaint."""
    value = county().profile.get(KEY, now().astimezone(CHINA).date())
    if value is None:
        return html.P([t("conduct.complaints_rule"), t("conduct.complaints_silent")], className="muted k-note")
    spec = spec_of("complaint_answer", value)
    time = t(f"policy.amount.{spec.unit}", n=spec.amount)
    rest = [" ", *clause(value.clause, key=KEY)] if value.clause else []
    return html.P([t("conduct.complaints_rule"), to_value(time, KEY), *rest], className="muted k-note")


def _row(row: ComplaintRow, here: bool, only: str) -> Component:
    about = words_of(row.about_name) if row.about_name else "—"
    return dcc.Link(
        [
            html.Span([html.Strong(about, className="b-subject"), tag(_status(row.status))], className="b-card-head"),
            html.Span([t(f"vocabulary.complaint_channel.{row.channel}"), " · ", words_of(row.taken_name)], className="k-small"),
            html.Span(_clock(row), className="b-card-line k-small"),
            html.Span(f"{row.number} · {day(row.received_at)}", className="muted num k-small"),
        ],
        href=to(SHOW, no=row.number, only=only),
        className=f"b-card {'b-card-here' if here else ''}",
    )  # fmt: skip


def _status(status: ComplaintStatus) -> str:
    return t(f"vocabulary.complaint_status.{status.value}")


def _clock(row: ComplaintRow) -> list[Any]:
    """When the answer is due and how that stands, in words and shape."""
    if row.answered_at is not None:
        return [html.Span(t("conduct.is_founded" if row.founded else "conduct.not_founded"), className="warn" if row.founded else "muted")]  # fmt: skip
    if row.answer_due_at is None or row.status not in OPEN:
        return []
    words = t(f"case_page.due.{'overdue' if row.overdue else 'running'}", span=span(row.answer_due_at - now()))
    return [html.Span(["▲ " if row.overdue else "", words], className="alarm" if row.overdue else "muted")]


def _one(view: View) -> list[Component]:
    if not view["no"]:
        return []
    try:
        with record().read() as session:
            row = one_complaint(session, actor(), county(), now(), number=view["no"])
    except Refusal as refusal:
        return [nothing(refusal.sentence(lang()))]
    return build_one(row)


def build_one(row: ComplaintRow) -> list[Component]:
    """One complaint with what may be done next."""
    due = [html.Span(moment(row.answer_due_at), className="num"), " ", *_clock(row)] if row.answer_due_at else None
    rows = [
        ("status", tag(_status(row.status))),
        ("channel", t(f"vocabulary.complaint_channel.{row.channel}")),
        ("complainant", _masked(row, row.complainant, "anonymous")),
        ("contact", _masked(row, row.contact, "no_contact")),
        ("words", row.words if row.kept else t("conduct.hidden")),
        ("about", words_of(row.about_name) if row.about_name else None),
        ("township", place_name(row.township_code) if row.township_code else None),
        ("matter", matter(row.matter_number) if row.matter_number else None),
        ("taken", f"{words_of(row.taken_name)} · {moment(row.received_at)}"),
        ("due", due),
        ("answered", f"{moment(row.answered_at)} · {row.answer}" if row.answered_at else None),
        ("founded", t("conduct.is_founded" if row.founded else "conduct.not_founded") if row.answered_at else None),
        ("card", dcc.Link(row.card_number, href=to("cards", no=row.card_number, only="all")) if row.card_number else None),
    ]  # fmt: skip
    return [panel(t("conduct.tab.complaints"), [facts(rows), *_steps(row), *_unmasking(row)], side=row.number)]


def _masked(row: ComplaintRow, value: str, none: str) -> str:
    return (value or t(f"conduct.{none}")) if row.kept else t("conduct.hidden")


def _steps(row: ComplaintRow) -> list[Component]:
    steps = _NEXT.get(row.status, ()) if row.kept else ()
    found: list[Component] = [build_step(NAME, step.value, step_words(step), main=n == 0) for n, step in enumerate(steps) if may(f"complaint.{step.value}")]  # fmt: skip
    if row.founded and row.card_number is None and may("card.give"):
        href = to("cards", complaint=row.number, matter=row.matter_number or "")
        found.append(dcc.Link(t("conduct.card_from_complaint"), href=href, className="button"))
    return [html.Div(found, className="b-tools cd-steps")] if found else []


def _unmasking(row: ComplaintRow) -> list[Component]:
    """Who complained, for who says why (PI 51)."""
    if not row.kept or not may("complaint.unmask"):
        return []
    field = dmc.TextInput(id="complaints-unmask-reason", label=t("conduct.unmask_reason"), inputProps={"maxLength": 500})  # fmt: skip
    go = html.Button(t("conduct.unmask_go"), id="complaints-unmask", type="button", className="button", n_clicks=0)
    note = html.P([t("conduct.unmask_note"), " ", *clause("PI 51")], className="muted k-note")
    inside = [field, note, go, html.Div(id="complaints-unmask-refusal"), html.Div(id="complaints-plain")]
    return [html.Details([html.Summary(t("conduct.unmask")), html.Div(inside, className="k-unmask")])]


def step_words(step: ComplaintStep) -> str:
    """What a step is called."""
    return capital(t(f"vocabulary.complaint_step.{step.value}"))


# -- forms -------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form."""
    step = ComplaintStep(verb)
    form = COMPLAINT_FORMS[step]
    lists = closed_lists(form)
    if step is ComplaintStep.TAKE:
        lists |= {"about_organ": organ_options(), "township": township_options()}
        return step_words(step), build_fields(form, Offer(NAME, NAME, lists))
    return f"{step_words(step)} · {view['no']}", build_fields(form, Offer(NAME, NAME, lists))


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Take a complaint in, or its next step; raises Refusal, and nothing is lost."""
    step = ComplaintStep(verb)
    if step is ComplaintStep.TAKE:
        row = record().write(actor(), take_complaint, county=county(), given=given)
        return t("conduct.done_complaint", step=step_words(step), number=row.number), to(SHOW, no=row.number)
    row = record().write(actor(), complaint_step, county=county(), number=view["no"], step_name=verb, given=given)
    return t("conduct.done_complaint", step=step_words(step), number=row.number), None


def unmasked(number: str, reason: str | None) -> tuple[Any, Any]:
    """Who complained, for this once; or the refusal beside the reason."""
    try:
        found = record().write(actor(), unmask_complaint, county=county(), number=number, reason=reason or "")
    except Refusal as refusal:
        return no_update, beside_field(refusal)
    return build_plain(found), []


def build_plain(found: Complainant) -> Component:
    """Who complained and what was said, in plain."""
    rows = [(name, shown(getattr(found, name), lang())) for name in ("complainant", "contact", "words")]
    return facts(rows)


def book(view: Mapping[str, str]) -> Book:
    """The list as a spreadsheet, masked."""
    title = t("conduct.complaints_title")
    names = ("status", "channel", "about", "township", "matter", "taken", "due", "answered", "founded", "card")
    heads = [t("conduct.column.number"), *(t(f"conduct.fact.{name}") for name in names)]
    return Book(title, (Sheet(title, heads, [_cells(row) for row in _rows(view)]),))


def _cells(row: ComplaintRow) -> Sequence[Any]:
    answered = row.answered_at is not None
    return [
        row.number, _status(row.status), t(f"vocabulary.complaint_channel.{row.channel}"),
        words_of(row.about_name) if row.about_name else "", place_name(row.township_code) if row.township_code else "",
        row.matter_number, words_of(row.taken_name), row.answer_due_at, row.answered_at,
        t("conduct.is_founded" if row.founded else "conduct.not_founded") if answered else "", row.card_number,
    ]  # fmt: skip


DESK: Final = Desk(NAME, ("list", "one"), parts, opened, taken)
EXPORT: Final = Export("complaints", book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_desk(app, DESK)
    register_export(app, EXPORT, State(f"{NAME}-view", "data"))

    async def look(clicks: int, reason: str | None, view: View) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        return await run(unmasked, view["no"], reason)

    app.callback(
        Output("complaints-plain", "children"),
        Output("complaints-unmask-refusal", "children"),
        Input("complaints-unmask", "n_clicks"),
        State("complaints-unmask-reason", "value"),
        State(f"{NAME}-view", "data"),
        prevent_initial_call=True,
    )(look)
