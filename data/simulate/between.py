"""What passes between organs in the demonstration, by the real verbs: transfers both ways, disputes, assistance, referrals."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from data.casework.assistance import ask_help, assistance_step
from data.casework.cases import case_step
from data.casework.disputes import dispute_step, ladder
from data.casework.escalations import escalation_step, raise_matter
from data.casework.leads import reject
from data.casework.referrals import referral_step, report_suspicion
from data.casework.transfers import draft_transfer, transfer_step
from data.casework.unanswered import count_unanswered
from data.db import Tx
from data.models import Case, Dispute, Lead, Transfer
from data.simulate.catalogue import pools
from data.simulate.chance import among, chance
from data.simulate.interleave import Clerk, Going, Plan, one
from policy.guards_between import codes
from policy.vocabulary_between import DisputeStatus, RungVerb, TransferStatus
from policy.vocabulary_case import CaseStatus

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket

Row = dict[str, Any]
YOUNGER: Final = timedelta(days=30)
"""What is left to be done at the end is no older; what is older goes on."""
SILENCE: Final = timedelta(days=75)  # who has not answered by the end was asked no longer ago
OPEN_TRANSFERS: Final = ("objected", "left", "objected", "returned", "objected", "sent", "taken_on", "meeting")
TRANSFERS: Final = ("taken_on", "objected", "returned", "taken_on", "meeting", "objected", "recalled", "left")
HELP: Final = ("provided", "unanswered", "refused", "provided", "answered_late", "left")
REFERRALS: Final = ("filed", "refused", "disapproved", "forwarded", "procurator", "left")
"""How they go, one after the other, so that each is there."""
_SETTLE: Final = {RungVerb.DECIDE: "decide_competence", RungVerb.DESIGNATE: "designate"}
_CLIMB: Final = {RungVerb.NEGOTIATE: ("negotiate", "agree"), RungVerb.COORDINATE: ("coordinate", "conclude")}
SETTLED: Final = tuple(
    TransferStatus(state).value for state in ("accepted", "decided_elsewhere", "result_returned", "recalled")
)
YOUNG: Final = timedelta(days=2)


class Between:
    """Plans what organs have with each other while the year goes by; it is carried out when the year is written."""

    def __init__(self, docket: Docket) -> None:
        self.docket, self.desk = docket, docket.desk
        self.plans: list[Plan] = []
        self.turns: Counter[str] = Counter()
        self.rng = chance(self.desk.ground.seed, docket.county.code, "between")
        organs = self.desk.made.organs
        self.departments: list[str] = [
            row["code"] for row in organs if row["kind"] in ("department", "professional_team")
        ]
        self.known = {row["code"] for row in organs}

    # planning

    def takes(self, share: str) -> bool:
        """Whether a matter goes this way; more of them in the last days, so that some are under way."""
        odds: float = pools()["between"][share]
        return self.rng.random() < (min(0.6, odds * 4) if self.docket.near_end() else odds)

    def plan(self, kind: str, story: Callable[..., Going], fates: tuple[str, ...], **told: Any) -> None:
        """Begin a story now, with the next fate of its kind."""
        turn = f"open {kind}" if fates is OPEN_TRANSFERS else kind
        fate = fates[self.turns[turn] % len(fates)]
        self.turns[turn] += 1
        rng = chance(self.desk.ground.seed, self.docket.county.code, turn, str(self.turns[turn]))
        days = self.docket.days
        at = self.desk.now if days.open(self.desk.now) else days.after(rng, self.desk.now)
        self.plans.append((at, partial(story, self, rng, fate, told)))

    def young(self, at: datetime) -> bool:
        """Whether it is so late in the time told that a matter may still be open."""
        return self.desk.end - at < YOUNGER

    def fates(self) -> tuple[str, ...]:
        """How transfers that begin now go."""
        return OPEN_TRANSFERS if self.young(self.desk.now) else TRANSFERS

    def lead_goes(self, lead: Row) -> None:
        """A lead of another organ's: transferred with its file."""
        sender, receiver = f"town-{lead['township_code']}", self.other(lead["_item"]["enforcing_body"])
        self.plan("transfer", _transfer, self.fates(), matter=lead["number"], sender=sender, receiver=receiver,
                  found=self.desk.now, law=self.law(lead))  # fmt: skip

    def case_goes(self, case: Any) -> None:
        """A case of another organ's, let go by the head of the organ that handles it."""
        sender = case.row["organ_code"]
        receiver = self.other(case.item["enforcing_body"], sender)
        self.plan("transfer", _transfer, self.fates(), matter=case.row["number"], sender=sender, receiver=receiver,
                  found=self.desk.now, law=self.law(case.lead))  # fmt: skip

    def comes_in(self, lead: Row) -> None:
        """A department hands a township what is the township's."""
        told = {"subject": lead["summary"], "cell": lead["cell_code"], "receiver": f"town-{lead['township_code']}"}
        sender = self.other("")
        self.plan("incoming", _transfer, self.fates(), sender=sender, found=self.desk.now, law=self.law(lead), **told)

    def help_asked(self, case: Any) -> None:
        """Another organ is asked for help in a case."""
        receiver = self.other(case.item["enforcing_body"], case.row["organ_code"])
        self.plan("help", _help, HELP, matter=case.row["number"], sender=case.row["organ_code"], receiver=receiver)

    def crime(self, number: str, organ: str, staff: list[str], law: str) -> None:
        """A suspected crime of a lead or a case goes to the police."""
        self.plan("referral", _referral, REFERRALS, matter=number, sender=organ, persons=staff, law=law)

    def raised(self, case: Any) -> None:
        """Copied to the county department for review, where the plan has grounds for it."""
        value = self.docket.county.profile.get("escalation.grounds", self.docket.today())
        if value is not None and self.departments:
            ground = among(self.rng, codes(value))
            told = {"matter": case.row["number"], "receiver": self.other(""), "ground": ground}
            self.plan("escalation", _escalation, ("answered", "left", "answered"), **told)

    def other(self, wanted: str, besides: str = "") -> str:
        """An organ of the county that is another one."""
        if wanted in self.known and wanted != besides and not wanted.startswith("town-"):
            return wanted
        found: list[str] = [code for code in self.departments if code != besides] or ["bureau"]
        return among(self.rng, found)

    def law(self, lead: Row) -> str:
        """The article that a transfer rests on."""
        clause = lead["_item"]["basis"]["penalises"]
        return f"{clause['law']} {clause['clause']}"

    def later(self, clerk: Clerk, rng: random.Random, least: int, most: int) -> datetime:
        """A moment in office hours."""
        self.desk.now = clerk.now
        return self.docket.days.later(rng, least, most)

    def within(self, clerk: Clerk, rng: random.Random, hours: int) -> datetime:
        """A moment within so many hours by the clock."""
        self.desk.now = clerk.now
        return self.docket.days.within(rng, hours)

    def said(self, rng: random.Random, name: str) -> str:
        """Words of a kind."""
        words: str = among(rng, pools()["between_words"][name])
        return words

    def listed(self, key: str) -> list[str]:
        """Codes of a list of the plan; empty where it is silent."""
        return list(codes(self.docket.county.profile.get(key, self.docket.today())))


