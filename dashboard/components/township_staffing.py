"""What the township works with: posts, equipment against the plan's lists, trainings, people away, people who come; each with its form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause, to_value
from dashboard.components.desk import build_step
from dashboard.components.symbols import symbol
from dashboard.components.township_words import day, empty, panel
from dashboard.context import lang, place_name, t
from data.queries.staffing import AwayRow, GuideRow, PostRow, Staffing, Thing, TrainingRow, TrainingState
from policy.profile import Value
from policy.readiness import Need
from policy.text import JOINTS, named
from policy.zone import CHINA

DESK = "staffing"


def build_staffing(state: Staffing, rights: frozenset[str]) -> list[Component]:
    """The section of the page; what the plan asks for and nobody has stands first in each list."""
    parts = [
        build_posts(state.posts, rights),
        build_equipment(state, rights),
        build_training(state.training, rights),
        build_away(state.away, state.approval, rights),
        build_guides(state.guides, rights),
    ]
    return [html.Div([part for part in parts if part is not None], className="t-registers")]


def _step(verb: str, right: str, words: str, rights: frozenset[str]) -> list[Component]:
    return [build_step(DESK, verb, words)] if right in rights else []


def _end(register: str, key: object, right: str, words: str, rights: frozenset[str]) -> list[Component]:
    if right not in rights:
        return []
    verb = f"end_entry:{register}:{key}"
    return [html.Button(words, id={"type": f"{DESK}-step", "verb": verb}, type="button", className="t-link t-quiet", n_clicks=0)]  # fmt: skip


def _head(words: str, ground: str | None, key: str) -> list[Component]:
    return [html.Span(words, className="num"), *([" · ", *clause(ground, key=key)] if ground else [])]


def _mark(ok: bool) -> Component:
    """There, or missing: shape and word, never colour alone."""
    words = t("staffing.there" if ok else "staffing.missing")
    return html.Span(words, className=f"t-ready {'good' if ok else 'warn t-ready-not'}")


# -- posts ------------------------------------------------------------------------------------------------------------


def build_posts(rows: Sequence[PostRow], rights: frozenset[str]) -> Component | None:
    """Posts and offices of the plan's lists, and who is in them; nothing where the plan lists none."""
    if not rows:
        return None
    filled = sum(row.need.met for row in rows)
    side = _head(t("staffing.of", n=filled, all=len(rows)), rows[0].need.clause, rows[0].need.key)
    listed = sorted(rows, key=lambda row: row.need.met)
    return panel(t("staffing.posts"), html.Ul([_post(row, rights) for row in listed], className="t-list"), side=side)


def _post(row: PostRow, rights: frozenset[str]) -> Component:
    need = row.need
    who = [
        html.Span([one.name, " ", html.Span(t("township.from_day", day=day(one.since)), className="muted num"), " ", *_end("posts", one.key, "post_holder.end", t("staffing.end"), rights)], className="t-holder")
        for one in row.holders
    ]  # fmt: skip
    held_by = [html.Div(t("staffing.held_by", who=named(need.held_by, lang())), className="muted t-row-second")] if need.held_by else []  # fmt: skip
    words = html.Div([html.Strong(named(need.name, lang())), *held_by, html.Div(who or _mark(False), className="t-holders")])  # fmt: skip
    return html.Li([words, *_step(f"fill_post:{need.code}", "post_holder.name", t("staffing.fill"), rights)], className="t-row")  # fmt: skip


# -- equipment --------------------------------------------------------------------------------------------------------


def build_equipment(state: Staffing, rights: frozenset[str]) -> Component | None:
    """The readiness check: each thing of the plan's lists, how many there are, what is missing; then the register."""
    if not state.needs and not state.things:
        return None
    ready = sum(need.met for need in state.needs)
    side = _head(t("staffing.of", n=ready, all=len(state.needs)), state.needs[0].clause, state.needs[0].key) if state.needs else ""  # fmt: skip
    listed = sorted(state.needs, key=lambda need: need.met)
    check = html.Ul([_need(need, rights) for need in listed], className="t-check")
    more = html.Details(
        [html.Summary(t("staffing.register", n=len(state.things))), html.Ul([_thing(one, state, rights) for one in state.things], className="t-list")]
    )  # fmt: skip
    add = _step("add_equipment:", "equipment.register", t("staffing.add"), rights)
    return panel(t("staffing.equipment"), [check, *([more] if state.things else []), html.Div(add, className="t-tools")], side=side)  # fmt: skip


def _need(need: Need, rights: frozenset[str]) -> Component:
    add = [] if need.met else _step(f"add_equipment:{need.code}", "equipment.register", t("staffing.add"), rights)
    number = html.Span(f"{need.have}/{need.needed}", className="num muted")
    return html.Li([_mark(need.met), html.Span(named(need.name, lang())), number, *add], className="" if need.met else "t-short")  # fmt: skip


def _thing(one: Thing, state: Staffing, rights: frozenset[str]) -> Component:
    kind = state.kinds.get(one.kind)
    words = html.Div([html.Strong(named(kind, lang()) if kind else one.kind), " ", html.Span(one.name, lang="zh-CN"), " ", html.Span(f"{one.code} · {t('township.from_day', day=day(one.since))}", className="muted num")])  # fmt: skip
    return html.Li([words, *_end("equipment", one.key, "equipment.end", t("staffing.take_out"), rights)], className="t-row")  # fmt: skip


