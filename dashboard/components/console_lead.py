"""Right side of the console: the chosen lead from its words to its timeline, and the buttons its state allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.between_link import build_between_links
from dashboard.components.case_link import build_case_link
from dashboard.components.clause import clause, due_key, said, to_value
from dashboard.components.console_callouts import build_call_button, build_call_outs
from dashboard.components.console_desk import build_desk, build_hand_over_button, may
from dashboard.components.console_parts import URGENCY_SYMBOLS, act, clock, kbd, ms, opener
from dashboard.components.console_teams import build_teams
from dashboard.components.evidence_files import build_files
from dashboard.components.passing_view import build_of_lead
from dashboard.components.symbols import symbol
from dashboard.context import lang, place_name, t
from data.queries.case_history import step_words
from data.queries.console_history import EventView
from data.queries.console_lead import LeadView, TaskView
from data.queries.deadlines import deadline_event
from policy.lifecycle import OPEN_LEADS, OPEN_TASKS
from policy.text import JOINTS, has
from policy.vocabulary import LeadStatus, Outcome, TaskStatus, Urgency, Verb, label
from policy.zone import CHINA

ASKS_REASON: Final = (Verb.DECLINE, Verb.RECALL)


def _fact(name: str, *content: Any, look: str = "") -> Component:
    return html.Div([html.Dt(t(f"console.fact_{name}")), html.Dd([*content])], className=f"d-fact {look}")


def _due(view: LeadView, due: datetime, kind: str) -> Component:
    """What is left of a deadline, kept by the script; it opens the value that set it."""
    key = due_key(kind, view.row["urgency"], view.row["cell_code"])
    return to_value("", key, look="num d-due", away=True, **{"data-due": ms(due), "data-kind": kind})


# -- head -------------------------------------------------------------------------------------------------------------


def build_head(view: LeadView) -> Component:
    """Number, what it is, urgency and what is left of the time (kept by the script)."""
    row = view.row
    left = [_due(view, view.due_at, "assign")] if view.due_at else []
    state = t(f"vocabulary.lead_status.{row['status']}")
    tone = {"emergency": "alarm", "urgent": "warn"}.get(row["urgency"], "")
    chip = html.Span([t(f"vocabulary.urgency.{row['urgency']}"), *left], className=f"d-chip {tone}")
    title = html.H1(
        [symbol(URGENCY_SYMBOLS[row["urgency"]]), html.Span(view.item or view.domain or t("console.no_item"))]
    )
    number = html.Span([html.Span(row["number"], className="num"), " · ", state], className="muted d-number")
    return html.Header([html.Div([title, number]), chip], className="d-head")


# -- place ------------------------------------------------------------------------------------------------------------


def _place(view: LeadView) -> Component:
    row = view.row
    if row["township_code"] is None:
        return _fact("place", *_unlocated(view), look="d-unlocated")
    chain: list[Any] = []
    for name in view.chain:
        chain += [html.Span(name, className="nowrap"), html.Span(" › ", className="muted")]
    exact = (
        [html.Span(t("console.accuracy", m=f"{row['accuracy_m']:.0f}"), className="muted")] if row["accuracy_m"] else []
    )
    note = [html.Span(t(f"console.note_{row['location_note']}"), className="warn")] if row["location_note"] else []
    address = [html.Div(row["address"], className="muted")] if row["address"] else []
    return _fact("place", *chain[:-1], " ", *exact, *note, opener(t("console.relocate"), "console-locate"), *address)


def _unlocated(view: LeadView) -> list[Any]:
    """Why it is not placed and what to do: places its words may mean, the map, the list of villages."""
    row = view.row
    why = html.P(t(f"console.note_{row['location_note'] or 'no_place'}"), className="warn")
    address = [html.P(t("console.address_said", address=row["address"]))] if row["address"] else []
    meant = [
        html.Div(
            [
                act(place_name(one.place.code), "place", number=row["number"], cell=one.place.code),
                html.Span(one.reason.sentence(lang()), className="muted"),
            ],
            className="c-row",
        )
        for one in view.places
    ]
    buttons = [act(t("console.pick_on_map"), "pick"), opener(t("console.pick_village"), "console-locate")]
    return [why, *address, *meant, html.Div(buttons, className="c-row")]


# -- item and organ ---------------------------------------------------------------------------------------------------


def _item(view: LeadView) -> Component:
    row = view.row
    known = [html.Strong(view.item or view.domain)] if view.item or view.domain else []
    missing = [] if known else [html.Span(t("console.no_item"), className="warn")]
    field = [html.Span(f" · {view.domain}", className="muted")] if view.item and view.domain else []
    change = [opener(t("console.change"), "console-triage")] if _may(view, Verb.TRIAGE) else []
    hints = [
        html.Div(
            [
                act(t("console.take_hint", item=one.reason.params["topic"]), "triage", number=row["number"], item=one.item_code or ""),
                html.Span(said(one.reason, away=True), className="muted"),
            ],
            className="c-row",
        )
        for one in (view.suggestions if change else ())
    ]  # fmt: skip
    return _fact("item", *known, *missing, *field, " ", *change, *hints)


def _organ(view: LeadView) -> list[Component]:
    found = view.competence
    if found is None:
        return [_fact("organ", html.Span(t("console.organ_unknown"), className="muted"))]
    name = [html.Strong(view.organ)]
    behalf = [t("console.in_name_of", organ=view.in_whose_name)] if view.in_whose_name != view.organ else []
    why = [html.Div(said(reason, away=True), className="muted") for reason in found.reasons]
    return [_fact("organ", *name, " ", *behalf, *why)]


def _source(view: LeadView, now: datetime) -> Component:
    row = view.row
    parts: list[Any] = [t(f"vocabulary.lead_source.{row['source']}"), " · ", clock(row["received_at"], now), " "]
    parts.append(html.Span(className="muted num", **{"data-ago": ms(row["received_at"])}))
    if row["reporter"] or row["reporter_phone"]:
        who = " ".join(part for part in (row["reporter"], row["reporter_phone"]) if part)
        parts += [" · ", html.Span(who, title=t("console.masked"))]
    if row["external_number"]:
        parts.append(f" · {row['external_number']}")
    return _fact("source", *parts)


def _case(view: LeadView) -> list[Component]:
    """The case that came of it, or the way to propose one; what passes between organs about it."""
    found, passed = build_case_link(view), build_between_links(view.row["number"])
    return [*([_fact("case", *found)] if found else []), *([_fact("between", *passed)] if passed else [])]


def _evidence(view: LeadView) -> list[Component]:
    """The files of the lead, and the way to add more."""
    number, township = view.row["number"], view.row["township_code"]
    files = build_files(view.evidence, number, township, still_open=view.row["status"] != LeadStatus.ARCHIVED)
    return [_fact("evidence", files)]


def _doubles(view: LeadView) -> list[Component]:
    if view.original:
        link = act(view.original, "choose", number=view.original)
        return [_fact("original", link)]
    if not view.duplicates:
        return []
    may = _may(view, Verb.MARK_DUPLICATE)
    rows = [
        html.Div(
            [
                act(one.match.number[-4:], "choose", number=one.match.number, title=one.match.number),
                html.Span(one.summary, className="d-words", title=one.summary),
                html.Span(JOINTS[lang()].join(r.sentence(lang()) for r in one.match.reasons), className="muted"),
                *(
                    [
                        opener(
                            [t("console.same"), " ", kbd("d")] if n == 0 else t("console.same"),
                            "console-duplicate",
                            key=one.match.number,
                        )
                    ]
                    if may
                    else []
                ),
            ],
            className="c-row d-double",
        )
        for n, one in enumerate(view.duplicates)
    ]
    return [_fact("near", *rows)]


# -- tasks and steps --------------------------------------------------------------------------------------------------


def _step_button(verb: Verb, task: Mapping[str, Any]) -> Component:
    name, key = label(verb, lang()), str(task["number"])
    form = "console-reason" if verb in ASKS_REASON else "console-voice"
    return opener(name, form, verb=verb.value, key=key, title=f"{name} · {task['team_name']} · {key}")


def _task(of: LeadView, view: TaskView, now: datetime) -> Component:
    task = view.row
    shape = {"assigned": "assigned", "accepted": "assigned", "en_route": "en_route", "on_scene": "on_scene"}
    mark = [symbol(shape[task["status"]], "")] if task["status"] in shape else []
    state = html.Span(label(TaskStatus(task["status"]), lang()), className="alarm" if view.overdue else "")
    due = task["accept_due_at"] if task["status"] == TaskStatus.ASSIGNED else task["arrive_due_at"]
    kind = "accept" if task["status"] == TaskStatus.ASSIGNED else "arrive"
    running = task["status"] in OPEN_TASKS and task["status"] != TaskStatus.ON_SCENE and due is not None
    left = [_due(of, due, kind)] if running else []
    lead = [html.Span(t("console.leading"), className="d-tag")] if task["leading"] else []
    outcome = [html.Span(label(Outcome(task["outcome"]), lang()))] if task["outcome"] else []
    reason = [html.Span(task["reason"] or task["note"], className="muted")] if task["reason"] or task["note"] else []
    call = [html.A("☎", href=f"tel:{view.phone}", title=view.phone, className="r-call")] if view.phone else []
    first = [*mark, html.Strong(task["team_name"]), *lead, html.Span(t(f"vocabulary.task_kind.{task['kind']}"))]
    line = [*first, state, *outcome, *left, *call, html.Span(clock(task["assigned_at"], now), className="muted num")]
    buttons = [_step_button(verb, task) for verb in view.steps]
    return html.Div(
        [html.Div(line, className="c-row"), *reason, html.Div(buttons, className="c-row")], className="d-task"
    )


def _may(view: LeadView, verb: Verb) -> bool:
    return any(step.verb is verb and step.decision.allowed for step in view.steps)


def build_barred(view: LeadView) -> list[Component]:
    """What cannot be done now, in words with clauses, instead of dead buttons."""
    barred = [step for step in view.steps if not step.decision.allowed]
    rows = []
    for step in barred:
        why: list[Any] = []
        for reason in step.decision.obstacles:
            why += [*said(reason, away=True), "；" if lang() == "zh" else "; "]
        rows.append(html.Li([html.B(label(step.verb, lang())), t("console.colon"), *why[:-1]]))
    return [html.H2(t("console.not_now")), html.Ul(rows, className="d-barred")] if rows else []


def build_actions(view: LeadView) -> list[Component]:
    """The buttons under the lead: only steps that may be taken; several teams by marking them."""
    row, number = view.row, str(view.row["number"])
    sendable = _may(view, Verb.DISPATCH) and view.recommendation is not None and bool(view.recommendation.candidates)
    out: list[Component] = []
    if sendable:
        words = {"data-one": t("console.send_first"), "data-many": t("console.send_many", n="{n}")}
        send = [html.Span(t("console.send_first"), className="d-send-words", **words), " ", kbd("↵")]
        out.append(act(send, "send", main=True, small=False))
    out += _look(view)
    if _may(view, Verb.TRIAGE):
        out.append(opener(label(Verb.TRIAGE, lang()), "console-triage", small=False))
    if _may(view, Verb.MARK_DUPLICATE):
        first = view.duplicates[0].match.number if view.duplicates else ""
        out.append(opener([t("console.duplicate"), " ", kbd("d")], "console-duplicate", small=False, key=first))
    if _may(view, Verb.REJECT):
        out.append(_reasoned(Verb.REJECT, number))
    if _may(view, Verb.RESOLVE):
        out.append(_reasoned(Verb.RESOLVE, number))
    if _may(view, Verb.EVALUATE):
        stars = [act(str(n), "evaluate", small=False, number=number, score=str(n)) for n in range(1, 6)]
        out += [html.Span(t("console.evaluate"), className="muted"), *stars]
    if _may(view, Verb.ARCHIVE):
        out.append(act(label(Verb.ARCHIVE, lang()), "archive", small=False, number=number))
    out += [*build_hand_over_button(view), *build_call_button(view)]
    return out or [
        html.Span(t("console.nothing_to_do", state=label(LeadStatus(row["status"]), lang())), className="muted")
    ]


def _look(view: LeadView) -> list[Component]:
    """The way to ask the nearest grid workers for a photograph, for who may."""
    if view.row["status"] not in OPEN_LEADS or not may("lead.ask_eyes"):
        return []
    words, number = [t("console.look_short"), " ", kbd("g")], str(view.row["number"])
    return [act(words, "look", small=False, title=t("console.look"), number=number)]


def _reasoned(verb: Verb, number: str) -> Component:
    name = label(verb, lang())
    return opener(name, "console-reason", small=False, verb=verb.value, key=number, title=f"{name} · {number}")


# -- timeline ---------------------------------------------------------------------------------------------------------


def _event(event: EventView, now: datetime) -> Component:
    key = f"console.event_{event.matter}_{event.verb}"
    facts = _spoken(event.facts)
    told = deadline_event(event.verb, event.facts, lang())
    told = told or (t(key, **facts) if has(key, lang()) else step_words(event.matter, event.verb, lang()))
    if event.facts.get("entered_for"):
        told = f"{told} · {t('console.entered_for', told_by=event.facts.get('told_by') or '—')}"
    role = t(f"vocabulary.role.{event.role}") if has(f"vocabulary.role.{event.role}", lang()) else event.role
    who = html.Span(event.who or role, className="muted", title=role)
    number = [html.Span(event.number[-6:], className="muted num")] if event.matter == "task" else []
    moment = event.at.astimezone(CHINA)
    at = html.Time(clock(moment, now), className="num muted", title=f"{moment:%Y-%m-%d %H:%M:%S}")
    return html.Li([at, html.Span([told, " ", *number, " ", who, " ", *clause(event.clause, away=True)])])


_SPOKEN: Final = {
    "urgency": "vocabulary.urgency",
    "source": "vocabulary.lead_source",
    "kind": "vocabulary.task_kind",
    "call_kind": "vocabulary.call_kind",
    "outcome": "vocabulary.outcome",
    "service": "vocabulary.service",
    "alarm": "console_calls.alarm",
}


def _spoken(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    words = {name: JOINTS[lang()].join(map(str, v)) if isinstance(v, list) else v for name, v in facts.items()}
    words["call_kind"] = words.get("kind")
    for name, table in _SPOKEN.items():
        key = f"{table}.{words.get(name)}"
        words[name] = t(key) if has(key, lang()) else "—"
    return _known(words)


def _known(words: Mapping[str, Any]) -> dict[str, Any]:
    names = (
        "cell",
        "teams",
        "team",
        "domain",
        "item",
        "original",
        "score",
        "task",
        "tasks",
        "lead",
        "reference",
        "minutes",
        "told_by",
        "entered_for",
    )
    return dict.fromkeys(names, "—") | {name: "—" if value is None else value for name, value in words.items()}


# -- the whole --------------------------------------------------------------------------------------------------------


def build_lead(view: LeadView, now: datetime) -> dict[str, Component]:
    """Head, body and foot of the chosen lead; its number rides along so that the script knows what is shown."""
    summary = html.P(view.row["summary"], className="d-summary")
    facts = [_place(view), _item(view), *_organ(view), _source(view, now), *_case(view)]
    facts += [*_evidence(view), *_doubles(view)]
    tasks = [html.H2(t("console.tasks")), *(_task(view, task, now) for task in view.tasks)] if view.tasks else []
    events = html.Ol([_event(event, now) for event in reversed(view.events)], className="d-events")
    body = [
        summary,
        html.Dl(facts, className="d-facts"),
        *_section(tasks),
        *_section(build_barred(view)),
        *_section(build_teams(view), "d-teams"),
        *_section(build_desk(view, now)),
        *_section(build_call_outs(view)),
        *_section(build_of_lead(view.row)),
        *_section([html.H2(t("console.timeline")), events]),
    ]
    look = "d-emergency" if view.row["urgency"] == Urgency.EMERGENCY else ""
    return {
        "head": html.Div(build_head(view), className=look, **{"data-number": view.row["number"]}),
        "body": html.Div(body),
        "foot": html.Footer(build_actions(view), className="d-actions"),
    }


def _section(content: list[Component], look: str = "") -> list[Component]:
    return [html.Section(content, className=f"d-section {look}")] if content else []


def build_nothing() -> dict[str, Component]:
    """What to do before a lead is chosen."""
    keys = [html.P([kbd("j"), " ", t("console.start_move")]), html.P([kbd("/"), " ", t("console.start_search")])]
    keys.append(html.P([kbd("n"), " ", t("console.start_new")]))
    return _only_body(html.Div([html.P(t("console.choose_first")), *keys], className="empty c-empty"), "")


def build_missing(number: str, why: Component) -> dict[str, Component]:
    """A lead that cannot be shown, with the refusal in its place."""
    return _only_body(why, number)


def _only_body(body: Component, number: str) -> dict[str, Component]:
    return {"head": html.Div(**{"data-number": number}), "body": body, "foot": html.Div()}
