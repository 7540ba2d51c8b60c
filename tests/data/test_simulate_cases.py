"""Cases of the demonstration's year: rows are what their events tell, every stage is there, every role finds work."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from data.authority import SYSTEM, Actor, Scope
from data.casework.case_known import facts_of
from data.casework.case_memory import recall, remember
from data.casework.cases import case_step
from data.casework.reviews import review_step
from data.db import Record
from data.demonstration import demonstration_accounts
from data.events import verify
from data.evidence import path_of
from data.models import (
    Account,
    Assistance,
    Base,
    Case,
    CaseReview,
    Certificate,
    Deadline,
    Dispute,
    Event,
    Evidence,
    Grant,
    Lead,
    Paper,
    Person,
    Referral,
    Transfer,
)
from data.papers.store import kept
from data.papers.told import told_in
from data.settings import settings
from data.simulate import World, build_demo, imagine
from data.simulate.case_pictures import pictures
from data.simulate.catalogue import pools
from data.simulate.live_cases import LiveCases
from policy.courses.case import OPEN_CASES
from policy.errors import Refusal
from policy.lifecycle import find
from policy.vocabulary import MatterKind, Role, Verb
from policy.vocabulary_between import ReviewStatus
from policy.vocabulary_case import CaseStatus
from policy.zone import CHINA

ON_THE_STREET = {"decide_on_spot", "collect_cash"}  # whenever the act is found
END = datetime(2026, 11, 20, 7, 30, tzinfo=UTC)  # a Friday afternoon here


@pytest.fixture(scope="module")
def world() -> World:
    """A year of Jindong with a third of its leads."""
    return imagine("jindong", 365, 4, END, per_year=10_000)


@pytest.fixture(scope="module")
def events(world: World) -> dict[Any, list[Any]]:
    """Events of cases by case, in order."""
    found = defaultdict(list)
    for event in world.desk.events:
        if event.matter == "case":
            found[event.subject_id].append(event)
    return found


def steps(history: list[Any]) -> list[Any]:
    return [event for event in history if not event.verb.endswith("_deadline")]


# rows are what events tell


def test_no_step_was_refused(world: World) -> None:
    assert [why.sentence("en") for why in world.desk.docket.refused] == []


def test_every_case_stands_where_its_events_lead(world: World, events) -> None:
    for row in world.tables["case_file"]:
        history = steps(events[row["id"]])
        assert [b.from_state for b in history] == [None, *(a.to_state for a in history[:-1])]
        assert history[-1].to_state == row["status"]
        for event in history:
            step = find(MatterKind.CASE, CaseStatus(event.from_state) if event.from_state else None, Verb(event.verb))
            assert step is not None
            assert step.to == event.to_state
            assert Role(event.role) in step.roles
        assert all(a.at <= b.at for a, b in pairwise(events[row["id"]]))


MOMENTS = {
    "proposed_at": {"propose", "decide_on_spot"}, "filed_at": {"approve_filing"}, "closed_at": {"close", "drop", "handle_otherwise"},
    "decided_at": {"decide", "decide_on_spot", "not_punish"}, "archived_at": {"archive"}, "withdrawn_at": {"withdraw_publication"},
}  # fmt: skip
UNDONE = {"noticed_at": "give_notice", "served_at": {"serve", "decide_on_spot"}, "reviewed_at": {"agree_review"}}


def test_moments_of_a_case_are_those_of_its_events(world: World, events) -> None:
    for row in world.tables["case_file"]:
        last: dict[str, datetime] = {}
        for event in events[row["id"]]:
            last[event.verb] = event.at
        for column, verbs in MOMENTS.items():
            told = [last[verb] for verb in verbs if verb in last]
            assert row[column] == max(told, default=None), (row["number"], column)


def test_deadlines_are_what_their_events_tell(world: World, events) -> None:
    told: dict[str, dict[str, Any]] = {}
    for position, event in enumerate(world.desk.events, 1):
        if not event.verb.endswith("_deadline") or event.matter != "case":
            continue
        facts = dict(event.facts)
        row = told.setdefault(facts["deadline"], {"done_at": None, "ended_at": None, "extended": 0})
        what = event.verb.removesuffix("_deadline")
        if what == "start":
            row |= {"kind": facts["kind"], "begun_at": event.at, "begun_by": position, "matter_id": event.subject_id}
        row["due_at"] = datetime.fromisoformat(facts["due"]).astimezone(UTC)
        row |= {"meet": {"done_at": event.at}, "end": {"ended_at": event.at}}.get(what, {})
        row["extended"] += what == "extend"
    rows = {str(row["id"]): row for row in world.tables["deadline"] if row["matter"] == "case"}
    assert rows.keys() == told.keys()
    for key, wanted in told.items():
        assert {name: rows[key][name] for name in wanted} == wanted, rows[key]


def test_no_kind_of_deadline_runs_twice_at_once_in_a_case(world: World) -> None:
    running = Counter(
        (row["matter_id"], row["kind"])
        for row in world.tables["deadline"]
        if not row["done_at"] and not row["ended_at"]
    )
    assert max(running.values()) == 1


def test_entries_money_things_and_remedies_stand_in_events(world: World, events) -> None:
    facts = [event.facts for history in events.values() for event in history]
    for table, key in (("case_entry", "entry"), ("payment", "payment"), ("measure", "measure"), ("remedy", "remedy")):
        assert {str(row["id"]) for row in world.tables[table]} == {fact[key] for fact in facts if key in fact}, table
    paid: dict[Any, Decimal] = defaultdict(Decimal)
    for row in world.tables["payment"]:
        paid[row["case_id"]] += row["amount"] if row["kind"] != "surcharge" else Decimal(0)
    changed = {row["case_id"]: row["decided_at"] for row in world.tables["remedy"] if row["result"] == "changed"}
    for row in world.tables["case_file"]:
        owed = (row["fine"] or 0) + (row["confiscated"] or 0)
        if row["paid_at"] is None:
            continue
        if row["id"] in changed and row["paid_at"] < changed[row["id"]]:
            assert paid[row["id"]] >= owed, row["number"]  # paid as decided, owed less since
        else:
            assert paid[row["id"]] == owed, row["number"]


def test_rounds_of_review_stand_where_their_events_lead(world: World) -> None:
    rows = {row["id"]: row for row in world.tables["case_review"]}
    told: dict[Any, list[Any]] = defaultdict(list)
    for event in world.desk.events:
        if event.matter == "review" and event.verb != "hand_in_material":
            told[event.subject_id].append(event)
    assert rows.keys() == told.keys()
    rounds = defaultdict(list)
    for key, history in told.items():
        row = rows[key]
        rounds[row["case_id"]].append(row["round"])
        assert history[-1].to_state == row["status"]
        for event in history:
            source = "opinion" if event.verb == "resubmit" else event.from_state
            step = find(MatterKind.REVIEW, ReviewStatus(source) if source else None, Verb(event.verb))
            assert step is not None
            assert step.to == event.to_state
        assert (row["opinion"] is not None) == (row["status"] == ReviewStatus.OPINION)
        assert row["opinion"] != "agree" or all(point["answer"] != "not_ok" for point in row["points"].values())
    assert all(sorted(numbers) == list(range(1, len(numbers) + 1)) for numbers in rounds.values())
    assert {"agree", "correct_and_resubmit", None} <= {row["opinion"] for row in rows.values()}
    assert any(row["changes"] for row in rows.values())
    assert any(row["asked"] for row in rows.values())


def test_things_are_where_their_chain_of_custody_ends(world: World) -> None:
    moves = defaultdict(list)
    for row in world.tables["goods_move"]:
        moves[row["goods_id"]].append(row)
    for thing in world.tables["goods"]:
        chain = moves[thing["id"]]
        assert chain[0]["giver"] == "party"
        assert [move["giver"] for move in chain[1:]] == [move["receiver"] for move in chain[:-1]]
        assert thing["keeper"] == chain[-1]["receiver"]


def test_what_is_kept_of_a_case_reads_as_the_record_reads_it(world: World) -> None:
    for case in world.desk.docket.cases[:300]:
        row = case.finished()
        kept = recall(row["course"])
        assert {name: getattr(case.facts, name) for name in kept} == kept
        assert remember(case.facts) == row["course"]


def test_decisions_are_numbered_without_gaps_by_organ_and_year(world: World) -> None:
    drawn = defaultdict(list)
    names = {row["id"]: row["in_name_of"] for row in world.tables["case_file"]}
    for event in world.desk.events:  # a decision made anew has a new number
        if event.matter == "case" and "decision" in event.facts:
            word, rest = event.facts["decision"].split("〔")
            year, number = rest.removesuffix("号").split("〕")
            drawn[names[event.subject_id], word, int(year)].append(int(number))
    lasts = {(r["organ_code"], r["word"], r["year"]): r["last"] for r in world.tables["series"]}
    for key, numbers in drawn.items():
        assert len(set(numbers)) == len(numbers)
        assert set(range(1, lasts[key] + 1)) - set(numbers) == not_used(world, key)


def not_used(world: World, series: tuple[str, str, int]) -> set[int]:
    """Numbers of a series that no decision carries: void, or in a block that a team still holds."""

    def of(table: str) -> list[Any]:
        rows = world.tables[table]
        return [row for row in rows if (row["organ_code"], row["word"], row["year"]) == series]

    carried = {row["decision_number"] for row in world.tables["case_file"] if row["in_name_of"] == series[0]}
    held = {
        serial for row in of("number_block") if not row["closed_at"] for serial in range(row["first"], row["last"] + 1)
    }
    void = {row["serial"] for row in of("paper")}
    return void | {serial for serial in held if f"{series[1]}〔{series[2]}〕{serial}号" not in carried}


def test_teams_take_out_numbers_and_bring_back_what_they_did_not_use(world: World) -> None:
    blocks, void = {row["id"]: row for row in world.tables["number_block"]}, world.tables["paper"]
    told = Counter((event.verb, event.facts["block"]) for event in world.desk.events if event.matter == "team")
    assert told == Counter(
        [("reserve_block", str(key)) for key in blocks]
        + [("return_block", str(key)) for key, row in blocks.items() if row["closed_at"]]
    )
    assert void
    for row in void:
        block = blocks[row["block_id"]]
        assert block["first"] <= row["serial"] <= block["last"]
        assert (row["made_at"], row["sha256"]) == (block["closed_at"], None)
        assert row["void_reason"]
    spans = sorted((row["organ_code"], row["year"], row["first"], row["last"]) for row in blocks.values())
    assert all(a[:2] != b[:2] or a[3] < b[2] for a, b in pairwise(spans))  # no number in two blocks


# what the year holds


def test_cases_stand_at_every_stage_and_some_are_late(world: World) -> None:
    found = Counter(row["status"] for row in world.tables["case_file"])
    assert sum(found.values()) >= 1_000
    assert Counter(row["procedure"] for row in world.tables["case_file"])["simple"] >= 300
    asked_of_others = {CaseStatus.TRANSFERRED_OUT, CaseStatus.REFERRED_CRIMINAL}
    few = {CaseStatus(name) for name in ("not_filed", "filed", "corrected", "collective_discussion", "not_punished")}
    reached = {event.to_state for event in world.desk.events if event.matter == "case"}
    assert reached >= set(CaseStatus) - asked_of_others
    assert set(found) >= set(CaseStatus) - asked_of_others - few
    late = [row for row in world.tables["deadline"] if (row["done_at"] or END) > row["due_at"] and not row["ended_at"]]
    kinds = Counter(row["kind"] for row in late if row["sense"] == "latest")
    assert {"decision", "payment", "service", "preservation"} <= set(kinds)


@pytest.mark.parametrize(
    ("verb", "least"),
    [("return_review", 5), ("hold_hearing", 10), ("not_punish", 10), ("refuse_filing", 5), ("drop", 10), ("seal", 3),
     ("extend_sealing", 1), ("remind", 20), ("apply_court", 3), ("ask_reconsideration", 8), ("bring_suit", 3),
     ("publish", 5), ("end_hearing", 1), ("assign_officers", 1), ("collect_cash", 10), ("defer_payment", 3)],
)  # fmt: skip
def test_the_rarer_steps_are_taken_too(world: World, verb: str, least: int) -> None:
    assert sum(event.verb == verb and event.matter == "case" for event in world.desk.events) >= least


FLOORS: dict[str, int] = {
    "archived": 400, "executing": 25, "closed": 20, "investigating": 15, "dropped": 15, "handled_otherwise": 5, "reminder": 8,
    "finding": 4, "served": 4, "legal_review": 4, "decided": 3, "court_enforcement": 2, "notice": 3, "filing_review": 2,
}  # fmt: skip
"""Least cases a stage of a year with a third of Jindong's leads."""


