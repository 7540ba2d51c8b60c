"""Questions of the rule cases about organs and people: who acts in whose name, and who of a team may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from policy.competence import CaseFacts, Competence, DelegationFacts, ItemFacts, TownshipFacts, competent, rules_of
from policy.decision import Reason
from policy.eligibility import OfficerFacts, TaskFacts, TeamFacts, may_take
from policy.eligibility import rules_of as eligibility_rules
from policy.items import domains
from policy.items import item as catalogue_item
from policy.loader import load_profile
from policy.text import LANGUAGES, Name
from policy.vocabulary import ActKind, ItemKind, OrganKind, PenaltyKind, PersonKind, TaskKind
from policy.zone import CHINA

TOWN = TownshipFacts("330703999000", "town", "某镇")
NAMES = {
    "town": Name("某镇人民政府", "Some Town"), "county": Name("县主管部门", "county department"),
    "police": Name("公安机关", "police"), "fire": Name("消防救援机构", "fire service"),
}  # fmt: skip
KINDS = {
    "town": OrganKind.TOWNSHIP, "county": OrganKind.DEPARTMENT, "police": OrganKind.POLICE, "fire": OrganKind.FIRE,
}  # fmt: skip


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def item_of(facts: dict[str, Any]) -> ItemFacts:
    """An item of the catalogue, or one of a county's own that rests on `laws`."""
    published = day(facts.get("published", "2024-01-01"))
    if "item" not in facts:
        return ItemFacts("X-1", "某事项", "other", "county", published_on=published, laws=tuple(facts["laws"]))
    item = catalogue_item(facts["item"])
    body = item.domain if item.domain in ("police", "fire") else "county"
    field = domains()[item.domain]["field"]
    return ItemFacts(item.code, item.name, item.domain, body, "", published, field, item)


def held(item: ItemFacts, facts: dict[str, Any]) -> list[DelegationFacts]:
    if "kind" not in facts:
        return []
    kind, since = ItemKind(facts["kind"]), date.fromisoformat(facts.get("since", "2024-02-01"))
    principal = "county" if kind is ItemKind.ENTRUSTED else None
    return [DelegationFacts(item.code, TOWN.code, kind, since, day(facts.get("until")), principal)]


def answer_competence(facts: dict[str, Any]) -> dict[str, Any]:
    on = date.fromisoformat(facts.get("on", "2026-03-02"))
    rules = replace(rules_of(load_profile(facts["profile"]), on), organ_names=NAMES, organ_kinds=KINDS)
    item = item_of(facts)
    found = competent(
        item,
        TOWN,
        on,
        ActKind(facts.get("act", "penalise")),
        [PenaltyKind(kind) for kind in facts.get("penalties", ())],
        delegations=held(item, facts),
        rules=rules,
        case=CaseFacts(
            facts.get("party", "any"), facts.get("nature", "ordinary"), day(facts.get("filed")), facts.get("first")
        ),
    )
    return described(found, facts.get("look_for"))


def described(found: Competence, wanted: str | None) -> dict[str, Any]:
    every: list[Reason] = [*found.reasons, *found.notes, *(other.reason for other in found.alternatives)]
    assert all(reason.sentence(lang) for reason in every for lang in LANGUAGES)
    said = next((reason for reason in every if reason.code == wanted), None)
    return {
        "organ": found.organ_code,
        "name": found.in_whose_name,
        "basis": found.basis,
        "allowed": found.decision.allowed,
        "sentence": found.reasons[0].sentence("zh"),
        "unit": found.unit.zh if found.unit else "",
        "others": [other.organ_code for other in found.alternatives],
        "instead": [other.organ_code for other in found.alternatives if other.instead],
        "told": said.sentence("zh") if said else "",
        "clause": said.clause if said else found.clause if wanted is None else None,
    }


def officer(number: int, facts: dict[str, Any]) -> OfficerFacts:
    """A person of a case: an officer of the township with a certificate unless it says otherwise."""
    until = facts.get("certificate", "2027-12-31T23:59:59")
    return OfficerFacts(
        person_id=str(number),
        name=facts.get("name", f"第{number}人"),
        kind=PersonKind(facts.get("kind", "officer")),
        certificate_no=f"证{number}" if until else None,
        certificate_valid_to=datetime.fromisoformat(until).replace(tzinfo=CHINA) if until else None,
        suspended=facts.get("card") in ("orange", "red"),
        recused=facts.get("recused", False),
        home_organ_code=facts.get("home", "town"),
        domains=frozenset(facts.get("domains", ())),
        on_shift=facts.get("on_shift", True),
        township_codes=frozenset([TOWN.code if facts.get("here", True) else "330703998000"]),
    )


def answer_eligibility(facts: dict[str, Any]) -> dict[str, Any]:
    now = datetime.fromisoformat(facts.get("now", "2026-03-02T10:00")).replace(tzinfo=CHINA)
    kind = OrganKind(facts.get("team", "township"))
    organ = "town" if kind is OrganKind.TOWNSHIP else "county"
    team = TeamFacts(
        "t", "T", "某镇综合行政执法队", organ, kind, frozenset({TOWN.code}),
        members=tuple(officer(number, one) for number, one in enumerate(facts["people"], start=1)),
    )  # fmt: skip
    task = TaskFacts(
        TaskKind(facts.get("task", "handle")),
        domain=facts.get("domain", "housing"),
        township_code=TOWN.code,
        item_kind=ItemKind(facts["item_kind"]) if "item_kind" in facts else None,
    )
    found = may_take(team, task, now, eligibility_rules(load_profile(facts["profile"]), now.date()))
    assert all(reason.sentence(lang) for reason in found.reasons for lang in LANGUAGES)
    against = found.obstacles
    return {
        "allowed": found.allowed,
        "why": [reason.code.removeprefix("reasons.") for reason in against],
        "sentence": (against or found.reasons)[-1].sentence("zh"),
        "clause": (against or found.reasons)[-1].clause,
    }


QUESTIONS = {"competence": answer_competence, "eligibility": answer_eligibility}
