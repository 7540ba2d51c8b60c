"""Small parts of the console: buttons that the page's script hears, refusals, what has not changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import dash
from dash import html
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from dashboard.components.clause import clause, said
from dashboard.context import lang, t
from policy.errors import Refusal
from policy.zone import CHINA

URGENCY_SYMBOLS: Final = {"normal": "lead", "urgent": "lead_urgent", "emergency": "emergency"}


def ms(moment: datetime | None) -> str:
    """Milliseconds since 1970 for the page's script; empty for no time."""
    return str(int(moment.timestamp() * 1000)) if moment else ""


def clock(moment: datetime, now: datetime) -> str:
    """A time of day in Shanghai, with the date when it is not today."""
    here, today = moment.astimezone(CHINA), now.astimezone(CHINA).date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%m-%d %H:%M}"


def kbd(key: str) -> Component:
    """A key of the keyboard."""
    return html.Kbd(key, className="c-kbd")


def act(label: Any, verb: str, *, main: bool = False, small: bool = True, title: str = "", **facts: str) -> Component:
    """A button whose press the script sends as an act: `verb` with `facts`."""
    data = {f"data-{name}": value for name, value in facts.items()}
    look = f"button {'button-main' if main else ''} {'c-small' if small else ''}"
    return html.Button(label, type="button", className=look, title=title or None, **{"data-act": verb}, **data)


def opener(label: Any, form: str, *, title: str = "", small: bool = True, **facts: str) -> Component:
    """A button that opens the form `form`; `facts` say of what."""
    data = {f"data-{name}": value for name, value in facts.items()}
    look = f"button {'c-small' if small else ''}"
    return html.Button(label, type="button", className=look, **{"data-open": form, "data-title": title}, **data)


def build_refusal(refusal: Refusal, extra: Iterable[Component] = ()) -> Component:
    """A refusal in place: the whole sentence, every ground with its clause, and what can be done instead."""
    told = refusal.sentence(lang())
    grounds = [html.Li(said(reason, away=True)) for reason in refusal.reasons if reason.sentence(lang()) not in told]
    close = html.Button("×", type="button", className="c-close", title=t("console.dismiss"), **{"data-act": "dismiss"})
    head = html.P([told, " ", *clause(refusal.clause, away=True)])
    body = html.Div([head, *([html.Ul(grounds)] if grounds else []), html.Div([*extra], className="c-row")])
    return html.Div([html.Span("!", className="c-mark"), body, close], className="c-refusal", role="alert")


def digest(value: Any) -> str:
    """A short mark of a component tree or of rows; equal when nothing changed."""
    text = json.dumps(value, cls=PlotlyJSONEncoder, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def only_changed(fresh: Mapping[str, Any], seen: Mapping[str, str] | None) -> dict[str, Any]:
    """Parts that differ from what the page has seen; the others stay untouched. `seen` comes back as the key `seen`."""
    marks = {name: digest(part) for name, part in fresh.items()}
    known = seen or {}
    out = {name: dash.no_update if known.get(name) == marks[name] else part for name, part in fresh.items()}
    return out | {"seen": marks if marks != dict(known) else dash.no_update}
