"""The clause on which each step of a case rests, as its event cites it; the guards cite their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.case_facts import FALLEN, CaseFacts
from policy.vocabulary import Verb
from policy.vocabulary_case import NotPunishedGround

CLAUSES: Final[Mapping[Verb, str]] = {
    Verb.PROPOSE: "PL 54",
    Verb.SUBMIT_FILING: "PL 54",
    Verb.APPROVE_FILING: "PL 54",
    Verb.REFUSE_FILING: "PL 54",
    Verb.HANDLE_OTHERWISE: "PL 54",
    Verb.DROP: "PL 57",
    Verb.ASSIGN_OFFICERS: "PL 42",
    Verb.RECUSE: "PL 43",
    Verb.START_INVESTIGATION: "PL 54",
    Verb.CONCLUDE_INVESTIGATION: "PL 57",
    Verb.RECORD_FINDING: "PL 40",
    Verb.PROPOSE_PENALTY: "PL 34",
    Verb.SUBMIT_REVIEW: "PL 58",
    Verb.AGREE_REVIEW: "PL 58",
    Verb.FAIL_REVIEW: "PL 58",
    Verb.RETURN_REVIEW: "PL 58",
    Verb.GIVE_NOTICE: "PL 44",
    Verb.RECORD_STATEMENT: "PL 45",
    Verb.HEAR_STATEMENT: "PL 45",
    Verb.RECORD_WAIVER: "PL 62",
    Verb.REQUEST_HEARING: "PL 64",
    Verb.NOTIFY_HEARING: "PL 64",
    Verb.HOLD_HEARING: "PL 64",
    Verb.END_HEARING: "PL 64",
    Verb.DISCUSS: "PL 57",
    Verb.DECIDE: "PL 57",
    Verb.DECIDE_ON_SPOT: "PL 51",
    Verb.NOT_PUNISH: "PL 33",
    Verb.REGISTER_ON_SPOT: "PL 52",
    Verb.SERVE: "PL 61",
    Verb.BEGIN_EXECUTION: "PL 66",
    Verb.RECORD_EXECUTION: "PL 66",
    Verb.DEFER_PAYMENT: "PL 66",
    Verb.RECORD_PAYMENT: "PL 67",
    Verb.COLLECT_CASH: "PL 68",
    Verb.HAND_IN_CASH: "PL 71",
    Verb.BANK_CASH: "PL 71",
    Verb.REMIND: "CO 54",
    Verb.FORCE_EXECUTION: "CO 35",
    Verb.APPLY_COURT: "CO 53",
    Verb.RECORD_RULING: "CO 57",
    Verb.PRESERVE: "PL 56",
    Verb.HANDLE_PRESERVED: "PL 56",
    Verb.SEAL: "CO 24",
    Verb.REPORT_COMPULSION: "CO 19",
    Verb.EXTEND_SEALING: "CO 25",
    Verb.RELEASE_SEALING: "CO 28",
    Verb.CORRECT_DOCUMENT: "PL 47",
    Verb.EXTEND_DECISION: "PL 60",
    Verb.ASK_RECONSIDERATION: "RL 20",
    Verb.DECIDE_RECONSIDERATION: "RL 62",
    Verb.BRING_SUIT: "ALL 46",
    Verb.DECIDE_SUIT: "ALL 46",
    Verb.REDO: "RL 64",
    Verb.PUBLISH: "PL 48",
    Verb.WITHDRAW_PUBLICATION: "PL 48",
    Verb.FILE_MAJOR_PENALTY: "PL 75",
    Verb.PAY_REFUND: "RL 72",
    Verb.TRANSFER: "PL 22",
    Verb.REFER_CRIMINAL: "PL 27",
    Verb.RESUME: "PL 27",
    Verb.CLOSE: "PL 47",
    Verb.ARCHIVE: "PL 47",
}

SPARED: Final[Mapping[NotPunishedGround, str]] = {
    NotPunishedGround.MINOR_CORRECTED: "PL 33",
    NotPunishedGround.FIRST_VIOLATION: "PL 33",
    NotPunishedGround.NO_FAULT: "PL 33",
    NotPunishedGround.NOT_ESTABLISHED: "PL 57",
    NotPunishedGround.UNDER_FOURTEEN: "PL 30",
    NotPunishedGround.NO_CAPACITY: "PL 31",
    NotPunishedGround.TIME_BARRED: "PL 36",
}
"""Ground not to punish → the article it stands in, which the decision prints too (papers.spared)."""


def clause_of(verb: Verb, facts: CaseFacts) -> str | None:
    """The clause of a step with these facts: not to punish rests on the article of the ground that was chosen."""
    if verb is Verb.NOT_PUNISH and facts.not_punished_ground is not None:
        return SPARED[facts.not_punished_ground]
    if verb is Verb.PAY_REFUND and facts.suit_result in FALLEN:
        return "CO 41"
    return CLAUSES.get(verb)