def test_every_stage_holds_at_least_so_many_cases(world: World) -> None:
    found = Counter(row["status"] for row in world.tables["case_file"])
    assert {name: found[name] for name, least in FLOORS.items() if found[name] < least} == {}


def test_desks_work_by_day_and_the_hours_of_a_day_are_used_alike(world: World) -> None:
    desk = [
        event.at.astimezone(CHINA)
        for event in world.desk.events
        if event.matter in ("case", "review")
        and event.verb not in ON_THE_STREET
        and not event.verb.endswith("_deadline")
    ]
    at_night = [at for at in desk if not 8 <= at.hour < 18]
    assert len(at_night) < len(desk) * 0.005
    hours = Counter(at.hour for at in desk)
    assert max(hours.values()) < len(desk) * 0.2
    assert min(hours[hour] for hour in (9, 10, 14, 15, 16)) > len(desk) * 0.05


def test_a_review_comes_before_the_decision_it_is_of(world: World) -> None:
    for row in world.tables["case_file"]:
        if row["reviewed_at"] and row["decided_at"]:
            assert row["reviewed_at"] <= row["decided_at"], row["number"]


def test_every_opinion_of_a_review_is_given(world: World) -> None:
    found = {row["opinion"] for row in world.tables["case_review"]}
    assert found >= {"agree", "correct_and_resubmit", "do_not_decide", "transfer", "refer_criminal"}


