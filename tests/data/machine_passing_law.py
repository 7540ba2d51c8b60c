"""What law and plans ask of matters between organs, judged from their events alone: written a second time, knowing no guard."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Deadline, Dispute, Event, Lead, Organ
from policy.zone import CHINA
from tests.data.machine_law import CALENDAR
from tests.data.machine_record import check_deadlines, story

WORDS = ("subject", "reason", "words", "result", "provided", "opinion", "told_by")
LADDERS: dict[str, tuple[tuple[str, str], ...]] = {
    "jindong": (("coordinate", "justice"), ("decide_competence", "office")),
    "chengliu": (("coordinate", "justice"), ("decide_competence", "government")),
    "fuling": (("decide_competence", "government"),),
    "yunyang": (("negotiate", "parties"), ("coordinate", "justice"), ("decide_competence", "government")),
    "lanxi": (("negotiate", "parties"), ("coordinate", "office")),
}
LANXI_PENALTY = (("designate", "office"),)
"""Disputes over who may punish, between a township and a department (LX 二(三)3)."""
ABOVE = ("designate", "government")
"""Who punishes is designated by the common superior where organs do not agree (PL 25); a plan may say more."""
SEATS = {"JUSTICE": "justice", "GOV": "government", "OFFICE": "office"}
PAPERS = {"fuling": {"transfer_letter"}, "lanxi": {"case_file", "evidence_material"}}
GROUNDS = {
    "jindong": {"technical", "complex"}, "lanxi": {"technical", "complex"}, "yunyang": {"complex"},
    "fuling": {"cannot_investigate", "held_elsewhere", "technical_support", "other"},
    "chengliu": {"alone_not_enough", "cannot_investigate", "held_elsewhere", "other"},
}  # fmt: skip
RAISED = {"late_filing", "public_attention", "major_effect"}
BY_SENDER = {"draft", "send", "recall", "resend", "ask_help", "raise"}
BY_RECEIVER = {"receive", "take_on", "object", "return_file", "put_to_meeting", "refuse", "provide", "answer"}
POLICE = {"police_file", "police_refuse", "uphold"}
OVER = {
    "recalled",
    "result_returned",
    "provided",
    "refused",
    "decided",
    "answered",
    "not_approved",
    "taken_back",
    "goods_handed_over",
}
"""States after which no organ owes anything."""


@dataclass(frozen=True)
class Told:
    """One event of a matter."""

    verb: str
    source: str | None
    to: str | None
    at: Any
    position: int
    role: str
    organ: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class About:
    """A matter with what is judged with it: its lead, the others of its kind, kinds of organs, the disputes over it."""

    plan: str
    row: Any
    lead: Lead | None
    others: Sequence[tuple[Any, Sequence[Told]]]
    kinds: Mapping[str, str]
    disputes: Sequence[tuple[Dispute, Sequence[Told]]]


Past = Sequence[Told]


def check_matters(session: Session, plan: str, models: Mapping[str, type[Any]]) -> Counter[str]:
    """Judge every step of every matter; hold rows, words and clocks against the events."""
    rows = {row.id: row for model in models.values() for row in session.scalars(select(model))}
    raw: dict[UUID, list[Event]] = defaultdict(list)
    for event in session.scalars(select(Event).where(Event.matter.in_(models)).order_by(Event.position)):
        raw[event.subject_id].append(event)
    past = {key: [_told(one) for one in mine if not one.verb.endswith("_deadline")] for key, mine in raw.items()}
    clocks: dict[UUID, list[Deadline]] = defaultdict(list)
    for clock in session.scalars(select(Deadline).where(Deadline.matter_id.in_(list(rows)))):
        clocks[clock.matter_id].append(clock)
    kinds = {code: kind for code, kind in session.execute(select(Organ.code, Organ.kind))}  # noqa: C416
    assert set(past) == set(rows), "a matter without events, or events without their matter"
    seen: Counter[str] = Counter()
    for key, row in rows.items():
        about = _about(session, plan, row, rows, past, kinds)
        try:
            _check(about, raw[key], past[key], clocks[key])
        except AssertionError as fault:
            fault.add_note(f"{plan}\n{story(row, raw[key])}")
            raise
        seen.update(f"{raw[key][0].matter}:{name}" for one in past[key] for name in (one.verb, one.to) if name)
    return seen


def _about(session: Session, plan: str, row: Any, rows: Any, past: Any, kinds: Any) -> About:
    lead = session.get(Lead, row.matter_id) if row.matter_id else None
    others = [
        (one, past[key])
        for key, one in rows.items()
        if type(one) is type(row) and one is not row and row.matter_id and one.matter_id == row.matter_id
    ]
    disputes = [(one, past[key]) for key, one in rows.items() if isinstance(one, Dispute) and one.transfer_id == row.id]
    return About(plan, row, lead, others, kinds, disputes)


def _told(row: Event) -> Told:
    return Told(
        row.verb, row.from_state, row.to_state, row.at, row.position, row.role, row.organ, json.loads(row.facts)
    )


def _check(about: About, raw: Sequence[Event], past: Past, clocks: Sequence[Deadline]) -> None:
    state = None
    for i, step in enumerate(past):
        assert step.source == state, (step.verb, step.source, state)
        state = step.to
        _judge(about, raw[0].matter, past[:i], step)
    assert about.row.status == state
    _words_unchanged(about.row, past)
    check_deadlines(about.row, raw, clocks)
    if about.row.status in OVER:
        left = {one.kind for one in clocks if one.done_at is None and one.ended_at is None and one.whose == "organ"}
        assert not left, f"still running in {about.row.status}: {left}"


def _words_unchanged(row: Any, past: Past) -> None:
    """Every step stands in the matter's own course, and its words give the digest that the chain holds."""
    assert [one["verb"] for one in row.course] == [one.verb for one in past]
    for entry, step in zip(row.course, past, strict=True):
        said = sorted((name, entry[name]) for name in WORDS if entry.get(name))
        digest = hashlib.sha256("\n".join(f"{name}:{text}" for name, text in said).encode()).hexdigest()
        assert step.facts.get("words_sha256") == (digest if said else None)


