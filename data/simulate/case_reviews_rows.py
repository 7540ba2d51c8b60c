"""What a round of legal review of an invented case is asked with, and the row and event with which it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from data.casework.review_rounds import proposal_of
from data.simulate.case_cast import By
from policy import review
from policy.case_facts import CaseFacts, hearing_due, hearing_wanted, proposed
from policy.guards_review import ReviewFacts
from policy.lifecycle import advance
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import ReviewOpinion, ReviewStatus

if TYPE_CHECKING:
    from data.simulate.case_file import CaseFile

Row = dict[str, Any]
_BLANKS: Final = (
    "asked_at",
    "asked_due_at",
    "reviewer_id",
    "outside",
    "expert",
    "expert_id",
    "opinion",
    "reason",
    "opinion_at",
)
_HELPER: Final = ("outside", "expert", "in_pool", "term", "partner")


def review_facts(case: CaseFile, row: Row, by: By, given: dict[str, Any], before: Row | None = None) -> ReviewFacts:
    """A review at the moment of a step."""
    reviewer = by.id if by.role is Role.LEGAL_REVIEWER else ""
    return ReviewFacts(
        now=case.docket.desk.now, number=row["number"] or case.row["number"], profile=case.docket.county.profile,
        on=case.docket.today(), due_at=given.get("due_at"), handlers=case.handlers, submitted_by=by.id,
        reviewer=reviewer, decider=case.facts.decider_id, law_qualified=by.qualified,
        handed_in=frozenset(row["materials"]), heard_or_assessed=case.facts.hearing_held_at is not None,
        asked=frozenset(given.get("materials", ())), asked_before=row["asked_at"] is not None,
        form=given.get("form"), changes=given.get("changes", ""),
        own_organ=case.row["organ_code"], **{name: given[name] for name in _HELPER if name in given},
        last_opinion=ReviewOpinion(before["opinion"]) if before and before["opinion"] else None,
    )  # fmt: skip


def open_round(case: CaseFile, by: By, given: dict[str, Any], facts: CaseFacts) -> dict[str, Any]:
    """Open the next round with the step that sends the file; a file sent back says what was put right since."""
    docket, before = case.docket, case.reviews[-1] if case.reviews else None
    back = before is not None and before["opinion"] == ReviewOpinion.CORRECT_AND_RESUBMIT
    asked = bool(hearing_due(facts)) or hearing_wanted(facts)
    grounds = review.triggers(proposed(facts, asked), docket.county.profile, docket.today())
    row = docket.add(
        "case_review", case_id=case.row["id"], number="", round=len(case.reviews) + 1, status="",
        township_code=case.row["township_code"], submitted_at=docket.desk.now,
        triggers=[found.trigger.value for found in grounds],
        proposal=proposal_of(facts.penalties, facts.fine, facts.confiscated), changes=given.get("changes"),
        materials=list(given["materials"]), asked=[], new_facts=[], points={}, page_notes=[],
        sequence=len(docket.desk.events), version=1, **dict.fromkeys(_BLANKS),
    )  # fmt: skip
    verb, source = (Verb.RESUBMIT, ReviewStatus.OPINION) if back else (Verb.SUBMIT, None)
    told = review_facts(case, row, by, {"changes": given.get("changes", "")}, before)
    row["status"] = advance(MatterKind.REVIEW, source, verb, (by.role,), told).value
    row["number"] = docket.desk.number("review")
    case.reviews.append(row)
    said = {
        "case": case.row["number"],
        "materials": row["materials"],
        "triggers": row["triggers"],
        "round": row["round"],
    }
    docket.tell("review", row, verb.value, by, None, said, review.LAW)
    return {"review": row["number"], "round": row["round"], "materials": row["materials"]}