def test_fines_differ_and_none_is_a_trifle(world: World) -> None:
    fines = [row["fine"] for row in world.tables["case_file"] if row["fine"]]
    assert len(set(fines)) > 80
    assert max(Counter(fines).values()) < len(fines) * 0.12
    assert min(fines) >= 1
    assert sum(fine < 20 for fine in fines) < len(fines) * 0.03


def test_no_officer_has_every_case(world: World) -> None:
    handled = Counter(person for row in world.tables["case_file"] for person in row["officer_ids"])
    assert len(handled) > 150
    assert max(handled.values()) < len(world.tables["case_file"]) * 0.06


def test_a_file_is_sent_back_more_than_once(events) -> None:
    assert max(sum(event.verb == "return_review" for event in history) for history in events.values()) >= 2


def test_results_of_remedies_differ(world: World) -> None:
    assert {row["result"] for row in world.tables["remedy"]} >= {"upheld", "changed", "revoked", None}


def test_parties_come_again_and_their_numbers_belong_to_nobody(world: World) -> None:
    rows = world.tables["party"]
    assert max(Counter(row["party_id"] for row in world.tables["case_file"]).values()) >= 3
    people = [row["identity_number"] for row in rows if row["kind"] == "citizen"]
    firms = [row["credit_code"] for row in rows if row["kind"] == "organisation"]
    assert len(set(people)) == len(people) > 100
    assert len(set(firms)) == len(firms) > 100
    assert all(ric.is_valid(number) and number[2:6] == "0000" and number[6:8] == "18" for number in people)
    assert all(uscc.is_valid(code) and code[2:8] == "000000" for code in firms)