# -- transfers and disputes ----------------------------------------------------------------------------------------------


def _transfer(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk) -> Going:
    """A matter handed over; once it is settled whose it is, no lead of it is left at a desk."""
    given: Row = {name: told[name] for name in ("matter", "subject", "cell", "receiver") if name in told}
    given |= {"reason": self.said(rng, "not_ours"), "clause": told["law"], "found_at": told["found"].isoformat()}
    number = clerk.do(draft_transfer, given=given, sender=told["sender"]).number
    yield from _passed(self, rng, fate, told, clerk, number)
    row = clerk.find(one(Transfer, number=number))
    if row.status in SETTLED:
        yield from _handled(self, rng, clerk, id=row.received_lead_id)
        yield from _handled(self, rng, clerk, number=told.get("matter"))


def _passed(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk, number: str) -> Going:
    do = partial(clerk.do, transfer_step, number=number)
    yield self.later(clerk, rng, 1, 9 if rng.random() < 0.15 else 4)
    if fate == "recalled":
        do(step_name="recall", given={"reason": self.said(rng, "recalled")})
        return
    materials = self.listed("transfer.materials")
    do(step_name="send", given={"materials": materials, "document": f"移〔{clerk.now.year}〕{rng.randrange(1, 400)}号"})
    if fate == "sent" and self.young(clerk.now):
        return
    yield self.later(clerk, rng, 0, 3)
    do(step_name="receive", given={"receipt": f"移送回证〔{clerk.now.year}〕{rng.randrange(1, 400)}号"})
    yield self.later(clerk, rng, 1, 10 if rng.random() < 0.2 else 4)
    if fate in ("returned", "meeting"):
        yield from _returned(self, rng, fate, told, clerk, do)
        return
    if fate == "objected":
        yield from _objected(self, rng, told, clerk, do, number)
        return
    if fate == "left" and self.young(clerk.now):
        return
    yield from _taken_on(self, rng, clerk, do)