def _judge(about: About, matter: str, past: Past, now: Told) -> None:
    if now.role != "system":
        if now.verb in BY_SENDER:
            assert now.organ == about.row.from_organ
        if now.verb in BY_RECEIVER and matter != "criminal_referral":
            assert now.organ == about.row.to_organ
    check = CHECKS.get((matter, now.verb))
    if check is not None:
        check(about, past, now)


def _times(past: Past, verb: str) -> int:
    return sum(one.verb == verb for one in past)


def _words(now: Told) -> None:
    assert now.facts.get("words_sha256")


# -- transfers (FL 二(三), LX 二(三)) --------------------------------------------------------------------------------------


def _not_onward(about: About, past: Past, now: Told) -> None:
    """What came by transfer is not passed on."""
    assert about.row.from_organ != about.row.to_organ
    assert about.lead is None or about.lead.source != "transfer_in"


def _sent(about: About, past: Past, now: Told) -> None:
    _not_onward(about, past, now)
    assert PAPERS.get(about.plan, set()) <= set(now.facts.get("materials", ())) | set(_first(past, "materials", ()))
    if about.plan == "fuling" and (_first(past, "ongoing") or now.facts.get("ongoing")):
        assert now.facts.get("stopped") or _first(past, "stopped")
    for _, events in about.others:
        before = [one for one in events if one.position < now.position]
        assert not before or before[-1].to in ("drafted", "recalled", "returned"), f"sent twice: {before[-1].to}"


def _first(past: Past, name: str, default: Any = None) -> Any:
    return past[0].facts.get(name, default) if past else default


def _received(about: About, past: Past, now: Told) -> None:
    assert about.plan != "fuling" or now.facts.get("receipt")


def _answered(about: About, past: Past, now: Told) -> None:
    assert about.plan != "fuling" or now.facts.get("document")


def _objected(about: About, past: Past, now: Told) -> None:
    _answered(about, past, now)
    _words(now)
    assert now.facts.get("clause")
    assert len(about.disputes) == 1
    dispute, events = about.disputes[0]
    assert {dispute.from_organ, dispute.to_organ} == {about.row.from_organ, about.row.to_organ}
    assert events[0].position > now.position


def _returned(about: About, past: Past, now: Told) -> None:
    _words(now)
    assert now.facts.get("clause")
    assert _times(past, "return_file") == 0


