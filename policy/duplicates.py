"""Possible duplicates of a lead: same domain, near in place and time, similar words. Proposed with reasons, never merged."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from policy.decision import Reason, for_
from policy.suggestion import plain

_METRES_PER_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What is compared of a lead; WGS-84 degrees, `at` aware: when it happened, or was received."""

    number: str
    text: str
    at: datetime
    domain: str | None = None
    lon: float | None = None
    lat: float | None = None
    cell_code: str | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """How far apart duplicates may lie (profile key `duplicates.window`): minutes, metres, least similarity 0–1."""

    minutes: float
    metres: float
    similarity: float


@dataclass(frozen=True, slots=True)
class PossibleDuplicate:
    """Another lead that may be the same, a score 0–1, and in what the two agree; None where it cannot be compared."""

    number: str
    score: float
    metres: float | None
    minutes: float
    similarity: float | None
    reasons: tuple[Reason, ...]

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for page and API."""
        return {
            "number": self.number,
            "score": round(self.score, 4),
            "metres": None if self.metres is None else round(self.metres),
            "minutes": round(self.minutes),
            "similarity": None if self.similarity is None else round(self.similarity, 2),
            "reasons": [reason.as_dict(lang) for reason in self.reasons],
        }


def similarity(one: str, two: str) -> float | None:
    """Dice coefficient of the character pairs of two texts, 0–1; None when either says nothing."""
    a, b = _pairs(one), _pairs(two)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else None


def _pairs(text: str) -> frozenset[str]:
    folded = plain(text)
    return frozenset(folded[i : i + 2] for i in range(len(folded) - 1))


def metres_between(one: LeadFacts, two: LeadFacts) -> float | None:
    """Metres between two leads (flat, within 0.1 % over a few kilometres); None when either has no point."""
    if one.lon is None or one.lat is None or two.lon is None or two.lat is None:
        return None
    east = (two.lon - one.lon) * math.cos(math.radians((one.lat + two.lat) / 2))
    return _METRES_PER_DEGREE * math.hypot(east, two.lat - one.lat)


def possible_duplicates(
    lead: LeadFacts, others: Iterable[LeadFacts], window: Window, limit: int = 5
) -> tuple[PossibleDuplicate, ...]:
    """The `limit` likeliest duplicates of `lead` among `others`, best first; ties by number."""
    found = [match for other in others if (match := _compare(lead, other, window)) is not None]
    return tuple(sorted(found, key=lambda m: (-m.score, m.number))[:limit])


def _compare(lead: LeadFacts, other: LeadFacts, window: Window) -> PossibleDuplicate | None:
    """The cheap tests first: most leads fall out by time, domain or place before any text is read."""
    minutes = abs((lead.at - other.at).total_seconds()) / 60
    if lead.number == other.number or minutes > window.minutes or not _same_domain(lead, other):
        return None
    metres = metres_between(lead, other)
    if not _near(lead, other, metres, window):
        return None
    alike = similarity(lead.text, other.text)
    if alike is not None and alike < window.similarity:
        return None
    return _match(other, metres, minutes, alike, window)


def _same_domain(lead: LeadFacts, other: LeadFacts) -> bool:
    """A domain not yet chosen rules nothing out."""
    return lead.domain is None or other.domain is None or lead.domain == other.domain


def _near(lead: LeadFacts, other: LeadFacts, metres: float | None, window: Window) -> bool:
    """By distance; where a point is missing, by the same cell."""
    if metres is None:
        return lead.cell_code is not None and lead.cell_code == other.cell_code
    return metres <= window.metres


def _match(
    other: LeadFacts, metres: float | None, minutes: float, alike: float | None, window: Window
) -> PossibleDuplicate:
    """Text counts two fifths, place and time three tenths each; what cannot be compared counts half."""
    place = 0.5 if metres is None else 1 - metres / window.metres if window.metres else 1.0
    when = 1 - minutes / window.minutes if window.minutes else 1.0
    words = 0.5 if alike is None else alike
    reasons = (
        for_("reasons.same_cell") if metres is None else for_("reasons.near_place", metres=f"{metres:.0f}"),
        for_("reasons.near_time", minutes=f"{minutes:.0f}"),
        for_("reasons.no_text") if alike is None else for_("reasons.similar_text", share=f"{100 * alike:.0f}"),
    )
    return PossibleDuplicate(other.number, 0.4 * words + 0.3 * place + 0.3 * when, metres, minutes, alike, reasons)
