"""Joint meetings 联席会议 on the page of supervision: the duty to meet, the calendar, agenda, minutes, decisions that come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.between_words import to_matter
from dashboard.components.case_words import capital, day, joined, moment, nothing, panel
from dashboard.components.clause import clause
from dashboard.components.desk import Desk, Taken, View, build_step
from dashboard.components.desk import register as register_desk
from dashboard.components.desk_form import Offer, Options, build_fields, words_of
from dashboard.components.supervision_parts import (  # fmt: skip
    build_frame,
    facts,
    may,
    organ_options,
    organs,
    table,
    tag,
    to,
    view_of,
)
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import actor, county, now, record, t
from data.casework.meetings import call_meeting, meeting_step
from data.queries.meetings import DecisionRow, Duty, MeetingRow, Topic, duty, may_finish, meetings, open_decisions
from data.sheets import Book
from policy.conduct_forms import MEETING_FORMS
from policy.vocabulary import MatterKind
from policy.vocabulary_conduct import MeetingState, MeetingStep, TopicKind

SHOW: Final = "meetings"
NAME: Final = "meetings"
_NEXT: Final = {
    MeetingState.CALLED: (MeetingStep.HOLD, MeetingStep.CANCEL),
    MeetingState.HELD: (MeetingStep.DECIDE, MeetingStep.FINISH),
}
_MATTERS: Final = {
    TopicKind.SECOND_RETURN: MatterKind.TRANSFER,
    TopicKind.DISPUTE: MatterKind.DISPUTE,
    TopicKind.ESCALATION: MatterKind.ESCALATION,
    TopicKind.REFUSED: MatterKind.ASSISTANCE,
}
_LOOK: Final = {MeetingState.CALLED: "warn", MeetingState.HELD: "", MeetingState.CANCELLED: ""}


def build(given: Mapping[str, str]) -> Component:
    """The section as the address asks for it."""
    view = view_of(given, "no")
    return build_frame(DESK, view, parts(view), {"duty": "cd-list", "list": "cd-list", "one": "side-one"})


def parts(view: View) -> dict[str, Any]:
    """The duty to meet with what is not done, the meetings, the one that is open."""
    with record().read() as session:
        who = (session, actor(), county(), now())
        rows, undone = meetings(*who), open_decisions(*who)
        owed = duty(session, county(), now())
    here = next((row for row in rows if row.number == view["no"]), None) or (rows[0] if rows else None)
    call = [build_step(NAME, MeetingStep.CALL.value, step_words(MeetingStep.CALL), main=True)] if may("meeting.call") else []  # fmt: skip
    tools = html.Div([html.Span(className="k-spacer"), build_export(EXPORT), *call], className="b-tools")
    return {
        "duty": [tools, build_duty(owed), build_undone(undone)],
        "list": [panel(t("conduct.meetings_title"), html.Div(build_list(rows, here), className="b-list"))],
        "one": build_one(here) if here else [nothing(t("conduct.open_meeting"))],
    }


def build_duty(owed: Duty) -> Component:
    """What the plan asks for, and how that stands."""
    rule = t("conduct.duty_wanted", n=owed.wanted) if owed.wanted is not None else t("conduct.duty_regular" if owed.clause else "conduct.duty_none")  # fmt: skip
    said = [t("conduct.duty_held", half=owed.half, n=owed.held)]
    said.append(t("conduct.duty_last", at=day(owed.last)) if owed.last else t("conduct.duty_never"))
    said += [t("conduct.duty_coming", at=moment(owed.coming))] if owed.coming else []
    late = html.Strong(["▲ ", t("conduct.duty_overdue", at=day(owed.due_at))], className="alarm")
    due = [late] if owed.overdue else [html.Span(t("conduct.duty_due", at=day(owed.due_at)))] if owed.due_at else []
    lines = [html.P([html.Strong(rule), " ", *clause(owed.clause)]), html.P(" · ".join(said), className="num"), *([html.P(due)] if due else [])]  # fmt: skip
    return panel(t("conduct.duty_title"), lines)


def build_undone(rows: Sequence[DecisionRow]) -> Component:
    """Decisions not yet done, the one due first first."""
    if not rows:
        return panel(t("conduct.undone_title"), nothing(t("conduct.undone_none")))
    return panel(t("conduct.undone_title"), _decisions(rows, meeting=True), side=f"{len(rows)}")


def _decisions(rows: Sequence[DecisionRow], *, meeting: bool = False) -> Component:
    names = ("decision", "owner", "due", *(("meeting",) if meeting else ()))
    return table(names, [_decision(row, meeting) for row in rows])


def _decision(row: DecisionRow, meeting: bool) -> Component:
    done = [html.Small(["✓ ", t("conduct.done_at", at=day(row.done_at), outcome=row.outcome or "")], className="good")] if row.done_at else []  # fmt: skip
    due = html.Span(["▲ " if row.overdue else "", day(row.due_on)], className="num alarm" if row.overdue else "num")
    cells = [html.Td([f"{row.position}. {row.words}", *done], className="cd-words"), html.Td(words_of(row.owner_name)), html.Td(due)]  # fmt: skip
    return html.Tr([*cells, *([html.Td(dcc.Link(row.meeting, href=to(SHOW, no=row.meeting), className="num"))] if meeting else [])])  # fmt: skip


def build_list(rows: Sequence[MeetingRow], here: MeetingRow | None) -> list[Component]:
    """One card a meeting, the next one first."""
    if not rows:
        return [nothing(t("conduct.meetings_none"))]
    return [_card(row, here is not None and row.number == here.number) for row in rows]


def _card(row: MeetingRow, here: bool) -> Component:
    open_ = sum(one.done_at is None for one in row.decisions)
    told = [moment(row.held_at or row.planned_at), *([f"{t('conduct.decisions')} {len(row.decisions)}"] if row.decisions else [])]  # fmt: skip
    late = [html.Span(f"{t('conduct.undone_title')} {open_}", className="warn")] if open_ else []
    return dcc.Link(
        [
            html.Span([html.Strong(row.title, className="b-subject"), tag(_state(row.state), _LOOK[row.state])], className="b-card-head"),
            html.Span([html.Span(" · ".join(told), className="num"), *late], className="b-card-line k-small"),
            html.Span(row.number, className="muted num k-small"),
        ],
        href=to(SHOW, no=row.number),
        className=f"b-card {'b-card-here' if here else ''}",
    )  # fmt: skip


def _state(state: MeetingState) -> str:
    return t(f"vocabulary.meeting_state.{state.value}")


def build_one(row: MeetingRow) -> list[Component]:
    """One meeting: who, agenda, minutes, decisions, and what may be done next."""
    rows = [
        ("status", tag(_state(row.state), _LOOK[row.state])),
        ("planned", moment(row.planned_at)),
        ("held", moment(row.held_at) if row.held_at else None),
        ("members", organs(row.members)),
        ("present", organs(row.present) if row.present else None),
        ("reason", row.reason),
        ("minutes", html.Div(row.minutes, className="cd-minutes") if row.minutes else None),
    ]
    next_ = [step for step in _NEXT.get(row.state, ()) if may(f"meeting.{step.value}") and _to_do(step, row)]
    steps = [build_step(NAME, step.value, step_words(step), main=n == 0) for n, step in enumerate(next_)]
    tools = [html.Div(steps, className="b-tools cd-steps")] if steps else []
    live = row.state is MeetingState.CALLED
    found = [panel(row.title, [facts(rows), *tools], side=row.number)]
    found.append(panel(t("conduct.agenda_live" if live else "conduct.agenda"), build_agenda(row.agenda), side=f"{len(row.agenda)}"))  # fmt: skip
    if row.state is MeetingState.HELD:
        decided = _decisions(row.decisions) if row.decisions else nothing(t("conduct.decisions_none"))
        found.append(panel(t("conduct.decisions"), decided))
    return found


def _to_do(step: MeetingStep, row: MeetingRow) -> bool:
    """A decision is finished only where one is left that who looks may finish."""
    return step is not MeetingStep.FINISH or bool(_open(row))


def _open(row: MeetingRow) -> list[DecisionRow]:
    return [one for one in row.decisions if may_finish(actor(), county(), one)]


def build_agenda(topics: Sequence[Topic]) -> Component:
    """Points of the agenda, why each is there, between whom, with the way to the matter."""
    if not topics:
        return nothing(t("conduct.agenda_none"))
    names = {one["value"]: one["label"] for one in organ_options()}
    return table(("why", "subject", "organs", "since"), [_topic(one, names) for one in topics])


def _topic(one: Topic, names: Mapping[str, str]) -> Component:
    kind = _MATTERS.get(one.kind)
    link: Any = to_matter(kind, one.number) if kind and one.number else dcc.Link(one.number, href=to(SHOW, no=one.number), className="num") if one.number else ""  # fmt: skip
    return html.Tr(
        [
            html.Td(t(f"vocabulary.topic_kind.{one.kind.value}")),
            html.Td([one.subject, html.Small(link) if link else ""], className="cd-words"),
            html.Td(joined([names.get(code, code) for code in one.organs]) or "—"),
            html.Td(one.since or "—", className="num"),
        ]
    )


def step_words(step: MeetingStep) -> str:
    """What a step is called."""
    return capital(t(f"vocabulary.meeting_step.{step.value}"))


# -- forms -------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form; who is present begins with who was invited."""
    step, here = MeetingStep(verb), _here(view)
    offered = organ_options()
    lists: dict[str, Options] = {"members": offered, "attended": offered, "owner": offered}
    known: dict[str, Any] = {}
    if step is MeetingStep.HOLD and here is not None:
        known = {"attended": [code for code, _ in here.members], "held_at": f"{moment(here.planned_at)}:00"}
    if step is MeetingStep.FINISH and here is not None:
        lists["position"] = [{"value": str(one.position), "label": f"{one.position}. {one.words[:60]}"} for one in _open(here)]  # fmt: skip
    title = step_words(step) if step is MeetingStep.CALL or here is None else f"{step_words(step)} · {here.number}"
    return title, build_fields(MEETING_FORMS[step], Offer(NAME, NAME, lists, known, {"topics": t("conduct.hint_topics")}))  # fmt: skip


