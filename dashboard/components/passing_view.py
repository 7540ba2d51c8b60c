"""What goes with a lead or a case beside its course, as it is shown: the 12345 order with its clock, what was shared."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.between_words import address
from dashboard.components.case_words import moment, nothing, panel, span
from dashboard.components.clause import clause
from dashboard.components.desk_form import Options, listed, words_of
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.casework.sharing import OTHER
from data.queries.between import SharedRow, shared_with
from data.queries.leads import get_lead
from policy.errors import Refusal
from policy.vocabulary import LeadSource, MatterKind, Verb
from policy.vocabulary_between import Callback, PassingStep
from policy.zone import CHINA

NAME: Final = "passing"


def on_day() -> Any:
    """The day here by which the profile is asked."""
    return now().astimezone(CHINA).date()


def may(verb: str, township: str | None) -> bool:
    """Whether who looks may do `verb` on a matter of a township; of none, where it lies nowhere."""
    townships = frozenset({township} if township else ())
    return authorise(actor(), verb, Subject(county().jurisdiction_id, townships, nowhere=not townships), now()).allowed


def _button(step: PassingStep, *, main: bool = False) -> Component:
    """A button that opens the form of a step."""
    words = t(f"vocabulary.passing_step.{step.value}")
    look = f"button {'button-main' if main else ''}"
    key = {"type": f"{NAME}-step", "verb": step.value}
    return html.Button(words[:1].upper() + words[1:], id=key, type="button", className=look, n_clicks=0)


# -- 12345 -------------------------------------------------------------------------------------------------------------


def is_order(row: Mapping[str, Any]) -> bool:
    """Whether a lead has to do with 12345."""
    return row["source"] == LeadSource.HOTLINE_12345 or bool(row["hotline_due_at"] or row["replied_at"])


def build_hotline(row: Mapping[str, Any]) -> list[Component]:
    """The order of a lead: number, time with its clock, answer, call-back; what may be done now. Nothing for another lead."""
    if not is_order(row):
        return []
    due, replied = row["hotline_due_at"], row["replied_at"]
    lines = [
        _line("number", html.Span(row["external_number"] or t("passing.none"), className="num")),
        _line("due", *_clock(due, replied)),
        _line("reply", *_reply(row)),
        *([_line("callback", *_callback(row))] if row["callback"] else []),
    ]
    steps = _steps(row)
    return [html.Dl(lines, className="pass-facts"), *([html.Div(steps, className="pass-steps")] if steps else [])]


def _line(name: str, *content: Any) -> Component:
    return html.Div([html.Dt(t(f"passing.hotline.{name}")), html.Dd([*content])], className="pass-fact")


def _clock(due: datetime | None, replied: datetime | None) -> list[Any]:
    """When 12345 wants its answer and how that stands: in words and shape, colour besides."""
    if due is None:
        return [html.Span(t("passing.hotline.no_due"), className="warn")]
    at = html.Span(moment(due), className="num")
    late = (replied or now()) > due
    if replied is not None:
        said = "answered_late" if late else "answered_in_time"
        return [at, " · ", _mark(late, t(f"passing.hotline.{said}", span=span(replied - due)))]
    return [at, " · ", _mark(late, t(f"case_page.due.{'overdue' if late else 'running'}", span=span(due - now())))]


def _mark(late: bool, words: str) -> Component:
    return html.Span(["▲ " if late else "", words], className="alarm" if late else "muted")


def _reply(row: Mapping[str, Any]) -> list[Any]:
    if row["replied_at"] is None:
        return [html.Span(t("passing.hotline.not_replied"), className="muted")]
    return [html.Span(row["reply"], lang="zh-CN"), " ", html.Span(moment(row["replied_at"]), className="muted num")]


def _callback(row: Mapping[str, Any]) -> list[Any]:
    bad = row["callback"] == "not_satisfied"
    words = html.Strong(
        ["▲ " if bad else "", t(f"vocabulary.callback.{row['callback']}")], className="warn" if bad else ""
    )
    return [words, " ", html.Span(moment(row["called_back_at"]), className="muted num")]


def _steps(row: Mapping[str, Any]) -> list[Component]:
    """What may be done with the order now; an answer is not written over without the call-back in between, and after a satisfied one none is due."""
    place, replied, called = row["township_code"], row["replied_at"], row["called_back_at"]
    waits = replied is None or (called is not None and called >= replied)
    open_now = {
        PassingStep.REPLY_HOTLINE: waits,
        PassingStep.RECORD_CALLBACK: replied is not None and (called is None or called < replied),
        PassingStep.SET_HOTLINE: True,
    }
    found = [step for step, there in open_now.items() if there and may(f"lead.{step.value}", place)]
    settled = replied is not None and row["callback"] == Callback.SATISFIED
    aside = {PassingStep.SET_HOTLINE, *([PassingStep.REPLY_HOTLINE] if settled else [])}
    return [_button(step, main=n == 0 and step not in aside) for n, step in enumerate(found)]


def hotline_of(number: str | None) -> list[Component]:
    """The order of the lead a case came of; nothing where there is none, or it is not the reader's."""
    if not number:
        return []
    try:
        with record().read() as session:
            row = get_lead(session, actor(), county(), number=number, lang=lang())
    except Refusal:
        return []
    return build_hotline(row)


