"""Guards of disputes over jurisdiction: each rung of the ladder in its turn, by its organ, with its verb."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from policy.decision import Decision, against
from policy.dispute import Rung, next_rung, rung_for
from policy.guards_between import OrganFacts, must
from policy.text import Name
from policy.vocabulary import Verb, word
from policy.vocabulary_between import RungVerb

VERB_OF: Final[Mapping[RungVerb, Verb]] = {
    RungVerb.NEGOTIATE: Verb.NEGOTIATE,
    RungVerb.COORDINATE: Verb.COORDINATE,
    RungVerb.DECIDE: Verb.DECIDE_COMPETENCE,
    RungVerb.DESIGNATE: Verb.DESIGNATE,
}
"""The step of a dispute that is the verb of a rung."""


@dataclass(frozen=True, slots=True)
class DisputeFacts(OrganFacts):
    """A dispute at the moment of a step: its ladder, how many rungs were tried, and what the settling document says."""

    ladder: tuple[Rung, ...] = ()
    tried: int = 0
    parties: tuple[str, ...] = ()
    agreed: bool = False
    competent_organ: str = ""


def two_parties(facts: DisputeFacts) -> Decision:
    """A dispute is between two organs at least, and one of them opens it."""
    ok = len(set(facts.parties)) > 1 and facts.acting in facts.parties
    return must(ok, against("reasons_between.parties_missing", _clause(facts)))


def ladder_known(facts: DisputeFacts) -> Decision:
    """The profile names who settles such a dispute."""
    return must(bool(facts.ladder), against("reasons_between.ladder_unknown", "PL 25"))


def turn_to_negotiate(facts: DisputeFacts) -> Decision:
    """Negotiation comes now, and the parties hold it."""
    return _turn(facts, RungVerb.NEGOTIATE)


def turn_to_coordinate(facts: DisputeFacts) -> Decision:
    """Coordination comes now, by the organ the ladder names."""
    return _turn(facts, RungVerb.COORDINATE)


def turn_to_decide(facts: DisputeFacts) -> Decision:
    """A decision comes now, by the organ the ladder names."""
    return _turn(facts, RungVerb.DECIDE)


def turn_to_designate(facts: DisputeFacts) -> Decision:
    """A designation comes now, or is asked for at once (PL 25), by the organ the ladder names."""
    return _turn(facts, RungVerb.DESIGNATE)


def parties_agree(facts: DisputeFacts) -> Decision:
    """Negotiation ends the dispute only with the agreement of the parties."""
    return must(facts.agreed, against("reasons_between.not_agreed", _clause(facts)))


def coordination_settles(facts: DisputeFacts) -> Decision:
    """The organ that coordinates ends the dispute: with the parties' agreement, or alone where no organ decides after it."""
    current = next_rung(facts.ladder, facts.tried - 1)
    if current is None or current.verb is not RungVerb.COORDINATE:
        return Decision((against("reasons_between.nobody_coordinated", _clause(facts)),))
    decision = _by_organ(facts, current)
    following = next_rung(facts.ladder, facts.tried)
    if following is None or facts.agreed:
        return decision
    return decision & Decision((against("reasons_between.goes_on_to", following.clause, organ=_name(following)),))


def organ_named(facts: DisputeFacts) -> Decision:
    """Whatever settles a dispute names the competent organ."""
    return must(bool(facts.competent_organ), against("reasons_between.competent_missing", _clause(facts)))


def settled_in_writing(facts: DisputeFacts) -> Decision:
    """The agreement or decision is a document."""
    return must(bool(facts.document), against("reasons_between.decision_not_written", _clause(facts)))


def _turn(facts: DisputeFacts, verb: RungVerb) -> Decision:
    here = rung_for(facts.ladder, facts.tried, verb)
    if here is not None:
        return _by_organ(facts, here)
    following = next_rung(facts.ladder, facts.tried)
    if following is None:
        return Decision((against("reasons_between.ladder_at_its_end", _clause(facts)),))
    step = word(VERB_OF[following.verb])
    return Decision((against("reasons_between.other_rung", following.clause, organ=_name(following), step=step),))


def _by_organ(facts: DisputeFacts, here: Rung) -> Decision:
    own = facts.acting in (facts.parties if here.verb is RungVerb.NEGOTIATE else (here.organ_zh, here.organ_en))
    return must(own, against("reasons_between.not_the_rungs_organ", here.clause, organ=_name(here)))


def _name(rung: Rung) -> Name:
    return Name(rung.organ_zh, rung.organ_en)


def _clause(facts: DisputeFacts) -> str | None:
    return facts.ladder[0].clause if facts.ladder else None
