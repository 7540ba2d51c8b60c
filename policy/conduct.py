"""Cards on enforcement conduct (JD 二(五)15): which ones the plan knows, what they block, when the next one is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, Protocol

from policy.decision import Decision, Reason, against, decide
from policy.text import Name
from policy.vocabulary import CardKind, word
from policy.vocabulary_conduct import CardState

KEY: Final = "cards"
Effect = Literal["warn", "suspend", "revoke"]


@dataclass(frozen=True, slots=True)
class CardRule:
    """One card of the plan: its effect, whether it blocks assignment, how many days it holds, and which card so many of it
    within so many days come to; None where the plan does not say."""

    kind: CardKind
    name: Name
    effect: Effect
    blocks: bool
    days: int | None = None
    after: int | None = None
    within_days: int | None = None
    becomes: CardKind | None = None


@dataclass(frozen=True, slots=True)
class CardRules:
    """The cards of a plan with their clause; none where it is silent."""

    cards: Mapping[CardKind, CardRule] = field(default_factory=dict)
    clause: str | None = None

    @property
    def blocking(self) -> frozenset[CardKind]:
        """Cards under which nobody is sent."""
        return frozenset(kind for kind, card in self.cards.items() if card.blocks)


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


def rules_of(profile: _Profile, on: date) -> CardRules:
    """The cards as `profile` has them on the day `on`; a silent plan has none."""
    value = profile.get(KEY, on)
    if value is None:
        return CardRules()
    return CardRules({CardKind(row["code"]): _rule(row) for row in value.value}, value.clause)


def _rule(row: Mapping[str, Any]) -> CardRule:
    becomes = row.get("becomes")
    return CardRule(
        CardKind(row["code"]),
        Name(row["name_zh"], row["name_en"]),
        row["effect"],
        bool(row["blocks"]),
        row.get("days"),
        row.get("after"),
        row.get("within_days"),
        CardKind(becomes) if becomes else None,
    )


@dataclass(frozen=True, slots=True)
class Card:
    """A card as it is counted: of which kind, when given, until when it holds (None: no end), when it was over or withdrawn."""

    kind: CardKind
    given_at: datetime
    ends_at: datetime | None = None
    ended_at: datetime | None = None

    def state(self, now: datetime) -> CardState:
        """How the card stands at `now`: over at its end, withdrawn where somebody ended it before."""
        if self.ended_at is not None and self.ended_at <= now:
            over = self.ends_at is not None and self.ended_at >= self.ends_at
            return CardState.OVER if over else CardState.WITHDRAWN
        return CardState.OVER if self.ends_at is not None and self.ends_at <= now else CardState.IN_FORCE


@dataclass(frozen=True, slots=True)
class GivingFacts:
    """What the rules ask before a card is given: which, when the officer was heard, who it is, what was given before."""

    kind: CardKind
    now: datetime
    name: str
    heard_at: datetime | None
    acted: bool  # the officer acted in the matter
    matter: str
    until: datetime | None = None
    self_given: bool = False  # who gives it is who would get it
    earlier: tuple[Card, ...] = ()


def may_give(facts: GivingFacts, rules: CardRules) -> Decision:
    """May this card be given: the plan knows it, the officer acted and was heard, an end is said where one is needed."""
    card = rules.cards.get(facts.kind)
    if card is None:
        return decide([against("reasons_conduct.no_such_card", kind=word(facts.kind))])
    return decide(
        (
            against("reasons_conduct.own_card", rules.clause) if facts.self_given else None,
            None if facts.acted else against("reasons_conduct.not_acted", rules.clause, name=facts.name, matter=facts.matter),
            _heard(facts, rules),
            _in_force(facts, rules),
            _next_due(facts, card, rules),
            _end(facts, card, rules),
        )
    )  # fmt: skip


def _heard(facts: GivingFacts, rules: CardRules) -> Reason | None:
    if facts.heard_at is None:
        return against("reasons_conduct.not_heard", rules.clause, name=facts.name)
    return against("reasons_conduct.heard_ahead", rules.clause) if facts.heard_at > facts.now else None


def _in_force(facts: GivingFacts, rules: CardRules) -> Reason | None:
    """A card that revokes leaves nothing for another one to do."""
    held = {one.kind for one in facts.earlier if one.state(facts.now) is CardState.IN_FORCE}
    revoked = next((kind for kind in held if kind in rules.cards and rules.cards[kind].effect == "revoke"), None)
    return against("reasons_conduct.revoked", rules.clause, name=facts.name, kind=word(revoked)) if revoked else None


def _next_due(facts: GivingFacts, card: CardRule, rules: CardRules) -> Reason | None:
    """Where the plan says that so many cards come to another, the last of them is that other one."""
    if card.after is None or card.within_days is None or card.becomes is None:
        return None
    since = facts.now - timedelta(days=card.within_days)
    counted = [one for one in facts.earlier if one.kind is card.kind and one.given_at > since and not _withdrawn(one)]
    if len(counted) + 1 < card.after:
        return None
    return against(
        "reasons_conduct.becomes", rules.clause, name=facts.name, count=len(counted) + 1, days=card.within_days,
        kind=word(card.kind), other=word(card.becomes),
    )  # fmt: skip


def _withdrawn(card: Card) -> bool:
    return card.ended_at is not None and (card.ends_at is None or card.ended_at < card.ends_at)


def _end(facts: GivingFacts, card: CardRule, rules: CardRules) -> Reason | None:
    """A suspension says until when; a revocation has no end."""
    if card.effect == "revoke":
        return against("reasons_conduct.no_end", rules.clause, kind=word(card.kind)) if facts.until else None
    if facts.until is not None:
        return None if facts.until > facts.now else against("reasons_conduct.end_past", rules.clause)
    needed = card.effect == "suspend" and card.days is None
    return against("reasons_conduct.end_missing", rules.clause, kind=word(card.kind)) if needed else None


def end_of(card: CardRule, given_at: datetime, until: datetime | None) -> datetime | None:
    """When a card given now is over: as said, else after the days of the plan; None for no end."""
    if until is not None or card.effect == "revoke":
        return until
    return given_at + timedelta(days=card.days) if card.days is not None else None


@dataclass(frozen=True, slots=True)
class Hold:
    """From when to when a person is not sent; no end: None."""

    begun: datetime
    until: datetime | None


def hold_of(cards: Iterable[Card], rules: CardRules, now: datetime) -> Hold | None:
    """From when and until when the cards in force keep somebody from being sent; None where none does."""
    held = [card for card in cards if card.kind in rules.blocking and card.state(now) is CardState.IN_FORCE]
    if not held:
        return None
    ends = [card.ends_at for card in held]
    open_end = any(end is None for end in ends)
    return Hold(min(card.given_at for card in held), None if open_end else max(end for end in ends if end is not None))
