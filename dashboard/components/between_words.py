"""How the pages of matters between organs name things: states, steps, lists of the plan, what a column holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import clock_name, joined, moment, span, spoken
from dashboard.components.desk_form import listed, words_of
from dashboard.context import county, lang, now, t
from data.queries.between import MatterRow
from policy.deadlines import key_of
from policy.dispute import rung_words
from policy.lifecycle import steps
from policy.text import Name, has
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import (
    AssistanceStatus,
    CallOutStatus,
    DisputeStatus,
    EscalationStatus,
    ReferralStatus,
    TransferStatus,
)

KINDS: Final[Mapping[str, MatterKind]] = {
    "transfer": MatterKind.TRANSFER,
    "assistance": MatterKind.ASSISTANCE,
    "referral": MatterKind.CRIMINAL_REFERRAL,
    "escalation": MatterKind.ESCALATION,
    "call_out": MatterKind.CALL_OUT,
    "dispute": MatterKind.DISPUTE,
}
"""Tabs of the pages and the kind of matter on each."""
STATES: Final[Mapping[MatterKind, Any]] = {
    MatterKind.TRANSFER: TransferStatus,
    MatterKind.ASSISTANCE: AssistanceStatus,
    MatterKind.CRIMINAL_REFERRAL: ReferralStatus,
    MatterKind.ESCALATION: EscalationStatus,
    MatterKind.CALL_OUT: CallOutStatus,
    MatterKind.DISPUTE: DisputeStatus,
}
BEGINS: Final[Mapping[MatterKind, Verb]] = {
    MatterKind.TRANSFER: Verb.DRAFT,
    MatterKind.ASSISTANCE: Verb.ASK_HELP,
    MatterKind.CRIMINAL_REFERRAL: Verb.REPORT_SUSPICION,
    MatterKind.ESCALATION: Verb.RAISE,
    MatterKind.CALL_OUT: Verb.CALL_OUT,
    MatterKind.DISPUTE: Verb.OPEN_DISPUTE,
}
"""The step by which a matter of each kind begins."""
LISTS: Final[Mapping[MatterKind, Mapping[str, str]]] = {
    MatterKind.TRANSFER: {"materials": "transfer.materials"},
    MatterKind.CRIMINAL_REFERRAL: {"materials": "criminal.materials"},
    MatterKind.ASSISTANCE: {"ground": "assistance.grounds", "refusal_ground": "assistance.refusal_grounds"},
    MatterKind.ESCALATION: {"ground": "escalation.grounds"},
}
"""Values of the profile from whose lists a field of each kind is chosen."""
_ORGANS: Final = frozenset({"competent_organ", "forwarded_to", "competent", "receiver"})


def tab_of(kind: MatterKind) -> str:
    """The tab on which matters of a kind stand."""
    return next(tab for tab, one in KINDS.items() if one is kind)


def page_of(kind: MatterKind) -> str:
    """The page on which matters of a kind stand."""
    return "/disputes" if kind is MatterKind.DISPUTE else "/transfers"


def address(kind: MatterKind, **view: str | None) -> str:
    """The address of a view of one kind of matter."""
    tab = {} if kind is MatterKind.DISPUTE else {"tab": tab_of(kind)}
    return f"{page_of(kind)}?{urlencode({name: value for name, value in {**tab, **view}.items() if value})}"


def to_matter(kind: MatterKind, number: str) -> Component:
    """A link to one matter."""
    return dcc.Link(number, href=address(kind, no=number, only="all"), className="num")


def to_subject(number: str | None) -> list[Component]:
    """A link to the lead or case a matter is about; nothing for one that is in no record here."""
    if not number:
        return []
    case = number.split("-")[1:2] == ["C"]
    return [dcc.Link(number, href=f"/case/{number}" if case else f"/console?lead={number}", className="num")]


def state_name(kind: MatterKind, status: str) -> str:
    """The word of a state."""
    sort = "referral" if kind is MatterKind.CRIMINAL_REFERRAL else kind.value
    return t(f"vocabulary.{sort}_status.{status}")


def step_name(kind: MatterKind, verb: str) -> str:
    """What a step of a kind of matter is called."""
    words = spoken(f"verbs.{kind.value}.{verb}", spoken(f"vocabulary.verb.{verb}", verb))
    return words[:1].upper() + words[1:]


def open_states(kind: MatterKind) -> tuple[str, ...]:
    """States from which people still have a step to take."""
    return tuple(one.value for one in STATES[kind] if any(step.roles - {Role.SYSTEM} for step in steps(kind, one)))


def list_of(kind: MatterKind, name: str) -> list[dict[str, str]]:
    """The plan's list for a field, as choices; empty where the plan is silent."""
    key = LISTS.get(kind, {}).get(name)
    return listed(county().profile.get(key, now().date())) if key else []


def value_of(kind: MatterKind, name: str, value: Any, organs: Mapping[str, Name]) -> str:
    """What a column or an entry holds, in words."""
    if isinstance(value, bool):
        return t(f"case_page.{'yes' if value else 'no'}")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, list | tuple):
        return joined([value_of(kind, name, one, organs) for one in value])
    if name in _ORGANS:
        return words_of(organs[value]) if value in organs else str(value)
    if name == "decided_by":
        seat = rung_words(county().profile, str(value))
        return words_of(seat) if seat else str(value)
    known = {one["value"]: one["label"] for one in list_of(kind, name)}
    fallback = state_name(kind, value) if kind is MatterKind.CRIMINAL_REFERRAL and name == "result" and _is_state(kind, value) else str(value)  # fmt: skip
    return known.get(str(value), spoken(f"vocabulary.verb.{value}", fallback) if name == "result" else fallback)


def _is_state(kind: MatterKind, value: str) -> bool:
    return value in {one.value for one in STATES[kind]}


def clock(row: MatterRow) -> list[Component]:
    """The running deadline that is due first, and what is left of it: shape and words, colour besides."""
    if row.due_at is None or row.due_kind is None:
        return []
    key = f"policy.key.{key_of(row.due_kind)}"
    name = clock_name(t(key)) if has(key, lang()) else row.due_kind
    left = t(f"case_page.due.{'overdue' if row.overdue else 'running'}", span=span(row.due_at - now()))
    return [html.Span([("▲ " if row.overdue else ""), name, " · ", left], className=f"num {'alarm' if row.overdue else 'muted'}")]  # fmt: skip


def organ_names(rows: Sequence[Any]) -> dict[str, Name]:
    """Names of organs by code."""
    return {one.code: one.name for one in rows}
