"""The sixty cases of the hand-computed county, their reviews, remedies, scores and cards, and what went to other organs.

| cases | what they are |
|---|---|
| 1–4 | fined 100 yuan on the spot on the day: 1 and 3 in West, 2 and 4 in East |
| 5–20 | fined 50 yuan on the spot on 5 October, closed on the 20th |
| 21–40 | filed 1 June, decided 1 July, closed 1 August; odd ones in West |
| 41–44 | West, filed 1 November, undecided: 19 days old when the day ends |
| 45–47 | East, filed 5 October, undecided: 46 days |
| 48–49 | West, filed 1 September, undecided: 80 days |
| 50 | East, filed 21 August, undecided: 91 days; its time to decide ends with the day |
| 51 | West, A1, filed 10 October, decided on the day after 40 days in time; 5,000 yuan; reviewed before |
| 52 | East, B1, filed 11 August, decided on the day after 100 days, too late; 20,000; heard after its review |
| 53 | West, B1, filed 30 October, decided on the day after 20 days; no fine; no review due |
| 54 | East, A1, filed 20 October, decided on the day after 30 days; 1,000; returned once, then agreed |
| 55 | West, dropped on 10 November |
| 56 | East, transferred out on 15 November |
| 57 | West, filed 5 November; referred to the police two days after the day: open on it |
| 58 | proposed only |
| 59 | filed on the morning after |
| 60 | West, filed 22 July, decided 21 August, closed on the day after 120 days |
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from data.models import Assistance, Case, CaseReview, ConductCard, Deadline, FileScore, Remedy, Transfer
from tests.data import small

if TYPE_CHECKING:
    from tests.data.hand_county import Hand

W, E = small.WEST, small.EAST
MORNING: Final = "11-19 09:00"
END: Final = "11-19 23:59"  # a time that ends with the day, to the minute

SPOT: Final = (  # numbers, decided, closed, fine, to be paid by
    (range(1, 5), MORNING, None, 100, None), (range(5, 21), "10-05 10:00", "10-20 12:00", 50, "10-20 23:59"),
)  # fmt: skip
ORDINARY: Final = (  # numbers, township (None: odd West, even East), item, status, filed, to be decided by, decided, closed
    (range(21, 41), None, "A1", "closed", "06-01 09:00", "08-30 23:59", "07-01 09:00", "08-01 09:00"),
    (range(41, 45), W, "A1", "investigating", "11-01 00:00", "2027-01-30 23:59", None, None),
    (range(45, 48), E, "A1", "investigating", "10-05 00:00", "2027-01-03 23:59", None, None),
    (range(48, 50), W, "B1", "finding", "09-01 00:00", "11-30 23:59", None, None),
    (range(50, 51), E, "B1", "finding", "08-21 00:00", END, None, None),
    (range(51, 52), W, "A1", "decided", "10-10 09:00", "2027-01-08 23:59", MORNING, None),
    (range(52, 53), E, "B1", "decided", "08-11 09:00", "11-09 23:59", MORNING, None),
    (range(53, 54), W, "B1", "decided", "10-30 09:00", "2027-01-28 23:59", MORNING, None),
    (range(54, 55), E, "A1", "decided", "10-20 09:00", "2027-01-18 23:59", MORNING, None),
    (range(55, 56), W, "A1", "dropped", "10-01 09:00", "12-30 23:59", None, "11-10 09:00"),
    (range(56, 57), E, "A1", "transferred_out", "10-01 09:00", "12-30 23:59", None, None),
    (range(57, 58), W, "A1", "referred_criminal", "11-05 00:00", "2027-02-03 23:59", None, None),
    (range(58, 59), W, "A1", "proposed", None, None, None, None),
    (range(59, 60), W, "A1", "filed", "11-20 08:00", "2027-02-18 23:59", None, None),
    (range(60, 61), W, "A1", "closed", "07-22 09:00", "10-20 23:59", "08-21 09:00", MORNING),
)  # fmt: skip
MORE: Final = {  # of single cases
    51: {"fine": Decimal(5000), "review_required": True},
    52: {"fine": Decimal(20000), "review_required": True, "hearing": "11-15 09:00"},
    53: {"review_required": False},
    54: {"fine": Decimal(1000), "review_required": True},
}
LEFT: Final = {56: ("transferred_out", "11-15 09:00"), 57: ("referred_criminal", "11-21 09:00")}
PAID: Final = {1: (END, "11-19 20:00"), 2: (END, None)}  # to be paid by, paid
REVIEWS: Final = (  # case, round, submitted, opinion, given
    (51, 1, "11-16 09:00", "agree", "11-18 09:00"), (52, 1, "11-09 09:00", "agree", "11-10 09:00"),
    (54, 1, "11-11 09:00", "correct_and_resubmit", "11-12 09:00"), (54, 2, "11-16 09:00", "agree", "11-17 09:00"),
    (41, 1, "11-19 08:00", None, None), (42, 1, MORNING, "agree", "11-19 16:00"),
    (43, 1, "11-17 09:00", "correct_and_resubmit", "11-19 10:00"),
)  # fmt: skip
REMEDIES: Final = (  # case, kind, asked, result, decided
    (21, "reconsideration", MORNING, None, None), (22, "suit", MORNING, None, None),
    (23, "reconsideration", "09-01 09:00", "upheld", MORNING), (24, "reconsideration", "09-01 09:00", "changed", MORNING),
    (25, "suit", "09-01 09:00", "revoked", MORNING), (26, "suit", "10-01 09:00", None, None),
    (27, "reconsideration", "10-01 09:00", "upheld", "11-21 09:00"),
)  # fmt: skip
SCORES: Final = (  # case, score, scored
    (21, 90, "11-19 09:00"), (22, 80, "11-19 09:30"), (21, 95, "11-19 10:00"), (23, 70, "11-05 09:00"),
    (24, 60, "10-10 09:00"), (25, 100, "03-03 09:00"), (26, 10, "11-20 09:00"),
)  # fmt: skip
CARDS: Final = (  # person, township, kind, given, ends
    (1, W, "yellow", "11-01 09:00", None), (5, E, "yellow", "05-01 09:00", "11-01 09:00"),
    (11, W, "orange", "11-01 09:00", "12-01 09:00"), (30, E, "red", "11-20 09:00", None),
)  # fmt: skip
TRANSFERS: Final = (  # from, to, received, objected
    ("WEST", "MARKET", MORNING, "11-19 15:00"), ("EAST", "ENV", "11-19 11:00", None), ("EAST", "ENV", "11-01 09:00", None),
)  # fmt: skip
CLOCKS: Final = (  # kind, organ, township, due, done: deadlines of transfers
    ("transfer", "WEST", W, END, "11-18 09:00"), ("transfer", "EAST", E, END, None),
    ("transfer_answer", "MARKET", W, END, "11-19 10:00"),
)  # fmt: skip
HELP: Final = (  # to, status, answer by, answered
    ("MARKET", "provided", "11-26 09:00", "11-19 15:00"), ("ENV", "refused", "11-26 09:00", "11-19 16:00"),
    ("MARKET", "requested", "11-26 09:00", None), ("ENV", "unanswered", "11-19 20:00", None),
)  # fmt: skip


def build(county: Hand) -> None:
    """Everything of the table."""
    from tests.data.hand_county import at

    cases = _cases(county)
    for n, (case, turn, sent, opinion, given) in enumerate(REVIEWS):
        row, number = cases[case], f"R-{n}"
        told = {"number": number, "round": turn, "status": "opinion" if opinion else "submitted", "opinion": opinion}
        county.add(
            CaseReview,
            case_id=row.id,
            township_code=row.township_code,
            submitted_at=at(sent),
            opinion_at=at(given),
            **told,
        )
    for case, kind, asked, result, decided in REMEDIES:
        told = {"kind": kind, "organ": "区政府", "result": result}
        county.add(Remedy, case_id=cases[case].id, asked_at=at(asked), decided_at=at(decided), **told)
    for n, (case, score, scored) in enumerate(SCORES):
        told = {"number": f"F-{n}", "cycle": "month", "reviewer_code": "40", "reviewer": "40", "score": float(score)}
        row = cases[case]
        where = {"township_code": row.township_code, "organ_code": row.organ_code}
        county.add(FileScore, case_id=row.id, scored_at=at(scored), **told, **where)
    for n, (person, town, kind, given, ends) in enumerate(CARDS):
        told = {"number": f"K-{n}", "township_code": town, "kind": kind, "ground": "rude", "given_by": "BUREAU"}
        county.add(ConductCard, person_id=county.people[person].id, given_at=at(given), ends_at=at(ends), **told)
    _between(county)


def _cases(county: Hand) -> dict[int, Case]:
    from tests.data.hand_county import at

    made: dict[int, Case] = {}
    for numbers, decided, closed, fine, due in SPOT:
        for n in numbers:
            by, paid = PAID.get(n, (due, None))
            told = {"procedure": "simple", "status": "closed" if closed else "served", "fine": Decimal(fine)}
            made[n] = _case(
                county, n, _town(n), "A1", decided_at=at(decided), closed_at=at(closed), paid_at=at(paid), **told
            )
            _clock(county, made[n], "payment", "party", decided, by, paid)
    for numbers, town, item, status, filed, due, decided, closed in ORDINARY:
        for n in numbers:
            more: dict[str, Any] = dict(MORE.get(n, {}))
            heard = at(more.pop("hearing", None))
            told = {"procedure": "ordinary", "status": status, "hearing_at": heard, **more}
            moments = {"filed_at": at(filed), "decided_at": at(decided), "closed_at": at(closed)}
            made[n] = _case(county, n, town or _town(n), item, **told, **moments)
            over = closed if status == "dropped" else LEFT.get(n, (None, None))[1]
            _clock(county, made[n], "decision", "organ", filed, due, decided, over)
    county.session.flush()
    for n, (state, when) in LEFT.items():
        county.event("case", "leave", "WEST", "system", when, subject=made[n].id, state=state)
    return made


def _town(n: int) -> str:
    return W if n % 2 else E


def _case(county: Hand, n: int, town: str, item: str, **columns: Any) -> Case:
    from tests.data.hand_county import key_at, on

    organ = "WEST" if town == W else "EAST"
    begun = columns.get("filed_at") or columns.get("decided_at") or small.NOW
    told = {
        "number": f"C-{n}",
        "summary": "占道",
        "organ_code": organ,
        "in_name_of": organ,
        "basis": "delegated_general",
    }
    moments = {"act_on": on("2026-05-30"), "found_at": begun, "proposed_at": begun}
    key = key_at(begun, 100 + n)
    row: Case = county.add(
        Case, id=key, item_id=county.items[item].id, township_code=town, **told, **moments, **columns
    )
    return row


def _clock(
    county: Hand, case: Case, kind: str, whose: str, begun: str | None, due: str | None, done: str | None,
    over: str | None = None,
) -> None:  # fmt: skip
    if begun is None or due is None:
        return
    _deadline(county, "case", case.id, kind, whose, (case.organ_code, case.township_code), (begun, due, done, over))


def _deadline(
    county: Hand,
    matter: str,
    key: Any,
    kind: str,
    whose: str,
    where: tuple[str, str | None],
    when: tuple[str | None, ...],
) -> None:
    from tests.data.hand_county import at

    begun, due, done, over = (at(moment) for moment in when)
    told = {"matter": matter, "matter_id": key, "kind": kind, "whose": whose, "sense": "latest", "provisional": False}
    moments = {"begun_at": begun, "due_at": due, "done_at": done, "ended_at": over}
    county.add(Deadline, organ_code=where[0], township_code=where[1], calendar="-", profile="-", **told, **moments)


def _between(county: Hand) -> None:
    from tests.data.hand_county import at, key_at

    for n, (sender, receiver, received, objected) in enumerate(TRANSFERS):
        key = key_at(small.NOW, 900 + n)
        told = {"number": f"X-{n}", "status": "received", "from_organ": sender, "to_organ": receiver, "subject": "移送"}
        sent = {"found_at": at("10-31 09:00"), "sent_at": at("10-31 09:00")}
        county.add(Transfer, id=key, received_at=at(received), first_received_at=at(received), **told, **sent)
        if objected:
            county.event("transfer", "object", receiver, "department", objected, subject=key)
    for n, (kind, organ, town, due, done) in enumerate(CLOCKS):
        _deadline(
            county,
            "transfer",
            key_at(small.NOW, 800 + n),
            kind,
            "organ",
            (organ, town),
            ("11-12 09:00", due, done, None),
        )
    for n, (organ, status, due, answered) in enumerate(HELP):
        told = {"number": f"A-{n}", "status": status, "from_organ": "WEST", "to_organ": organ, "subject": "检测"}
        moments = {"asked_at": at("11-19 08:30"), "answer_due_at": at(due), "answered_at": at(answered)}
        county.add(Assistance, township_code=W, **told, **moments)
