"""A sound case, from which each rule case of a case's course departs in what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from policy.case_facts import CaseFacts
from policy.case_rules import rules_of
from policy.deadlines import due
from policy.decision import Decision, against
from policy.eligibility import OfficerFacts
from policy.loader import load_profile
from policy.profile import Profile
from policy.vocabulary import ItemKind, PenaltyKind, PersonKind
from policy.vocabulary_between import ReviewOpinion
from policy.vocabulary_case import CaseStatus, PartyKind, ServiceWay
from policy.workdays import load_calendar
from policy.zone import CHINA

VALID = datetime(2030, 1, 1, tzinfo=CHINA)
YES = Decision()
NO = Decision((against("reasons.competence_unknown", "PL 22"),))


def officer(name: str, **other: Any) -> OfficerFacts:
    known: dict[str, Any] = {"certificate_no": "Z1", "certificate_valid_to": VALID} | other
    return OfficerFacts(person_id=name, name=name, kind=PersonKind.OFFICER, **known)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def sound(now: datetime) -> CaseFacts:
    """An ordinary case against a citizen, a fine of 500 yuan, in which everything was done."""
    return CaseFacts(
        now=now,
        reason="事实清楚",
        receiver="县市场监管局",
        receiver_accepted=True,
        competence=YES,
        actor_id="镇长",
        organ="330703001",
        actor_organ="330703001",
        officers=(officer("张三"), officer("李四")),
        reviewer_id="审核员",
        presider_id="主持人",
        decider_id="镇长",
        party_kind=PartyKind.CITIZEN,
        item_kind=ItemKind.DELEGATED_GENERAL,
        discovered_at=at("2026-01-05T09:00"),
        evidence=3,
        finding_at=at("2026-01-06T09:00"),
        report_at=at("2026-01-20T09:00"),
        filing_approved_at=at("2026-01-08T09:00"),
        earlier_fines=0,
        suspected_crime=False,
        referral_approved=True,
        materials_complete=True,
        review_submitted_at=at("2026-01-21T09:00"),
        review_opinion=ReviewOpinion.AGREE,
        reviewed_at=at("2026-01-23T09:00"),
        penalties=frozenset({PenaltyKind.FINE}),
        fine=Decimal(500),
        proposed_at=at("2026-01-20T10:00"),
        grade_least=Decimal(200),
        grade_most=Decimal(1000),
        penalties_told=frozenset({PenaltyKind.FINE}),
        fine_told=Decimal(500),
        notice_at=at("2026-01-26T09:00"),
        statement_at=at("2026-01-27T09:00"),
        statement_weighed=True,
        large_fine=False,
        complex_case=False,
        major=False,
        minutes=True,
        document="决定书1号",
        receipt=True,
        service_way=ServiceWay.IN_PERSON,
        served_at=at("2026-01-30T09:00"),
        outstanding=Decimal(500),
        amount=Decimal(500),
        facts_clear=True,
        compulsion=YES,
        night=False,
        statutory_holiday=False,
        goods_listed=True,
        head_approved=True,
        cash_receipt=True,
        social_effect=True,
        masked_copy=True,
        file_complete=True,
    )


def counted(kind: str, start: datetime, now: datetime, profile: Profile) -> datetime | None:
    """When a clock is due by the value that its date selects; None where the profile had none on that day."""
    newest = profile.history(f"deadline.{kind}")[-1]
    on = (now if newest.select == "filing" else start).date()
    spoken = profile.get(f"deadline.{kind}", on)
    return due(kind, start, profile, load_calendar(), on=on).due_at if spoken else None


def case_facts(facts: Mapping[str, Any], built: Callable[[type[Any], Mapping[str, Any]], Any]) -> CaseFacts:
    """The sound case with what the rule case says: `known` facts, clocks begun `since`, absent facts, the order of review."""
    now, profile = at(facts["now"]), load_profile(facts["profile"])
    told = facts.get("known", {})
    given = built(CaseFacts, told)
    rules = rules_of(profile, date.fromisoformat(facts["now"][:10]))
    if "order" in facts:
        rules = replace(rules, review_order=facts["order"])
    begun = {"limitation": "2025-12-20T09:00", "limitation_serious": "2025-12-20T09:00"} | facts.get("since", {})
    clocks = {kind: found for kind, start in begun.items() if (found := counted(kind, at(start), now, profile))}
    blank = CaseFacts()
    departs: dict[str, Any] = {name: getattr(given, name) for name in told}
    departs |= {name: getattr(blank, name) for name in facts.get("without", ())}
    departs |= {"competence": NO} if facts.get("not_competent") else {}
    departs |= {"compulsion": NO} if facts.get("cannot_compel") else {}
    state = CaseStatus(facts["state"]) if "state" in facts else None
    return replace(sound(now), **departs, rules=rules, due=clocks, status=state)
