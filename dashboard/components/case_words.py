"""How the pages of cases write moments, money, states, facts; and the small frames everything stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.context import lang, t
from policy.case_forms import FORMS, Input
from policy.text import JOINTS, has, say
from policy.vocabulary import PenaltyKind, label
from policy.zone import CHINA

DASH: Final = "—"
DOT: Final = " · "
PARTED: Final = {"zh": "；", "en": "; "}
NEAR: Final = timedelta(days=3)
"""A deadline this close is marked: layout, no rule."""
INPUTS: Final[Mapping[str, Input]] = {one.name: one for form in FORMS.values() for one in form}


def moment(at: datetime | None) -> str:
    """A moment in Shanghai to the minute; a dash for none."""
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}" if at else DASH


def day(at: datetime | date | None) -> str:
    """A day in Shanghai; a dash for none."""
    if isinstance(at, datetime):
        return f"{at.astimezone(CHINA):%Y-%m-%d}"
    return at.isoformat() if at else DASH


def yuan(amount: Decimal | None) -> str:
    """An amount with its unit: 1,200 元, 4.50 元."""
    if amount is None:
        return DASH
    plain = f"{amount:,.2f}".removesuffix(".00")
    return t("case_page.yuan", n=plain)


def span(length: timedelta) -> str:
    """A length of time in days, else hours, else minutes."""
    minutes = max(int(abs(length).total_seconds() // 60), 0)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return t("case_page.span.days", n=days)
    return t("case_page.span.hours", n=hours) if hours else t("case_page.span.minutes", n=minutes)


def size(octets: int) -> str:
    """A size of a file."""
    if octets < 1024:
        return f"{octets} B"
    return f"{octets / 1024:,.0f} KB" if octets < 1024**2 else f"{octets / 1024**2:,.1f} MB"


_SORTS: Final = {
    "criminal_referral": "referral",
    "inspection_draw": "draw",
    "file_draw": "draw",
    "joint_operation": "operation",
    "inspection_visit": "visit",
}
"""Matters whose states are called after something shorter."""


def state(status: str) -> str:
    """The word of a state of a case."""
    return t(f"vocabulary.case_status.{status}")


def state_of(matter: str, status: str) -> str:
    """The word of a state of any matter; an organ's own word where it has none of ours."""
    sort = _SORTS.get(matter, matter)
    keys = (
        f"vocabulary.{sort}_status.{status}",
        f"vocabulary.{sort}_state.{status}",
        f"supervision_page.{sort}_status.{status}",
    )
    return next((t(key) for key in keys if has(key, lang())), status)


def spoken(key: str, fallback: str) -> str:
    """A string of the catalogue where it holds one, else `fallback`."""
    return t(key) if has(key, lang()) else fallback


def joined(words: Sequence[str]) -> str:
    """A list in a sentence."""
    return JOINTS[lang()].join(words)


def capital(words: str) -> str:
    """Words at the head of a line."""
    return words[:1].upper() + words[1:]


def clock_name(name: str) -> str:
    """A deadline without the word that says it is one: `陈述、申辩` of `期限：陈述、申辩`."""
    mark = "：" if lang() == "zh" else ": "
    return name.partition(mark)[2] or name


def kinds(penalties: Sequence[str]) -> str:
    """Kinds of penalty in words."""
    return joined([label(PenaltyKind(kind), lang()) for kind in penalties]) or DASH


def grade(code: str | None) -> str:
    """The word of a grade of discretion."""
    return spoken(f"items.grade.{code}", code) if code else DASH


def ground(code: str) -> str:
    """Why a case was not punished or was closed, in words."""
    keys = (f"vocabulary.{name}.{code}" for name in ("not_punished_ground", "close_ground"))
    return next((words for key in keys if (words := spoken(key, ""))), code)


# -- what an event was told ----------------------------------------------------------------------------------------------

_HASHES: Final = frozenset({"sha256", "population_sha256"})
"""Shortened for the eye; the whole stands where the pointer rests."""
_UNSAID: Final = frozenset({"entry", "words_sha256", "payment", "refund", "measure", "remedy", "evidence", "document"})
_KEY: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A reference of the record, which says nothing to people."""
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:\d\d")
_MONEY: Final = frozenset({"fine", "confiscated", "amount", "grade_least", "grade_most"})


def told(facts: Mapping[str, Any]) -> str:
    """What an event was told, in words; references of the record itself are left out."""
    parts = [_fact(name, value) for name, value in facts.items() if name not in _UNSAID and value not in (None, [], {})]
    return PARTED[lang()].join([part for part in (_paper(facts), *parts) if part])


def _paper(facts: Mapping[str, Any]) -> str:
    """The document an event is of, by name and number."""
    kind = facts.get("template")
    return capital(f"{spoken(f'papers.kind.{kind}', str(kind))} {facts.get('document', '')}".strip()) if kind else ""


def _fact(name: str, value: Any) -> str:
    if isinstance(value, str) and _KEY.fullmatch(value):
        return ""
    called = "receipt_paper" if name == "receipt" and isinstance(value, str) else name
    key = next((key for key in (f"case_page.fact.{called}", f"case_form.{called}") if has(key, lang())), None)
    if key is None:
        return ""
    words = say(key, lang()).removesuffix(t("case_page.in_yuan")) if name in _MONEY else say(key, lang())
    return t("case_page.pair", name=words, value=value_words(name, value))


def value_words(name: str, value: Any) -> str:
    """One value of a form or an event in words."""
    if isinstance(value, list | tuple):
        return joined([value_words(name, one) for one in value])
    if isinstance(value, bool):
        return t(f"case_page.{'yes' if value else 'no'}")
    if name in _MONEY:
        return yuan(Decimal(str(value)))
    return _closed(name, str(value))


def _closed(name: str, value: str) -> str:
    options = INPUTS[name].options if name in INPUTS else None
    if options is not None and value in {member.value for member in options}:
        return label(options(value), lang())
    if name == "grade":
        return grade(value)
    if name == "kind":
        return spoken(f"papers.evidence_kind.{value}", spoken(f"vocabulary.task_kind.{value}", value))
    if name in _HASHES:
        return f"{value[:12]}…"
    if name == "channel":
        return spoken(f"case_page.channel.{value}", value)
    return _at(name, value)


def _at(name: str, value: str) -> str:
    """A moment as it is read; words that look like one are words."""
    known = INPUTS.get(name)
    if _MOMENT.fullmatch(value) or (known is not None and known.kind == "moment"):
        with suppress(ValueError):
            return moment(datetime.fromisoformat(value))
    return value


def option_words(options: type[StrEnum]) -> list[dict[str, str]]:
    """A closed list for a select box."""
    return [{"value": member.value, "label": label(member, lang())} for member in options]


# -- frames ------------------------------------------------------------------------------------------------------------


def panel(title: str, content: Any, *, side: Any = None, look: str = "", anchor: str = "") -> Component:
    """A panel with its heading and a word at its side."""
    head = html.Div([html.H2(title), html.Span(side, className="muted k-side")] if side else [html.H2(title)], className="k-head")  # fmt: skip
    named = {"id": anchor} if anchor else {}
    return html.Section([head, *(content if isinstance(content, list) else [content])], className=f"panel k-panel {look}", **named)  # fmt: skip


def fact(name: str, *content: Any) -> Component:
    """A line of a list of facts: its name, what it is."""
    return html.Div([html.Dt(t(f"case_page.{name}")), html.Dd([*content])], className="k-fact")


def nothing(words: str) -> Component:
    """What to say where there is nothing."""
    return html.P(words, className="muted k-nothing")
