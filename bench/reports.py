"""Seconds and peak memory of a report of each kind, by hand on a built record.

`python bench/reports.py sqlite:///FOLDER/onegrid.db [--lang zh]`: each kind in a process of its own: read, set, put away.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from data.db import Record
from data.queries.figures import last_snapshot
from data.reports.making import draw_up, put_away
from data.reports.periods import KINDS, ended


def one(database: str, kind: str, lang: str) -> dict[str, float | int | str]:
    """Make one report of the newest period that is over; nothing is written to the record."""
    record = Record(database)
    county, idle = record.county(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with record.read() as session:
        newest = last_snapshot(session, county)
    last = ended(kind, newest or record.clock().date())[0]
    begun = time.perf_counter()
    reading = draw_up(record, county, kind, last, record.clock())
    read = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        made = put_away(reading, county, Path(folder), lang)
    done = time.perf_counter()
    record.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "kind": kind, "pages": made.pages, "kB": round(made.size / 1024), "read_s": round(read - begun, 2),
        "set_s": round(done - read, 2), "idle_MB": idle // 1024, "peak_MB": peak // 1024,
    }  # fmt: skip


def main() -> None:
    """Every kind, one line each."""
    asked = argparse.ArgumentParser()
    asked.add_argument("database")
    asked.add_argument("--lang", default="zh")
    asked.add_argument("--kind", choices=KINDS)
    given = asked.parse_args()
    if given.kind:
        print(json.dumps(one(given.database, given.kind, given.lang)))
        return
    for kind in KINDS:
        order = [sys.executable, __file__, given.database, "--lang", given.lang, "--kind", kind]
        print(subprocess.run(order, check=True, capture_output=True, text=True).stdout.strip())


if __name__ == "__main__":
    main()
