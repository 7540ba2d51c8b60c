"""Guards of transfers, requests for assistance and reviews raised to the county department; a missing fact stands in the way."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from policy.decision import Decision, Reason, against
from policy.guards import Facts
from policy.profile import Profile, Value
from policy.text import Name, Word

_ONLY_WITH_GOODS: Final = frozenset({"goods_and_list"})
_ONLY_WITH_DISPOSED: Final = frozenset({"disposed_goods_evidence", "disposed_goods_proceeds"})
_IF_THERE_IS_ANY: Final = frozenset({"other_case_material"})


@dataclass(frozen=True, slots=True)
class OrganFacts(Facts):
    """What every matter between organs knows: its rules and their day, who acts, who asked, the document and its clause."""

    profile: Profile | None = None
    on: date | None = None
    acting: str = ""
    sender: str = ""
    clause_given: str = ""
    document: str = ""
    ground: str = ""
    due_at: datetime | None = None

    def value(self, key: str) -> Value | None:
        """The value of `key` by which this step is judged; None where the plan is silent."""
        return self.profile.get(key, self.on) if self.profile is not None and self.on is not None else None


@dataclass(frozen=True, slots=True)
class TransferFacts(OrganFacts):
    """A transfer at the moment of a step; `came_by` is the transfer by which the matter had come to the sender.

    `found_at` is when it was found that another organ is competent: the time to send runs from there.
    """

    came_by: str = ""
    found_at: datetime | None = None
    urgent: bool = False
    ongoing: bool = False
    stopped: bool = False
    goods: bool = False
    goods_disposed: bool = False
    handed_in: frozenset[str] = frozenset()
    receipt: str = ""
    returns: int = 0
    competent_organ: str = ""
    settled: bool = False
    result: str = ""


@dataclass(frozen=True, slots=True)
class AssistanceFacts(OrganFacts):
    """A request for assistance at the moment of a step."""

    provided: str = ""


@dataclass(frozen=True, slots=True)
class EscalationFacts(OrganFacts):
    """A review raised to the county department at the moment of a step."""

    opinion: str = ""


@dataclass(frozen=True, slots=True)
class CallOutFacts(OrganFacts):
    """A call-out of one department to a lead at the moment of a step; `called` is the one that runs there already."""

    lead_open: bool = False
    called: str = ""
    told_by: str = ""
    result: str = ""


def must(ok: bool, reason: Reason) -> Decision:
    """No objection when `ok`; else the one reason that stands in the way."""
    return Decision() if ok else Decision((reason,))


def clause_of(facts: OrganFacts, *keys: str) -> str | None:
    """Clause of the first of `keys` on which the profile speaks."""
    return next((value.clause for key in keys if (value := facts.value(key)) is not None), None)


def flag(facts: OrganFacts, key: str) -> bool:
    """Whether the profile says yes to `key`; a silent one does not."""
    value = facts.value(key)
    return value is not None and bool(value.value)


def codes(value: Value | None) -> tuple[str, ...]:
    """Codes of a list in the profile, whether plain or with names."""
    return () if value is None else tuple(row if isinstance(row, str) else row["code"] for row in value.value)


def spoken(value: Value | None, only: Collection[str] | None = None) -> tuple[Name | Word, ...]:
    """Entries of a list in the profile (those in `only`) as parameters of a sentence."""
    rows = () if value is None else value.value
    return tuple(
        Word(f"codes.{row}") if isinstance(row, str) else Name(row["name_zh"], row["name_en"])
        for row in rows
        if only is None or (row if isinstance(row, str) else row["code"]) in only
    )


# -- any matter between organs ----------------------------------------------------------------------------------------


def rules_known(facts: OrganFacts) -> Decision:
    """The rules by which the step is judged are at hand."""
    return must(facts.profile is not None and facts.on is not None, against("reasons_between.rules_unknown"))


def receiver_is_another(facts: OrganFacts) -> Decision:
    """Whom it is asked of is named, and is not the one that asks."""
    named = bool(facts.receiver) and facts.receiver != facts.sender
    return must(named, against("reasons_between.receiver_missing", clause_of(facts, "transfer.routes")))


def by_sender(facts: OrganFacts) -> Decision:
    """The organ that asks takes this step."""
    own = bool(facts.acting) and facts.acting == facts.sender
    return must(own, against("reasons_between.not_the_sender", sender=facts.sender or "—"))


def by_receiver(facts: OrganFacts) -> Decision:
    """The organ that was asked takes this step."""
    own = bool(facts.acting) and facts.acting == facts.receiver
    return must(own, against("reasons_between.not_the_receiver", receiver=facts.receiver or "—"))


def clause_given(facts: OrganFacts) -> Decision:
    """A return or an objection names the clause it rests on."""
    return must(bool(facts.clause_given.strip()), against("reasons_between.clause_missing"))


def time_to_answer_over(facts: OrganFacts) -> Decision:
    """Silence is counted only when the time to answer has run out."""
    over = facts.now is not None and facts.due_at is not None and facts.now > facts.due_at
    return must(over, against("reasons_between.answer_time_left"))


# -- transfer ---------------------------------------------------------------------------------------------------------


def not_transferred_on(facts: TransferFacts) -> Decision:
    """A matter that came by transfer is not transferred on: whoever disagrees opens a dispute (X2)."""
    clause = clause_of(facts, "transfer.no_onward", "dispute.ladder")
    return must(not facts.came_by, against("reasons_between.onward_transfer", clause, earlier=facts.came_by))


def stopped_at_once(facts: TransferFacts) -> Decision:
    """A violation that still goes on is stopped at once before the file is sent, where the plan says so (X1)."""
    due = facts.ongoing and flag(facts, "transfer.stop_ongoing")
    reason = against("reasons_between.not_stopped", clause_of(facts, "transfer.stop_ongoing"))
    return must(not due or facts.stopped, reason)


def materials_due(facts: TransferFacts) -> tuple[str, ...]:
    """Codes of what has to go with this transfer: the plan's list, goods only where there are any (X3)."""
    left_out = set(_IF_THERE_IS_ANY)
    left_out |= set() if facts.goods else _ONLY_WITH_GOODS
    left_out |= set() if facts.goods_disposed else _ONLY_WITH_DISPOSED
    return tuple(code for code in codes(facts.value("transfer.materials")) if code not in left_out)


