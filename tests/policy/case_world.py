"""A made-up case that lives: people, time, chance and a record that keeps what each step leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random
from typing import Any

from policy.case_facts import CaseFacts, appeal_end
from policy.case_rules import CaseRules
from policy.course import Step
from policy.courses.case_clocks import clocks_of
from policy.deadlines import due
from policy.decision import Decision, against
from policy.eligibility import OfficerFacts
from policy.lifecycle import steps, why_not
from policy.profile import Profile
from policy.vocabulary import ItemKind, MatterKind, PenaltyKind, PersonKind, Role, Verb
from policy.vocabulary_between import ReviewOpinion, Trigger
from policy.vocabulary_case import (
    CaseStatus,
    CashGround,
    CloseGround,
    LimitationGround,
    NotPunishedGround,
    PartyKind,
    Procedure,
    RemedyResult,
    ServiceWay,
)
from policy.workdays import load_calendar

CALENDAR = load_calendar()
BEGIN = datetime(2024, 3, 4, 1, tzinfo=UTC)
ORGAN = "330703001"
FAR = BEGIN + timedelta(days=4000)


def officer(name: str, **other: Any) -> OfficerFacts:
    known: dict[str, Any] = {"certificate_no": f"Z{name}", "certificate_valid_to": FAR} | other
    return OfficerFacts(person_id=name, name=name, kind=PersonKind.OFFICER, **known)


SOUND = (officer("o1"), officer("o2"), officer("o3"))
UNSOUND = (
    officer("e1", certificate_valid_to=BEGIN - timedelta(days=1)),
    officer("s1", suspended=True),
    officer("x1", recused=True),
    officer("n1", certificate_no=None),
)
PEOPLE = {
    Role.OFFICER: ("o1", "o2"),
    Role.SQUADRON_HEAD: ("o3",),
    Role.LEGAL_REVIEWER: ("r1", "r2", "o2"),
    Role.TOWNSHIP_HEAD: ("h1", "h2", "h1", "r1", "o1"),
    Role.DEPARTMENT: ("d1",),
    Role.FINANCE: ("f1", "f1", "h1", "o2"),
    Role.SYSTEM: ("",),
}
HEAVY = (PenaltyKind.ORDER_CLOSURE, PenaltyKind.REVOKE_PERMIT, PenaltyKind.CONFISCATE_LARGE_GOODS)


LIKING = dict.fromkeys((Verb.DROP, Verb.TRANSFER, Verb.REFUSE_FILING, Verb.REFER_CRIMINAL), 0.02) | {
    Verb.TRANSFER: 0.06,
    Verb.PROPOSE_PENALTY: 1.0,
    Verb.NOT_PUNISH: 0.08,
    Verb.FAIL_REVIEW: 0.3,
    Verb.RETURN_REVIEW: 0.3,
    Verb.REQUEST_HEARING: 2.0,
    Verb.NOTIFY_HEARING: 6.0,
}
"""How often chance tries a step, where neither the road (3) nor a step beside it (0.4) says it."""


@dataclass(frozen=True)
class Past:
    """One step taken: what was done, by whom, when, on what facts."""

    verb: Verb
    source: CaseStatus | None
    to: StrEnum
    at: datetime
    facts: CaseFacts
    ended_at: datetime


@dataclass
class World:
    """The case, its truth, and everything that happened; `careful` is how often chance plays along."""

    rng: Random
    profile: Profile
    rules: CaseRules
    careful: float = 0.97
    now: datetime = BEGIN
    state: CaseStatus | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    past: list[Past] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.kept = self._born()

    def well(self) -> bool:
        return self.rng.random() < self.careful

    def ill(self) -> bool:
        return self.rng.random() < 0.1

    def _born(self) -> dict[str, Any]:
        rng = self.rng
        penalties = {PenaltyKind.FINE} | ({rng.choice(HEAVY)} if rng.random() < 0.15 else set())
        ended = BEGIN - timedelta(days=rng.choice([3, 40, 400, 700, 900]) if self.ill() else 20)
        sides = {} if self.well() else {"limitation_ground": LimitationGround.LIFE_AND_HEALTH}
        simple = rng.random() < 0.3
        fine = Decimal(rng.choice([50, 100, 150, 200, 800, 1999, 2000, 5000, 19999, 20000, 60000]))
        return sides | {
            "procedure": Procedure.ORDINARY,
            "wants_simple": simple,
            "party_kind": rng.choice(list(PartyKind)),
            "penalties": frozenset({PenaltyKind.WARNING} if rng.random() < 0.1 else penalties),
            "fine": fine,
            "grade_least": Decimal(0),
            "grade_most": fine - 1 if self.ill() else Decimal(100000),
            "item_kind": rng.choice(list(ItemKind)),
            "complex_case": rng.choice([True, False, False, False]),
            "major": rng.random() < 0.15,
            "large_fine": fine >= 5000,
            "suspected_crime": self.ill(),
            "earlier_fines": 0 if self.well() else 1,
            "received_by_transfer": rng.random() < 0.3,
            "discovered_at": BEGIN,
            "ended_at": ended,
            "triggers": frozenset({Trigger.PUBLIC_INTEREST}) if rng.random() < 0.1 else frozenset(),
            "officers": SOUND[:2] if self.well() else (SOUND[0], rng.choice(UNSOUND)),
            "organ": ORGAN,
            "evidence": 3,
            "social_effect": True,
            "first_violation": True,
            "corrected": True,
            "due": {},
        }

    # -- a question -----------------------------------------------------------------------------------------------

    def asked(self, step: Step) -> tuple[CaseFacts, Role]:
        """The facts of a step as its form is filled in, mostly well, and the role in which it is asked."""
        rng, well = self.rng, self.well
        role = rng.choice(sorted(step.roles)) if well() else rng.choice(list(Role))
        actor = rng.choice(PEOPLE.get(role, ("z9",))) if well() else rng.choice(["o1", "h1", "r1", "f1", ""])
        form: dict[str, Any] = {
            "rules": self.rules,
            "status": self.state,
            "now": self.now,
            "actor_id": actor,
            "actor_organ": ORGAN if well() else "330703002",
            "reason": "情况属实" if well() else "",
            "competence": Decision() if well() else Decision((against("reasons.competence_unknown"),)),
            "document": "决定书1号" if well() else "",
            "receipt": well(),
            "service_way": rng.choice(list(ServiceWay)),
            "service_consent": well(),
            "materials_complete": well(),
            "reviewer_qualified": well(),
            "tells_hearing": well(),
            "hearing_on": self.now + timedelta(days=rng.choice([5, 15, 20])),
            "presider_id": "p1" if well() else "o1",
            "hearing_record": well(),
            "statement_weighed": well(),
            "minutes": well(),
            "grade_reason": "主动消除危害" if rng.random() < 0.5 else "",
            "head_approved": well(),
            "urgent": rng.random() < 0.2,
            "referral_running": self.kept.get("referral_running", False) or self.rng.random() < 0.03,
            "night": rng.random() < 0.3,
            "statutory_holiday": rng.random() < 0.1,
            "compulsion": Decision() if well() else None,
            "goods_listed": well(),
            "released": rng.random() < 0.5,
            "receiver": "市场监管局" if well() else "",
            "receiver_accepted": well(),
            "referral_approved": well(),
            "result": rng.choice(list(RemedyResult)),
            "redo_ordered": rng.random() < 0.5,
            "masked_copy": well(),
            "file_complete": well(),
            "facts_clear": well(),
            "educated": well(),
            "extension_clause": "环境保护规定12" if well() else "",
            "person_named": "o2" if well() else "",
            "deferred_until": self.kept.get("deferred_until"),
            "close_ground": rng.choice(list(CloseGround)),
            "amount": self.kept.get("outstanding") or Decimal(0),
            "cash_ground": rng.choice(list(CashGround)),
            "cash_receipt": well(),
            "cash_asked": rng.random() < 0.5,
        }
        facts = self._facts(form | self._for(step.verb))
        return self._with_clocks(step.verb, facts), role

    def _for(self, verb: Verb) -> dict[str, Any]:
        """What belongs to one verb only."""
        if verb is Verb.NOT_PUNISH:
            return {"not_punished_ground": self.rng.choice(list(NotPunishedGround))}
        if verb is Verb.DECIDE_ON_SPOT:
            told = {"notice_at": self.now, "statement_at": self.now if self.rng.random() < 0.7 else None}
            return told | {"procedure": Procedure.SIMPLE, "statement_weighed": True}
        if verb is Verb.CONCLUDE_INVESTIGATION:
            return {"report_at": self.now if self.well() else None}
        if verb is Verb.DEFER_PAYMENT:
            return {"deferred_until": self.now + timedelta(days=60)}
        return {}

    def _facts(self, form: dict[str, Any]) -> CaseFacts:
        ours = {"wants_simple", "ended_at"}
        return CaseFacts(**{k: v for k, v in (self.kept | form).items() if k not in ours})

    def _with_clocks(self, verb: Verb, facts: CaseFacts) -> CaseFacts:
        """`due` as the record keeps it: what runs, what the step would start, and what is counted for a guard alone."""
        found = dict(self.kept["due"])
        for kind in ("limitation", "limitation_serious"):
            found[kind] = self._due(kind, self.kept["ended_at"])
        for kind in clocks_of(verb, facts).starts:
            if verb is Verb.NOTIFY_HEARING:
                found[kind] = self._due(kind, self.now)
        end = appeal_end(replace(facts, due=found))
        if end is not None:
            found["court_application"] = self._due("court_application", end)
        return replace(facts, due=found)

    def _due(self, kind: str, start: datetime) -> datetime:
        return due(kind, start, self.profile, CALENDAR).due_at

    # -- a step ---------------------------------------------------------------------------------------------------

    def stride(self) -> bool:
        """Try one step that chance picks; True when it was taken."""
        self.now += timedelta(hours=self.rng.choice([1, 5, 30, 30, 80, 250, 400]))
        if self.state in (CaseStatus.EXECUTING, CaseStatus.REMINDER) and self.rng.random() < 0.1:
            self.now += timedelta(days=self.rng.choice([20, 60, 130]))
        ways = steps(MatterKind.CASE, self.state)
        if not ways:
            return False
        step = self.rng.choices(ways, [self._liking(way) for way in ways])[0]
        facts, role = self.asked(step)
        if not why_not(MatterKind.CASE, self.state, step.verb, [role], facts).allowed:
            return False
        self.past.append(Past(step.verb, self.state, step.to, self.now, facts, self.kept["ended_at"]))
        self._remember(step.verb, facts)
        self.state = CaseStatus(step.to)
        return True

    def _liking(self, step: Step) -> float:
        if step.verb is Verb.DECIDE_ON_SPOT:
            return 9.0 if self.kept["wants_simple"] else 0.05
        return LIKING.get(step.verb, 0.4 if step.source == step.to else 3.0)

    def _remember(self, verb: Verb, facts: CaseFacts) -> None:
        clocks = clocks_of(verb, facts)
        self.kept["due"] = dict(self.kept["due"]) | {kind: self._due(kind, self.now) for kind in clocks.starts}
        self.kept |= EFFECTS.get(verb, nothing)(self, facts)


Effect = Callable[[World, CaseFacts], dict[str, Any]]


def nothing(world: World, told: CaseFacts) -> dict[str, Any]:
    return {}


def at(name: str) -> Effect:
    return lambda world, told: {name: world.now}


def opinion(value: ReviewOpinion) -> Effect:
    return lambda world, told: {"review_opinion": value, "reviewed_at": world.now, "reviewer_id": told.actor_id}


def propose_penalty(world: World, told: CaseFacts) -> dict[str, Any]:
    factor = world.rng.choice([Decimal("0.5"), Decimal(1), Decimal(2)])
    return {"proposed_at": world.now, "fine": (told.fine or Decimal(100)) * factor}


def give_notice(world: World, told: CaseFacts) -> dict[str, Any]:
    return {"notice_at": world.now, "penalties_told": told.penalties, "fine_told": told.fine}


def waive(world: World, told: CaseFacts) -> dict[str, Any]:
    return {"statement_waived_at": world.now, "hearing_waived_at": world.now}


def decide(world: World, told: CaseFacts) -> dict[str, Any]:
    owed = told.fine if PenaltyKind.FINE in told.penalties else Decimal(0)
    return {"decider_id": told.actor_id, "outstanding": owed, "procedure": told.procedure}


def on_spot(world: World, told: CaseFacts) -> dict[str, Any]:
    return decide(world, told) | {"served_at": world.now}


def collect(world: World, told: CaseFacts) -> dict[str, Any]:
    return {"outstanding": Decimal(0), "cash_held": told.amount}


def refer(world: World, told: CaseFacts) -> dict[str, Any]:
    ended = world.rng.random() < 0.7
    return {"referral_running": not ended, "referral_ended": ended, "police_filed": not ended}


def result(name: str) -> Effect:
    def keep(world: World, told: CaseFacts) -> dict[str, Any]:
        decided = {"suit_decided_at": world.now} if name == "suit_result" else {}
        return decided | {name: told.result, "redo_ordered": told.redo_ordered}

    return keep


def redo(world: World, told: CaseFacts) -> dict[str, Any]:
    names = (
        "report_at", "review_opinion", "reviewed_at", "review_submitted_at", "notice_at", "statement_at",
        "statement_waived_at", "hearing_requested_at", "hearing_waived_at", "hearing_held_at", "hearing_ended_at",
        "discussed_at", "served_at", "outstanding", "reminder_served_at", "reconsideration_asked_at",
        "reconsideration_result", "suit_brought_at", "suit_result", "suit_decided_at", "published_at",
    )  # fmt: skip
    return dict.fromkeys(names) | {"redo_ordered": False, "due": {}}


def count(name: str, by: int) -> Effect:
    return lambda world, told: {name: getattr(told, name) + by}


EFFECTS: dict[Verb, Effect] = {
    Verb.RECORD_FINDING: at("finding_at"),
    Verb.APPROVE_FILING: lambda world, told: {"filing_approved_at": world.now, "filing_approver_id": told.actor_id},
    Verb.ASSIGN_OFFICERS: lambda world, told: {"officers": SOUND[:2]},
    Verb.CONCLUDE_INVESTIGATION: at("report_at"),
    Verb.PROPOSE_PENALTY: propose_penalty,
    Verb.SUBMIT_REVIEW: at("review_submitted_at"),
    Verb.AGREE_REVIEW: opinion(ReviewOpinion.AGREE),
    Verb.FAIL_REVIEW: opinion(ReviewOpinion.DO_NOT_DECIDE),
    Verb.RETURN_REVIEW: opinion(ReviewOpinion.CORRECT_AND_RESUBMIT),
    Verb.GIVE_NOTICE: give_notice,
    Verb.RECORD_STATEMENT: at("statement_at"),
    Verb.RECORD_WAIVER: waive,
    Verb.REQUEST_HEARING: at("hearing_requested_at"),
    Verb.NOTIFY_HEARING: lambda world, told: {"hearing_on": told.hearing_on},
    Verb.HOLD_HEARING: at("hearing_held_at"),
    Verb.END_HEARING: at("hearing_ended_at"),
    Verb.DISCUSS: at("discussed_at"),
    Verb.DECIDE: decide,
    Verb.DECIDE_ON_SPOT: on_spot,
    Verb.SERVE: at("served_at"),
    Verb.NOT_PUNISH: lambda world, told: {"not_punished_ground": told.not_punished_ground},
    Verb.REGISTER_ON_SPOT: at("registered_at"),
    Verb.RECORD_PAYMENT: lambda world, told: {"outstanding": Decimal(0)},
    Verb.COLLECT_CASH: collect,
    Verb.HAND_IN_CASH: lambda world, told: {"cash_held": Decimal(0), "cash_at_organ": told.cash_held},
    Verb.BANK_CASH: lambda world, told: {"cash_at_organ": Decimal(0)},
    Verb.DEFER_PAYMENT: lambda world, told: {"deferred_until": told.deferred_until},
    Verb.REMIND: at("reminder_served_at"),
    Verb.PRESERVE: count("preserved_open", 1),
    Verb.HANDLE_PRESERVED: count("preserved_open", -1),
    Verb.SEAL: lambda world, told: {"sealed_open": 1, "sealing_extended": 0},
    Verb.EXTEND_SEALING: count("sealing_extended", 1),
    Verb.RELEASE_SEALING: lambda world, told: {"sealed_open": 0},
    Verb.REFER_CRIMINAL: refer,
    Verb.RESUME: lambda world, told: {"referral_ended": True, "suspected_crime": False},
    Verb.ASK_RECONSIDERATION: lambda world, told: {
        "reconsideration_asked_at": world.now, "reconsideration_result": None,
    },
    Verb.DECIDE_RECONSIDERATION: result("reconsideration_result"),
    Verb.BRING_SUIT: lambda world, told: {"suit_brought_at": world.now, "suit_result": None},
    Verb.DECIDE_SUIT: result("suit_result"),
    Verb.REDO: redo,
    Verb.PUBLISH: at("published_at"),
    Verb.WITHDRAW_PUBLICATION: lambda world, told: {"published_at": None},
    Verb.FILE_MAJOR_PENALTY: at("major_filed_at"),
    Verb.PAY_REFUND: lambda world, told: {"refund_owed": Decimal(0)},
}  # fmt: skip
"""What each step leaves in the record; written for the walk, not taken from the product."""
