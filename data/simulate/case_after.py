"""What follows a decision: service, publication, remedies, money in time or not, reminder and court, closing and archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from data.simulate.case_cast import SYSTEM, By
from data.simulate.case_work import CaseWork, Going
from data.simulate.desk import Course
from policy.case_facts import TURNED, appeal_end, overturned
from policy.guards_case_after import own_to_enforce
from policy.surcharge import surcharge
from policy.vocabulary import PenaltyKind, Verb
from policy.vocabulary_case import CaseStatus, CloseGround, Paid, PartyKind, RemedyResult, ServiceWay

WAYS: Final = {
    ServiceWay.IN_PERSON: 62, ServiceWay.LEFT_THERE: 10, ServiceWay.ELECTRONIC: 16, ServiceWay.BY_MAIL: 10,
    ServiceWay.PUBLIC_NOTICE: 2,
}  # fmt: skip
RESULTS: Final = {
    RemedyResult.UPHELD: 58, RemedyResult.CHANGED: 14, RemedyResult.REVOKED: 14, RemedyResult.WITHDRAWN: 14,
}  # fmt: skip


class Aftermath(CaseWork):
    """A case from its decision to the archive."""

    def served(self) -> Course:
        """The decision reaches the party."""
        yield self.office(10, 30) if self.happens("slow_service") else self.office(0, 6)
        way = self.rng.choices(list(WAYS), list(WAYS.values()))[0]
        consent = way is ServiceWay.ELECTRONIC
        handler = yield from self.handlers()
        self.case.take(Verb.SERVE, handler, service_way=way, receipt=True, service_consent=consent)

    def reported_up(self) -> Course:
        """A major penalty filed with who supervises, mostly within its time; not where it is being decided anew."""
        yield self.office(16, 40) if self.happens("filed_late") else self.office(2, 12)
        handler = yield from self.handlers()
        document = f"{self.case.row['decision_number']}备案报告"
        organs = self.docket.desk.made.organs
        supervisor = next((row["name"] for row in organs if row["kind"] == "justice"), self.word("filed_with"))
        given = {"document": document, "before": supervisor}
        if self.case.may(Verb.FILE_MAJOR_PENALTY, handler, **given).allowed:
            self.case.take(Verb.FILE_MAJOR_PENALTY, handler, **given)

    def executed(self) -> Going:
        """Carried out, or ended; True when the case is to be decided anew."""
        if self.case.facts.party_kind is PartyKind.ORGANISATION and self.happens("published"):
            yield self.office(1, 6)
            self.case.take(Verb.PUBLISH, self.reviewer(), social_effect=True, masked_copy=True)
        yield self.office(0, 3)
        self.case.take(Verb.BEGIN_EXECUTION, SYSTEM)
        if (yield from self.appealed()):
            yield self.office(2, 10)
            self.case.take(Verb.REDO, self.case.head(), words="重新调查处理。")
            return True
        if overturned(self.case.facts):
            yield from self.closed(CloseGround.DECISION_REVOKED)
            return False
        yield from self.duties()
        yield from self.paid()
        yield from self.closed(self._ground())
        return False

    def _ground(self) -> CloseGround:
        court = self.case.status is CaseStatus.COURT_ENFORCEMENT
        return CloseGround.COURT_EXECUTED if court else CloseGround.EXECUTED

    def duties(self) -> Course:
        """What is to be done besides paying."""
        if self.case.facts.duties_open:
            yield self.office(3, 20)
            self.case.take(Verb.RECORD_EXECUTION, (yield from self.handlers()), words=self.word("executed"))

    # remedies

    def appealed(self) -> Going:
        """Reconsideration, suit, both or none; True when the decision was revoked and a new one ordered."""
        if self.happens("reconsidered"):
            yield self.office(6, 50)
            again = yield from self.remedy(
                Verb.ASK_RECONSIDERATION, Verb.DECIDE_RECONSIDERATION, "reconsideration_organ"
            )
            if again or overturned(self.case.facts) or self.rng.random() > 0.25:
                return again
            yield self.office(2, 12)
            return (yield from self.remedy(Verb.BRING_SUIT, Verb.DECIDE_SUIT, "court"))
        if self.happens("sued") and self.case.may(Verb.BRING_SUIT, self.reviewer(), before="—").allowed:
            yield self.office(10, 90)
            return (yield from self.remedy(Verb.BRING_SUIT, Verb.DECIDE_SUIT, "court"))
        return False

    def remedy(self, ask: Verb, decide: Verb, before: str) -> Going:
        """One remedy with its result."""
        self.case.take(ask, self.reviewer(), before=self.before(before))
        yield self.office(25, 75)
        result = self.rng.choices(list(RESULTS), list(RESULTS.values()))[0]
        filed = self.case.facts.filing_approved_at is not None
        again = filed and result is RemedyResult.REVOKED and self.rng.random() < 0.4
        changed = self.lower() if result is RemedyResult.CHANGED else {}
        self.case.take(decide, self.reviewer(), result=result, redo_ordered=again, **changed)
        if result in TURNED and self.case.facts.published_at is not None:
            yield self.office(1, 9)
            reason = self.word("published_withdrawn")
            self.case.take(Verb.WITHDRAW_PUBLICATION, self.reviewer(), reason=reason)
        return again

    def lower(self) -> dict[str, Decimal]:
        """The fine as it is changed: half of it; nothing where there is none."""
        fine = self.case.facts.fine
        return {"fine_changed": fine / 2} if fine and PenaltyKind.FINE in self.case.facts.penalties else {}

    def before(self, which: str) -> str:
        """Organ of reconsideration or court as the profile names them."""
        found = self.docket.rules().profile
        value = found.get(f"remedies.{which}", self.docket.today()) if found else None
        return str(value.value["name_zh"]) if value else self.word(f"before_{which}")

    # money

    def paid(self) -> Course:
        """In time, late with its surcharge, or only after reminder and court."""
        if not self.case.facts.outstanding:
            return
        if self.happens("deferred"):
            yield from self.deferred()
        drawn, due = self.rng.random(), self.case.due.get("payment", self.docket.desk.now)
        if drawn < self.shares["unpaid"] and own_to_enforce(self.case.facts).allowed:
            yield from self.chased(due)
        elif drawn < self.shares["unpaid"] + self.shares["paid_late"]:
            yield self.after(due + timedelta(days=self.rng.randrange(1, 40)))
        else:
            left = max(0, (due - self.docket.desk.now).days)
            yield self.office(0, min(14, left))
        yield from self.pay()

    def deferred(self) -> Course:
        """Time to pay granted."""
        yield self.office(2, 9)
        until = self.docket.desk.now + timedelta(days=self.rng.choice((30, 60)))
        head = self.case.head()
        self.case.take(Verb.DEFER_PAYMENT, head, deferred_until=until, reason=self.word("deferred"))
        yield self.office(8, 55)

    def pay(self) -> Course:
        """What is owed, after its surcharge."""
        yield from ()
        facts, cashier = self.case.facts, self.docket.cast.cashier(self.case.handlers)
        owed = facts.outstanding or Decimal(0)
        for kind, amount in (
            (Paid.SURCHARGE, self.surcharge()),
            (Paid.CONFISCATION, facts.confiscated),
            (Paid.FINE, owed),
        ):
            part = min(amount or Decimal(0), owed)
            if kind is Paid.FINE:
                part = self.case.facts.outstanding or Decimal(0)
            if part > 0:
                slip = f"No.{self.rng.randrange(10**8):08d}"
                late = {"surcharge_owed": part} if kind is Paid.SURCHARGE else {}
                self.case.take(Verb.RECORD_PAYMENT, cashier, amount=part, paid=kind, slip=slip, **late)

    def surcharge(self) -> Decimal:
        """Three per cent a day, as the profile says, where the fine is late and nobody granted time."""
        facts, due = self.case.facts, self.case.due.get("payment")
        late = due is not None and self.docket.desk.now > due and facts.deferred_until is None
        if not late or due is None or PenaltyKind.FINE not in facts.penalties or self.case.remedies:
            return Decimal(0)
        return surcharge(facts.fine or Decimal(0), due, self.docket.desk.now, (), self.docket.county.profile)

    def chased(self, due: Any) -> Course:
        """Reminded, and where that does not help brought before the court."""
        end = self.case.facts.deferred_until or due
        yield self.after(max(due, end) + timedelta(days=self.rng.randrange(2, 30)))
        self.case.take(Verb.REMIND, (yield from self.handlers()), words=self.word("reminder"))
        if self.rng.random() < 0.55:
            yield self.office(2, 40)
            return
        yield from self.court()

    def court(self) -> Course:
        """Application, ruling and what the court collects."""
        ends = appeal_end(self.case.facts) or self.docket.desk.now
        waits = max(ends, self.case.due.get("reminder_to_court", ends))
        yield self.after(waits + timedelta(days=self.rng.randrange(1, 60)))
        head = self.case.head()
        if not self.case.may(Verb.APPLY_COURT, head, words="—").allowed:
            return
        self.case.take(Verb.APPLY_COURT, head, words=self.word("court"))
        yield self.office(8, 30)
        handler = yield from self.handlers()
        self.case.take(Verb.RECORD_RULING, handler, document="行政裁定书", words=self.word("ruling"))
        yield self.office(5, 60)

    # the end

    def closed(self, ground: CloseGround) -> Course:
        """Closed and put away."""
        yield self.office(1, 9)
        while self.case.facts.preserved_open + self.case.facts.sealed_open:
            yield self.office(3, 9)
        self.case.take(Verb.CLOSE, self.closer(), close_ground=ground)
        yield self.office(5, 25)
        handler = yield from self.handlers()
        year, serial = self.docket.serial(self.case.row["organ_code"], "案卷")
        number = f"{year}-{serial:04d}"
        self.case.take(Verb.ARCHIVE, handler, archive_number=number, file_complete=True)

    def closer(self) -> By:
        """The head of the squadron, or of the organ."""
        return replace(self.docket.cast.captain(self.case.squad, frozenset()), organ=self.case.row["organ_code"])