def test_pictures_are_the_same_everywhere_and_used_by_many(world: World) -> None:
    known = {picture.sha256 for picture in pictures()}
    assert len(known) == len(pictures())
    files = world.tables["evidence"]
    assert {row["sha256"] for row in files} <= known
    assert len({(row["matter_id"], row["sha256"]) for row in files}) == len(files)
    linked = {row["matter_id"] for row in world.tables["evidence_link"]}
    assert linked == {row["id"] for row in world.tables["case_file"]}


@pytest.mark.parametrize(
    "profile", ["chengliu", *(pytest.param(one, marks=pytest.mark.long) for one in ("lanxi", "yunyang", "fuling"))]
)
def test_every_county_has_cases_by_its_own_rules(profile: str) -> None:
    made = imagine(profile, 40, 2, END, per_year=9_000)
    assert [why.sentence("en") for why in made.desk.docket.refused] == []
    verbs: dict[Any, list[str]] = defaultdict(list)
    for event in made.desk.events:
        if event.matter == "case" and not event.verb.endswith("_deadline"):
            verbs[event.subject_id].append(event.verb)
    filed = [history for history in verbs.values() if "submit_filing" in history]
    assert len(filed) > 30
    first = [("record_finding" in history[: history.index("submit_filing")]) for history in filed]
    assert all(first) if profile == "chengliu" else not any(first)


