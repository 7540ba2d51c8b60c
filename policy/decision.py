"""A rule's answer: never a bare yes or no, always the reasons with their clauses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from policy.text import say


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for or against: a catalogue key (`reasons_<area>.<code>`), its facts and the clause it rests on."""

    code: str
    favourable: bool
    clause: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, lang: str = "zh") -> str:
        """Say the reason in `lang` (zh or en)."""
        return say(self.code, lang, **self.params)

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for the API, the page and the event: the same words everywhere."""
        return {
            "code": self.code,
            "favourable": self.favourable,
            "sentence": self.sentence(lang),
            "clause": self.clause,
        }


def for_(code: str, clause: str | None = None, **params: Any) -> Reason:
    """Build a reason that speaks for."""
    return Reason(code, True, clause, params)


def against(code: str, clause: str | None = None, **params: Any) -> Reason:
    """Build a reason that stands in the way."""
    return Reason(code, False, clause, params)


@dataclass(frozen=True, slots=True)
class Decision:
    """Allowed or not, with every reason; false as soon as one reason stands in the way."""

    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """True when no reason is unfavourable."""
        return all(reason.favourable for reason in self.reasons)

    @property
    def clauses(self) -> tuple[str, ...]:
        """Clauses of all reasons, in order, without repeats."""
        return tuple(dict.fromkeys(r.clause for r in self.reasons if r.clause))

    @property
    def obstacles(self) -> tuple[Reason, ...]:
        """Only the reasons that stand in the way."""
        return tuple(reason for reason in self.reasons if not reason.favourable)

    def __and__(self, other: Decision) -> Decision:
        return Decision(self.reasons + other.reasons)


def decide(reasons: Iterable[Reason | None]) -> Decision:
    """Gather reasons, leaving out the rules that had nothing to say."""
    return Decision(tuple(reason for reason in reasons if reason is not None))
