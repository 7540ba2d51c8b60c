"""The event chain at a million events: seconds to append, to verify, and that random tampering is found."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from uuid_utils.compat import uuid7

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from data.db import Record
from data.events import EventDraft, append_many, verify
from data.models import Base
from tests.data import small


def drafts(count: int):
    begun, subject = small.NOW - timedelta(days=365), uuid7()
    for n in range(count):
        facts = {"cell": small.VILLAGES[n % 4], "source": "grid_patrol", "n": n}
        number = f"JD-L-20260101-{n:07d}"
        yield EventDraft(
            begun + timedelta(seconds=n),
            "lead",
            subject,
            "receive",
            subject_number=number,
            to_state="received",
            facts=facts,
        )


def timed(work):
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--tampering", type=int, default=20)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        record = Record(f"sqlite:///{folder}/audit.db")
        Base.metadata.create_all(record.write_engine)
        small.build(record)
        place = record.county().jurisdiction_id

        def fill() -> int:
            def work(connection):
                return append_many(connection, place, drafts(given.events))

            return record.submit_raw(work).result()

        taken, written = timed(fill)
        print(f"append: {written:,} events in {taken:.1f} s ({written / taken:,.0f}/s)")
        seconds = sorted(timed(lambda: verify(record, place))[0] for _ in range(3))
        print(f"verify: {seconds[1]:.1f} s median of 3 ({given.events / seconds[1]:,.0f}/s)")
        chance, found = random.Random(1), 0
        for _ in range(given.tampering):
            at = chance.randint(1, given.events)
            change = text(f"UPDATE event SET facts = facts || ' ' WHERE sequence = {at}")
            back = text(f"UPDATE event SET facts = substr(facts, 1, length(facts) - 1) WHERE sequence = {at}")
            record.submit_raw(lambda c, s=change: c.execute(s)).result()
            found += verify(record, place).sequence == at
            record.submit_raw(lambda c, s=back: c.execute(s)).result()
        print(f"tampering: {found} of {given.tampering} found, the first wrong event named each time")
        record.close()


if __name__ == "__main__":
    main()