# in the record


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory):
    """Three months of Jindong, written, with the accounts it offers."""
    folder: Path = tmp_path_factory.mktemp("cases")
    found = Record(f"sqlite:///{folder / 'demo.db'}", clock=lambda: END)
    Base.metadata.create_all(found.write_engine)
    build_demo(found.write_engine, "jindong", 90, 4, END)
    found.write(SYSTEM, demonstration_accounts, seed=4)
    yield found
    found.close()


def actor_of(record: Record, role: Role) -> Actor:
    """The account offered for a role, as it acts."""
    with record.read() as session:
        account = session.scalars(select(Account).where(Account.username == role.value)).one()
        grants = session.scalars(select(Grant).where(Grant.account_id == account.id)).all()
    scopes = (
        Scope(Role(g.role), g.jurisdiction_id, g.organ_code, frozenset(g.township_codes) if g.township_codes else None,
              g.team_code)
        for g in grants
    )  # fmt: skip
    return Actor(account.id, account.display_name, tuple(scopes), person_id=account.person_id)


WORK: tuple[tuple[Role, str, str, dict[str, Any]], ...] = (
    (Role.TOWNSHIP_HEAD, "filing_review", "approve_filing", {"words": "同意"}),
    (Role.FINANCE, "executing", "record_payment", {"amount": "1", "paid": "fine", "slip": "No.1"}),
    (Role.DEPARTMENT, "finding", "record_finding", {"words": "违法事实成立"}),
    (Role.OFFICER, "investigating", "conclude_investigation", {"words": "调查终结"}),
    (Role.SQUADRON_HEAD, "decided", "serve", {"service_way": "in_person", "receipt": True}),
)


@pytest.mark.parametrize(("role", "status", "verb", "given"), WORK, ids=[role.value for role, *_ in WORK])
def test_every_offered_role_can_take_a_step_of_some_open_case(
    record: Record, role: Role, status: str, verb: str, given: dict[str, Any]
) -> None:
    actor = actor_of(record, role)
    with record.read() as session:
        found = session.scalars(select(Case.number).where(Case.status == status).order_by(Case.number)).all()
    done, why = 0, []
    for number in found:
        try:
            record.write(actor, case_step, number=number, step=verb, given=given)
        except Refusal as refused:
            why.append(refused.sentence("en"))
        else:
            done += 1
        if done == 2:
            return
    raise AssertionError((done, why[:5]))