def materials_with_it(facts: TransferFacts) -> Decision:
    """Everything on the plan's list of material goes with the file."""
    lacking = tuple(code for code in materials_due(facts) if code not in facts.handed_in)
    missing = spoken(facts.value("transfer.materials"), lacking)
    reason = against("reasons_between.materials_missing", clause_of(facts, "transfer.materials"), missing=missing)
    return must(not lacking, reason)


def receipt_signed(facts: TransferFacts) -> Decision:
    """The receiver signs the delivery receipt, where the plan has one."""
    due = facts.value("transfer.receipt")
    name = due.value["name_zh"] if due is not None else ""
    reason = against("reasons_between.receipt_missing", clause_of(facts, "transfer.receipt"), receipt=name)
    return must(due is None or bool(facts.receipt), reason)


def answered_in_writing(facts: TransferFacts) -> Decision:
    """The sender is told in writing, where the plan sets a time to answer."""
    due = facts.value("deadline.transfer_answer") is not None
    reason = against("reasons_between.answer_not_written", clause_of(facts, "deadline.transfer_answer"))
    return must(not due or bool(facts.document), reason)


def first_return(facts: TransferFacts) -> Decision:
    """A file is returned once; what is to be returned again goes to the joint meeting."""
    reason = against("reasons_between.second_return", clause_of(facts, "meeting.joint", "meeting.members"))
    return must(facts.returns == 0, reason)


def returned_before(facts: TransferFacts) -> Decision:
    """The joint meeting has to do with a file only when it was returned once already."""
    return must(facts.returns > 0, against("reasons_between.not_returned_yet"))


def competent_organ_named(facts: TransferFacts) -> Decision:
    """What settles the matter names the competent organ."""
    named = bool(facts.competent_organ)
    return must(named, against("reasons_between.competent_missing", clause_of(facts, "dispute.ladder")))


def dispute_settled(facts: TransferFacts) -> Decision:
    """The dispute that the objection opened, or the joint meeting, has decided."""
    return must(facts.settled, against("reasons_between.not_settled", clause_of(facts, "dispute.ladder")))