def _here(view: View) -> MeetingRow | None:
    """The meeting that is open: the one the address names, else the first of the list."""
    with record().read() as session:
        rows = meetings(session, actor(), county(), now())
    return next((row for row in rows if row.number == view["no"]), None) or (rows[0] if rows else None)


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Call a meeting, or its next step; raises Refusal, and nothing is lost."""
    step = MeetingStep(verb)
    if step is MeetingStep.CALL:
        row = record().write(actor(), call_meeting, county=county(), given=given)
    else:
        here = _here(view)
        number = here.number if here else ""
        row = record().write(actor(), meeting_step, county=county(), number=number, step_name=verb, given=given)
    return t("conduct.done_meeting", step=step_words(step), number=row.number), to(SHOW, no=row.number)


def book(view: Mapping[str, str]) -> Book:
    """What is not done, and agenda and decisions of the meeting that is open, as a spreadsheet."""
    with record().read() as session:
        undone = open_decisions(session, actor(), county(), now())
    here = _here(view)
    sheets = sheets_of(build_undone(undone), t("conduct.undone_title"))
    of_here = sheets_of(build_one(here), here.title) if here else ()
    return Book(t("conduct.meetings_title"), (*sheets, *of_here), narrowed=here.title if here else "")


DESK: Final = Desk(NAME, ("duty", "list", "one"), parts, opened, taken)
EXPORT: Final = Export("meetings", book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_desk(app, DESK)
    register_export(app, EXPORT, State(f"{NAME}-view", "data"))
