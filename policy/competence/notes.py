"""What has to be known besides who is competent: the unit, the first case, doubts about the law or the plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policy.competence.facts import Alternative, Competence, DelegationFacts
from policy.competence.grounds import ROUTES, Asked
from policy.competence.rules import Squadron
from policy.decision import Reason, for_
from policy.items import needs_county
from policy.items.model import CatalogueItem
from policy.library import library, split_citation
from policy.profile import Document
from policy.text import Name, Word
from policy.vocabulary import ActKind, ItemKind, PenaltyKind, word

DELEGATED = (ItemKind.DELEGATED_GENERAL, ItemKind.DELEGATED_SELF_SELECTED)
_LARGE = {
    PenaltyKind.CONFISCATE_GAINS: PenaltyKind.CONFISCATE_LARGE_GAINS,
    PenaltyKind.CONFISCATE_GOODS: PenaltyKind.CONFISCATE_LARGE_GOODS,
}

_DOUBTS = {
    "stale": "reasons.law_stale",
    "incomplete": "reasons.law_incomplete",
    "not_at_hand": "reasons.law_not_at_hand",
}


def unit_of(asked: Asked) -> Name | None:
    """Who within the township's organ acts: its squadron for the field, else who the plan names for the act."""
    if asked.act is not ActKind.INSPECT and (squadron := _squadron(asked)) is not None:
        return squadron.name
    rule = asked.rules.acts.get(asked.act)
    return rule.name if rule else None


def township_notes(asked: Asked, held: DelegationFacts) -> Iterator[Reason]:
    """What is said when the township is competent: unit and squadron, nature of the case, first case, sunk-down staff."""
    rules, act = asked.rules, asked.act
    if (rule := rules.acts.get(act)) is not None:
        yield for_("reasons.act_by", rule.clause, act=word(act), unit=rule.name)
    if rules.squadrons and act is not ActKind.INSPECT:
        yield _squadron_note(asked)
    if act is ActKind.PENALISE:
        yield from _ordinary(asked)
        yield from _first_case(asked, held)
    if rules.home_items_only and held.kind in DELEGATED:  # FL 二(六): 赋权执法事项
        key = "reasons.sunk_with_officer" if rules.with_township_officer else "reasons.sunk_home_items"
        yield for_(key, rules.clause("home_items_only"), organ=asked.body, township=asked.where)


def _squadron(asked: Asked) -> Squadron | None:
    return next((one for one in asked.rules.squadrons if asked.item.domain_name in one.fields), None)


def _squadron_note(asked: Asked) -> Reason:
    found, clause = _squadron(asked), asked.rules.clause("squadrons")
    domain = asked.item.domain_name or asked.item.domain
    if found is None:
        return for_("reasons.squadron_none", clause, domain=domain)
    return for_("reasons.squadron", clause, domain=domain, squadron=found.name)


def _ordinary(asked: Asked) -> Iterator[Reason]:
    """Where the plan routes by complexity: why this one stays, and what would leave."""
    rule = asked.rules.routes.get(asked.case.nature)
    if rule is None:
        return
    yield for_("reasons.routed_ordinary", rule.clause, when=rule.name, township=asked.where)
    for other in asked.rules.routes.values():
        if other.says != "township":
            yield for_("reasons.would_be_routed", other.clause, when=other.name, to=Word(ROUTES[other.says]))


def _first_case(asked: Asked, held: DelegationFacts) -> Iterator[Reason]:
    """The first case of an item is handled together with the department (YY 三(二))."""
    if not asked.rules.first_case_joint or asked.case.first is False or held.kind is ItemKind.STATUTORY:
        return
    key = "reasons.first_case" if asked.case.first else "reasons.first_case_if"
    clause = asked.rules.clause("first_case_joint")
    yield for_(key, clause, item=asked.item.said, township=asked.where, organ=asked.body)


# -- other organs -----------------------------------------------------------------------------------------------------


def others_beside_township(asked: Asked, held: DelegationFacts) -> Iterator[Alternative]:
    """Who besides the township: the entrusting organ, the department that inspects, the department that had the item."""
    item, rules = asked.item, asked.rules
    if held.kind is ItemKind.ENTRUSTED:
        principal = held.entrusting_organ_code or item.enforcing_body
        yield Alternative(principal, for_("reasons.principal_may_act", "PL 20", item=item.said))
    elif held.kind in DELEGATED and asked.act is not ActKind.INSPECT:
        yield from _former(asked, held)
    if asked.act is ActKind.INSPECT:
        for rule in rules.inspections:
            if rule.says == "department":
                organ = rules.organ_name(asked.department)
                told = for_("reasons.department_inspects", rule.clause, organ=organ, work=rule.name)
                yield Alternative(asked.department, told)