# -- shared information, reviews raised --------------------------------------------------------------------------------


def build_shared(number: str, township: str | None, kind: str) -> list[Component]:
    """What of a matter was shown to whom; the way to share it, and to raise it for review, for who may."""
    steps = (
        [_button(PassingStep.SHARE)] if may(f"{kind}.share", township) and actor().organ_for(f"{kind}.share") else []
    )
    if not may("shared.read", township):
        return steps
    with record().read() as session:
        rows = shared_with(session, actor(), county(), now(), matter=number, limit=20)
    said = html.Ul([_shared(row) for row in rows], className="pass-log") if rows else nothing(t("passing.shared_none"))
    return [said, *([html.Div(steps, className="pass-steps")] if steps else []), *_raise(number)]


def _shared(row: SharedRow) -> Component:
    named = {one["value"]: one["label"] for one in share_kinds()}
    way = html.Span([words_of(row.from_name), " → ", html.Strong(words_of(row.to_name))])
    what = named.get(row.information, t("passing.other") if row.information == OTHER else row.information)
    return html.Li([html.Div([way, html.Span(moment(row.at), className="muted num")], className="pass-line"), html.Div(what, className="muted pass-small")])  # fmt: skip


def share_kinds() -> Options:
    """Kinds of information of the plan; where it lists none, what there is to share is one kind."""
    return listed(county().profile.get("sharing.kinds", on_day())) or [{"value": OTHER, "label": t("passing.other")}]


def _raise(number: str) -> list[Component]:
    """The way to copy a matter to the county department, where the plan knows it (LX 二(三)4)."""
    verb = f"{MatterKind.ESCALATION.value}.{Verb.RAISE.value}"
    grounds = county().profile.get("escalation.grounds", on_day())
    if grounds is None or not may(verb, None) or not actor().organ_for(verb):
        return []
    link = dcc.Link(t("passing.raise"), href=address(MatterKind.ESCALATION, about=number))
    return [html.P([link, " ", *clause(grounds.clause)], className="pass-small")]


# -- where it stands ---------------------------------------------------------------------------------------------------


def build_panels(number: str, township: str | None, lead: str | None) -> list[Component]:
    """Both as panels of a case, each where it has something to say to the reader."""
    order = hotline_of(lead)
    shared = build_shared(number, township, "case")
    parts = ((t("passing.hotline_title"), order), (t("passing.shared"), shared))
    return [panel(title, part) for title, part in parts if part]


def build_of_lead(row: Mapping[str, Any]) -> list[Component]:
    """Both below the facts of a lead."""
    order, shared = build_hotline(row), build_shared(row["number"], row["township_code"], "lead")
    below = ((t("passing.hotline_title"), order), (t("passing.shared"), shared))
    parts = [one for title, part in below if part for one in (html.H2(title), *part)]
    return [html.Div(parts, className="pass-lead")] if parts else []
