"""Legal review: when a decision must be reviewed, on what material, by which points, and what an opinion must hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from policy.decision import Decision, Reason, against, decide, for_
from policy.profile import Profile, Value
from policy.text import Name, Word, has
from policy.vocabulary import PenaltyKind, word
from policy.vocabulary_between import PointAnswer, ReviewOpinion, Trigger
from policy.vocabulary_case import PartyKind

LAW: Final = "PL 58"
_WHERE_HELD: Final = "hearing_or_assessment"
_OTHER: Final = "other"
_NEXT: Final[Mapping[ReviewOpinion, str]] = {
    ReviewOpinion.AGREE: "proceed",
    ReviewOpinion.CORRECT_AND_RESUBMIT: "corrected",
    ReviewOpinion.DO_NOT_DECIDE: "not_decided",
    ReviewOpinion.TRANSFER: "transferred_out",
    ReviewOpinion.REFER_CRIMINAL: "referred_criminal",
}
"""Where an opinion leads when the plan lists none: the law knows only passed and not passed (PL 58)."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The decision in view, as far as a review asks about it; amounts in yuan, `ticked` what people have judged."""

    party: PartyKind = PartyKind.CITIZEN
    ordinary: bool = True
    kinds: frozenset[PenaltyKind] = frozenset()
    fine: float = 0
    gains: float = 0
    goods: float = 0
    hearing_due: bool = False
    hearing_held: bool = False
    heavier: bool = False
    mitigated: bool = False
    waived: bool = False
    outside_grade: bool = False
    ticked: frozenset[Trigger] = frozenset()


@dataclass(frozen=True, slots=True)
class TriggerFound:
    """One ground on which a decision must be reviewed: found by rule or ticked, with its reason and clause."""

    trigger: Trigger
    derived: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list of the plan: code, name, clause; `conditional`: only where there was a hearing or an assessment."""

    code: str
    name: Name
    clause: str | None
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One opinion: what it is called, when it is given as the plan puts it, and where the case goes then."""

    opinion: ReviewOpinion
    name: Name | Word
    next: str
    clause: str | None
    when: Name | None = None


@dataclass(frozen=True, slots=True)
class OpinionForm:
    """What a reviewer hands in: an answer to every point, notes by point, the opinion and its grounds."""

    opinion: ReviewOpinion | None = None
    answers: Mapping[str, PointAnswer] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    grounds: str = ""


# -- when -------------------------------------------------------------------------------------------------------------


def triggers(facts: Proposed, profile: Profile, on: date) -> tuple[TriggerFound, ...]:
    """Every ground of the profile on which the decision in view must be reviewed, in the order of the plan."""
    value = profile.get("review.triggers", on)
    listed = () if value is None else tuple(row for row in value.value if row["code"] in set(Trigger))
    found = [_found(Trigger(row["code"]), row, value, facts, profile, on) for row in listed]
    around = (_every_ordinary(facts, profile, on), *found, _outside_grade(facts, found, profile, on))
    return tuple(each for each in around if each is not None)


def required(facts: Proposed, profile: Profile, on: date) -> Decision:
    """May the decision be taken without a review? Not allowed when one is due; then every ground for it is a reason."""
    met = triggers(facts, profile, on)
    if met:
        return decide(found.reason for found in met)
    value = profile.get("review.required", on)
    return Decision((for_("reasons_review.not_required", value.clause if value is not None else None),))


def hearing_due(facts: Proposed, profile: Profile, on: date) -> bool:
    """Whether the party may ask for a hearing: said with the case, or one of the listed penalties is in view (PL 63)."""
    listed = profile.get("hearing.kinds", on)
    kinds = set() if listed is None else set(listed.value)
    large = _threshold("hearing.threshold", facts.party, profile, on)
    large_fine = "large_fine" in kinds and large is not None and facts.fine >= large.value
    return facts.hearing_due or large_fine or bool(kinds & set(facts.kinds))


def _found(
    trigger: Trigger, row: Mapping[str, Any], value: Value | None, facts: Proposed, profile: Profile, on: date
) -> TriggerFound | None:
    clause = value.clause if value is not None else None
    if not row["derived"]:
        if trigger not in facts.ticked:
            return None
        return TriggerFound(
            trigger, False, against("reasons_review.ticked", clause, ground=Name(row["name_zh"], row["name_en"]))
        )
    reason = _DERIVED[trigger](facts, profile, on, clause)
    return TriggerFound(trigger, True, reason) if reason is not None else None


def _by_hearing(facts: Proposed, profile: Profile, on: date, clause: str | None) -> Reason | None:
    return against("reasons_review.hearing", clause) if hearing_due(facts, profile, on) or facts.hearing_held else None


def _after_hearing(facts: Proposed, profile: Profile, on: date, clause: str | None) -> Reason | None:
    return against("reasons_review.after_hearing", clause) if facts.hearing_held else None


def _by_amount(facts: Proposed, profile: Profile, on: date, clause: str | None) -> Reason | None:
    """The figure itself counts; gains and goods confiscated are added up: our reading, on the safe side."""
    parts = (("fine", "review.threshold", facts.fine), ("taken", "review.confiscation", facts.gains + facts.goods))
    for code, key, amount in parts:
        limit = _threshold(key, facts.party, profile, on)
        if limit is not None and amount >= limit.value:
            told = {"party": word(facts.party), "amount": f"{amount:g}", "limit": f"{limit.value:g}"}
            return against(f"reasons_review.{code}", limit.clause, **told)
    return None


def _by_adjusting(facts: Proposed, profile: Profile, on: date, clause: str | None) -> Reason | None:
    ways = tuple(Word(f"reasons_review.{way}") for way in ("heavier", "mitigated", "waived") if getattr(facts, way))
    return against("reasons_review.adjusted", clause, ways=ways) if ways else None


