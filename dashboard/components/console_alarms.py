"""The line of alarms under the header: it keeps its place, shows the gravest, and stays until who sees it has answered it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.console_parts import act, clock, kbd, ms, only_changed
from dashboard.components.symbols import symbol
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, authorise
from data.queries.alarms import Alarm, Alarms, read_alarms
from data.queries.notices import NoticeView
from data.settings import settings


def build_alarm_line() -> Component:
    """The frame: what is in it is pulled with every beat; sound and voice are switched here."""
    told = _told()
    draft = {"hidden": True, "data-act": "intake"}
    unsent = html.Button(t("console_calls.draft"), type="button", className="c-chip al-draft", **draft)
    switches = [unsent, html.Span(className="al-note"), _switch("tone"), _switch("voice")]
    return html.Section(
        [html.Div(told["line"], id="console-alarms", className="al-line"), html.Div(switches, className="al-switches")],
        className="al-bar",
        **{"aria-label": t("console_calls.alarms"), "data-blocked": t("console_calls.sound_blocked")},
    )


def _switch(name: str) -> Component:
    """Tone and spoken line, each switched by itself; the script keeps the choice in this browser."""
    words = t(f"console_calls.switch_{name}")
    return html.Button(
        words, type="button", className="c-chip", title=t(f"console_calls.switch_{name}_how"), **{"data-al": name}
    )


def pull_alarms(seen: Mapping[str, str] | None) -> dict[str, Any]:
    """The line where it changed since the page last saw it."""
    return only_changed(_told(), seen)


def _told() -> dict[str, Any]:
    if not authorise(actor(), "lead.read", Subject(county().jurisdiction_id), now()).allowed:
        return {"line": []}
    with record().read() as session:
        found = read_alarms(session, actor(), county(), now(), lang())
    return {"line": build_line(found)}


def build_line(found: Alarms) -> list[Component]:
    """The gravest alarm with its answers, the others behind it; a calm sentence where there is none."""
    off = html.Span(t("console_calls.snoozed", n=found.snoozed), className="muted al-off") if found.snoozed else None
    if not found.waiting:
        calm = html.Span(t("console_calls.no_alarm"), className="muted al-calm")
        return [part for part in (calm, off) if part]
    first, rest = found.waiting[0], found.waiting[1:]
    more = found.total - 1
    listed = [html.Details([html.Summary(t("console_calls.more_alarms", n=more), className="al-more"), html.Div([_alarm(one) for one in rest], className="al-list")], **{"data-fold": "alarms"})] if rest else []  # fmt: skip
    return [part for part in (_alarm(first, keys=True), *listed, off) if part]


def _alarm(one: Alarm, *, keys: bool = False) -> Component:
    kind = "emergency" if one.kind == "emergency" else "overdue"
    where = " · ".join(part for part in (one.place, one.who) if part)
    lead = [act(one.lead[-4:], "choose", number=one.lead, title=one.lead)] if one.lead else []
    parts = [
        symbol(kind, ""),
        html.Strong(one.words or t(f"console_calls.alarm.{one.kind}"), className="al-what"),
        html.Span(where, className="al-where"),
        html.Span(className="num al-since", **{"data-since": ms(one.since)}),
        *lead,
        _told_when(one),
        *_answers(one, keys=keys),
    ]
    loud = {"data-alarm": one.key, "data-grave": "1" if one.kind == "emergency" else "", "data-say": spoken(one)}
    return html.Div(parts, className=f"al-one al-{one.kind}", role="alert" if keys else None, **loud)


def spoken(one: Alarm) -> str:
    """What the voice says of an alarm: no names of people, no telephone."""
    words = one.words or t(f"console_calls.alarm.{one.kind}")
    return t("console_calls.spoken", what=words, place=one.place or t("console_calls.nowhere"), who=one.who)


def _answers(one: Alarm, *, keys: bool) -> list[Component]:
    if not authorise(actor(), "lead.acknowledge_alarm", Subject(county().jurisdiction_id), now()).allowed:
        return []
    known = [t("console_calls.acknowledge"), *([" ", kbd("a")] if keys else [])]
    later = [t("console_calls.snooze", n=settings().alarm_snooze_minutes), *([" ", kbd("s")] if keys else [])]
    return [act(known, "alarm_known", main=keys, alarm=one.key), act(later, "alarm_later", alarm=one.key)]


def _told_when(one: Alarm) -> Component:
    """Who was told when, by which way, and what came of it."""
    if not one.told:
        return html.Span(t("console_calls.nobody_told"), className="muted al-told")
    last = one.told[-1]
    rows = [html.Li(_told_row(view)) for view in one.told]
    words = t("console_calls.told", n=len(one.told), who=last.who, at=clock(last.at, now()))
    return html.Details([html.Summary(words), html.Ol(rows)], className="al-told", **{"data-fold": f"told-{one.key}"})


def _told_row(view: NoticeView) -> str:
    parts = [clock(view.at, now()), view.who, t(f"vocabulary.channel.{view.channel}"), t(f"vocabulary.notice_status.{view.status}")]  # fmt: skip
    if view.acknowledged_at:
        parts.append(clock(view.acknowledged_at, now()))
    return " · ".join(part for part in parts if part)
