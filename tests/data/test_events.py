"""The event chain: what is altered, removed, reordered or cut off is found, and the first wrong event is named."""

from __future__ import annotations

import json
import random

import pytest
from sqlalchemy import text

from data import casework
from data.anchors import anchor_file, read_anchors, write_anchor
from data.events import canonical, verify
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small
from tests.support.tampering import unguard

KEY = "k" * 32


@pytest.fixture
def chained(town):
    desk = small.actor(town, Role.DISPATCHER)
    for village in range(4):
        lon, lat = small.middle(village)
        town.write(desk, casework.receive_lead, source="grid_patrol", summary="占道", lon=lon, lat=lat, item_code="A1")
    unguard(town)
    return town


def tamper(record, statement, **values):
    record.submit_raw(lambda connection: connection.execute(text(statement), values)).result()


def look(record, anchors=()):
    return verify(record, record.county().jurisdiction_id, anchors=anchors)


def test_an_untouched_chain_is_whole(chained):
    found = look(chained)
    assert found.whole
    assert found.events == 4
    assert "4" in found.sentence("en")


@pytest.mark.parametrize(
    ("statement", "fault", "sequence"),
    [
        ("UPDATE event SET facts = '{}' WHERE sequence = 2", "altered", 2),
        ("UPDATE event SET verb = 'reject' WHERE sequence = 3", "altered", 3),
        ("UPDATE event SET to_state = 'resolved' WHERE sequence = 1", "altered", 1),
        ("UPDATE event SET at = '2020-01-01 00:00:00.000000' WHERE sequence = 2", "altered", 2),
        ("DELETE FROM event WHERE sequence = 2", "missing", 2),
        ("DELETE FROM event WHERE sequence = 1", "missing", 1),
        ("DELETE FROM event WHERE sequence = 4", "head_differs", 4),
        ("UPDATE chain_head SET hash = 'x'", "head_differs", 5),
        ("UPDATE event SET algorithm = 'nonsense' WHERE sequence = 2", "altered", 2),
    ],
)
def test_the_first_wrong_event_is_named(chained, statement, fault, sequence):
    tamper(chained, statement)
    found = look(chained)
    assert (found.fault, found.sequence) == (fault, sequence)
    assert str(sequence) in found.sentence("zh")


def test_two_events_exchanged_are_found(chained):
    tamper(chained, "UPDATE event SET sequence = -sequence WHERE sequence IN (2, 3)")
    tamper(chained, "UPDATE event SET sequence = CASE sequence WHEN -2 THEN 3 ELSE 2 END WHERE sequence < 0")
    assert look(chained).sequence == 2


def test_a_cut_tail_with_a_mended_head_shows_only_against_the_anchors(chained, tmp_path):
    write_anchor(chained, "330703000000", tmp_path, KEY, small.NOW)
    tamper(chained, "DELETE FROM event WHERE sequence = 4")
    tamper(chained, "UPDATE chain_head SET sequence = 3, hash = (SELECT hash FROM event WHERE sequence = 3)")
    assert look(chained).whole
    found = look(chained, read_anchors(tmp_path, "330703000000", KEY))
    assert (found.fault, found.sequence) == ("cut_tail", 4)


def test_a_chain_rebuilt_from_scratch_differs_from_its_anchor(chained, tmp_path):
    write_anchor(chained, "330703000000", tmp_path, KEY, small.NOW)
    (anchor,) = read_anchors(tmp_path, "330703000000", KEY)
    found = look(chained, [anchor | {"hash": "0" * 64}])
    assert (found.fault, found.sequence) == ("anchor_differs", 4)


def test_a_forged_anchor_is_refused(chained, tmp_path):
    write_anchor(chained, "330703000000", tmp_path, KEY, small.NOW)
    file = anchor_file(tmp_path, "330703000000")
    entry = json.loads(file.read_text())
    file.write_text(json.dumps(entry | {"sequence": 99}) + "\n")
    with pytest.raises(Refusal):
        list(read_anchors(tmp_path, "330703000000", KEY))


def test_random_edits_are_all_found(chained):
    chance = random.Random(7)
    columns = ("role", "organ", "certificate", "matter", "subject_number", "verb", "from_state", "to_state", "clause")
    for _ in range(40):
        column, sequence = chance.choice(columns), chance.randint(1, 4)
        before = chained.submit_raw(
            lambda c, k=column, n=sequence: c.execute(text(f"SELECT {k} FROM event WHERE sequence = {n}")).scalar()
        ).result()
        tamper(chained, f"UPDATE event SET {column} = :new WHERE sequence = {sequence}", new=f"{before}?")
        assert look(chained).sequence == sequence
        tamper(chained, f"UPDATE event SET {column} = :old WHERE sequence = {sequence}", old=before)
    assert look(chained).whole


def test_facts_hold_no_floats_and_are_canonical():
    assert canonical({"b": 1, "a": ["道"]}) == '{"a":["\\u9053"],"b":1}'
    with pytest.raises(TypeError):
        canonical({"metres": {"north": 1.5}})
