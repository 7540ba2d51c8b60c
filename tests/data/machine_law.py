"""What the law asks of a case, judged from its events alone: written a second time from the articles, knowing no guard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from policy.workdays import load_calendar
from policy.zone import CHINA
from tests.data.machine_people import Cast

CALENDAR = load_calendar()
LISTED = {
    "confiscate_large_gains", "confiscate_large_goods", "lower_qualification", "revoke_permit", "order_suspension",
    "order_closure", "restrict_employment",
}  # fmt: skip
WITH_TWO = {
    "propose", "decide_on_spot", "submit_filing", "start_investigation", "conclude_investigation", "propose_penalty",
    "give_notice", "record_statement", "record_waiver", "hold_hearing", "decide", "serve", "preserve", "seal",
    "collect_cash", "remind",
}  # fmt: skip
CARRIED_OUT = {
    "begin_execution", "record_payment", "collect_cash", "record_execution", "remind", "force_execution", "apply_court",
}  # fmt: skip
PENALISING = {"propose_penalty", "give_notice", "hold_hearing", "discuss", "decide", "decide_on_spot", "not_punish"}
OPINIONS = ("agree_review", "fail_review", "return_review")
UNDONE = {"revoked", "invalid"}


@dataclass(frozen=True)
class Happened:
    """One event of a case, with what stands in its entry of the file; `who` is the person behind the account."""

    verb: str
    source: str | None
    to: str | None
    at: datetime
    position: int
    who: str
    role: str
    organ: str | None
    facts: Mapping[str, Any]
    written: Mapping[str, str]


@dataclass(frozen=True)
class File:
    """What does not change of a case: of whom, of what, when; and what is judged with it."""

    cast: Cast
    profile: str
    item: str
    party: str | None
    citizen: bool
    act_on: Any
    act_end: Any
    found_at: datetime
    organ: str
    transferred_in: bool = False


Past = Sequence[Happened]


def last(past: Past, *verbs: str) -> Happened | None:
    return next((one for one in reversed(past) if one.verb in verbs), None)


def round_of(past: Past) -> list[Happened]:
    """What counts for a decision: after an order to decide again only what came after it."""
    cut = max((i for i, one in enumerate(past) if one.verb == "redo"), default=-1)
    return list(past[cut + 1 :])


def said(past: Past, name: str, default: Any = None) -> Any:
    """What was last said of `name`."""
    return next((one.facts[name] for one in reversed(past) if name in one.facts), default)


def handlers(past: Past) -> list[str]:
    """Who handles the case after these events."""
    found: list[str] = []
    for one in past:
        if one.verb in ("propose", "decide_on_spot"):
            found = list(one.facts["officers"])
        if one.verb == "assign_officers":
            found = list(one.facts["persons"])
        if one.verb == "recuse":
            found = [who for who in found if who != one.facts["person"]]
    return found


def recused(past: Past) -> set[str]:
    return {one.facts["person"] for one in past if one.verb == "recuse"}


def working_days_over(start: Happened, now: Happened, days: int) -> bool:
    end = CALENDAR.nth_after(start.at.astimezone(CHINA).date(), days)
    return now.at.astimezone(CHINA).date() > end


def money(value: Any) -> Decimal:
    return Decimal(str(value)) if value is not None else Decimal(0)


def fine_of(past: Past) -> Decimal:
    return money(said(round_of(past), "fine"))


def penalties_of(past: Past) -> set[str]:
    return set(said(round_of(past), "penalties", ()))


# -- who -----------------------------------------------------------------------------------------------------------------


def two_officers(file: File, past: Past, now: Happened) -> None:
    gone = recused(past)
    fit = {who for who in handlers([*past, now]) if who not in gone and file.cast.may_enforce(who, now.at)}
    assert len(fit) >= 2


def not_a_handler(file: File, past: Past, now: Happened) -> None:
    assert now.who
    assert now.who not in handlers(past)


def of_the_organ(file: File, past: Past, now: Happened) -> None:
    assert now.organ == file.organ
    assert now.role in ("township_head", "department")


def three_people(file: File, past: Past, now: Happened) -> None:
    not_a_handler(file, past, now)
    opinion = last(round_of(past), *OPINIONS)
    assert opinion is None or opinion.who != now.who
    assert opinion is None or opinion.who not in handlers(past)


# -- up to the decision --------------------------------------------------------------------------------------------------


def in_time(file: File, past: Past, now: Happened) -> None:
    ends = file.act_end or file.act_on
    years = 5 if said([*past, now], "limitation_ground") else 2
    assert file.found_at.astimezone(CHINA).date() - ends <= timedelta(days=years * 366)


def filed(file: File, past: Past, now: Happened) -> None:
    approval = last(past, "approve_filing")
    assert approval is not None
    assert approval.role in ("township_head", "department")
    assert approval.who not in handlers(past[: past.index(approval)])


def found(file: File, past: Past, now: Happened) -> None:
    verbs = [one.verb for one in past]
    if file.profile == "chengliu":
        assert "record_finding" in verbs[: verbs.index("approve_filing")]
    else:
        assert {"record_finding", "conclude_investigation"} & {one.verb for one in round_of(past)} or (
            "record_finding" in verbs
        )


def review_needed(file: File, past: Past, now: Happened) -> bool:
    round_ = round_of([*past, now])
    held, wanted = last(round_, "hold_hearing"), last(round_, "request_hearing")
    ticked = set(said(round_of([*past, now]), "triggers", ()))
    if file.profile == "chengliu" or held or said([*past, now], "complex_case"):
        return True
    if file.profile == "fuling":
        limit = 2000 if file.citizen else 20000
        money_ = "fine" in penalties_of([*past, now]) and fine_of([*past, now]) >= limit
        settled = wanted is None or last(round_[round_.index(wanted) :], "record_waiver") is not None
        judged = ticked & {"public_interest", "social_effect", "major_rights", "complex", "by_law"}
        return bool(judged) or money_ or bool(LISTED & penalties_of([*past, now])) or not settled
    return bool(ticked & {"public_interest", "complex", "by_law"})


def reviewed(file: File, past: Past, now: Happened) -> None:
    round_ = round_of(past)
    opinion = last(round_, *OPINIONS)
    assert opinion is None or opinion.verb == "agree_review"
    if not review_needed(file, past, now):
        return
    assert opinion is not None
    later = last(round_, "hold_hearing", "propose_penalty")
    assert later is None or round_.index(later) < round_.index(opinion)


def heard(file: File, past: Past, now: Happened) -> None:
    """Told, answered or out of time; a right to a hearing settled; nothing heavier than the party was told of."""
    round_ = round_of(past)
    notice = last(round_, "give_notice")
    assert notice is not None
    before, after = round_[: round_.index(notice) + 1], round_[round_.index(notice) + 1 :]
    answered = last(after, "record_statement", "record_waiver", "hold_hearing", "end_hearing")
    assert answered is not None or working_days_over(notice, now, 5)
    assert penalties_of([*past, now]) <= penalties_of(before)
    if "fine" in penalties_of([*past, now]):
        assert fine_of([*past, now]) <= fine_of(before)
    hearing_right(file, past, now, notice, after)


def hearing_right(file: File, past: Past, now: Happened, notice: Happened, after: Past) -> None:
    large = "fine" in penalties_of([*past, now]) and said(past, "large_fine")
    settled = [one for one in after if one.verb in ("hold_hearing", "end_hearing")]
    settled += [one for one in after if one.verb == "record_waiver" and one.facts["waived"] == "hearing"]
    asked = last(after, "request_hearing")
    if asked is not None:
        assert settled
        assert not working_days_over(notice, asked, 5)
    if LISTED & penalties_of([*past, now]) or large or said(past, "hearing_by_law"):
        assert notice.facts.get("tells_hearing")
    if notice.facts.get("tells_hearing"):
        assert settled or working_days_over(notice, now, 5)


def weighed(file: File, past: Past, now: Happened) -> None:
    round_ = round_of(past)
    notice = last(round_, "give_notice")
    assert notice is not None
    after = round_[round_.index(notice) :]
    if last(after, "record_statement") is not None:
        assert any(one.written.get("weighed") for one in after)


def collective(file: File, past: Past, now: Happened) -> None:
    if not (said(past, "complex_case") or said(past, "major")):
        return
    talked, hearing = last(round_of(past), "discuss"), last(round_of(past), "hold_hearing", "record_statement")
    assert talked is not None
    assert hearing is None or past.index(hearing) < past.index(talked)


def fine_founded(file: File, past: Past, now: Happened) -> None:
    """Within the grade, or a written reason says why not."""
    if "fine" not in penalties_of([*past, now]):
        return
    round_ = round_of([*past, now])
    least, most = said(round_, "grade_least"), said(round_, "grade_most")
    assert least is not None or most is not None
    inside = money(least) <= fine_of([*past, now]) and (most is None or fine_of([*past, now]) <= money(most))
    assert inside or any(one.written.get("grade_reason") for one in round_)


def no_crime(file: File, past: Past, now: Happened) -> None:
    """No penalty takes the place of a referral that runs, or of one that is due."""
    sent = last(past, "refer_criminal")
    if sent is not None:
        assert last(past[past.index(sent) :], "resume", "redo") is not None
    elif now.verb in ("decide", "decide_on_spot"):
        assert not said([*past, now], "suspected_crime")


def decision(file: File, past: Past, now: Happened) -> None:
    for check in (of_the_organ, three_people, filed, found, reviewed, heard, weighed, collective, fine_founded):
        check(file, past, now)
    if file.profile == "lanxi":
        assert not LISTED & penalties_of([*past, now])


def on_the_spot(file: File, past: Past, now: Happened) -> None:
    assert set(now.facts["penalties"]) <= {"warning", "fine"}
    limit = 200 if file.citizen else 3000
    assert "fine" not in now.facts["penalties"] or money(now.facts["fine"]) <= limit
    assert now.written.get("words") or now.facts.get("waived")
    assert now.facts["receipt"]
    assert now.facts["document"]
    assert now.facts["facts_clear"]
    fine_founded(file, past, now)
    in_time(file, past, now)


def opinion_apart(file: File, past: Past, now: Happened) -> None:
    not_a_handler(file, past, now)
    sent = last(past, "submit_review")
    assert sent is not None
    assert last(past[past.index(sent) :], *OPINIONS) is None


def notice_in_turn(file: File, past: Past, now: Happened) -> None:
    filed(file, past, now)
    if file.profile in ("chengliu", "fuling"):
        reviewed(file, past, now)


def hearing_held(file: File, past: Past, now: Happened) -> None:
    told = last(past, "notify_hearing")
    assert told is not None
    assert working_days_over(told, now, 7)
    assert told.facts["presider"] not in handlers(past)


# -- after it ------------------------------------------------------------------------------------------------------------


def carried_out(file: File, past: Past, now: Happened) -> None:
    assert last(round_of(past), "serve", "decide_on_spot") is not None
    for verb in ("decide_reconsideration", "decide_suit"):
        result = last(round_of(past), verb)
        assert result is None or result.facts["result"] not in UNDONE


def paid(file: File, past: Past, now: Happened) -> None:
    decided = last(past, "decide", "decide_on_spot")
    assert decided is not None
    assert now.role == "finance"
    assert now.who not in {decided.who, *handlers(past)}


def cash(file: File, past: Past, now: Happened) -> None:
    spot = last(past, "decide_on_spot") is not None
    ground = now.facts["cash_ground"]
    if ground == "small_fine":
        assert spot
        assert fine_of(past) <= 100
    elif ground == "hard_to_enforce":
        assert spot
    assert ground in ("small_fine", "hard_to_enforce", "remote_at_request")


def reminded(file: File, past: Past, now: Happened) -> None:
    served = last(round_of(past), "serve", "decide_on_spot")
    assert served is not None
    assert now.at.astimezone(CHINA).date() > served.at.astimezone(CHINA).date() + timedelta(days=15)


def court(file: File, past: Past, now: Happened) -> None:
    reminder = last(round_of(past), "remind")
    assert reminder is not None
    assert working_days_over(reminder, now, 10)
    for asked, answered in (("ask_reconsideration", "decide_reconsideration"), ("bring_suit", "decide_suit")):
        begun = last(round_of(past), asked)
        assert begun is None or last(past[past.index(begun) :], answered) is not None


def sealed(file: File, past: Past, now: Happened) -> None:
    assert file.item != "A3"  # entrusted: no compulsion (CO 17)
    assert now.facts.get("head_approved") or now.facts.get("urgent")


def forced(file: File, past: Past, now: Happened) -> None:
    assert file.item != "A3"
    assert last(round_of(past), "remind") is not None


def extended(file: File, past: Past, now: Happened) -> None:
    """A sealing is extended once, within its thirty days."""
    begun = max(i for i, one in enumerate(past) if one.verb == "seal")
    assert not [one for one in past[begun:] if one.verb == "extend_sealing"]
    assert now.at <= past[begun].at + timedelta(days=31)


def longer(file: File, past: Past, now: Happened) -> None:
    assert not [one for one in round_of(past) if one.verb == "extend_decision"]


def preserved(file: File, past: Past, now: Happened) -> None:
    kept = last(past, "preserve")
    assert kept is not None
    assert now.facts.get("released") or not working_days_over(kept, now, 7)


def transferred(file: File, past: Past, now: Happened) -> None:
    assert not file.transferred_in


def let_off(file: File, past: Past, now: Happened) -> None:
    three_people(file, past, now)
    reviewed(file, past, now)
    if now.facts["not_punished_ground"] in ("minor_corrected", "first_violation", "no_fault"):
        assert now.facts["educated"]


def closed(file: File, past: Past, now: Happened) -> None:
    count = Counter(one.verb for one in past)
    held = count["preserve"] + count["seal"] == count["handle_preserved"] + count["release_sealing"]
    assert held or count["refer_criminal"]
    if count["collect_cash"]:
        assert count["bank_cash"]
    if count["decide_on_spot"] and not count["redo"]:
        assert count["register_on_spot"]


Check = Callable[[File, Past, Happened], None]
CHECKS: tuple[tuple[set[str], Check], ...] = (
    (WITH_TWO, two_officers),
    (PENALISING, no_crime),
    (CARRIED_OUT, carried_out),
    ({"approve_filing", "refuse_filing"}, not_a_handler),
    ({"approve_filing", "discuss", "not_punish", "apply_court", "extend_sealing", "transfer"}, of_the_organ),
    ({"submit_filing", "approve_filing"}, in_time),
    (set(OPINIONS), opinion_apart),
    ({"give_notice"}, notice_in_turn),
    ({"hold_hearing"}, hearing_held),
    ({"decide"}, decision),
    ({"decide_on_spot"}, on_the_spot),
    ({"not_punish"}, let_off),
    ({"record_payment"}, paid),
    ({"collect_cash"}, cash),
    ({"remind"}, reminded),
    ({"apply_court"}, court),
    ({"seal"}, sealed),
    ({"force_execution"}, forced),
    ({"extend_sealing"}, extended),
    ({"extend_decision"}, longer),
    ({"handle_preserved"}, preserved),
    ({"transfer"}, transferred),
    ({"close"}, closed),
)


def judge(file: File, past: Past, now: Happened) -> None:
    """Everything the law says of this step, given what came before it."""
    for verbs, check in CHECKS:
        if now.verb in verbs and not (now.role == "system" and check is of_the_organ):
            check(file, past, now)
