"""The control of a drill as components, what it reads and does: injects paused, resumed, given at once, skipped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dash import html
from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.components.case_words import moment
from dashboard.components.desk import Taken, View, build_step
from dashboard.components.desk_form import Offer, build_fields
from dashboard.context import actor, county, lang, now, record, t
from data.drill.injects import STEPS, control
from data.drill.loading import known_scenarios, load_scenario
from data.models import Drill, DrillInject, Lead
from policy.case_forms import Input
from policy.drill import expectations_of
from policy.errors import Refusal
from policy.text import JOINTS
from policy.vocabulary_patrol import InjectStatus

NAMES: Final = ("head", "injects")
_SKIP: Final = (Input("reason", "words", required=True),)
_LOOK: Final = {
    InjectStatus.GIVEN: "good",
    InjectStatus.PAUSED: "warn",
    InjectStatus.WAITING: "",
    InjectStatus.SKIPPED: "",
}


def view_of(_given: Mapping[str, Any]) -> dict[str, str]:
    """The control has one view."""
    return {"no": ""}


def parts(_view: View) -> dict[str, Any]:
    """Head and injects as the record of the drill has them."""
    with record().read() as session:
        drill = session.scalars(select(Drill)).one()
        rows = session.scalars(select(DrillInject).order_by(DrillInject.place)).all()
        leads = dict(
            iter(session.execute(select(Lead.id, Lead.number).where(Lead.id.in_([row.lead_id for row in rows]))))
        )
    return {
        "head": _head(drill),
        "injects": [_inject(row, leads.get(row.lead_id) if row.lead_id else None, drill) for row in rows],
    }


def _head(drill: Drill) -> list[Component]:
    known = drill.scenario in known_scenarios()
    scenario = load_scenario(drill.scenario) if known else None
    gone = int(((drill.stopped_at or now()) - drill.started_at).total_seconds() // 60)
    state = t("drill.over") if drill.stopped_at else t("drill.running", n=gone)
    told = [
        html.H1([scenario.name(lang()) if scenario else drill.scenario, " ", html.Small(drill.number, className="num muted")]),
        *([html.P(scenario.about(lang()), className="muted")] if scenario else []),
        html.P([html.Strong(state), " · ", t("drill.spot", cell=county().place(drill.cell_code, lang()) or "—"), " · ", t("drill.stop_how")]),
    ]  # fmt: skip
    return [html.Section(told, className="panel b-top")]


def _inject(row: DrillInject, lead: str | None, drill: Drill) -> Component:
    status = InjectStatus(row.status)
    when = t("drill.given", at=moment(row.given_at)) if row.given_at else f"{t('drill.due')} {moment(row.due_at)}"
    head = [
        html.Strong(t("drill.minute", n=row.told["minute"]), className="num"),
        html.Span(t(f"vocabulary.inject_kind.{row.kind}"), className="k-tag"),
        html.Span(t(f"vocabulary.inject_status.{row.status}"), className=f"k-tag {_LOOK[status]}"),
        html.Span(when, className="muted num"),
    ]
    expected = JOINTS[lang()].join(dict.fromkeys(t(f"vocabulary.expected.{one.step.value}") for one in expectations_of(row.told)))  # fmt: skip
    more = [t("drill.expected", steps=expected)] if expected else []
    more += [t("drill.team", team=row.told["team"])] if row.told.get("team") else []
    link = [html.A(lead, href=f"/console?lead={lead}", className="num")] if lead else []
    said = html.P([" · ".join(more), " " if more else "", *link], className="muted k-small")
    body = [html.Div(head, className="drill-line"), html.P(row.told["words"]), said, *_remark(row)]
    steps = (
        [] if drill.stopped_at else [_button(name, row) for name, (sources, _) in STEPS.items() if status in sources]
    )
    return html.Section([html.Div(body, className="drill-body"), html.Div(steps, className="b-tools")], className=f"panel drill-inject drill-inject-{row.status}")  # fmt: skip


def _remark(row: DrillInject) -> list[Component]:
    return [html.P(row.reason, className="muted")] if row.reason else []


def _button(name: str, row: DrillInject) -> Component:
    return build_step("drill", f"{name}:{row.place}", t(f"drill.step.{name}"))


def opened(_view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form; only skipping asks for something."""
    step, _, place = verb.partition(":")
    if step not in STEPS:
        raise Refusal("errors_casework.not_in_list", pointer="/step", value=step[:40], allowed=tuple(STEPS))
    title = f"{t(f'drill.step.{step}')} · {place}"
    return title, build_fields(_SKIP if step == "skip" else (), Offer("drill", "drill"))


def taken(_view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Steer an inject; gives the words that say so. Raises Refusal, and nothing is lost."""
    step, _, place = verb.partition(":")
    if not place.isdecimal():
        raise Refusal("errors_drill.no_inject", kind="not_found", inject=place[:20])
    told = {"place": int(place), "step": step, "reason": given.get("reason", "")}
    row = record().write(actor(), control, county=county(), **told)
    return t("drill.done", inject=place, state=t(f"vocabulary.inject_status.{row.status}")), None
