"""The call on the console: number, place by name, kind, go. The frame carries the words; the script keeps the draft (PI 51)."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.context import actor, lang, t
from policy.calls import SERVICE_OF
from policy.vocabulary import Urgency, options
from policy.vocabulary_calls import CallKind, Service

KEYS: Final = "1234567890-="
"""Keys of the kinds while the row of kinds has the focus, in the order of the kinds."""
_WORDS: Final = (
    "title", "phone", "place", "place_hint", "kind", "words", "words_hint", "caller", "address", "go", "close", "likely",
    "same_number", "attach", "attach_key", "attached", "made", "service_too", "no_likely", "no_place", "sending",
    "line_down", "kept", "again", "emergency", "source", "call", "reference", "giver", "handed", "urgency", "closed",
    "clear", "seconds",
)  # fmt: skip

_HOLES: Final = {name: f"{{{name}}}" for name in ("number", "service", "n")}
"""What the script fills in."""


def build_intake() -> Component:
    """Where the script builds the form of a call, with everything it says; the draft is of this account alone."""
    told = {
        "words": {name: t(f"console_calls.{name}", **_HOLES) for name in _WORDS},
        "kinds": [
            {"value": value, "label": label, "key": KEYS[n], "emergency": CallKind(value) in SERVICE_OF}
            for n, (value, label) in enumerate(options(CallKind, lang()))
        ],
        "services": [{"value": value, "label": label} for value, label in options(Service, lang())],
        "urgencies": [{"value": value, "label": label} for value, label in options(Urgency, lang())],
        "mine": hashlib.blake2b(str(actor().account_id).encode(), digest_size=8).hexdigest(),
    }
    return html.Div(id="console-intake", **{"data-told": json.dumps(told, ensure_ascii=False)})
