"""A hundred thousand cases: the data of a case's page, the table of cases and one step, against the same page read relation by relation.

One case of each stage is driven through the real verbs and then copied with its deadlines, entries, links and events.
`python bench/cases.py [--cases 100000] [--runs 300]`
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session, foreign, registry, relationship, remote
from uuid_utils.compat import uuid7

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("ONEGRID_DATA_KEY", "personal-data-of-a-measurement-0123456789")

from data.casework.cases import case_step  # noqa: E402  # the script finds the house by its own place
from data.db import Record  # noqa: E402
from data.events import EventDraft, append_many  # noqa: E402
from data.migrate import migrate  # noqa: E402
from data.models import (  # noqa: E402
    Case,
    CaseEntry,
    Deadline,
    Event,
    Evidence,
    EvidenceLink,
    Goods,
    Item,
    Lead,
    Measure,
    Paper,
    Party,
    Payment,
    Person,
    Referral,
    Remedy,
    Transfer,
)
from data.models.sealed import sealed_row  # noqa: E402
from data.queries.cases import CaseFilter, case_view, list_cases  # noqa: E402
from tests.data import cases as c  # noqa: E402
from tests.data import small  # noqa: E402

SPREAD = {
    "proposed": 3, "filed": 4, "investigating": 6, "finding": 3, "notice": 5, "statement_heard": 2, "served": 5,
    "executing": 8, "closed": 9, "archived": 55,
}  # fmt: skip
"""Of a hundred cases, how many stand where."""
BATCH = 2_000
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("officer", "submit_filing", {}), ("head", "approve_filing", {"words": "同意立案"}),
    ("officer", "start_investigation", {}), ("officer", "conclude_investigation", {"words": "经查属实。"}),
    ("officer", "propose_penalty", c.PENALTY), ("officer", "give_notice", {"words": "拟罚款三十元。"}),
    ("officer", "record_waiver", {"waived": "statement", "document": "弃权书"}), ("officer", "hear_statement", {}),
    ("head", "decide", {"words": "决定罚款三十元", "penalties": ["fine"], "fine": "30", "grade": "ordinary"}),
    ("officer", "serve", {"service_way": "in_person", "receipt": True}),
    ("finance", "record_payment", {"amount": "30", "paid": "fine", "slip": "No.1"}),
    ("head", "close", {"close_ground": "executed"}),
    ("officer", "archive", {"archive_number": "2026-01-001", "file_complete": True}),
)  # fmt: skip


# -- the record --------------------------------------------------------------------------------------------------------


def patterns(record: Record, folder: Path, actors: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """One case of each stage, made by the real verbs, with all of its rows."""
    found = {}
    for shade, state in enumerate(SPREAD):
        party = c.COMPANY if shade % 2 else c.CITIZEN | {"name": f"王小{shade}"}
        case = c.propose(
            record, folder, actors, shade + 1, party=party, act_on=(small.NOW - timedelta(days=shade)).date()
        )
        for n, (part, verb, given) in enumerate(STEPS):
            if case.status == state:
                break
            case = c.step(record, actors[part], case, verb, small.NOW + timedelta(hours=n), **given)
        assert case.status == state, (case.status, state)
        with record.read() as session:
            found[state] = {
                "case": plain(session.get_one(Case, case.id)),
                "lead": plain(session.get_one(Lead, case.lead_id)),
                **{
                    model.__name__: [plain(row) for row in session.scalars(select(model).where(column == case.id))]
                    for model, column in (
                        (Deadline, Deadline.matter_id),
                        (CaseEntry, CaseEntry.case_id),
                        (Payment, Payment.case_id),
                        (EvidenceLink, EvidenceLink.matter_id),
                    )
                },
                "events": session.scalars(
                    select(Event).where(Event.subject_id == case.id).order_by(Event.position)
                ).all(),
            }
    return found


def plain(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__mapper__.column_attrs}


def copies(kept: dict[str, Any], number: int, back: timedelta, party: Any, township: str) -> Iterator[tuple[Any, Any]]:
    """The rows of a pattern again, for another case at another time: (model, row) or (None, event)."""
    case_id, lead_id = uuid7(), uuid7()
    name, lead_name = f"JD-C-20250101-{number:06d}", f"JD-L-20250101-{number:06d}"
    own = {"township_code": township}
    yield Lead, moved(kept["lead"], back) | own | {"id": lead_id, "number": lead_name}
    decision = {"decision_number": f"罚决〔2025〕{number}号"} if kept["case"]["decision_number"] else {}
    case = moved(kept["case"], back) | own | decision
    yield Case, case | {"id": case_id, "lead_id": lead_id, "number": name, "party_id": party}
    for model, key in (
        (Deadline, "matter_id"),
        (CaseEntry, "case_id"),
        (Payment, "case_id"),
        (EvidenceLink, "matter_id"),
    ):
        for row in kept[model.__name__]:
            more = own | {"matter_number": name} if model is Deadline else {}
            yield model, moved(row, back) | more | {"id": uuid7(), key: case_id}
    for row in kept["events"]:
        if row.verb.endswith("_deadline"):  # the steps themselves: about ten a case
            continue
        yield None, EventDraft(
            row.at - back, row.matter, case_id, row.verb, row.role, row.actor_id, row.organ, row.certificate, name,
            row.from_state, row.to_state, json.loads(row.facts), row.clause, row.profile_digest,
        )  # fmt: skip


def moved(row: dict[str, Any], back: timedelta) -> dict[str, Any]:
    return {name: value - back if hasattr(value, "tzinfo") else value for name, value in row.items()}


def parties(record: Record, count: int) -> list[Any]:
    place = record.county().jurisdiction_id
    rows = [
        {
            "id": uuid7(), "jurisdiction_id": place, "code": f"JD-P-20250101-{n:06d}", "kind": "organisation" if n % 3 else "citizen",
            "name": f"某某公司{n}" if n % 3 else "李小明", "identity_number": None if n % 3 else f"1101011980{n:08d}",
        }
        for n in range(count)
    ]  # fmt: skip
    stored = [sealed_row(Party, row) for row in rows]
    record.submit_raw(lambda connection: connection.execute(insert(Party), stored)).result()
    return [row["id"] for row in rows]


def fill(record: Record, kept: dict[str, dict[str, Any]], count: int) -> tuple[int, int]:
    """Copy the patterns until there are `count` cases; gives how many rows and how many events were written."""
    chance, whom, written, told = random.Random(1), parties(record, count // 3), 0, 0
    states = list(SPREAD)
    place = record.county().jurisdiction_id
    for first in range(0, count, BATCH):
        rows: dict[Any, list[Any]] = {}
        for number in range(first, min(first + BATCH, count)):
            state = chance.choices(states, list(SPREAD.values()))[0]
            days = chance.randint(200, 1000) if state in ("closed", "archived") else chance.randint(0, 60)
            back = timedelta(days=days, minutes=chance.randint(0, 1400))
            township = small.WEST if chance.random() < 0.3 else small.EAST
            for model, row in copies(kept[state], number, back, chance.choice(whom), township):
                rows.setdefault(model, []).append(row)

        def work(connection: Any, rows: dict[Any, list[Any]] = rows) -> None:
            for model, found in rows.items():
                if model is not None:
                    connection.execute(insert(model), found)
            append_many(connection, place, rows[None])

        record.submit_raw(work).result()
        written, told = written + sum(len(found) for found in rows.values()), told + len(rows[None])
    return written, told


# -- the rival: one query for each relation, as a page is read without much thought ---------------------------------------

_naive = registry()


def naive_models() -> type[Any]:
    """The tables of a case mapped once more, every relation lazy."""
    names = {
        "deadlines": (Deadline, "matter_id"), "entries": (CaseEntry, "case_id"), "payments": (Payment, "case_id"),
        "measures": (Measure, "case_id"), "goods": (Goods, "case_id"), "remedies": (Remedy, "case_id"),
        "links": (EvidenceLink, "matter_id"), "papers": (Paper, "matter_id"), "transfers": (Transfer, "matter_id"),
        "referrals": (Referral, "matter_id"), "events": (Event, "subject_id"),
    }  # fmt: skip

    class Naive:
        pass

    case = Case.__table__
    properties: dict[str, Any] = {}
    for name, (model, key) in names.items():
        kind = type(f"Naive{model.__name__}", (), {})
        _naive.map_imperatively(kind, model.__table__, properties=_more(model))
        column = model.__table__.c[key]
        properties[name] = relationship(
            kind, primaryjoin=foreign(column) == case.c.id, viewonly=True, lazy="select", uselist=True
        )
    for name, model, key in (("item", Item, "item_id"), ("party", Party, "party_id"), ("lead", Lead, "lead_id")):
        kind = type(f"Naive{model.__name__}", (), {})
        _naive.map_imperatively(kind, model.__table__)
        properties[name] = relationship(
            kind, primaryjoin=foreign(case.c[key]) == remote(model.__table__.c.id), viewonly=True, lazy="select"
        )
    _naive.map_imperatively(Naive, case, properties=properties)
    return Naive


def _more(model: Any) -> dict[str, Any]:
    if model is not EvidenceLink:
        return {}
    kind = type("NaiveEvidence", (), {})
    _naive.map_imperatively(kind, Evidence.__table__)
    join = foreign(EvidenceLink.__table__.c.evidence_id) == remote(Evidence.__table__.c.id)
    return {"file": relationship(kind, primaryjoin=join, viewonly=True, lazy="select")}


def naive_view(session: Session, model: type[Any], number: str) -> int:
    """What the page shows, read by walking from the case; ten earlier decisions of item and party; gives a count."""
    case = session.scalars(select(model).where(Case.__table__.c.number == number)).one()
    seen = [case.item.name, case.party.public_name if case.party else "", case.lead.number]
    for name in (
        "deadlines",
        "entries",
        "payments",
        "measures",
        "goods",
        "remedies",
        "papers",
        "transfers",
        "referrals",
    ):
        seen += [row.id for row in getattr(case, name)]
    seen += [link.file.name for link in case.links]
    for row in case.events:
        seen.append(row.facts)
        if row.actor_id:  # whoever did it
            session.execute(text("SELECT display_name FROM account WHERE id = :key"), {"key": row.actor_id.hex}).first()
    for key in case.officer_ids:
        seen.append(session.scalar(select(Person.name).where(Person.id == UUID(key))))
    table = Case.__table__
    for which in (table.c.item_id == case.item_id, table.c.party_id == case.party_id):
        query = (
            select(model).where(which, table.c.decided_at.is_not(None)).order_by(table.c.decided_at.desc()).limit(10)
        )
        seen += [other.decision_number for other in session.scalars(query)]
    return len(seen)


# -- measured ----------------------------------------------------------------------------------------------------------


def times(work: Callable[[Any], Any], over: list[Any]) -> np.ndarray:
    """Milliseconds by the clock and of work for each of `over`, after two runs that are not counted."""
    taken = []
    for n, one in enumerate([*over[:2], *over]):
        begun, worked = time.perf_counter(), time.process_time()
        work(one)
        if n >= 2:
            taken.append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
    return np.array(taken)


def report(name: str, found: np.ndarray) -> None:
    clock, work = found[:, 0], found[:, 1]
    print(
        f"{name:<40} median {np.median(clock):7.1f} ms  p95 {np.percentile(clock, 95):7.1f} ms  "
        f"of work {np.median(work):6.1f} / {np.percentile(work, 95):6.1f} ms  ({len(found)} runs)",
        flush=True,
    )


def plans(record: Record, work: Callable[[Session], Any]) -> list[str]:
    """Steps of SQLite's plans that walk a whole table, for every statement `work` sends."""
    sent: list[tuple[str, Any]] = []
    engine = record.read_engine

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    with record.read() as session:
        work(session)
    event.remove(engine, "before_cursor_execute", listen)
    scans: dict[str, None] = {}
    with engine.connect() as connection:
        for statement, parameters in sent:
            if not statement.lstrip().upper().startswith("SELECT"):
                continue
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                if row[3].startswith("SCAN"):
                    scans[f"{row[3]}   <- {' '.join(statement.split())[:140]}"] = None
    print(f"{len(sent)} statements")
    return list(scans)