def test_the_offered_officer_handles_open_cases_and_holds_a_certificate(record: Record) -> None:
    for role in (Role.OFFICER, Role.SQUADRON_HEAD):
        person = str(actor_of(record, role).person_id)
        with record.read() as session:
            held = session.scalars(select(Certificate).where(Certificate.person_id == UUID(person))).first()
            open_ = select(Case).where(Case.status.in_([status.value for status in OPEN_CASES]))
            mine = [case for case in session.scalars(open_) if person in case.officer_ids]
        assert held is not None
        assert held.valid_to > END
        assert mine, role


def test_the_reviewer_offered_is_qualified_in_law_and_finds_files(record: Record) -> None:
    actor = actor_of(record, Role.LEGAL_REVIEWER)
    with record.read() as session:
        assert session.get_one(Person, actor.person_id).law_qualified
        waits = CaseReview.status == ReviewStatus.SUBMITTED.value
        here = CaseReview.township_code.in_(sorted(actor.scopes[0].townships or ()))
        found = session.scalars(select(CaseReview.number).where(waits, here)).all()
    assert len(found) >= 2
    for number in found[:2]:
        row = record.write(actor, review_step, number=number, step="confirm_complete")
        assert row.status == ReviewStatus.COMPLETE


def test_a_written_case_is_known_to_the_rules_as_it_was_in_the_making(record: Record) -> None:
    county = record.county()
    with record.read() as session:
        for case in session.scalars(select(Case).where(Case.status.in_(("notice", "executing"))).limit(40)):
            facts = facts_of(session, county, case, END)
            assert facts.evidence >= 1
            assert facts.status == case.status
            assert facts.fine == case.fine
            assert {"limitation"} <= set(facts.due)


def test_the_chain_with_cases_verifies(record: Record) -> None:
    found = verify(record, record.county().jurisdiction_id)
    assert found.whole, found.sentence("en")


def test_events_of_all_matters_stand_in_the_order_of_time_and_rows_point_to_theirs(record: Record) -> None:
    with record.read() as session:
        at = session.scalars(select(Event.at).where(Event.at <= END).order_by(Event.sequence)).all()
        assert all(a <= b for a, b in pairwise(at))
        begun = select(Event.verb).join(Deadline, Deadline.begun_by == Event.sequence).where(Event.at <= END)
        assert set(session.scalars(begun.where(Deadline.matter_id == Event.subject_id))) == {"start_deadline"}
        lost = select(func.count()).select_from(Deadline).outerjoin(Event, Event.sequence == Deadline.begun_by)
        assert session.scalar(lost.where(Event.subject_id.is_distinct_from(Deadline.matter_id))) == 0


@pytest.mark.parametrize(
    ("model", "matter", "least"),
    [(Transfer, "transfer", 15), (Dispute, "dispute", 2), (Assistance, "assistance", 3), (Referral, "criminal_referral", 3)],
)  # fmt: skip
def test_what_passes_between_organs_stands_where_its_events_lead(record: Record, model, matter, least) -> None:
    with record.read() as session:
        rows = session.scalars(select(model)).all()
        told = (
            select(Event).where(Event.matter == matter, Event.from_state.is_distinct_from("")).order_by(Event.sequence)
        )
        last = {event.subject_id: event.to_state for event in session.scalars(told) if event.to_state}
    assert len(rows) >= least
    assert len({row.status for row in rows}) >= 2
    assert {row.id: row.status for row in rows} == last
    if model is Transfer:
        assert {row.incoming for row in rows} == {True, False}


def test_cases_and_leads_follow_what_became_of_their_transfer(record: Record) -> None:
    with record.read() as session:
        for row in session.scalars(select(Transfer).where(Transfer.status.in_(("accepted", "result_returned")))):
            assert row.received_lead_id is not None
            if row.matter_kind == "lead":
                assert session.get_one(Lead, row.matter_id).status == "transferred"
            if row.matter_kind == "case":
                assert session.get_one(Case, row.matter_id).status == "transferred_out"
        for referral in session.scalars(select(Referral).where(Referral.matter_kind == "case")):
            case = session.get_one(Case, referral.matter_id)
            if referral.status in ("received", "forwarded", "sent"):
                assert case.status == "referred_criminal"


