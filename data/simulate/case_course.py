"""The course of an ordinary case: proposed, filed, investigated, reviewed, told to the party, heard, decided."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from data.simulate.case_cast import SYSTEM
from data.simulate.case_file import CaseFile
from data.simulate.case_penalty import ordinary_kinds, penalty
from data.simulate.case_reviews import Reviewing
from data.simulate.case_work import Going
from data.simulate.desk import Course
from policy.case_facts import hearing_due, review_due
from policy.guards_case import finding_comes_first, review_passed
from policy.guards_case_decision import discussed_where_due
from policy.vocabulary import LeadSource, PenaltyKind, Verb
from policy.vocabulary_between import ReviewOpinion
from policy.vocabulary_case import CaseStatus, NotPunishedGround, PartyKind, Procedure, Waived


class Ordinary(Reviewing):
    """A case from its proposal to the decision."""

    def filing(self) -> Going:
        """Proposed and put before the head; True when it is filed."""
        yield self.office(0, 2)
        self.open()
        yield from self.found_first()
        if self.case.party is None or self.happens("dropped_early"):
            yield self.office(2, 9)
            reason = self.word("unknown_party" if self.case.party is None else "dropped")
            self.case.take(Verb.DROP, self.case.handler(), reason=reason)
            return False
        yield self.office(0, 2)
        self.case.take(Verb.SUBMIT_FILING, (yield from self.handlers()))
        yield from self.left()
        yield self.office(4, 12) if self.happens("slow_head") else self.office(0, 2)
        if self.happens("refused"):
            yield from self.refused()
            return False
        yield from self.handlers()
        self.case.take(Verb.APPROVE_FILING, self.case.head(), words=self.word("filing"))
        return True

    def open(self) -> None:
        """The proposal, with the party where it is known."""
        kinds = ordinary_kinds(self.lead["_item"]["code"], self.docket.rules().reserved) or tuple(PartyKind)
        organisation = self.rng.random() < self.shares["organisation"]
        wanted = PartyKind.ORGANISATION if organisation else PartyKind.CITIZEN
        kind = wanted if wanted in kinds else kinds[0]
        party = None if self.happens("unknown_party") else self.docket.parties.draw(self.lead, self.leaf(), kind)
        self.case = CaseFile(self.docket, self.lead, self.task, party, Procedure.ORDINARY)
        self.case.take(Verb.PROPOSE, self.case.handler())

    def found_first(self) -> Course:
        """Where the plan asks for the finding of the competent department before filing."""
        if finding_comes_first(self.case.facts).allowed:
            return
        yield self.office(1, 4)
        self.record_finding()

    def record_finding(self) -> None:
        """The written finding of the competent department."""
        finder = self.docket.cast.finder(self.lead["_item"]["department"], self.case.handlers)
        self.case.take(Verb.RECORD_FINDING, finder, words=self.word("finding"))

    def refused(self) -> Course:
        """Not filed, and dealt with in another way."""
        self.case.take(Verb.REFUSE_FILING, self.case.head(), reason=self.word("refused"))
        yield from self.left()
        yield self.office(1, 5)
        self.case.take(Verb.HANDLE_OTHERWISE, self.case.handler(), reason=self.word("otherwise"))

    # inquiry

    def inquiry(self) -> Going:
        """Investigated, a penalty meant; False when it ends here."""
        if self.case.status is not CaseStatus.INVESTIGATING:
            yield self.office(0, 2)
            self.case.take(Verb.START_INVESTIGATION, (yield from self.handlers()))
        if self.handed_on():
            return False
        yield from self.held()
        slow = self.happens("slow_inquiry")
        yield self.office(70, 130) if slow else self.office(3, 24)
        self.case.take(Verb.CONCLUDE_INVESTIGATION, (yield from self.handlers()), words=self.word("report"))
        if finding_comes_first(self.case.facts).allowed and self.happens("found"):
            yield self.office(1, 6)
            self.record_finding()
        if self.happens("dropped_late"):
            return (yield from self.dropped())
        yield self.office(0, 4)
        yield from self.mean()
        return True

    def handed_on(self) -> bool:
        """Whether another organ is asked; True when the case leaves, to it or to the police."""
        between, case = self.docket.between, self.case
        if between.takes("help"):
            between.help_asked(case)
        if between.takes("raised"):
            between.raised(case)
        if self.may_go() and between.takes("case_transferred"):
            between.case_goes(case)
            return True
        if self.may_be_referred() and between.takes("case_referred"):
            self.refer()
            return True
        return False

    def may_go(self) -> bool:
        """Whether the case may be transferred: it did not come that way, and nothing is held in it."""
        held = self.case.facts.preserved_open + self.case.facts.sealed_open
        return self.lead["source"] != LeadSource.TRANSFER_IN and not held

    def may_be_referred(self) -> bool:
        """Whether both handlers keep their certificates until the police have answered."""
        lasting = self.docket.today() + timedelta(days=20)
        return all(person.certified_to > lasting for person in self.case.officers)

    def refer(self) -> None:
        """A suspected crime: to the police."""
        case, between = self.case, self.docket.between
        staff = [person.code for person in case.officers]
        between.crime(case.row["number"], case.row["organ_code"], staff, between.law(self.lead))

    def failed(self, opinion: ReviewOpinion) -> Going:
        """What follows an opinion against the decision: to whom it belongs, to the police, or ended."""
        if opinion is ReviewOpinion.TRANSFER and self.may_go():
            self.docket.between.case_goes(self.case)
            return False
        if opinion is ReviewOpinion.REFER_CRIMINAL and self.may_be_referred():
            self.refer()
            return False
        return (yield from self.dropped())

    def dropped(self) -> Going:
        """Ended by the head: nothing to be punished."""
        yield self.office(1, 6)
        while self.case.facts.preserved_open + self.case.facts.sealed_open:
            yield self.office(5, 9)
        self.case.take(Verb.DROP, self.case.head(), reason=self.word("dropped"))
        return False

    def mean(self) -> Course:
        """Say which penalty is meant."""
        rules, kind = self.docket.rules(), self.case.facts.party_kind or PartyKind.CITIZEN
        given = penalty(self.rng, self.lead["_item"]["code"], kind, rules)
        if PenaltyKind.FINE in given["penalties"] and self.happens("outside_grade") and given["grade_most"] > 0:
            given |= {"fine": given["grade_most"] + 10, "grade_reason": self.word("grade_reason"), "adjusted": True}
        if self.docket.lately(self.case, 18) and self.rng.random() < 0.5:
            given["complex_case"] = True  # so that a file lies with the reviewer
        self.case.take(Verb.PROPOSE_PENALTY, (yield from self.handlers()), **given)
        self.meant = given

    def held(self) -> Course:
        """Evidence preserved or things sealed, each ending in a course of its own."""
        yield from ()

    # the party is told and heard

    def heard(self) -> Course:
        """Notice, statement or silence, hearing or none."""
        yield self.office(0, 3)
        due, handler = bool(hearing_due(self.case.facts)), (yield from self.handlers())
        self.case.take(Verb.GIVE_NOTICE, handler, words=self.word("notice"), tells_hearing=due)
        if due and self.happens("hearing_asked"):
            if (yield from self.hearing()):
                return
        else:
            yield from self.answered(due)
        yield from self.over(due)
        self.case.take(Verb.HEAR_STATEMENT, SYSTEM)
        yield from self.left()

    def answered(self, due: bool) -> Course:
        """The party speaks, gives it up, or says nothing."""
        drawn = self.rng.random()
        if drawn < self.shares["heard"]:
            yield self.office(1, 4)
            weighed = self.word("weighed")
            handler = yield from self.handlers()
            self.case.take(Verb.RECORD_STATEMENT, handler, words=self.word("statement"), weighed=weighed)
        elif drawn < self.shares["heard"] + self.shares["waived"]:
            yield self.office(0, 3)
            yield from self.waive(Waived.STATEMENT)
            if due:
                yield from self.waive(Waived.HEARING)

    def waive(self, what: Waived) -> Course:
        """Given up in writing."""
        self.case.take(Verb.RECORD_WAIVER, (yield from self.handlers()), waived=what, document="放弃权利声明书")

    def over(self, due: bool) -> Course:
        """Wait until everything the party may still do is over."""
        facts = self.case.facts
        said = facts.statement_at or facts.statement_waived_at
        open_still = [] if said else ["statement"]
        if due and facts.hearing_waived_at is None:
            open_still.append("hearing_request")
        ends = [self.case.due[kind] for kind in open_still if kind in self.case.due]
        if ends:
            yield self.after(max(ends))
        else:
            yield self.office(0, 2)

    def hearing(self) -> Going:
        """Asked for and held, or given up; True when the statement was heard in it."""
        yield self.office(1, 3)
        handler = yield from self.handlers()
        self.case.take(Verb.REQUEST_HEARING, handler)
        yield self.office(1, 3)
        if self.happens("hearing_waived"):
            yield from self.waive(Waived.HEARING)
            yield from self.waive(Waived.STATEMENT)
            return False
        presider = self.docket.cast.presider(self.case.handlers | {self.case.head().id}, 1)
        counted = self.docket.due("hearing_notice", self.docket.desk.now)
        least = (counted.due_at if counted else self.docket.desk.now) + timedelta(days=self.rng.randrange(4))
        on = self.docket.days.sitting(self.rng, least)
        self.case.take(Verb.NOTIFY_HEARING, (yield from self.handlers()), hearing_on=on, presider=presider.id)
        yield on + timedelta(hours=2)
        if self.happens("hearing_left"):
            self.case.take(Verb.END_HEARING, self.reviewer(), reason=self.word("hearing_given_up"))
            return True
        handler = yield from self.handlers()
        self.case.take(Verb.HOLD_HEARING, handler, words=self.word("hearing"), hearing_record=True)
        return True

    # decided

    def concluded(self) -> Going:
        """Review again where it is due, discussion, decision, service; False when it ends before."""
        if not review_passed(self.case.facts).allowed and not (yield from self.reviewed()):
            return False
        if not discussed_where_due(self.case.facts).allowed:
            yield self.office(1, 5)
            self.case.take(Verb.DISCUSS, self.case.head(), words=self.word("discussion"), present="领导班子成员五人")
        yield self.office(0, 4)
        yield from self.handlers()
        given = self.decision()
        if not self.case.may(Verb.DECIDE, self.case.head(), **given).allowed:
            return (yield from self.dropped()) if self.case.status in _MAY_DROP else False
        self.case.take(Verb.DECIDE, self.case.head(), words=self.word("decided"), **given)
        yield from self.left()
        return True

    def decision(self) -> dict[str, Any]:
        """What was meant, milder where the statement convinced."""
        names = (
            "penalties",
            "fine",
            "confiscated",
            "grade",
            "stage",
            "amounts",
            "grade_reason",
            "grade_least",
            "grade_most",
        )
        given = {name: self.meant[name] for name in names if name in self.meant}
        mild = self.case.facts.statement_weighed and "fine" in given and self.happens("lowered")
        if mild and given["fine"] > given["grade_least"] > 0 and "grade_reason" not in given:
            given["fine"] = given["grade_least"]
        return given

    def spared(self) -> Going:
        """Not punished, and educated (PL 33)."""
        first = self.case.may(Verb.NOT_PUNISH, self.case.head(), **_let_off(NotPunishedGround.FIRST_VIOLATION))
        ground = NotPunishedGround.FIRST_VIOLATION if first.allowed else NotPunishedGround.MINOR_CORRECTED
        if not self.case.may(Verb.NOT_PUNISH, self.case.head(), **_let_off(ground)).allowed and not (
            yield from self.reviewed()
        ):
            return False
        yield self.office(1, 5)
        given = _let_off(ground)
        if not self.case.may(Verb.NOT_PUNISH, self.case.head(), **given).allowed:
            return True
        self.case.take(Verb.NOT_PUNISH, self.case.head(), words=self.word("spared"), **given)
        yield from self.left()
        return True

    def needs_review(self) -> bool:
        """Whether the file goes to review before the party is told."""
        before = self.docket.rules().review_order != "after_hearing"
        return before and not review_due(self.case.facts).allowed and not review_passed(self.case.facts).allowed


_MAY_DROP: Final = frozenset({CaseStatus.STATEMENT_HEARD, CaseStatus.LEGAL_REVIEW, CaseStatus.CORRECTED})


def _let_off(ground: NotPunishedGround) -> dict[str, Any]:
    return {"not_punished_ground": ground, "corrected": True, "educated": True}