def _to_meeting(about: About, past: Past, now: Told) -> None:
    _words(now)
    assert now.facts.get("clause")
    assert _times(past, "return_file") == 1


def _settled(about: About, past: Past, now: Told) -> None:
    assert now.facts.get("competent")
    if past[-1].to == "objected":
        ((_, events),) = about.disputes
        assert [one for one in events if one.to == "decided" and one.position < now.position]


def _result(about: About, past: Past, now: Told) -> None:
    _words(now)
    handler = next((one.facts["competent"] for one in reversed(past) if "competent" in one.facts), about.row.to_organ)
    assert now.role == "system" or now.organ == handler


# -- help (PL 26, FL 二(二)) ----------------------------------------------------------------------------------------------


def _help_asked(about: About, past: Past, now: Told) -> None:
    assert about.row.from_organ != about.row.to_organ
    assert now.facts.get("ground") in GROUNDS[about.plan]


def _help_refused(about: About, past: Past, now: Told) -> None:
    _words(now)
    if about.plan == "fuling":
        assert now.facts.get("ground") in {"forbidden", "outside_powers"}
    if about.plan == "chengliu":
        assert now.facts.get("document")


def _silent(about: About, past: Past, now: Told) -> None:
    """Five working days have gone by since it was asked."""
    assert now.role == "system"
    asked = past[0].at.astimezone(CHINA).date()
    assert now.at.astimezone(CHINA).date() > CALENDAR.nth_after(asked, 5)


# -- disputes (PL 25 and each plan) --------------------------------------------------------------------------------------


def _ladder(about: About, past: Past) -> tuple[tuple[str, str], ...]:
    sides = {about.kinds[about.row.from_organ], about.kinds[about.row.to_organ]}
    departmental = "township" in sides and sides != {"township"}
    if about.plan == "lanxi" and past[0].facts.get("penalty"):
        return LANXI_PENALTY if departmental else (*LADDERS["lanxi"], ABOVE)
    return LADDERS[about.plan]


def _sits(about: About, seat: str, now: Told) -> None:
    if seat == "parties":
        assert now.organ in (about.row.from_organ, about.row.to_organ)
    elif seat == "office":
        assert now.role == "county_office"
    else:
        assert SEATS.get(now.organ or "") == seat


def _rung(about: About, past: Past, now: Told) -> None:
    """Each rung in its turn and by its organ; a designation may be asked for at once (PL 25)."""
    ladder = _ladder(about, past)
    verbs = [verb for verb, _ in ladder]
    assert now.verb in verbs, f"no rung of the plan: {now.verb}"
    done = [one.verb for one in past if one.verb in verbs]
    here = verbs.index(now.verb)
    assert verbs[:here] == done or (now.verb == "designate" and verbs[: len(done)] == done), (verbs, done, now.verb)
    _sits(about, ladder[here][1], now)
    if now.verb in ("decide_competence", "designate"):
        _ended(about, past, now)


def _ended(about: About, past: Past, now: Told) -> None:
    assert now.facts.get("competent")
    assert now.facts.get("document")


def _agreed(about: About, past: Past, now: Told) -> None:
    _ended(about, past, now)
    assert past[-1].verb == "negotiate"
    assert now.facts.get("agreed")
    _sits(about, "parties", now)


def _concluded(about: About, past: Past, now: Told) -> None:
    _ended(about, past, now)
    ladder = _ladder(about, past)
    verb, seat = next(one for one in ladder if one[0] == "coordinate")
    assert past[-1].verb == verb
    assert now.facts.get("agreed") or ladder[-1][0] == "coordinate"
    _sits(about, seat, now)


def _opened(about: About, past: Past, now: Told) -> None:
    _words(now)
    assert about.row.from_organ != about.row.to_organ


# -- suspected crimes (CR) -----------------------------------------------------------------------------------------------


def _reported(about: About, past: Past, now: Told) -> None:
    """Two officers at once, in writing, and never two referrals of one matter (CR 5)."""
    assert len(set(now.facts["persons"])) >= 2
    assert now.facts.get("document")
    for _, events in about.others:
        before = [one for one in events if one.position < now.position]
        assert not before or before[-1].to in ("not_approved", "taken_back")