def _former(asked: Asked, held: DelegationFacts) -> Iterator[Alternative]:
    """The department that had the item: gone for general items, still there for others' self-selected ones (YY 二(一))."""
    facts = {"item": asked.item.said, "organ": asked.body, "township": asked.where}
    if not asked.rules.leaves_department:
        told = for_("reasons.department_unsaid", asked.rules.clause("dispute", "PL 25"), **facts)
    elif held.kind is ItemKind.DELEGATED_SELF_SELECTED:
        told = for_("reasons.department_elsewhere", asked.rules.clause("leaves_department"), **facts)
    else:
        return
    yield Alternative(asked.item.enforcing_body, told, instead=False)


def department_left(asked: Asked, held: DelegationFacts) -> Iterator[Reason]:
    """From the day an item is taken on, its old department as a rule penalises and compels no more (YY 二(一))."""
    if asked.rules.leaves_department and held.kind in DELEGATED and asked.act is not ActKind.INSPECT:
        clause, since = asked.rules.clause("leaves_department"), held.valid_from.isoformat()
        yield for_("reasons.department_left", clause, item=asked.item.said, organ=asked.body, since=since)


# -- the penalty and the law ------------------------------------------------------------------------------------------


def article_notes(asked: Asked) -> Iterator[Reason]:
    """What the article that penalises says about the proposed penalties and the party."""
    if asked.act is ActKind.PENALISE and asked.item.catalogue is not None:
        yield from _article_notes(asked, asked.item.catalogue)


def reserve_notes(asked: Asked) -> Iterator[Reason]:
    """What would still move a case of the township to the county: a grave case, a large confiscation (LX 二(一))."""
    if asked.act is not ActKind.PENALISE:
        return
    reserved, clause = asked.rules.reserved, asked.rules.clause("reserved")
    item = asked.item.catalogue
    known = tuple(one for one in needs_county(item, reserved, clause).reasons if one.favourable) if item else ()
    large = tuple(
        word(_LARGE[kind]) for kind in PenaltyKind if kind in asked.penalties and _LARGE.get(kind) in reserved
    )
    yield from known
    if large and not known:
        yield for_("items.reserved_perhaps", clause, item=asked.item.said, kinds=large)


def _article_notes(asked: Asked, item: CatalogueItem) -> Iterator[Reason]:
    known = {*item.kinds, *item.severe}
    known |= {_LARGE[kind] for kind in known if kind in _LARGE}
    beyond = tuple(word(kind) for kind in PenaltyKind if kind in asked.penalties and kind not in known)
    if beyond:
        yield for_("reasons.kind_not_in_article", item.penalises.citation, item=asked.item.said, kinds=beyond)
    parties, party = {line.party for line in item.fines}, asked.case.party
    if PenaltyKind.FINE in asked.penalties and item.fines and party != "any" and not parties & {"any", party}:
        yield for_(
            "reasons.no_fine_for", item.penalises.citation, item=asked.item.said, party=Word(f"items.party.{party}")
        )


def law_notes(asked: Asked) -> Iterator[Reason]:
    """Statutes of the item whose text is not at hand or no longer as it stands."""
    for code in asked.item.rests_on:
        document = library().documents.get(code)
        if document is None:
            yield for_("reasons.law_unknown", None, law=code, item=asked.item.said)
        elif document.flagged:
            yield _doubt(document, code)


def plan_notes(found: Competence, asked: Asked) -> Iterator[Reason]:
    """Documents behind the reasons that are drafts, or whose text is stale or not at hand."""
    told: Iterable[Reason] = (*found.reasons, *found.notes, *(other.reason for other in found.alternatives))
    codes = dict.fromkeys(code for reason in told if reason.clause for code, _ in split_citation(reason.clause))
    for code in codes:
        document = asked.rules.documents.get(code)
        if document is not None and document.flagged:
            yield _doubt(document, code)
        elif document is not None and document.status == "draft":
            yield for_("reasons.rests_on_draft", None, law=Name(document.title("zh"), document.title("en")))


def _doubt(document: Document, code: str) -> Reason:
    title = Name(document.title("zh"), document.title("en"))
    checked = document.checked_on.isoformat() if document.checked_on else "—"
    return for_(_DOUBTS[document.text], None, law=title, checked=checked)