def result_told(facts: TransferFacts) -> Decision:
    """The sender is told what came of it (X4)."""
    told = bool(facts.result.strip())
    return must(told, against("reasons_between.result_missing", clause_of(facts, "transfer.copied_both_ways")))


def by_whoever_handles_it(facts: TransferFacts) -> Decision:
    """The result is told by the receiver, or by the organ the decision has named."""
    handler = facts.competent_organ or facts.receiver
    own = bool(facts.acting) and facts.acting == handler
    return must(own, against("reasons_between.not_the_receiver", receiver=handler or "—"))


# -- assistance -------------------------------------------------------------------------------------------------------


def ground_for_help(facts: AssistanceFacts) -> Decision:
    """Assistance is asked for on one of the plan's grounds; where it lists none, on a ground in words (PL 26)."""
    value = facts.value("assistance.grounds")
    if value is None:
        return must(bool(facts.ground.strip()), against("reasons_between.ground_missing", "PL 26"))
    return _listed(facts.ground, "reasons_between.ground_not_listed", value)


def refusal_grounded(facts: AssistanceFacts) -> Decision:
    """Help is refused only with a reason, on a ground of the plan where it lists them, in writing where it says so (X5)."""
    grounds, manner = facts.value("assistance.refusal_grounds"), facts.value("assistance.refusal")
    decision = must(
        bool(facts.reason.strip()),
        against("reasons_between.refusal_unreasoned", clause_of(facts, "assistance.refusal") or "PL 26"),
    )
    if grounds is not None:
        decision &= _listed(facts.ground, "reasons_between.refusal_not_listed", grounds)
    if manner is not None and "in_writing" in manner.value:
        decision &= must(bool(facts.document), against("reasons_between.refusal_not_written", manner.clause))
    return decision


def help_named(facts: AssistanceFacts) -> Decision:
    """What was provided is named."""
    return must(bool(facts.provided.strip()), against("reasons_between.provided_missing"))


# -- escalation -------------------------------------------------------------------------------------------------------


def ground_to_raise(facts: EscalationFacts) -> Decision:
    """A matter is raised on one of the plan's grounds; a plan without them knows no such review (C23)."""
    value = facts.value("escalation.grounds")
    if value is None:
        return Decision((against("reasons_between.no_escalation"),))
    return _listed(facts.ground, "reasons_between.escalation_not_listed", value)


def opinion_in_words(facts: EscalationFacts) -> Decision:
    """The department answers with the opinion of its review."""
    answered = bool(facts.opinion.strip())
    return must(answered, against("reasons_between.opinion_missing", clause_of(facts, "escalation.organ")))


# -- call-outs --------------------------------------------------------------------------------------------------------

_CALL: Final = ("callout.form", "callout.acknowledge")


def lead_still_open(facts: CallOutFacts) -> Decision:
    """Departments are called to a lead that is still being dealt with."""
    return must(facts.lead_open, against("reasons_between.call_out_lead_over", clause_of(facts, *_CALL)))


def not_called_yet(facts: CallOutFacts) -> Decision:
    """A department is called to a lead once, until it has reported or was called back."""
    clause = clause_of(facts, *_CALL)
    return must(not facts.called, against("reasons_between.called_already", clause, earlier=facts.called))


def said_by_the_department(facts: CallOutFacts) -> Decision:
    """The department itself takes the step; or who called it enters it, naming who of the department said so (代录)."""
    own = bool(facts.acting) and facts.acting == facts.receiver
    entered = bool(facts.acting) and facts.acting == facts.sender and bool(facts.told_by.strip())
    reason = against("reasons_between.told_by_missing", clause_of(facts, *_CALL), receiver=facts.receiver or "—")
    return must(own or entered, reason)


def result_in_words(facts: CallOutFacts) -> Decision:
    """A report says what was done."""
    return must(bool(facts.result.strip()), against("reasons_between.call_out_unreported", clause_of(facts, *_CALL)))


def _listed(ground: str, code: str, value: Value) -> Decision:
    return must(ground in codes(value), against(code, value.clause, known=spoken(value)))