def _taken_on(self: Between, rng: random.Random, clerk: Clerk, do: Callable[..., Any]) -> Going:
    row = do(step_name="take_on", given={"document": "接收告知书"})
    yield from _handled(self, rng, clerk, id=row.received_lead_id)
    yield self.later(clerk, rng, 8, 40)
    if clerk.find(one(Transfer, id=row.id)).status == TransferStatus.ACCEPTED:
        do(step_name="return_result", given={"result": self.said(rng, "result")})


def _handled(self: Between, rng: random.Random, clerk: Clerk, **which: Any) -> Going:
    """A lead leaves the desk: the organ whose it is, or was again, has handled it itself, and says how."""
    yield max(self.later(clerk, rng, 1, 2), clerk.now + YOUNG)
    lead = clerk.find(one(Lead, **which)) if all(which.values()) else None
    if lead is not None and lead.status in ("received", "triaged"):
        clerk.do(reject, number=lead.number, reason=self.said(rng, "result"))


def _returned(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk, do: Callable[..., Any]) -> Going:
    back = {"reason": self.said(rng, "incomplete"), "clause": told["law"]}
    do(step_name="return_file", given=back)
    yield self.later(clerk, rng, 1, 4)
    materials = self.listed("transfer.materials")
    do(step_name="resend", given={"materials": materials, "words": self.said(rng, "completed")})
    yield self.later(clerk, rng, 1, 4)
    if fate == "returned":
        yield from _taken_on(self, rng, clerk, do)
        return
    do(step_name="put_to_meeting", given=back)
    yield self.later(clerk, rng, 5, 20)
    do(step_name="settle", given={"competent": told["receiver"], "document": "联席会议纪要"})


def _objected(self: Between, rng: random.Random, told: Row, clerk: Clerk, do: Callable[..., Any], number: str) -> Going:
    row = do(
        step_name="object", given={"reason": self.said(rng, "not_ours"), "clause": told["law"], "document": "异议书"}
    )
    dispute = clerk.find(one(Dispute, transfer_id=row.id))
    young = self.young(clerk.now)
    kind = "open dispute" if young else "dispute"
    depth = self.turns[kind]
    self.turns[kind] += 1
    yield self.later(clerk, rng, 1, 3) if young else self.later(clerk, rng, 2, 8)
    yield from _disputed(self, rng, told, clerk, dispute.number, depth, young)


def _disputed(
    self: Between, rng: random.Random, told: Row, clerk: Clerk, number: str, depth: int, young: bool
) -> Going:
    """Up the ladder, this dispute a rung farther than the one before; a young one rests where it stands, others end there."""
    rungs = clerk.do(_rungs, number=number)
    climbs = depth % (sum(verb in _CLIMB for verb in rungs) + 1) if young else depth % max(1, len(rungs))
    settled = {"competent": told["receiver"], "document": "管辖决定书", "words": self.said(rng, "decided")}
    do = partial(clerk.do, dispute_step, number=number)
    for position, verb in enumerate(rungs):
        if position >= climbs and young:
            return
        if verb in _SETTLE:
            do(step_name=_SETTLE[verb], given=settled)
            break
        begins, ends = _CLIMB[verb]
        do(step_name=begins, given={"words": self.said(rng, "rung")})
        yield self.later(clerk, rng, 1, 3) if young else self.later(clerk, rng, 3, 12)
        if position >= climbs:
            do(step_name=ends, given=settled | {"agreed": True})
            break


def _rungs(tx: Tx, *, number: str) -> tuple[RungVerb, ...]:
    row = tx.session.scalars(one(Dispute, number=number, jurisdiction_id=tx.county.jurisdiction_id)).one()
    return () if row.status == DisputeStatus.DECIDED else tuple(rung.verb for rung in ladder(tx, row))


# -- assistance ----------------------------------------------------------------------------------------------------------