def papers_with_cases(record: Record) -> list[tuple[Paper, Case]]:
    """Documents that were made of cases, in the order in which they were."""
    query = select(Paper, Case).join(Case, Case.id == Paper.matter_id).order_by(Paper.made_at, Paper.id)
    with record.read() as session:
        return [(paper, case) for paper, case in session.execute(query)]


def test_the_newest_cases_have_their_documents_one_decision_of_them_corrected(record: Record) -> None:
    made = papers_with_cases(record)
    standard = {
        "filing_approval",
        "interview_record",
        "prior_notice",
        "decision",
        "decision_on_the_spot",
        "service_receipt",
    }
    assert {paper.template for paper, _ in made} == standard
    assert len({case.id for _, case in made}) == 90 // pools()["papers"]["days_a_case"]
    assert len({case.status for _, case in made}) >= 4
    old = {paper.id: paper for paper, _ in made}
    corrected = [(paper, case) for paper, case in made if paper.replaces_id]
    assert len(corrected) == 1
    paper, case = corrected[0]
    assert (paper.template, old[paper.replaces_id].template) == ("decision", "decision")
    assert case.decision_number == paper.number != old[paper.replaces_id].number


def test_documents_come_after_the_steps_they_tell_of_by_the_handler_of_the_case(record: Record) -> None:
    with record.read() as session:
        for paper, case in papers_with_cases(record):
            moments = (case.filed_at, case.noticed_at, case.decided_at, case.served_at)
            assert all(at < paper.made_at <= END for at in moments if at is not None and at < END)
            told = (Event.subject_id == case.id, Event.verb.in_(("make_paper", "replace_paper")))
            event = session.scalars(select(Event).where(*told, Event.facts.contains(str(paper.id)))).one()
            assert (event.role, event.organ, event.at) == ("officer", case.organ_code, paper.made_at)
            assert event.certificate in _certificates(session, case)


def _certificates(session: Session, case: Case) -> set[str]:
    handlers = [UUID(person) for person in case.officer_ids]
    return set(session.scalars(select(Certificate.number).where(Certificate.person_id.in_(handlers))))


def test_records_of_interviews_open_and_say_what_was_told(record: Record) -> None:
    asked = [paper for paper, _ in papers_with_cases(record) if paper.template == "interview_record"]
    for paper in asked:
        told = told_in(kept(settings().var, str(paper.sha256), paper.number))
        assert {"begun", "ended", "place", "person", "relation", "words"} <= set(told)
        assert "问：" in told["words"]
        assert not any(word in text for text in told.values() for word in ("None", "{"))


def test_documents_are_made_on_either_database(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pools()["papers"], "days_a_case", 6)
    build_demo(database, "jindong", 24, 3, END, per_year=6_000)
    found = Record(database, clock=lambda: END)
    try:
        assert len({case.id for _, case in papers_with_cases(found)}) >= 3
        checked = verify(found, found.county().jurisdiction_id)
    finally:
        found.close()
    assert checked.whole, checked.sentence("en")


def test_every_picture_lies_in_the_store(record: Record) -> None:
    with record.read() as session:
        used = set(session.scalars(select(Evidence.sha256)))
    assert all(path_of(settings().var, sha256).exists() for sha256 in used)


def test_the_live_mode_moves_cases_on_as_the_offered_people(record: Record) -> None:
    live, county = LiveCases(record, 3), record.county()
    taken = 0
    for minute in range(0, 60, 2):
        now = END + timedelta(days=1, minutes=minute)
        with record.read() as session:
            taken += live.step(session, county, now)
    assert taken >= 4
    with record.read() as session:
        fresh = session.scalars(select(Event).where(Event.at > END, Event.matter == "case")).all()
    steps_taken = [event for event in fresh if not event.verb.endswith("_deadline")]
    assert len({event.role for event in steps_taken}) >= 2
    assert all(event.actor_id is not None for event in steps_taken)
    with record.read() as session:
        few = select(func.count()).select_from(Case).where(Case.status == "filing_review")
        assert session.scalar(few) >= 1
