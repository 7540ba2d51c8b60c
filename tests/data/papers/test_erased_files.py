"""An erasure reaches documents, evidence and texts once the law keeps them no more; what it keeps is told with its ground."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.authority import Actor
from data.casework.erasing import ErasedParty, erase_party
from data.casework.evidence_notes import note_evidence
from data.casework.papers import make_paper, open_paper
from data.casework.services import hand_over
from data.casework.taking_calls import take_call
from data.db import Record, Tx
from data.destroying import destroy_doomed, tomb_of
from data.events import verify
from data.evidence import path_of as evidence_path
from data.models import (
    Answered,
    Call,
    Case,
    CaseEntry,
    Doomed,
    Event,
    Evidence,
    EvidenceNote,
    Lead,
    Paper,
    Party,
    ServiceHandOver,
)
from data.papers.store import path_of
from data.queries.case_history import happenings
from policy.errors import Refusal
from policy.profile import Profile, Value
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small
from tests.data.test_personal import PERSON

pytestmark = pytest.mark.anywhere

SECRET = "住在王家弄的王小明"
LATER = small.NOW + timedelta(days=6 * 366)


@pytest.fixture
def office(town: Record) -> Actor:
    return small.actor(town, Role.COUNTY_OFFICE)


@pytest.fixture
def case(town: Record, actors: dict[str, Actor], home: Path) -> Case:
    """A decided case with a document that was read for a reason and a note on its evidence, put away."""
    decided, _ = c.to_served(town, actors, c.propose(town, home, actors, party=PERSON), small.NOW)
    town.write(actors["officer"], make_paper, number=decided.number, paper="decision")
    with town.read() as session:
        paper = session.scalars(select(Paper)).one()
        evidence = session.scalars(select(Evidence)).first()
    town.write(actors["reviewer"], open_paper, paper=paper.id, reason=SECRET)
    town.write(
        actors["officer"],
        note_evidence,
        evidence_id=evidence.id,
        number=decided.number,
        note=SECRET,
        page=None,
        second=None,
    )

    def put_away(tx: Tx) -> None:
        values = {"status": "archived", "archived_at": small.NOW, "summary": SECRET}
        tx.session.execute(update(Case).where(Case.id == decided.id).values(**values))
        tx.session.execute(update(Lead).values(status="archived", summary=SECRET))

    town.write(actors["officer"], put_away)
    return decided


@pytest.fixture
def kept_five_years(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Profile.get
    values = {key: Value(key, 5, "year", small.FROM) for key in ("personal_data.retention", "evidence.kept")}
    monkeypatch.setattr(Profile, "get", lambda self, key, on: values.get(key) or told(self, key, on))


def erase(town: Record, office: Actor, case: Case, now=LATER) -> ErasedParty:
    with town.read() as session:
        code = session.get_one(Party, case.party_id).code
    return town.write(office, erase_party, code=code, reason="当事人申请", now=now)


def stored(town: Record) -> str:
    """Every column of every row as it is read."""
    models = (Case, Lead, CaseEntry, EvidenceNote, Evidence, Event)
    with town.read() as session:
        rows = [row for model in models for row in session.scalars(select(model))]
        return "".join(str([getattr(row, column.name) for column in row.__table__.columns]) for row in rows)


def test_where_the_plan_is_silent_the_file_stays_and_the_ground_is_told(
    town: Record, office: Actor, case: Case, home: Path
) -> None:
    done = erase(town, office, case)
    assert (done.reached.cases, done.reached.papers, done.reached.evidence) == ([], 0, 0)
    assert [(one.code, one.clause) for one in done.reached.kept] == [("reasons_case.file_kept", "PL 47")]
    assert case.number in done.reached.kept[0].sentence("zh")
    assert SECRET in stored(town)
    with town.read() as session:
        paper = session.scalars(select(Paper)).one()
        assert path_of(home, paper.sha256).exists()
        assert session.get_one(Party, case.party_id).name == "已删除"
    with pytest.raises(Refusal) as refusal:
        erase(town, office, case)
    assert (refusal.value.code, refusal.value.clause) == ("errors_personal.file_kept", "PL 47")
    assert "personal_data.retention" in refusal.value.sentence("zh")


@pytest.mark.usefixtures("kept_five_years")
def test_after_its_time_it_reaches_documents_evidence_and_texts(
    town: Record, actors: dict[str, Actor], office: Actor, case: Case, home: Path
) -> None:
    with pytest.raises(Refusal) as refusal:
        erase(town, office, case, small.NOW + timedelta(days=400))
    assert refusal.value.code == "errors_personal.party_kept"
    done = erase(town, office, case)
    assert (done.reached.cases, done.reached.papers) == ([case.number], 1)
    assert done.reached.evidence >= 1
    assert SECRET not in stored(town)
    with town.read() as session:
        paper = session.scalars(select(Paper)).one()
        event = session.scalars(select(Event).where(Event.matter == "case", Event.verb == "erase")).one()
        seen = [one.facts.get("reason") for one in happenings(session, town.county(), case, {})]
    assert (event.role, json.loads(event.facts)["papers"]) == ("county_office", 1)
    assert any(str(reason).startswith("已于") for reason in seen)
    assert verify(town, town.county().jurisdiction_id).whole
    with pytest.raises(Refusal) as refusal:
        town.write(actors["officer"], open_paper, paper=paper.id, reason="看")
    assert refusal.value.code == "errors_papers.erased"
    assert path_of(home, paper.sha256).exists(), "files go after the commit, not before it"
    assert destroy_doomed(town, town.county(), home, LATER) >= 2
    assert not path_of(home, paper.sha256).exists()
    tomb = json.loads(tomb_of(path_of(home, paper.sha256)).read_text())
    assert (tomb["sha256"], tomb["name"]) == (paper.sha256, paper.number)


@pytest.mark.usefixtures("kept_five_years")
def test_a_crash_between_leaves_nothing_behind(
    town: Record, office: Actor, case: Case, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase(town, office, case)
    from data import destroying

    overwrite, calls = destroying._overwrite, []

    def fails(path: Path) -> None:
        calls.append(path)
        if len(calls) > 1:
            raise OSError("power cut")
        overwrite(path)

    monkeypatch.setattr(destroying, "_overwrite", fails)
    with pytest.raises(OSError, match="power"):
        destroy_doomed(town, town.county(), home, LATER)
    monkeypatch.setattr(destroying, "_overwrite", overwrite)
    destroy_doomed(town, town.county(), home, LATER)
    with town.read() as session:
        rows = session.scalars(select(Doomed)).all()
        assert rows
        assert all(row.destroyed_at for row in rows)
        for row in rows:
            place = path_of if row.kind == "paper" else evidence_path
            assert not place(home, row.sha256).exists()
    assert destroy_doomed(town, town.county(), home, LATER) == 0


def test_evidence_stays_by_its_own_rule_and_goes_when_that_is_over(
    town: Record, office: Actor, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Profile.get
    values = {"personal_data.retention": Value("personal_data.retention", 5, "year", small.FROM)}
    monkeypatch.setattr(Profile, "get", lambda self, key, on: values.get(key) or told(self, key, on))
    done = erase(town, office, case)
    assert (done.reached.papers, done.reached.evidence) == (1, 0)
    assert [one.code for one in done.reached.kept] == ["reasons_case.kept_silent"]
    with pytest.raises(Refusal) as refusal:
        erase(town, office, case)
    assert refusal.value.code == "errors_personal.file_kept"
    values["evidence.kept"] = Value("evidence.kept", 5, "year", small.FROM)
    again = erase(town, office, case)
    assert (again.reached.papers, again.reached.kept) == (0, [])
    assert again.reached.evidence >= 1
    assert verify(town, town.county().jurisdiction_id).whole


@pytest.mark.usefixtures("kept_five_years")
def test_calls_hand_overs_and_kept_answers_of_its_lead_go_with_a_file(
    town: Record, actors: dict[str, Actor], office: Actor, case: Case
) -> None:
    desk, lead = actors["dispatcher"], lead_of(town, case)
    reopen(town, "received")
    call = town.write(desk, take_call, kind="noise", phone="13800138000", words=SECRET, attach=lead.number)
    told = town.write(desk, hand_over, number=lead.number, service="police_110", taken_by=SECRET, words=SECRET)
    town.write(desk, keep_an_answer, lead=lead.number)
    reopen(town, "archived")
    erase(town, office, case)
    with town.read() as session:
        row, handed = session.get_one(Call, call.id), session.get_one(ServiceHandOver, told.id)
        assert (row.data_key, row.phone_digest) == (None, None)
        assert SECRET not in f"{row.words}{handed.words}{handed.taken_by}"
        assert session.scalars(select(Answered)).all() == []
        event = session.scalars(select(Event).where(Event.matter == "case", Event.verb == "erase")).one()
    assert json.loads(event.facts)["calls"] == 1


@pytest.mark.usefixtures("kept_five_years")
def test_bytes_taken_in_again_after_they_were_destroyed_are_destroyed_again(
    town: Record, actors: dict[str, Actor], office: Actor, case: Case, home: Path
) -> None:
    erase(town, office, case)
    destroy_doomed(town, town.county(), home, LATER)
    with town.read() as session:
        evidence = session.scalars(select(Evidence).where(Evidence.erased_at.is_not(None))).first()
    file = evidence_path(home, evidence.sha256)
    file.write_bytes(b"once more")

    def once_more(tx: Tx) -> None:
        tx.session.execute(update(Evidence).where(Evidence.id == evidence.id).values(erased_at=None))

    town.write(actors["officer"], once_more)
    erase(town, office, case)
    destroy_doomed(town, town.county(), home, LATER)
    assert not file.exists()


def lead_of(town: Record, case: Case) -> Lead:
    with town.read() as session:
        return session.get_one(Lead, case.lead_id)


def reopen(town: Record, status: str) -> None:
    town.write(small.actor(town, Role.DISPATCHER), lambda tx: tx.session.execute(update(Lead).values(status=status)))


def keep_an_answer(tx: Tx, *, lead: str) -> None:
    answer = {"lead": {"number": lead, "summary": SECRET}}
    tx.session.add(
        Answered(
            jurisdiction_id=tx.county.jurisdiction_id,
            account_id=tx.actor.account_id,
            key="k",
            request_sha256="0",
            status=201,
            answer=answer,
            at=tx.now,
        )
    )
