"""What somebody typed at a step stands sealed beside the chain; the chain holds a digest that tells nothing by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete, select, text, update

from data.authority import Actor
from data.casework.erasing import erase_reporter
from data.casework.leads import receive_lead, reject
from data.casework.unmasking import unmask_case, unmask_lead
from data.db import Record, Tx
from data.events import append_event, verify, verify_subjects
from data.models import Case, Event, Lead, Said
from data.queries.case_history import happenings
from data.said import with_words
from policy.text import say
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

REASON = "核对王小明的住址"


@pytest.fixture
def actors(town: Record) -> dict[str, Actor]:
    return c.cast(town)


@pytest.fixture
def case(town: Record, actors: dict[str, Actor], tmp_path: Path) -> Case:
    made = c.propose(town, tmp_path, actors)
    town.write(actors["officer"], unmask_case, number=made.number, reason=REASON)
    return made


def told(town: Record, verb: str, lang: str = "zh") -> dict:
    with town.read() as session:
        event = session.scalars(select(Event).where(Event.verb == verb).order_by(Event.sequence.desc())).first()
        return with_words(session, [json.loads(event.facts)], lang)[0]


def raw(town: Record) -> str:
    with town.read() as session:
        return "".join(session.scalars(select(Event.facts)))


def fault(town: Record) -> str | None:
    found = verify(town, town.county().jurisdiction_id)
    assert found.sentence("zh")
    assert found.sentence("en")
    return found.fault


def change(town: Record, statement) -> None:
    with town.write_engine.begin() as connection:
        connection.execute(statement)


def test_the_chain_holds_a_digest_and_the_timeline_the_words(town: Record, case: Case) -> None:
    chain = raw(town)
    assert "王小明" not in chain
    assert json.dumps("王小明")[1:-1] not in chain
    assert (told(town, "unmask")["reason"], fault(town)) == (REASON, None)
    with town.read() as session:
        seen = [one.facts.get("reason") for one in happenings(session, town.county(), case, {})]
        assert REASON in seen
        assert verify_subjects(session, town.county().jurisdiction_id, [case.id]).whole
        stored = b"".join(session.scalars(select(Said.words_sealed)))
    assert REASON.encode() not in stored


def test_equal_words_have_digests_that_differ(town: Record, actors: dict[str, Actor], case: Case) -> None:
    town.write(actors["officer"], unmask_case, number=case.number, reason=REASON)
    with town.read() as session:
        facts = [json.loads(one) for one in session.scalars(select(Event.facts).where(Event.verb == "unmask"))]
    assert len({fact["said_digest"] for fact in facts}) == len(facts) == 2


@pytest.mark.parametrize(
    ("name", "statement"),
    [
        ("words_missing", delete(Said)),
        ("words_altered", update(Said).values(words_sealed=b"\x01" + b"0" * 40)),
        ("words_altered", update(Said).values(data_key=b"\x01" + b"0" * 60)),
        ("words_gone", update(Said).values(data_key=None, erased_at=small.NOW)),
    ],
)
def test_words_altered_or_taken_away_are_found_with_their_event(town: Record, case: Case, name, statement) -> None:
    change(town, statement)
    found = verify(town, town.county().jurisdiction_id)
    assert (found.fault, found.verb, found.subject) == (name, "unmask", case.number)
    assert str(found.sequence) in found.sentence("zh")
    if name != "words_gone":  # which erasures there were, the events of one matter cannot tell
        with town.read() as session:
            assert verify_subjects(session, town.county().jurisdiction_id, [case.id]).fault == name
            assert say("personal.unreadable") in str(told(town, "unmask")) or name == "words_missing"


def test_words_of_another_event_are_not_taken_for_these(town: Record, actors: dict[str, Actor], case: Case) -> None:
    """A row that opens, with words somebody said elsewhere: the digest in the chain does not fit."""
    town.write(actors["officer"], unmask_case, number=case.number, reason="送达")
    with town.read() as session:
        first, second = session.scalars(select(Said).order_by(Said.id)).all()
        words = second.words

    def swap(tx: Tx) -> None:
        tx.session.get(Said, first.id).words = words

    town.write(actors["officer"], swap)
    assert fault(town) == "words_altered"


def test_an_event_of_before_keeps_its_reason_in_plain(town: Record, actors: dict[str, Actor], case: Case) -> None:
    def old(tx: Tx) -> None:
        append_event(tx, matter="case", subject_id=case.id, verb="unmask", facts={"reason": "旧的理由", "fields": []})

    town.write(actors["officer"], old)
    assert (told(town, "unmask")["reason"], fault(town)) == ("旧的理由", None)


def test_what_was_said_about_a_reporter_goes_with_him_and_the_chain_says_so(
    town: Record, actors: dict[str, Actor]
) -> None:
    lead: Lead = town.write(
        actors["dispatcher"], receive_lead, source="public_report", summary="占道", cell_code=small.WEST,
        reporter_name="王小明", reporter_phone="13800000000",
    )  # fmt: skip
    town.write(actors["dispatcher"], unmask_lead, number=lead.number, reason="给王小明回电话")
    town.write(actors["dispatcher"], reject, number=lead.number, reason="out_of_scope")
    town.write(small.actor(town, Role.COUNTY_OFFICE), erase_reporter, number=lead.number, reason="举报人申请")
    assert told(town, "unmask")["reason"] == "已于 2026-11-20 删除"
    assert told(town, "unmask", "en")["reason"] == "erased on 2026-11-20"
    assert told(town, "erase_reporter")["reason"] == "举报人申请"
    assert fault(town) is None
    with town.read() as session:
        kept = session.scalars(select(Said).where(Said.verb == "unmask")).one()
        assert kept.data_key is None
        assert session.scalar(text("SELECT count(*) FROM said")) == 2
