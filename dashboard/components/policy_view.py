"""What the policy page looks at: whose rules, on which day, compared with whose, and which entries they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from dashboard.components.policy_value import brief, every_word
from dashboard.context import lang, now, t
from policy.citing import spoken
from policy.library import numeral
from policy.loader import codes, load_profile
from policy.profile import Document, Profile, Value
from policy.text import has
from policy.trace import requirements
from policy.zone import CHINA

_ARTICLE: Final = re.compile(r"第?(\d{1,3})条")  # 第42条 as people type it
TABS: Final = ("entry", "deadline", "who", "profile")
Row = tuple[str, Value | None, Value | None]
"""A key, its value, and the value it is compared with."""


@dataclass(frozen=True, slots=True)
class View:
    """What the address bar holds: whose rules, on which day, compared with whose, which words, topic, entry and tab."""

    profile: str
    on: date
    versus: str = ""
    words: str = ""
    topic: str = ""
    key: str = ""
    differences: bool = False
    tab: str = "entry"

    def address(self) -> str:
        """The query string of this view, without what is usual."""
        held = {"profile": self.profile, "on": self.on.isoformat(), "vs": self.versus, "q": self.words}
        held |= {"topic": self.topic, "key": self.key, "diff": "1" if self.differences else ""}
        held["tab"] = "" if self.tab == "entry" else self.tab
        return "?" + urlencode({name: value for name, value in held.items() if value})


def today() -> date:
    """The day in Asia/Shanghai."""
    return now().astimezone(CHINA).date()


def view_of(given: Mapping[str, Any], own: str, day: date) -> View:
    """The view an address asks for; what it does not know falls back to the visitor's own county and today."""
    known = codes()
    profile, versus = str(given.get("profile") or own), str(given.get("vs") or "")
    tab = str(given.get("tab") or "")
    return View(
        profile if profile in known else own,
        day_of(given.get("on"), day),
        versus if versus in known else "",
        str(given.get("q") or ""),
        str(given.get("topic") or ""),
        str(given.get("key") or ""),
        bool(given.get("diff")),
        tab if tab in TABS else "entry",
    )


def day_of(text: Any, fallback: date) -> date:
    """A day as an address or a field gives it; `fallback` for anything else."""
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return fallback


def topic_of(key: str) -> str:
    """The topic of a key: its first part."""
    return key.split(".", maxsplit=1)[0]


def topic_word(key: str) -> str:
    """The topic of a key in words; empty for one that has none."""
    name = f"policy_topic.{topic_of(key)}"
    return t(name) if has(name, lang()) else ""


def meaning(key: str) -> str:
    """What a key says, in one line."""
    return t(f"policy.key.{key}")


def plain(value: Value | None) -> Any:
    """A value so that two can be compared; None for a silent profile."""
    return None if value is None else json.dumps(value.as_dict()["value"], sort_keys=True, default=str)


def entries(view: View) -> list[Row]:
    """Key, value and value compared with, as the view asks; sorted by key."""
    mine, other = load_profile(view.profile), load_profile(view.versus) if view.versus else None
    keys = sorted({*mine.keys(), *(other.keys() if other else ())})
    rows = [(key, mine.get(key, view.on), other.get(key, view.on) if other else None) for key in keys]
    rows = [row for row in rows if row[1] is not None or row[2] is not None]
    if view.differences and other:
        rows = [row for row in rows if plain(row[1]) != plain(row[2])]
    wanted = [row for row in rows if view.topic in ("", topic_of(row[0]))]
    return [row for row in wanted if _matches(row, view.words)]


def _matches(row: Row, words: str) -> bool:
    if not words:
        return True
    text = [row[0], meaning(row[0]), topic_word(row[0])]
    for value in (one for one in row[1:] if isinstance(one, Value)):
        text += [brief(value, lang()), value.clause or "", spoken(value.clause or "", "zh")]
        text += [citation.quote for citation in value.citations]
        text += every_word(value.value, lang())
    whole, numbers = " ".join(text).lower(), duties_of(row[0])
    wanted = _ARTICLE.sub(lambda found: f"第{numeral(int(found[1]))}条", words).lower().split()
    return all(word in whole or word.upper() in numbers for word in wanted)


def elsewhere(view: View) -> list[tuple[str, int]]:
    """Profiles other than those looked at that hold what the words ask for, and how many entries each."""
    others = (code for code in codes() if code not in (view.profile, view.versus))
    found = [(code, len(entries(replace(view, profile=code, versus="", differences=False)))) for code in others]
    return [(code, n) for code, n in found if n]


@cache
def _duties() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in requirements():
        for key in row.keys:
            found[key] = (*found.get(key, ()), row.id)
    return found


def duties_of(key: str) -> tuple[str, ...]:
    """Numbers of the duties (docs/requirements.md) that a key carries."""
    return _duties().get(key, ())


def marks(profile: Profile, value: Value) -> list[Component]:
    """What has to be known of a value at a glance: its ground, a draft, our reading, a text that is old or missing."""
    found = [_mark(t(f"policy.basis.{value.basis}"), value.basis)]
    cited = [profile.document(citation.document) for citation in value.citations]
    if profile.drafted(value):
        found.append(_mark(t("policy_page.draft"), "draft"))
    if value.interpreted:
        found.append(_mark(t("policy_page.interpreted"), "ours"))
    return found + text_marks(cited)


def text_marks(documents: Iterable[Document]) -> list[Component]:
    """A mark for every state of a text other than whole and up to date."""
    states = dict.fromkeys(document.text for document in documents if document.flagged)
    return [_mark(t(f"policy.text.{state}"), "missing") for state in states]


def _mark(words: str, look: str) -> Component:
    return html.Span(words, className=f"policy-mark policy-{look}")
