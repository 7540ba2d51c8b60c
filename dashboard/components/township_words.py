"""How the township page writes times, numbers, links and people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.console_parts import clock
from dashboard.components.opener import opener
from dashboard.components.symbols import symbol
from dashboard.context import t
from data.queries.township import Matter
from policy.zone import CHINA

DAY: Final = timedelta(days=1)
DASH: Final = "—"
FIRST_CARDS: Final = 12
URGENCY: Final = {"normal": "lead", "urgent": "lead_urgent", "emergency": "emergency"}


def span(length: timedelta) -> str:
    """A length of time in the two units that matter: 12 minutes, 2 h 5 min, 3 days."""
    minutes = max(int(length.total_seconds() // 60), 0)
    if minutes < 1:
        return t("township.span.none")
    if minutes < 60:
        return t("township.span.minutes", n=minutes)
    hours, rest = divmod(minutes, 60)
    if hours < 24:
        return t("township.span.hours", h=hours, m=f"{rest:02d}")
    return t("township.span.days", n=hours // 24)


def since(moment: datetime, now: datetime) -> str:
    """Clock and age: 09:12 · 48 minutes ago."""
    age = now - moment
    told = t("township.span.just") if age < timedelta(minutes=1) else t("township.span.ago", span=span(age))
    return f"{clock(moment, now)} · {told}"


def due_words(kind: str, due_at: datetime | None, now: datetime) -> str:
    """What falls due and when, relative: accept within 4 minutes, arrival 12 minutes over; a dash for nothing."""
    if due_at is None:
        return DASH
    name = t(f"township.due.{kind}")
    if kind == "recheck" and due_at > now:
        return t("township.due.on", name=name, day=f"{(due_at - DAY / 2).astimezone(CHINA):%m-%d}")
    late = due_at < now
    return t("township.due.over" if late else "township.due.left", name=name, span=span(abs(now - due_at)))


def day(value: date | None) -> str:
    """A date; a dash for none."""
    return value.isoformat() if value else DASH


def number(value: float | None, unit: str) -> str:
    """A value in its unit, without the unit's name: 83.1 % of a share, 4.2 minutes, 12."""
    if value is None:
        return DASH
    if unit == "share":
        return f"{value * 100:.1f}%"
    if unit == "count":
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def call(phone: str | None, who: str) -> list[Component]:
    """A button that dials; on a desk it shows the number. Nothing without a number."""
    if not phone:
        return []
    label = [t("township.call"), " ", html.Span(phone, className="num")]
    spoken = {"aria-label": t("township.call_who", who=who)}
    return [html.A(label, href=f"tel:{phone}", className="button t-small t-call", title=who, **spoken)]


def go(label: Any, tab: str, only: str = "", *, look: str = "button t-small") -> Component:
    """A button that opens a section of the page, the open matters filtered as `only` says."""
    return html.Button(
        label,
        id={"type": "township-go", "tab": tab, "only": only, "at": look},
        type="button",
        className=look,
        n_clicks=0,
    )


def lead_button(matter: Matter, place: str, label: str = "", look: str = "t-link") -> Component:
    """What a lead is about, or `label`; opens its detail. `place` tells several buttons of one lead apart."""
    return html.Button(
        label or matter.subject,
        id={"type": "township-lead", "number": matter.number, "at": place},
        type="button",
        className=look,
        n_clicks=0,
    )


def urgency(matter: Matter, now: datetime) -> list[Component]:
    """Symbols of a lead: how urgent, and the ring when something is overdue."""
    late = [symbol("overdue")] if matter.overdue(now) else []
    return [symbol(URGENCY[matter.urgency], t(f"vocabulary.urgency.{matter.urgency}")), *late]


def place_of(matter: Matter) -> str:
    """The village of a lead; a word when it is only known to the township."""
    return matter.place if matter.placed else t("township.no_village")


def hint(label: Any, *content: Any, title: str = "") -> Component:
    """A small button that opens an explanation beside it."""
    words = {"aria-label": title or t("township.definition")}
    target = dmc.PopoverTarget(label, boxWrapperProps=opener("t-hint", **words))
    box = html.Div([*content], className="t-definition")
    return dmc.Popover(
        [target, dmc.PopoverDropdown(box)],
        position="bottom-end", withArrow=True, shadow="md", width=320, withinPortal=True,
    )  # fmt: skip


def folded(cards: list[Component]) -> list[Component]:
    """A dozen cards, those beyond them one tap below."""
    if len(cards) <= FIRST_CARDS:
        return cards
    more = html.Summary(t("township.more_cards", n=len(cards) - FIRST_CARDS))
    return [*cards[:FIRST_CARDS], html.Details([more, html.Div(cards[FIRST_CARDS:], className="t-cards")])]


def empty(words: str) -> Component:
    """What a section says when there is nothing to show."""
    return html.P(words, className="empty t-empty")


def panel(title: Any, body: Any, *, side: Any = "", look: str = "") -> Component:
    """A panel with its heading and what stands beside it."""
    head = html.Header([html.H2(title), html.Span(side, className="muted t-side")], className="t-head")
    inside = list(body) if isinstance(body, list | tuple) else [body]
    return html.Section([head, *inside], className=f"panel t-panel {look}")
