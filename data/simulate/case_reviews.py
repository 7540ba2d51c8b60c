"""Rounds of legal review of invented cases: sent, material asked once, the points answered, the opinion, and back (C10–C13)."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

from data.simulate.case_cast import By
from data.simulate.case_reviews_rows import review_facts
from data.simulate.case_work import CaseWork, Going
from data.simulate.chance import among
from data.simulate.desk import Course
from policy import review
from policy.guards_review import ReviewFacts
from policy.lifecycle import advance
from policy.review import OpinionForm
from policy.text import say
from policy.vocabulary import MatterKind, Verb
from policy.vocabulary_between import PointAnswer, ReviewOpinion, ReviewStatus

Row = dict[str, Any]
USUAL: Final = ("report", "proposal", "evidence")
"""Handed in, in words, where the plan lists nothing."""
AGAINST: Final = (ReviewOpinion.DO_NOT_DECIDE, ReviewOpinion.TRANSFER, ReviewOpinion.REFER_CRIMINAL)
TIME_TO_HAND_IN: Final = timedelta(days=5)


class Reviewing(CaseWork):
    """A file goes to review until it is agreed."""

    def reviewed(self) -> Going:
        """Sent until it is agreed; False when the case ends over it."""
        before: Row | None = None
        while True:
            yield self.office(0, 3)
            before = yield from self.round(before)
            if before["opinion"] == ReviewOpinion.AGREE:
                return True
            if before["opinion"] != ReviewOpinion.CORRECT_AND_RESUBMIT:
                return (yield from self.failed(ReviewOpinion(before["opinion"])))
            yield self.office(1, 9)

    def failed(self, opinion: ReviewOpinion) -> Going:
        """What becomes of a file that failed; a whole case says it."""
        raise NotImplementedError

    def round(self, before: Row | None) -> Any:
        """One round, from the sending to the opinion."""
        row = yield from self.sent(before)
        yield from self.left()
        reviewer = self.reviewer()
        yield self.office(10, 20) if self.happens("slow_review") else self.office(1, 4)
        if row["asked_at"] is None and self.happens("material_asked"):
            yield from self.material(row, reviewer)
        self.step(row, Verb.CONFIRM_COMPLETE, reviewer)
        self.step(row, Verb.BEGIN_REVIEW, reviewer)
        self.helped(row, reviewer)
        yield self.office(0, 5)
        self.opinion(row, reviewer)
        return row

    def sent(self, before: Row | None) -> Any:
        """The round opens with the step that sends the file."""
        profile, on = self.docket.county.profile, self.docket.today()
        codes = tuple(each.code for each in review.materials(profile, on)) or tuple(map(_words, USUAL))
        handler = yield from self.handlers()
        changes = {"changes": self.word("changes")} if before is not None else {}
        self.case.take(Verb.SUBMIT_REVIEW, handler, materials=codes, **changes)
        return self.case.reviews[-1]

    def material(self, row: Row, reviewer: By) -> Course:
        """Asked for once, as a complete list; handed in a few days later."""
        due = self.docket.desk.now + TIME_TO_HAND_IN
        listed = review.materials(self.docket.county.profile, self.docket.today())
        wanted = "other" if listed else _words("asked")
        self.step(row, Verb.ASK_MATERIAL, reviewer, materials=(wanted,), due_at=due)
        row |= {"asked": [wanted], "asked_at": self.docket.desk.now, "asked_due_at": due}
        yield self.office(1, 7)
        row["materials"] = sorted({*row["materials"], wanted})
        late = self.docket.desk.now > due
        told = {"case": self.case.row["number"], "materials": [wanted], "late": late, "awaited": 0}
        handler = yield from self.handlers()
        self.docket.tell("review", row, "hand_in_material", handler, row["status"], told, None)

    def helped(self, row: Row, reviewer: By) -> None:
        """Somebody from outside is asked, where the plan has a way."""
        if not self.docket.experts.ways or not self.happens("expert_asked"):
            return
        asked = self.docket.experts.ask(self.case)
        if asked is None:
            return
        called, key = asked.pop("_called"), asked.pop("_id", None)
        self.step(row, Verb.ASK_EXPERT, reviewer, **asked)
        row |= {"outside": asked["outside"], "expert": called, "expert_id": key}

    def opinion(self, row: Row, reviewer: By) -> None:
        """Every point answered, the opinion given; the case follows in the same moment."""
        form = self.form()
        before = row["status"]
        facts = self.asked_with(row, reviewer, form=form)
        row["status"] = advance(
            MatterKind.REVIEW, ReviewStatus(before), Verb.GIVE_OPINION, (reviewer.role,), facts
        ).value
        row["points"] = {c: {"answer": a.value, "note": form.notes.get(c, "")} for c, a in form.answers.items()}
        row |= {"reason": form.grounds or None, "opinion_at": self.docket.desk.now, "version": row["version"] + 1}
        self.followed(form, reviewer)
        row["opinion"] = form.opinion.value if form.opinion else None
        digest = hashlib.sha256(repr((row["points"], row["page_notes"], row["reason"])).encode()).hexdigest()
        told = {"case": self.case.row["number"], "opinion": row["opinion"], "form_sha256": digest}
        self.docket.tell("review", row, Verb.GIVE_OPINION.value, reviewer, before, told, review.LAW)

    def form(self) -> OpinionForm:
        """What the reviewer hands in: in order, to be corrected, or not to be decided."""
        points = [each.code for each in review.points(self.docket.county.profile, self.docket.today())]
        answers = dict.fromkeys(points, PointAnswer.OK)
        if self.happens("returned"):
            opinion, grounds = ReviewOpinion.CORRECT_AND_RESUBMIT, self.word("review_returned")
        elif self.happens("failed"):
            opinion = self.against()
            grounds = self.word(f"review_{opinion.value}")
        else:
            return OpinionForm(ReviewOpinion.AGREE, answers, {}, self.word("review_agreed"))
        notes = {}
        if points:
            wrong = among(self.rng, points)
            answers[wrong], notes[wrong] = PointAnswer.NOT_OK, grounds
        return OpinionForm(opinion, answers, notes, grounds)

    def against(self) -> ReviewOpinion:
        """An opinion against the decision, of those the plan has each in turn."""
        known = {choice.opinion for choice in review.opinions(self.docket.county.profile, self.docket.today())}
        found = [opinion for opinion in AGAINST if opinion in known] or [ReviewOpinion.DO_NOT_DECIDE]
        self.docket.against += 1
        return found[self.docket.against % len(found)]

    def followed(self, form: OpinionForm, reviewer: By) -> None:
        """The case goes where the opinion leads."""
        if form.opinion is ReviewOpinion.AGREE:
            self.case.take(Verb.AGREE_REVIEW, reviewer, words=form.grounds)
        elif form.opinion is ReviewOpinion.CORRECT_AND_RESUBMIT:
            self.case.take(Verb.RETURN_REVIEW, reviewer, reason=form.grounds)
        else:
            self.case.take(Verb.FAIL_REVIEW, reviewer, reason=form.grounds, opinion=form.opinion)

    # steps

    def step(self, row: Row, verb: Verb, by: By, **given: Any) -> None:
        """A step of the round itself."""
        before, facts = row["status"], self.asked_with(row, by, **given)
        row["status"] = advance(MatterKind.REVIEW, ReviewStatus(before), verb, (by.role,), facts).value
        row["version"] += 1
        told = {"case": self.case.row["number"]}
        told |= {name: given[name] for name in ("outside", "expert") if name in given}
        told |= {"materials": list(given["materials"]), "due": given["due_at"].isoformat()} if "due_at" in given else {}
        self.docket.tell("review", row, verb.value, by, before, told, review.LAW)

    def asked_with(self, row: Row, by: By, **given: Any) -> ReviewFacts:
        """What the guards of a review are asked with."""
        return review_facts(self.case, row, by, given)


def _words(name: str) -> str:
    """Material that no list names, as people write it."""
    return say(f"simulate.material.{name}", "zh")