def measure(record: Record, actors: dict[str, Any], count: int, runs: int, shown: bool) -> None:
    chance, county, officer, model = random.Random(2), record.county(), actors["officer"], naive_models()
    with record.read() as session:
        query = select(Case.number, Case.status).where(Case.township_code == small.WEST, Case.number.like("JD-C-2025%"))
        west = list(session.execute(query))
    sample = [number for number, _ in chance.sample(west, min(runs, len(west)))]
    filed = [number for number, status in west if status == "proposed"]

    def view(number: str) -> None:
        with record.read() as session:
            case_view(session, officer, county, number, small.NOW)

    def naive(number: str) -> None:
        with record.read() as session:
            naive_view(session, model, number)

    everything = CaseFilter()

    def table(sort: Any, which: CaseFilter = everything) -> Callable[[Any], None]:
        def read(_: Any) -> None:
            with record.read() as session:
                list_cases(session, actors["dispatcher"], county, small.NOW, which, sort=sort)

        return read

    ours = times(view, sample)
    report("a case's page, all of it", ours)
    rival = times(naive, sample[: max(20, runs // 10)])
    report("  rival: lazy, relation by relation", rival)
    middle, tail = (
        np.median(rival, axis=0) / np.median(ours, axis=0),
        np.percentile(rival, 95, 0) / np.percentile(ours, 95, 0),
    )
    print(f"  ratio of medians {middle[0]:.1f}x, of p95 {tail[0]:.1f}x; of work {middle[1]:.1f}x, {tail[1]:.1f}x")
    some = list(range(max(20, runs // 10)))
    report("the table, first page of 100", times(table("newest"), some))
    narrow = CaseFilter(statuses=("notice",), township=small.EAST)
    report("the table, one township and state", times(table("newest", narrow), some))
    report("the table, open ones by deadline", times(table("due", CaseFilter(open=True)), some))
    report("the table, all by deadline", times(table("due"), some))

    def step(number: str) -> None:
        record.write(
            officer, case_step, number=number, step="correct_document", given={"document": "笔录", "reason": "笔误"}
        )

    report("one step, durable", times(step, filed[:runs]))
    if shown:
        work: list[Callable[[Session], Any]] = [
            lambda s: case_view(s, officer, county, sample[0], small.NOW),
            lambda s: list_cases(s, actors["dispatcher"], county, small.NOW),
            lambda s: list_cases(s, actors["dispatcher"], county, small.NOW, narrow),
            lambda s: list_cases(s, actors["dispatcher"], county, small.NOW, sort="due"),
        ]
        for each in work:
            print("\n".join(plans(record, each)))


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--cases", type=int, default=100_000)
    asked.add_argument("--runs", type=int, default=300)
    asked.add_argument("--plans", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'cases.db'}"
        migrate(url)
        record = Record(url, clock=lambda: small.NOW + timedelta(days=1))
        small.build(record)
        c.with_basis(record)
        actors = c.cast(record)
        kept = patterns(record, folder, actors)
        begun = time.perf_counter()
        rows, events = fill(record, kept, given.cases)
        taken = time.perf_counter() - begun
        size = (folder / "cases.db").stat().st_size / 2**20
        print(
            f"built {given.cases:,} cases, {rows:,} rows of which {events:,} events, in {taken:.0f} s ({size:,.0f} MiB)"
        )
        measure(record, actors, given.cases, given.runs, given.plans)
        record.close()


if __name__ == "__main__":
    main()