def _help(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk) -> Going:
    grounds = self.listed("assistance.grounds")
    given = {"matter": told["matter"], "receiver": told["receiver"], "subject": self.said(rng, "help")}
    given |= {"ground": among(rng, grounds) if grounds else "需专业鉴定", "document": "协助函"}
    row = clerk.do(ask_help, given=given, sender=told["sender"])
    do = partial(clerk.do, assistance_step, number=row.number)
    due = row.answer_due_at or clerk.now + timedelta(days=7)
    if fate in ("unanswered", "answered_late"):
        yield due + timedelta(hours=rng.randrange(1, 5))
        clerk.do(count_unanswered)
        if fate == "unanswered" and self.desk.end - clerk.now < SILENCE:
            return
        yield self.later(clerk, rng, 2, 9)
    else:
        yield self.later(clerk, rng, 1, 4)
    if fate == "left" and self.young(clerk.now):
        return
    if fate == "refused":
        refusals = self.listed("assistance.refusal_grounds")
        because = {"reason": self.said(rng, "no_help"), "document": "不予协助告知书"}
        do(step_name="refuse", given=because | ({"ground": refusals[0]} if refusals else {}))
        return
    do(step_name="take_on", given={"words": self.said(rng, "helping")})
    yield self.later(clerk, rng, 3, 15)
    do(step_name="provide", given={"provided": self.said(rng, "provided"), "document": "协助结果函"})


# -- referrals and raised matters ----------------------------------------------------------------------------------------


def _referral(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk) -> Going:
    """A suspected crime reported; a lead that comes back from the police is handled after all."""
    yield from _referred(self, rng, fate, told, clerk)
    yield from _handled(self, rng, clerk, number=told.get("matter"))


def _referred(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk) -> Going:
    given = {"matter": told["matter"], "persons": told["persons"], "document": "涉嫌犯罪案件情况报告"}
    given |= {"reason": self.said(rng, "crime"), "clause": told["law"]}
    number = clerk.do(report_suspicion, given=given, sender=told["sender"]).number
    do = partial(clerk.do, referral_step, number=number)
    yield self.later(clerk, rng, 0, 3)
    if fate == "disapproved":
        do(step_name="disapprove", given={"reason": self.said(rng, "no_crime")})
        return
    do(step_name="approve", given={"words": "同意移送。"})
    yield self.within(clerk, rng, 20)
    papers = [code for code in self.listed("criminal.materials") if code != "goods_list"]
    do(step_name="send", given={"materials": papers, "document": f"罪移〔{clerk.now.year}〕{rng.randrange(1, 60)}号"})
    yield self.within(clerk, rng, 20)
    do(step_name="receive", given={"receipt": f"回执〔{clerk.now.year}〕{rng.randrange(1, 60)}号"})
    if fate == "left" and self.young(clerk.now):
        return
    if fate == "forwarded":
        yield self.within(clerk, rng, 20)
        do(step_name="forward", given={"receiver": "邻县公安机关", "document": "转送函"})
    yield self.later(clerk, rng, 1, 3)
    if fate in ("filed", "forwarded", "left"):
        yield from _taken_by_police(self, rng, told, clerk, do)
        return
    yield from _refused(self, rng, fate, clerk, do)


def _taken_by_police(self: Between, rng: random.Random, told: Row, clerk: Clerk, do: Callable[..., Any]) -> Going:
    do(step_name="police_file", given={"document": "立案告知书"})
    yield self.later(clerk, rng, 10, 30)
    case = clerk.find(one(Case, number=told["matter"], jurisdiction_id=clerk.county.jurisdiction_id))
    if case is not None and case.status == CaseStatus.REFERRED_CRIMINAL:
        clerk.do(case_step, number=case.number, step="close", given={"close_ground": "taken_by_police"})


def _refused(self: Between, rng: random.Random, fate: str, clerk: Clerk, do: Callable[..., Any]) -> Going:
    notice = {"document": "不予立案通知书", "reason": self.said(rng, "no_crime")}
    do(step_name="police_refuse", given=notice)
    yield self.within(clerk, rng, 60)
    if fate == "procurator":
        do(step_name="ask_again", given={"reason": self.said(rng, "again"), "document": "复议申请书"})
        yield self.later(clerk, rng, 1, 3)
        do(step_name="uphold", given=notice)
        yield self.later(clerk, rng, 1, 3)
        do(step_name="ask_procurator", given={"reason": self.said(rng, "again"), "document": "立案监督申请"})
        yield self.later(clerk, rng, 10, 30)
    do(step_name="take_back", given={"reason": self.said(rng, "taken_back")})


def _escalation(self: Between, rng: random.Random, fate: str, told: Row, clerk: Clerk) -> Going:
    given = {"matter": told["matter"], "receiver": told["receiver"], "ground": told["ground"]}
    number = clerk.do(raise_matter, given=given | {"reason": self.said(rng, "raised")}, sender="command").number
    yield self.later(clerk, rng, 1, 4)
    if fate == "left" and self.young(clerk.now):
        return
    clerk.do(escalation_step, number=number, step_name="take_on", given={})
    yield self.later(clerk, rng, 1, 5)
    clerk.do(escalation_step, number=number, step_name="answer", given={"opinion": self.said(rng, "opinion")})