_DERIVED: Final[Mapping[Trigger, Callable[[Proposed, Profile, date, str | None], Reason | None]]] = {
    Trigger.HEARING: _by_hearing,
    Trigger.RIGHTS_AFTER_HEARING: _after_hearing,
    Trigger.THRESHOLD: _by_amount,
    Trigger.ADJUSTED_PENALTY: _by_adjusting,
}


def _every_ordinary(facts: Proposed, profile: Profile, on: date) -> TriggerFound | None:
    value = profile.get("review.required", on)
    if value is None or value.value != Trigger.EVERY_ORDINARY or not facts.ordinary:
        return None
    return TriggerFound(Trigger.EVERY_ORDINARY, True, against("reasons_review.every_ordinary", value.clause))


def _outside_grade(
    facts: Proposed, found: Collection[TriggerFound | None], profile: Profile, on: date
) -> TriggerFound | None:
    value = profile.get("discretion.outside_needs", on)
    due = facts.outside_grade and value is not None and "legal_review" in value.value
    known = any(each is not None and each.trigger is Trigger.ADJUSTED_PENALTY for each in found)
    if not due or known or value is None:
        return None
    return TriggerFound(Trigger.ADJUSTED_PENALTY, True, against("reasons_review.outside_grade", value.clause))


def _threshold(key: str, party: PartyKind, profile: Profile, on: date) -> Value | None:
    return profile.get(f"{key}.{'citizen' if party is PartyKind.CITIZEN else 'organisation'}", on)


# -- on what ----------------------------------------------------------------------------------------------------------


def materials(profile: Profile, on: date) -> tuple[Entry, ...]:
    """The plan's list of material for a review; empty where it is silent."""
    return _entries(profile.get("review.materials", on))


def called(code: str, profile: Profile, on: date) -> Name | Word | str:
    """What a piece of material is called: as the plan has it, as the trade or the document has, else as it was handed in."""
    named = next((entry.name for entry in materials(profile, on) if entry.code == code), None)
    keys = (f"codes.material.{code}", f"papers.kind.{code}")
    return named or next((Word(key) for key in keys if has(key)), code)


def points(profile: Profile, on: date) -> tuple[Entry, ...]:
    """The points a reviewer answers; empty where the plan is silent."""
    return _entries(profile.get("review.points", on))


def missing(profile: Profile, on: date, handed_in: Collection[str], heard_or_assessed: bool) -> tuple[Entry, ...]:
    """What is still to be handed in: the whole list at once, since it may be asked for once only."""
    return tuple(
        entry
        for entry in materials(profile, on)
        if entry.code not in handed_in and entry.code != _OTHER and (heard_or_assessed or not entry.conditional)
    )


def _entries(value: Value | None) -> tuple[Entry, ...]:
    if value is None:
        return ()
    return tuple(
        Entry(row["code"], Name(row["name_zh"], row["name_en"]), value.clause, row["code"] == _WHERE_HELD)
        for row in value.value
    )


# -- with what result -------------------------------------------------------------------------------------------------


def opinions(profile: Profile, on: date) -> tuple[Choice, ...]:
    """The opinions of the plan with where each leads; the five of the trade where it lists none."""
    value = profile.get("review.opinions", on)
    if value is None:
        return tuple(Choice(opinion, word(opinion), _NEXT[opinion], LAW) for opinion in ReviewOpinion)
    return tuple(_choice(row, value) for row in value.value)


def next_after(opinion: ReviewOpinion, profile: Profile, on: date) -> str | None:
    """Where the case goes after `opinion`; None for one the plan does not know."""
    return next((choice.next for choice in opinions(profile, on) if choice.opinion is opinion), None)


def check_opinion(form: OpinionForm, profile: Profile, on: date) -> Decision:
    """Every point answered, what is not in order explained, a negative opinion grounded, agreement only if all is in order."""
    due = points(profile, on)
    return decide((*_opinion_faults(form, profile, on), *_point_faults(form, due)))


def _opinion_faults(form: OpinionForm, profile: Profile, on: date) -> list[Reason]:
    known = opinions(profile, on)
    chosen = next((choice for choice in known if choice.opinion is form.opinion), None)
    if chosen is None:
        return [against("reasons_review.no_opinion", known[0].clause, known=tuple(choice.name for choice in known))]
    if form.opinion is not ReviewOpinion.AGREE and not form.grounds.strip():
        return [against("reasons_review.no_grounds", chosen.clause, opinion=chosen.name)]
    return []


def _point_faults(form: OpinionForm, due: Collection[Entry]) -> list[Reason]:
    clause = next((entry.clause for entry in due), None)
    open_ = tuple(entry.name for entry in due if entry.code not in form.answers)
    bad = [entry for entry in due if form.answers.get(entry.code) is PointAnswer.NOT_OK]
    to_say = (PointAnswer.NOT_OK, PointAnswer.NOTE)
    unsaid = tuple(
        entry.name
        for entry in due
        if form.answers.get(entry.code) in to_say and not form.notes.get(entry.code, "").strip()
    )
    faults = [against("reasons_review.points_open", clause, points=open_)] if open_ else []
    faults += [against("reasons_review.points_unexplained", clause, points=unsaid)] if unsaid else []
    if bad and form.opinion is ReviewOpinion.AGREE:
        faults.append(against("reasons_review.agrees_despite", clause, points=tuple(entry.name for entry in bad)))
    return faults


def _choice(row: Mapping[str, Any], value: Value) -> Choice:
    when = Name(row["when_zh"], row.get("when_en", row["when_zh"])) if "when_zh" in row else None
    name = Name(row["name_zh"], row["name_en"])
    return Choice(ReviewOpinion(row["code"]), name, row["next"], value.clause, when)
