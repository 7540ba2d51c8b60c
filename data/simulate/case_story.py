"""Whole invented cases: an ordinary one from proposal to archive, and one decided on the spot."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from data.simulate.case_after import Aftermath
from data.simulate.case_course import Ordinary
from data.simulate.case_file import CaseFile
from data.simulate.case_held import Holding
from data.simulate.case_penalty import spot_kinds, spot_penalty
from data.simulate.desk import Course
from policy.vocabulary import PenaltyKind, Verb
from policy.vocabulary_case import CashGround, CloseGround, PartyKind, Procedure


class OrdinaryCase(Holding, Ordinary, Aftermath):
    """A case by the ordinary procedure (PL 54)."""

    def onward(self) -> Course:
        """From its filing on; anew where a revoked decision is to be made again."""
        while True:
            if not (yield from self.inquiry()):
                return
            if self.happens("spared"):
                yield from self.let_off()
                return
            if self.needs_review() and not (yield from self.reviewed()):
                return
            yield from self.heard()
            if not (yield from self.concluded()):
                return
            if self.case.facts.major:
                self.docket.desk.start(self.docket.go(self.reported_up()), self.docket.desk.now)
            yield from self.served()
            if not (yield from self.executed()):
                return

    def let_off(self) -> Course:
        """Not punished, told so, closed."""
        yield from self.spared()
        if self.case.row["decided_at"] is None:
            return
        yield from self.served()
        yield from self.closed(CloseGround.NOT_PUNISHED)


class SpotCase(Aftermath):
    """A penalty decided on the spot (PL 51)."""

    def decide(self) -> bool:
        """Told, heard, decided and handed over in one visit; False where the rules do not bear it."""
        rules, code = self.docket.rules(), self.lead["_item"]["code"]
        kinds = spot_kinds(code, rules)
        wanted = PartyKind.ORGANISATION if self.rng.random() < 0.3 else PartyKind.CITIZEN
        kind = wanted if wanted in kinds else kinds[0]
        party = self.docket.parties.draw(self.lead, self.leaf(), kind, self.docket.unpunished(self.lead))
        self.case = CaseFile(self.docket, self.lead, self.task, party, Procedure.SIMPLE)
        given = {"words": self.word("said"), "facts_clear": True, "suspected_crime": False, "receipt": True}
        given |= spot_penalty(self.rng, code, kind, rules)
        if not self.case.may(Verb.DECIDE_ON_SPOT, self.case.handler(), document="—", **given).allowed:
            return False
        document = self.docket.blocks.number(self.case)
        self.case.take(Verb.DECIDE_ON_SPOT, self.case.handler(), document=document, **given)
        return True

    def onward(self) -> Course:
        """Registered, paid and put away."""
        if self.cash_taken():
            self.docket.desk.start(self.docket.go(self.cash()), self.docket.desk.now)
        yield self.office(3, 9) if self.happens("registered_late") else self.office(0, 2)
        self.case.take(Verb.REGISTER_ON_SPOT, (yield from self.handlers()))
        yield from self.executed()

    def cash_taken(self) -> bool:
        """Whether the fine is collected at once: a small one (PL 68)."""
        facts, limit = self.case.facts, self.docket.rules().cash_limit
        fined = PenaltyKind.FINE in facts.penalties and facts.fine is not None and limit is not None
        if not fined or facts.fine is None or limit is None or facts.fine > limit or not self.happens("cash"):
            return False
        told: dict[str, Any] = {"amount": facts.fine, "cash_ground": CashGround.SMALL_FINE}
        slip = f"{self.docket.today().year}{self.rng.randrange(10**7):07d}"
        self.case.take(Verb.COLLECT_CASH, self.case.handler(), slip=slip, **told)
        return True

    def cash(self) -> Course:
        """Handed in at the organ and paid into the bank (PL 71)."""
        yield self.office(0, 2)
        self.case.take(Verb.HAND_IN_CASH, (yield from self.handlers()))
        yield self.office(0, 2) if self.rng.random() < 0.93 else self.office(4, 8)
        cashier = self.docket.cast.cashier(self.case.handlers)
        self.case.take(Verb.BANK_CASH, cashier, bank="罚没款代收银行", slip=f"No.{self.rng.randrange(10**8):08d}")

    def closed(self, ground: CloseGround) -> Course:
        """Once its cash has reached the bank."""
        while self.case.facts.cash_held + self.case.facts.cash_at_organ:
            yield self.docket.desk.now + timedelta(days=1)
        yield from super().closed(ground)