def _by_head(about: About, past: Past, now: Told) -> None:
    assert now.role in ("township_head", "department")
    assert now.organ == about.row.from_organ


def _not_approved(about: About, past: Past, now: Told) -> None:
    _by_head(about, past, now)
    _words(now)


def _referred(about: About, past: Past, now: Told) -> None:
    assert now.organ == about.row.from_organ
    papers = {"referral_letter", "investigation_report"}
    if any(one.facts.get("goods") for one in (*past, now)):
        papers.add("goods_list")
    assert papers <= set(now.facts.get("materials", ()))


def _in_writing(about: About, past: Past, now: Told) -> None:
    assert now.facts.get("document")


def _signed(about: About, past: Past, now: Told) -> None:
    assert now.facts.get("receipt")


def _asked_again(about: About, past: Past, now: Told) -> None:
    """Within three days of the notice that no case is filed (CR 9)."""
    refused = next(one for one in reversed(past) if one.verb == "police_refuse")
    last = refused.at.astimezone(CHINA).date() + timedelta(days=3)
    assert now.at.astimezone(CHINA).date() <= last
    _words(now)


# -- raised to the county (LX 二(三)4) -------------------------------------------------------------------------------------


def _raised(about: About, past: Past, now: Told) -> None:
    assert about.plan == "lanxi"
    assert now.role == "county_office"
    assert now.facts.get("ground") in RAISED


def _said(about: About, past: Past, now: Told) -> None:
    _words(now)


def _by_the_department(about: About, past: Past, now: Told) -> None:
    """The department takes the step, or who called it enters what somebody there said, and the event says for whom."""
    entered = now.facts.get("entered_for")
    assert now.role == "system" or now.organ == (about.row.from_organ if entered else about.row.to_organ)
    if entered:
        assert entered == about.row.to_organ
        _words(now)


def _not_come(about: About, past: Past, now: Told) -> None:
    """A quarter of an hour has gone by since the call: our default, for no plan sets another."""
    assert now.role == "system"
    assert now.at > past[0].at + timedelta(minutes=15)


def _called(about: About, past: Past, now: Told) -> None:
    """A department is called to an open lead once at a time."""
    assert about.row.from_organ != about.row.to_organ
    for other, events in about.others:
        before = [one for one in events if one.position < now.position]
        if before and other.to_organ == about.row.to_organ:
            assert before[-1].to in ("reported", "recalled"), f"called twice: {before[-1].to}"


T, A, D, R, E = "transfer", "assistance", "dispute", "criminal_referral", "escalation"
CHECKS: dict[tuple[str, str], Callable[[About, Past, Told], None]] = {
    (T, "draft"): _not_onward, (T, "send"): _sent, (T, "receive"): _received, (T, "take_on"): _answered,
    (T, "object"): _objected, (T, "return_file"): _returned, (T, "put_to_meeting"): _to_meeting, (T, "settle"): _settled,
    (T, "return_result"): _result, (T, "recall"): _said,
    (A, "ask_help"): _help_asked, (A, "refuse"): _help_refused, (A, "count_unanswered"): _silent, (A, "provide"): _said,
    (D, "open_dispute"): _opened, (D, "negotiate"): _rung, (D, "coordinate"): _rung, (D, "decide_competence"): _rung,
    (D, "designate"): _rung, (D, "agree"): _agreed, (D, "conclude"): _concluded,
    (R, "report_suspicion"): _reported, (R, "approve"): _by_head, (R, "disapprove"): _not_approved, (R, "send"): _referred,
    (R, "receive"): _signed, (R, "forward"): _in_writing, (R, "police_file"): _in_writing,
    (R, "police_refuse"): _in_writing, (R, "uphold"): _in_writing, (R, "ask_again"): _asked_again,
    (R, "ask_procurator"): _said, (R, "take_back"): _said, (R, "hand_over_goods"): _signed,
    ("call_out", "call_out"): _called, ("call_out", "acknowledge"): _by_the_department,
    ("call_out", "arrive"): _by_the_department, ("call_out", "report"): _by_the_department,
    ("call_out", "count_unanswered"): _not_come, ("call_out", "recall"): _said,
    (E, "raise"): _raised, (E, "answer"): _said, (E, "count_unanswered"): _silent,
}  # fmt: skip
