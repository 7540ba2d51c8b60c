"""Forms of the console: they stand outside of everything that refreshes, so that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.console_board import BY_HAND
from dashboard.components.console_callouts import call_fields
from dashboard.components.console_desk import hand_over_fields, reply_fields
from dashboard.components.console_intake import build_intake
from dashboard.components.console_parts import kbd
from dashboard.components.console_voice import voice_fields
from dashboard.context import lang, t
from data.queries.console_hints import Choices
from policy.text import say
from policy.vocabulary import UnitStatus, Urgency, label, options

FIELDS: Final = {
    "triage": ("urgency", "item", "domain"),
    "locate": ("cell",),
    "duplicate": ("original",),
    "reason": ("reason",),
    "voice": ("step", "told_by", "outcome", "note", "recheck_on"),
    "unit": ("status", "reason"),
    "callout": ("receivers", "subject"),
    "handover": ("service", "taken_by", "reference", "words"),
    "reply": ("reply", "reference"),
}
"""Fields of each form: `console-<form>-<field>`; the names are those of the acts."""

CLEARED_FIELDS: Final[Mapping[str, Mapping[str, Any]]] = {
    "triage": {"urgency": "", "item": None, "domain": None},
    "locate": {"cell": None},
    "duplicate": {"original": ""},
    "reason": {"reason": ""},
    "voice": {"outcome": None, "note": "", "recheck_on": None},
    "unit": {"reason": ""},
    "callout": {"receivers": [], "subject": ""},
    "handover": {"taken_by": "", "reference": "", "words": ""},
    "reply": {"reply": "", "reference": ""},
}  # fmt: skip
"""What a form holds again once its act is done; a refused form keeps every word."""

ACT_OF: Final = {
    "triage": "triage",
    "locate": "place",
    "duplicate": "duplicate",
    "reason": "reasoned",
    "voice": "voice",
    "unit": "unit",
    "callout": "call_out",
    "handover": "hand_over",
    "reply": "reply_of_service",
}


def _data(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in pairs]


def _pick(id_: str, name: str, pairs: Sequence[tuple[str, str]], **more: Any) -> Component:
    given = {"clearable": True, "searchable": True, "limit": 80, **more}
    return dmc.Select(
        id=id_,
        label=t(f"console.field_{name}"),
        data=_data(pairs),
        nothingFoundMessage=t("console.nothing"),
        comboboxProps={"withinPortal": True, "zIndex": 500},
        **given,
    )


def _segments(id_: str, name: str, pairs: Sequence[tuple[str, str]], value: str | None) -> Component:
    control = dmc.SegmentedControl(id=id_, data=_data(pairs), value=value, fullWidth=True, size="sm")
    return html.Div([html.Label(t(f"console.field_{name}"), className="f-label"), control])


def _words(id_: str, name: str, **more: Any) -> Component:
    return dmc.Textarea(id=id_, label=t(f"console.field_{name}"), autosize=True, minRows=2, maxRows=6, **more)


def _modal(form: str, title: str, fields: Sequence[Component], submit: str, *, size: str = "md") -> Component:
    refusal = html.Div(id=f"console-{form}-refusal", className="f-refusal")
    keys = [kbd("Ctrl"), "+", kbd("↵")]
    button = html.Button([submit, " ", *keys], type="button", id=f"console-{form}-go", className="button button-main")
    return dmc.Modal(
        html.Div([*fields, refusal, html.Div(button, className="f-foot")], className="f-form", **{"data-form": form}),
        id=f"console-{form}",
        title=title,
        opened=False,
        keepMounted=True,
        size=size,
        zIndex=400,
        transitionProps={"duration": 0},
        closeButtonProps={"aria-label": t("console.close")},
    )


def build_triage(choices: Choices) -> Component:
    """Urgency, domain and item of the chosen lead."""
    items = [(code, name) for code, name, _ in choices.items]
    fields = [
        _segments("console-triage-urgency", "urgency", [("", t("console.unchanged")), *options(Urgency, lang())], ""),
        _pick("console-triage-item", "item", items, placeholder=t("console.item_hint")),
        _pick("console-triage-domain", "domain", choices.domains),
    ]
    return _modal("triage", label_of("triage"), fields, t("console.save"))


def label_of(verb: str) -> str:
    """The word for a step in the language of the answer."""
    return t(f"vocabulary.verb.{verb}")


def build_unit() -> Component:
    """Status of a unit by hand, with its reason."""
    by_hand = [(value, label(UnitStatus(value), lang())) for value in BY_HAND]
    fields = [
        _segments("console-unit-status", "status", by_hand, BY_HAND[0]),
        _words("console-unit-reason", "reason", **{"data-autofocus": True}),
        html.P(t("console.unit_hint"), className="muted"),
    ]
    return _modal("unit", t("console.set_status"), fields, t("console.save"))


def build_forms(places: Sequence[tuple[str, str]], choices: Choices) -> list[Component]:
    """Every form of the console, closed."""
    original = dmc.TextInput(
        id="console-duplicate-original", label=t("console.field_original"), **{"data-autofocus": True}
    )
    cell = _pick("console-locate-cell", "cell", places, placeholder=t("console.cell_hint"), **{"data-autofocus": True})
    pick = html.Button(t("console.pick_on_map"), type="button", className="button", **{"data-act": "pick"})
    hint = html.P(t("console.duplicate_hint"), className="muted")
    return [
        build_intake(),
        build_triage(choices),
        _modal("locate", label_of("locate"), [cell, pick], t("console.save")),
        _modal("duplicate", label_of("mark_duplicate"), [original, hint], t("console.duplicate_go")),
        _modal(
            "reason",
            t("console.field_reason"),
            [_words("console-reason-reason", "reason", **{"data-autofocus": True})],
            t("console.save"),
        ),
        _modal("voice", t("console_calls.voice"), voice_fields(), t("console.save"), size="lg"),
        build_unit(),
        _modal("callout", t("console.call_out"), call_fields(), t("console.call_out")),
        _modal("handover", t("console_calls.hand_over"), hand_over_fields(), t("console.save"), size="lg"),
        _modal("reply", t("console_calls.note_reply"), reply_fields(), t("console.save")),
        build_keys(),
    ]


KEYS: Final = (
    ("j", "↓", "key_move"),
    ("k", "↑", "key_back"),
    ("↵", "", "key_assign"),
    ("1–9", "", "key_nth"),
    ("Shift", "1–9", "key_mark"),
    ("b", "", "key_batch"),
    ("g", "", "look"),
    ("d", "", "duplicate"),
    ("h", "", "key_hand_over"),
    ("a", "", "key_alarm"),
    ("s", "", "key_snooze"),
    ("u", "", "key_undo"),
    ("n", "", "intake"),
    ("c", "", "key_centre"),
    ("v", "", "key_cover"),
    ("/", "", "key_search"),
    ("?", "", "key_all"),
    ("Esc", "", "key_escape"),
)


def build_keys() -> Component:
    """All keys."""
    rows = [html.Div([html.Dt([kbd(a), *([" ", kbd(b)] if b else [])]), html.Dd(say(f"console.{what}", lang()))]) for a, b, what in KEYS]  # fmt: skip
    return dmc.Modal(
        html.Dl(rows, className="f-keys"),
        id="console-keys",
        title=t("console.key_all"),
        opened=False,
        zIndex=400,
        transitionProps={"duration": 0},
        closeButtonProps={"aria-label": t("console.close")},
    )
