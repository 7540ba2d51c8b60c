"""One case that lives by chance: which step is tried next, by whom, with what on its form; mostly well, sometimes wrong."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from stdnum.cn import ric, uscc

from data.authority import Actor
from data.casework.case_memory import recall
from data.casework.cases import case_step, decide_on_spot, find_case, propose_case
from data.casework.referrals import referral_step, report_suspicion
from data.casework.review_rounds import last_round
from data.casework.reviews import give_opinion, review_step
from data.casework.transfers import draft_transfer, transfer_step
from data.db import Tx
from data.models import Case, CaseReview
from policy import review
from policy.case_forms import FORMS
from policy.courses.case import IN_WORK
from policy.errors import Refusal
from policy.lifecycle import steps
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_case import CaseStatus
from tests.data import small
from tests.data.machine_forms import FORM, ON_SPOT, spoil
from tests.data.machine_people import BY_ROLE, FIT, ITEMS, PARTS, UNFIT, Cast

V = Verb
LIKING = {
    V.DROP: 0.05, V.REFUSE_FILING: 0.05, V.TRANSFER: 0.05, V.REFER_CRIMINAL: 0.05, V.RECUSE: 0.04, V.NOT_PUNISH: 0.3,
    V.ASSIGN_OFFICERS: 0.2, V.CORRECT_DOCUMENT: 0.1, V.EXTEND_DECISION: 0.2, V.RETURN_REVIEW: 0.5, V.FAIL_REVIEW: 0.3,
    V.PRESERVE: 0.25, V.SEAL: 0.25, V.RECORD_FINDING: 1.5, V.DEFER_PAYMENT: 0.2, V.PROPOSE_PENALTY: 1.5,
    V.AGREE_REVIEW: 5.0, V.GIVE_NOTICE: 4.0, V.RECORD_STATEMENT: 2.0, V.RECORD_WAIVER: 1.5, V.REQUEST_HEARING: 3.0,
    V.RECORD_PAYMENT: 2.0, V.PAY_REFUND: 3.0, V.REPORT_COMPULSION: 1.0, V.DISCUSS: 0.8, V.SERVE: 4.0, V.REGISTER_ON_SPOT: 2.0, V.DECIDE: 4.0,
    V.BEGIN_EXECUTION: 1.0, V.START_INVESTIGATION: 3.0, V.SUBMIT_REVIEW: 2.0, V.CLOSE: 2.5, V.APPLY_COURT: 3.0,
    V.NOTIFY_HEARING: 8.0, V.END_HEARING: 3.0, V.PUBLISH: 0.3, V.ASK_RECONSIDERATION: 0.8, V.BRING_SUIT: 0.8,
    V.DECIDE_RECONSIDERATION: 3.0, V.DECIDE_SUIT: 3.0, V.REDO: 6.0, V.FILE_MAJOR_PENALTY: 3.0, V.HAND_IN_CASH: 2.0, V.BANK_CASH: 2.0,
}  # fmt: skip
"""How often chance tries a step, where neither the road (3) nor a step beside it (0.5) says it."""

HINTS: dict[Verb, Callable[[dict[str, Any]], bool]] = {
    V.HANDLE_PRESERVED: lambda c: c.get("preserved_open", 0) > 0,
    V.RELEASE_SEALING: lambda c: c.get("sealed_open", 0) > 0,
    V.EXTEND_SEALING: lambda c: c.get("sealed_open", 0) > 0,
    V.REPORT_COMPULSION: lambda c: bool(c.get("urgent")),
    V.NOTIFY_HEARING: lambda c: c.get("hearing_requested_at") is not None,
    V.RECORD_FINDING: lambda c: c.get("finding_at") is None,
    V.PROPOSE_PENALTY: lambda c: not c.get("penalties") or c.get("review_opinion") not in (None, "agree"),
    V.SUBMIT_REVIEW: lambda c: bool(c.get("penalties")) and c.get("review_opinion") != "agree",
    V.GIVE_NOTICE: lambda c: (
        bool(c.get("penalties"))
        and (c.get("review_opinion") == "agree" or not (c.get("complex_case") or c.get("triggers")))
    ),
    V.HAND_IN_CASH: lambda c: c.get("cash_held", 0) > 0,
    V.BANK_CASH: lambda c: c.get("cash_at_organ", 0) > 0,
    V.PAY_REFUND: lambda c: float(c.get("refund_owed", 0)) > 0,
    V.DECIDE_RECONSIDERATION: lambda c: (
        c.get("reconsideration_asked_at") is not None and not c.get("reconsideration_result")
    ),
    V.DECIDE_SUIT: lambda c: c.get("suit_brought_at") is not None and not c.get("suit_result"),
    V.REDO: lambda c: bool(c.get("redo_ordered")),
    V.WITHDRAW_PUBLICATION: lambda c: c.get("published_at") is not None,
    V.FILE_MAJOR_PENALTY: lambda c: bool(c.get("major")) and c.get("major_filed_at") is None,
    V.START_INVESTIGATION: lambda c: c.get("review_opinion") != "agree",
    V.AGREE_REVIEW: lambda c: c.get("review_opinion") != "agree" or c["reviewed_at"] < c["review_submitted_at"],
    V.RESUME: lambda c: bool(c.get("referral_ended")),
}
"""When a step makes sense at all; chance seldom tries it otherwise."""

CLOSED = frozenset(
    {
        CaseStatus.ARCHIVED,
        CaseStatus.DROPPED,
        CaseStatus.HANDLED_OTHERWISE,
        CaseStatus.TRANSFERRED_OUT,
    }
)

HANDS = {"01": "officer", "02": "second", "11": "squad"}
"""By which part an officer acts who handles a case."""
OPINIONS = frozenset({V.AGREE_REVIEW, V.RETURN_REVIEW, V.FAIL_REVIEW})


def opine(tx: Tx, *, number: str, opinion: str, grounds: str, sound: bool) -> CaseReview:
    """The whole of a review in one go: complete, begun, every point answered, and the opinion."""
    case = find_case(tx, number)
    row = last_round(tx, case)
    if row is None:
        raise Refusal("errors_review.not_found", kind="not_found", number=number, county=tx.county.name)
    for state, step in (("submitted", "confirm_complete"), ("complete", "begin_review")):
        if row.status == state:
            row = review_step(tx, number=row.number, step=step)
    points = [entry.code for entry in review.points(tx.county.profile, tx.now.date())]
    answers = {code: "ok" if sound or i else "not_ok" for i, code in enumerate(points)}
    notes = {code: "不清楚" for code, answer in answers.items() if answer == "not_ok"}
    return give_opinion(tx, number=row.number, opinion=opinion, answers=answers, notes=notes, grounds=grounds)


@dataclass(frozen=True)
class Move:
    """One thing somebody tries: `verb(tx, **facts)` by `actor` at `now`; `wrong` says that it must be refused."""

    actor: Actor
    verb: Callable[..., Any]
    facts: dict[str, Any]
    now: datetime
    wrong: bool = False
    part: str = ""


@dataclass
class Life:
    """A case and its time; `careful` is how often people fill in a form well."""

    rng: Random
    cast: Cast
    lead: str
    bare_lead: str
    careful: float = 0.94
    now: datetime = small.NOW
    case: Case | None = None
    course: dict[str, Any] = field(default_factory=dict)
    officers: tuple[str, ...] = ()
    item: str = "A1"
    citizen: bool = False
    taken: int = 0
    refused: int = 0
    beside: list[tuple[str, Any]] = field(default_factory=list)

    def well(self) -> bool:
        return self.rng.random() < self.careful

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def wait(self) -> None:
        """Time goes on by hours or days, more of it where something long runs."""
        hours = [0, 1, 5, 26, 30, 80]
        state = self.case.status if self.case else ""
        if state in ("notice", "hearing"):
            hours = [30, 80, 200, 200, 300, 300]
        if state in ("executing", "reminder", "served"):
            hours += [200, 400, 800, 2500]
        self.now += timedelta(hours=self.rng.choice(hours))

    # -- what is tried next ----------------------------------------------------------------------------------------------

    def move(self) -> Move:
        """What somebody tries next."""
        self.wait()
        if self.case is None:
            return self._begin()
        other = self._beside() if self.chance(0.25) or self.beside else None
        return other or self._step(CaseStatus(self.case.status))

    def took(self, result: Any) -> None:
        """A step was taken."""
        if isinstance(result, Case):
            self.taken += 1
            self.case, self.course = result, recall(result.course)
        else:
            if isinstance(result, CaseReview):
                return
            self.beside = [(type(result).__name__, result)]
            if result.status in ("filed_by_police", "taken_back", "not_approved", "accepted", "recalled"):
                self.beside = []

    def read(self, case: Case) -> None:
        """The case as the record has it after a step of another matter."""
        self.case, self.course = case, recall(case.course)

    def over(self) -> bool:
        """Whether nothing leads on."""
        return self.case is not None and self.case.status in CLOSED

    def _begin(self) -> Move:
        rng = self.rng
        named = rng.sample(FIT, 2) if self.well() else [rng.choice(FIT), rng.choice(UNFIT)]
        if self.chance(0.1):
            named.append(rng.choice(UNFIT))
        self.officers = tuple(named)
        facts: dict[str, Any] = {
            "item": rng.choice(list(ITEMS)),
            "summary": "在人行道摆摊经营",
            "party": self._party() if not self.chance(0.02) else None,
            "officers": named,
            "act_on": self._act_on(),
            "lead": self.lead if self.well() else self.bare_lead,
        }
        part = rng.choice(("officer", "second", "squad"))
        self.item, self.citizen = facts["item"], (facts["party"] or {}).get("kind") == "citizen"
        if self.chance(0.2) and facts["party"]:
            facts |= {"decision": ON_SPOT(self)}
            return Move(self.cast.actors[part], decide_on_spot, facts, self.now, part=part)
        return Move(self.cast.actors[part], propose_case, facts, self.now, part=part)

    def _act_on(self) -> date:
        days = self.rng.choice((0, 1, 2, 3)) if self.well() else self.rng.choice((700, 740, 1500, 2000))
        return (self.now - timedelta(days=days)).date()

    def _party(self) -> dict[str, Any]:
        number = self.rng.randint(1, 400)
        if self.chance(0.5):
            stem = f"9133070300{number:07d}"
            return {
                "kind": "organisation",
                "name": f"某某公司{number}",
                "credit_code": stem + uscc.calc_check_digit(stem),
            }
        stem = f"11010119800101{number:03d}"
        return {"kind": "citizen", "name": "王小明", "identity_number": stem + ric.calc_check_digit(stem + "0")}

    def _step(self, state: CaseStatus) -> Move:
        ways = [step for step in steps(MatterKind.CASE, state) if step.verb in FORMS]
        if not ways or self.chance(0.01):
            return self._wrong(self.rng.choice(list(FORMS)))
        step = self.rng.choices(ways, [self._liking(way.verb, way.source == way.to) for way in ways])[0]
        if self.chance(1 - self.careful) and self.chance(0.3):
            return self._wrong(step.verb)
        # the clock acts only where it alone is named beside people; it takes no step of a person's
        role = self._role(step.roles)
        own = [HANDS[code] for code in self.officers if code in HANDS and PARTS[HANDS[code]][0] in step.roles]
        if own and self.well():
            return self._taken_by(self.rng.choice(own), step.verb)
        part = self.rng.choice(BY_ROLE[role]) if self.well() else self.rng.choice(list(self.cast.actors))
        if part == "clock" and "system" not in step.roles:
            part = "head"
        return self._taken_by(part, step.verb)

    def _role(self, roles: Collection[Role]) -> Role:
        """The head of the organ that handles the case, mostly, where heads of both kinds might."""
        found = sorted(roles)
        if {Role.TOWNSHIP_HEAD, Role.DEPARTMENT} <= set(found) and self.well() and self.case is not None:
            found.remove(Role.DEPARTMENT if self.case.organ_code == "WEST" else Role.TOWNSHIP_HEAD)
        return self.rng.choice(found)

    def _taken_by(self, part: str, verb: Verb) -> Move:
        if verb in OPINIONS:
            return self._opine(part, verb)
        return self._move(part, verb, FORM[verb](self) if verb in FORM else {})

    def _opine(self, part: str, verb: Verb) -> Move:
        assert self.case is not None
        agrees = verb is V.AGREE_REVIEW
        other = "correct_and_resubmit" if verb is V.RETURN_REVIEW else self.rng.choice(("do_not_decide", "transfer"))
        told = {"opinion": "agree" if agrees else other, "grounds": "同意" if agrees else "证据不足", "sound": agrees}
        return Move(self.cast.actors[part], opine, {"number": self.case.number, **told}, self.now, part=part)

    def _move(self, part: str, verb: Verb, given: dict[str, Any], wrong: bool = False) -> Move:
        assert self.case is not None
        facts = {"number": self.case.number, "step": verb.value, "given": given}
        return Move(self.cast.actors[part], case_step, facts, self.now, wrong, part)

    def _wrong(self, verb: Verb) -> Move:
        return self._move("officer", verb, spoil(self, verb, FORM[verb](self) if verb in FORM else {}), True)

    def _liking(self, verb: Verb, stays: bool) -> float:
        hint = HINTS.get(verb)
        if hint is not None and not hint(self.course):
            return 0.04
        return LIKING.get(verb, 0.5 if stays else 3.0)

    # -- referrals and transfers -----------------------------------------------------------------------------------------

    def _beside(self) -> Move | None:
        assert self.case is not None
        number, act = self.case.number, self.cast.actors
        if not self.beside:
            if not self.chance(0.06) or self.case.status not in {state.value for state in IN_WORK}:
                return None
            if self.chance(0.5):
                told = {"matter": number, "persons": ["01", "02"], "document": "报告1号", "reason": "涉嫌犯罪"}
                return Move(act["officer"], report_suspicion, {"given": told}, self.now, part="officer")
            told = {"matter": number, "receiver": "EAST", "reason": "属东镇管辖"}
            return Move(act["head"], draft_transfer, {"given": told}, self.now, part="head")
        if not self.chance(0.5):
            return None
        kind, row = self.beside[0]
        return self._referral(row) if kind == "Referral" else self._transfer(row)

    def _referral(self, row: Any) -> Move | None:
        papers = ["referral_letter", "investigation_report", "goods_list", "expert_report", "other"]
        ways: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
            "reported": (("head", "approve", {"words": "同意"}), ("head", "disapprove", {"reason": "证据不足"})),
            "approved": (("officer", "send", {"materials": self._papers() or papers, "document": "移送1号"}),),
            "sent": (("officer", "receive", {"receipt": "回执1号"}),),
            "received": (
                ("officer", "police_file", {"document": "立案1号"}),
                ("officer", "police_refuse", {"document": "不立案1号", "reason": "情节显著轻微"}),
            ),
            "not_filed": (("head", "take_back", {"reason": "不再移送"}),),
        }
        return self._other(referral_step, row, ways)

    def _papers(self) -> list[str]:
        value = self.cast.county.profile.get("criminal.materials", self.now.date())
        return [] if value is None else [one["code"] for one in value.value]

    def _transfer(self, row: Any) -> Move | None:
        value = self.cast.county.profile.get("transfer.materials", self.now.date())
        codes = [] if value is None else [one if isinstance(one, str) else one["code"] for one in value.value]
        ways: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
            "drafted": (("head", "send", {"materials": codes, "document": "函1号", "stopped": True}),),
            "sent": (("receiving", "receive", {"receipt": "回执1号"}),),
            "received": (("receiving", "take_on", {"document": "复函1号"}),),
        }
        return self._other(transfer_step, row, ways)

    def _other(self, verb: Any, row: Any, ways: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]]) -> Move | None:
        if row.status not in ways:
            return None
        part, step, given = self.rng.choice(ways[row.status])
        facts = {"number": row.number, "step_name": step, "given": given}
        return Move(self.cast.actors[part], verb, facts, self.now, part=part)