# -- trainings --------------------------------------------------------------------------------------------------------


def build_training(state: TrainingState, rights: frozenset[str]) -> Component:
    """Trainings of the year with how many took part and passed; who has passed none."""
    needed = state.needed
    goal = [html.Span(t("staffing.trainings_needed", n=int(needed.value)), className="num"), " ", *clause(needed.clause, key=needed.key)] if needed else []  # fmt: skip
    trained = state.people - len(state.untrained)
    line = html.P([t("staffing.trained", n=trained, all=state.people), " ", html.Span(t("staffing.held", n=state.held), className="muted"), " ", *goal], className="num")  # fmt: skip
    rows = [_training(row) for row in state.rows]
    shown = html.Ul(rows, className="t-list") if rows else empty(t("staffing.no_training"))
    lacking = [html.Details([html.Summary(t("staffing.untrained", n=len(state.untrained))), html.P(JOINTS[lang()].join(name for _, name in state.untrained))])] if state.untrained else []  # fmt: skip
    add = _step("record_training:", "training.record", t("staffing.record"), rights)
    return panel(t("staffing.training"), [line, *lacking, shown, html.Div(add, className="t-tools")])


def _training(row: TrainingRow) -> Component:
    form = [named(row.form, lang())] if row.form else []
    hours = [t("staffing.hours", n=f"{row.hours:g}")] if row.hours else []
    second = " · ".join([f"{row.held_at.astimezone(CHINA):%m-%d %H:%M}", row.organ, *form, *hours])
    part = t("staffing.took_part", n=row.took_part, passed=row.passed)
    words = html.Div([html.Strong(row.title, lang="zh-CN"), html.Div(second, className="muted t-row-second num")])
    return html.Li([words, html.Span(part, className="num")], className="t-row")


# -- people away, people who come -------------------------------------------------------------------------------------


def build_away(rows: Sequence[AwayRow], approval: Value | None, rights: frozenset[str]) -> Component:
    """Who is seconded away, with reason and approver; a warning where the plan asks for one and none is told."""
    rule = [t("staffing.approval"), " ", *(clause(approval.clause, key=approval.key) or [to_value(approval.key, approval.key)])] if approval and approval.value else []  # fmt: skip
    shown = html.Ul([_away(row, rights) for row in rows], className="t-list") if rows else empty(t("township.empty_away"))  # fmt: skip
    add = _step("second_away:", "secondment.record", t("staffing.second"), rights)
    return panel(t("staffing.away"), [shown, html.Div(add, className="t-tools")], side=rule)


def _away(row: AwayRow, rights: frozenset[str]) -> Component:
    span = f"{day(row.since)} – {day(row.until) if row.until else ''}"
    told = [row.organ, row.reason, *([t("staffing.works_at", where=row.works_at)] if row.works_at else [])]
    by = t("staffing.approved_by", who=row.approved_by) if row.approved_by else t("staffing.no_approver")
    approver = html.Span([*([symbol("overdue", ""), " "] if row.unapproved else []), by, f" {row.document}" if row.document else ""], className="warn" if row.unapproved else "muted")  # fmt: skip
    words = html.Div([html.Strong(row.name), " ", html.Span(span, className="muted num"), html.Div(" · ".join(told), className="t-row-second"), approver])  # fmt: skip
    return html.Li([words, *_end("secondments", row.key, "secondment.end", t("staffing.back"), rights)], className="t-row")  # fmt: skip


def build_guides(rows: Sequence[GuideRow], rights: frozenset[str]) -> Component:
    """Which departments' people look after the township, and which other townships each of them covers (G16)."""
    add = _step("send_guide:", "guidance.send", t("staffing.send"), rights)
    groups = [(organ, list(people)) for organ, people in groupby(rows, key=lambda row: row.organ)]
    shown = html.Ul([_guides(organ, people, rights) for organ, people in groups], className="t-list") if groups else empty(t("staffing.no_guides"))  # fmt: skip
    side = html.Span(t("staffing.guides_side", n=len(rows), organs=len(groups)), className="num")
    return panel(t("staffing.guides"), [shown, html.Div(add, className="t-tools")], side=side)


def _guides(organ: str, people: Sequence[GuideRow], rights: frozenset[str]) -> Component:
    who = [html.Li([_guide(one), *_end("guidance", one.key, "guidance.end", t("staffing.end"), rights)]) for one in people]  # fmt: skip
    return html.Li(html.Details([html.Summary([html.Strong(organ), " ", html.Span(t("township.people", n=len(people)), className="muted num")]), html.Ul(who)]))  # fmt: skip


def _guide(one: GuideRow) -> Component:
    others = [place_name(code) for code in one.towns]
    where = f" · {t('staffing.covers', towns=JOINTS[lang()].join(others))}" if len(others) > 1 else ""
    return html.Span([one.name, html.Span(f" · {t(f'township.mode.{one.mode}')}{where} · {t('township.from_day', day=day(one.since))} ", className="muted num")])  # fmt: skip
