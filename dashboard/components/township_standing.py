"""Things to do that no clock drives: certificates, posts, villages without an officer, equipment, trainings, people away."""

from __future__ import annotations

from collections.abc import Iterator

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.desk import build_step
from dashboard.components.township_todo import Day, Todo, todo_row
from dashboard.components.township_words import call, day
from dashboard.context import lang, t
from data.queries.staffing import AwayRow
from data.queries.township import today
from data.queries.township_cells import Gap
from data.queries.township_people import PersonRow
from policy.text import JOINTS, named

STEP = "staffing"


def fill(state: Day, verb: str, right: str, words: str) -> list[Component]:
    """The button that opens a form of the registers, for who may."""
    return [build_step(STEP, verb, words)] if right in state.rights else []


# -- people -----------------------------------------------------------------------------------------------------------


def certificates(state: Day) -> Iterator[Todo]:
    """Certificates that are expired, suspended, missing, or run out within 60 days."""
    states = {"expired": 0, "suspended": 1, "none": 2, "runs_out": 3}
    people = sorted((p for p in state.force.people if p.state in states), key=lambda p: (states[p.state], p.certified_to or today(state.now)))  # fmt: skip
    if not people:
        return
    counts = [(name, sum(p.state == name for p in people)) for name in states]
    detail = " · ".join(t(f"township.todo.certificate_{name}", n=n) for name, n in counts if n)
    bad = any(p.state != "runs_out" for p in people)
    rows = tuple(_certificate_row(one) for one in people)
    yield Todo("certificate", "warn" if bad else "plain", "busy", t("township.todo.certificate", n=len(people)), detail, rows, "force")  # fmt: skip


def _certificate_row(one: PersonRow) -> Component:
    tone = "warn" if one.state != "runs_out" else ""
    state = html.Span(t(f"township.certificate.{one.state}"), className=tone)
    until = day(one.certified_to) if one.certified_to else ""
    second = " · ".join(part for part in (one.organ, *one.teams[:1], one.certificate or "") if part)
    return todo_row([one.name, " ", state, " ", html.Span(until, className="num")], second, *call(one.phone, one.name), key=one.key)  # fmt: skip


def untrained(state: Day) -> Iterator[Todo]:
    """Officers who passed no training this year, where the plan asks for one a year (CL 第二十一条)."""
    training = state.staffing.training
    if training.needed is None or not training.untrained:
        return
    rows = tuple(todo_row([name, " ", html.Span(code, className="num muted")], t("township.todo.untrained_row"), key=code) for code, name in training.untrained)  # fmt: skip
    title = t("township.todo.untrained", n=len(rows), all=training.people)
    detail = t("township.todo.untrained_why", n=int(training.needed.value))
    yield Todo("untrained", "plain", "busy", title, detail, rows, "staffing")


def away(state: Day) -> Iterator[Todo]:
    """People seconded away; a warning where the plan asks for an approver and none is told (YY 五(二))."""
    gone = state.force.away
    if not gone:
        return
    bare = sum(one.unapproved for one in gone)
    words = t("township.todo.away_unapproved", n=bare) if bare else t("township.todo.away_why")
    rows = tuple(_away_row(state, one) for one in gone)
    yield Todo("away", "warn", "off_duty", t("township.todo.away", n=len(rows)), words, rows, "staffing")


def _away_row(state: Day, one: AwayRow) -> Component:
    told = [one.organ, one.reason, one.works_at or "", t("township.from_day", day=day(one.since))]
    approver = t("staffing.approved_by", who=one.approved_by) if one.approved_by else t("staffing.no_approver")
    look = "warn" if one.unapproved else "muted"
    second = [" · ".join(part for part in told if part), " · ", html.Span(approver, className=look)]
    ends = fill(state, f"end_entry:secondments:{one.key}", "secondment.end", t("staffing.back"))
    return todo_row(one.name, second, *ends, key=str(one.key))


# -- posts and villages -----------------------------------------------------------------------------------------------


def posts(state: Day) -> Iterator[Todo]:
    """Posts, offices and heads of cells that nobody holds."""
    gaps = state.force.gaps
    if not gaps:
        return
    first = t("township.todo.posts_first", where=gaps[0].where, office=_office(gaps[0]))
    rows = tuple(_gap_row(state, gap) for gap in gaps)
    yield Todo("posts", "warn", "busy", t("township.todo.posts", n=len(gaps)), first, rows, "staffing" if gaps[0].post else "force")  # fmt: skip


def _office(gap: Gap) -> str:
    return gap.office or t(f"township.gap.{gap.kind}")


def _gap_row(state: Day, gap: Gap) -> Component:
    ground = [" · ", *clause(gap.clause, key=gap.key)] if gap.clause else []
    press = fill(state, f"fill_post:{gap.post}", "post_holder.name", t("staffing.fill")) if gap.post else []
    return todo_row(gap.where, [_office(gap), *ground], *press, key=f"{gap.where}{gap.office}")


def villages(state: Day) -> Iterator[Todo]:
    """Villages without an officer, where the plan wants one in each (JD 二(一)3)."""
    bare = [one for one in state.force.villages if not one.officer] if state.force.wants_officers else []
    if not bare:
        return
    names = JOINTS[lang()].join(one.name for one in bare[:3])
    rows = tuple(
        todo_row(
            one.name,
            t("township.village.load", section=one.section, open=one.open, received=one.received),
            *fill(state, f"name_officer:{one.code}", "village_officer.name", t("staffing.name")),
            key=one.code,
        )
        for one in bare
    )
    title = t("township.todo.villages", n=len(bare), all=len(state.force.villages))
    yield Todo("villages", "warn", "off_duty", title, names if len(bare) <= 3 else t("township.todo.and_more", names=names, n=len(bare)), rows, "villages")  # fmt: skip


def equipment(state: Day) -> Iterator[Todo]:
    """What the plan lists and the township does not have (CL 第二十二条)."""
    short = [need for need in state.staffing.needs if not need.met]
    if not short:
        return
    names = JOINTS[lang()].join(named(need.name, lang()) for need in short[:3])
    rows = tuple(
        todo_row(
            named(need.name, lang()),
            [html.Span(f"{need.have}/{need.needed}", className="num"), " · ", *clause(need.clause, key=need.key)],
            *fill(state, f"add_equipment:{need.code}", "equipment.register", t("staffing.add")),
            key=need.code,
        )
        for need in short
    )
    yield Todo("equipment", "warn", "busy", t("township.todo.equipment", n=len(short)), names, rows, "staffing")
