"""Two million leads, tasks and cases in three years: every day's figures at once, and one day more, against plain pandas and DuckDB.

Each contender reads the same SQLite file and works in a process of its own: seconds by the clock, seconds of work, peak memory.
What they answer is held against each other: rows, sums of values, numerators, denominators and 90th percentiles.
`python bench/figures.py [--base DEMONSTRATION/onegrid.db] [--keep FOLDER] [--rows 2000000]`; with --keep the record is built once.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

FIRST, DAYS, YEAR = date(2023, 11, 24), 1_092, 365
CONTENDERS = ("ours", "pandas", "duckdb")
Answers = dict[str, list[float]]


def measured(name: str, file: Path) -> dict[str, Any]:
    """One contender in a process of its own."""
    said = subprocess.run(
        [sys.executable, __file__, "--only", name, "--keep", str(file.parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(said.stdout.splitlines()[-1])


class Watch:
    """Seconds by the clock and of work since it was made, stage by stage; peak memory of the process."""

    def __init__(self) -> None:
        self.stages: dict[str, tuple[float, float]] = {}
        self.at = time.perf_counter(), _work()

    def stage(self, name: str) -> None:
        now = time.perf_counter(), _work()
        self.stages[name] = (now[0] - self.at[0], now[1] - self.at[1])
        self.at = now

    def told(self, answers: Answers) -> dict[str, Any]:
        return {
            "stages": self.stages,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "answers": answers,
        }


def _work() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# -- ours --------------------------------------------------------------------------------------------------------------


def ours(file: Path) -> dict[str, Any]:
    import numpy as np

    from data.db import Record
    from data.figures_bulk import case_blocks, clock_blocks, loop_blocks
    from data.figures_bulk_read import read_columns
    from data.figures_panel import Panel
    from policy.figures.scope import rules_of

    record = Record(f"sqlite:///{file}")
    county = record.county()
    watch = Watch()
    read = read_columns(record, county)
    watch.stage("read")
    panel = Panel(FIRST, DAYS)
    rules = [rules_of(county.profile, FIRST + timedelta(days=n)) for n in range(DAYS)]
    blocks = [*loop_blocks(panel, read["leads"], read["tasks"], rules), *case_blocks(panel, read["cases"])]
    watch.stage("counted")
    clocks = list(clock_blocks(panel, read["leads"], read["tasks"], read["deadlines"]))
    watch.stage("besides: every deadline (F11)")
    answers = {}
    for block in blocks:
        p90 = block.p90 if block.p90 is not None else np.zeros(1)
        answers[f"{block.figure} {block.measure} {block.kind}"] = [
            float(len(block.day)), *(float(np.nansum(part)) for part in (block.value, block.numerator, block.denominator, p90)),
        ]  # fmt: skip
    answers["rows"] = [float(sum(len(block.day) for block in (*blocks, *clocks)))]
    return watch.told(answers)


# -- plain pandas ------------------------------------------------------------------------------------------------------


def with_pandas(file: Path) -> dict[str, Any]:  # noqa: C901, PLR0915  # one script, as somebody would write it
    import numpy as np
    import pandas as pd
    from bench_figures_sql import AGES, LIMITS, READ
    from pysqlite3 import dbapi2

    watch, link = Watch(), dbapi2.connect(str(file))
    frames = {name: pd.read_sql(query, link) for name, query in READ.items()}
    for frame in frames.values():
        for column in frame.columns:
            if column.endswith("_at"):
                frame[column] = pd.to_datetime(frame[column], format="ISO8601")
    watch.stage("read")
    first, ahead, answers = pd.Timestamp(FIRST), pd.Timedelta(hours=8), {}

    def day(column: Any) -> Any:
        return (column + ahead - first).dt.days

    def of_days(frame: Any, number: Any) -> Any:
        return frame.assign(day=number)[(number >= 0) & (number < DAYS)].astype({"day": "int64"})

    def keep(name: str, kind: str, value: Any, n: Any, d: Any, p90: Any = None) -> None:
        rows, sums = len(value), [float(np.nansum(part)) for part in (value, n, d)]
        answers[f"{name} {kind}"] = [
            float(DAYS if kind == "county" else rows),
            *sums,
            float(np.nansum(p90)) if p90 is not None else 0.0,
        ]

    def medians(name: str, frame: Any, length: Any, kinds: tuple[str, ...]) -> None:
        for kind in ("county", *kinds):
            groups = frame.assign(length=length).groupby(["day"] if kind == "county" else ["day", kind])["length"]
            high = groups.quantile(0.9)
            keep(name, kind, groups.quantile(0.5), groups.count(), groups.size(), high)

    def shares(name: str, frame: Any, hit: Any, of: Any, kinds: tuple[str, ...], value: Any = None) -> None:
        for kind in ("county", *kinds):
            sums = (
                frame.assign(hit=hit, of=of)
                .groupby(["day"] if kind == "county" else ["day", kind])[["hit", "of"]]
                .sum()
            )
            ratio = sums["hit"] / sums["of"] if value is None else sums["hit"]
            keep(name, kind, ratio.replace([np.inf], np.nan), sums["hit"], sums["of"])

    def ended(moment: Any, number: Any) -> Any:
        return day(moment) <= number

    minute, leads, tasks, cases = 60.0, frames["leads"], frames["tasks"], frames["cases"]
    received = of_days(leads, day(leads["received_at"]))
    for measure, begin, end in (("report", "occurred_at", "received_at"), ("assign", "received_at", "assigned_at")):
        length = (received[end] - received[begin]).dt.total_seconds().clip(lower=0) / minute
        medians(
            f"F06 {measure}",
            received,
            length.where(ended(received[end], received["day"])),
            ("township", "urgency", "source"),
        )
    sent = of_days(tasks, day(tasks["assigned_at"]))
    for measure, end in (("accept", "accepted_at"), ("arrive", "arrived_at")):
        length = (sent[end] - sent["assigned_at"]).dt.total_seconds().clip(lower=0) / minute
        medians(f"F06 {measure}", sent, length.where(ended(sent[end], sent["day"])), ("township", "urgency", "source"))
    done = ended(received["resolved_at"], received["day"])
    places = ("township", "source")
    settled = received["status"].isin(["duplicate", "rejected", "transferred"])
    shares("F09 resolved", received, done, True, places)
    shares("F09 settled_otherwise", received, settled & ~done, True, places)
    waits = leads[~leads["status"].isin(["duplicate", "rejected", "transferred"])]
    begin, end = day(waits["received_at"]), day(waits["resolved_at"]).fillna(2**30).astype("int64")
    for kind in ("county", "township"):
        key = pd.Series("", index=waits.index) if kind == "county" else waits["township"]
        every = _waiting(begin, end, key)
        for measure, low, high in AGES:
            n = (
                _waiting(begin + low, end if high is None else np.minimum(end, begin + high), key)
                .reindex_like(every)
                .fillna(0)
            )
            rows = n.to_numpy()[every.to_numpy() > 0] if kind != "county" else n.to_numpy().ravel()
            of = every.to_numpy()[every.to_numpy() > 0] if kind != "county" else every.to_numpy().ravel()
            keep(f"F09 {measure}", kind, rows, rows, of)
    closed = of_days(leads, day(leads["resolved_at"]))
    length = (closed["resolved_at"] - closed["received_at"]).dt.total_seconds().clip(lower=0) / 3600
    medians("F10 lead_closure", closed, length, ("township", "item"))
    for measure, end_at in (("case_decision", "decided_at"), ("case_closure", "closed_at")):
        ends = of_days(cases, day(cases[end_at]))
        ends = ends[day(ends["filed_at"]) <= ends["day"]]
        medians(
            f"F10 {measure}",
            ends,
            (ends[end_at] - ends["filed_at"]).dt.total_seconds().clip(lower=0) / 86400,
            ("township", "item"),
        )
    decided = of_days(cases, day(cases["decided_at"]))
    shares("F19 simple", decided, decided["procedure"] == "simple", True, ("township", "item"))
    fine = decided["fine"].astype("float64").fillna(0).round(2)
    shares("F19 fines", decided, fine, fine > 0, ("township", "item"), value=fine)
    due = of_days(cases, day(cases["fine_due_at"]))
    due = due[due["fine"].astype("float64") > 0]
    shares("F19 paid_in_time", due, due["paid_at"] <= due["fine_due_at"], True, ("township", "item"))
    pressing = sent[sent["urgency"].isin(["urgent", "emergency"])]
    limit = pd.to_timedelta(pressing["settlement"].map(LIMITS).fillna(LIMITS["rural"]), unit="m")
    due_at, over = pressing["assigned_at"] + limit, ended(pressing["ended_at"], pressing["day"])
    came = ended(pressing["arrived_at"], pressing["day"])
    counted = (came | ended(due_at, pressing["day"])) & ~(over & ~came & (pressing["ended_at"] < due_at))
    shares(
        "F07 in_time",
        pressing[counted],
        (came & (pressing["arrived_at"] <= due_at))[counted],
        True,
        ("township", "settlement"),
    )
    watch.stage("counted")
    return watch.told(answers)


def _waiting(begin: Any, end: Any, key: Any) -> Any:
    """How many wait at the end of each day, day × group."""
    import numpy as np
    import pandas as pd

    begin, end = begin.clip(0, DAYS), end.clip(0, DAYS)
    here = end > begin
    change = pd.crosstab(begin[here], key[here]).reindex(range(DAYS + 1), fill_value=0)
    change = change.sub(pd.crosstab(end[here], key[here]).reindex(range(DAYS + 1), fill_value=0), fill_value=0)
    return change.cumsum().iloc[:DAYS].astype(np.float64)


# -- DuckDB ------------------------------------------------------------------------------------------------------------


def with_duckdb(file: Path) -> dict[str, Any]:
    import duckdb
    import duckdb_extension_sqlite_scanner
    from bench_figures_sql import ASKED, COPIED

    watch, link = Watch(), duckdb.connect()
    link.load_extension(str(next(Path(duckdb_extension_sqlite_scanner.__file__).parent.rglob("*.duckdb_extension"))))
    link.execute(f"ATTACH '{file}' AS record (TYPE sqlite, READ_ONLY)")
    for statement in COPIED:
        link.execute(statement)
    watch.stage("read")
    answers = {
        name: [float(one or 0) for one in link.execute(query).fetchone()] for name, query in ASKED(FIRST, DAYS).items()
    }
    watch.stage("counted")
    return watch.told(answers)


# -- one day more ------------------------------------------------------------------------------------------------------


def one_day(file: Path) -> dict[str, float]:
    """What one day costs when its leads, tasks and cases alone have come: frames read, figures counted, held against the kept."""
    from datetime import UTC, datetime

    from data.db import Record
    from data.figures_bulk import FIGURES
    from data.figures_day import rows_of
    from data.queries.frames import frames, frames_of

    record = Record(f"sqlite:///{file}")
    county, now = record.county(), datetime(2026, 11, 20, 22, tzinfo=UTC)
    day, found = date(2026, 11, 20), {}
    for name, figures in (("the same figures", FIGURES), ("all figures", None)):
        seconds = []
        for _ in range(3):
            begun = time.perf_counter(), _work()
            with record.read() as session:
                read = frames(session, county, now, days=3, only=frames_of(figures) if figures else None)
            rows = rows_of(county, read, day, figures)
            seconds.append((time.perf_counter() - begun[0], _work() - begun[1]))
        found[name] = {"clock": median(s for s, _ in seconds), "work": median(w for _, w in seconds), "rows": len(rows)}
    return found


# -- all of it ---------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--base", type=Path, help="record of a demonstration (app.py demo build); else one of a year is built"
    )
    parser.add_argument("--keep", type=Path, help="folder in which the large record is built once and kept")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--only", choices=(*CONTENDERS, "day"))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        file = (asked.keep or Path(passing)) / "big.db"
        if asked.only:
            work = {"ours": ours, "pandas": with_pandas, "duckdb": with_duckdb, "day": one_day}[asked.only]
            print(json.dumps(work(file)))
            return
        if not file.exists():
            from figures_record import build

            build(asked.base or _a_year(Path(passing)), file, asked.rows)
        found = {name: measured(name, file) for name in CONTENDERS}
        told(found)
        print("one day more:", json.dumps(measured("day", file)))


def _a_year(folder: Path) -> Path:
    from bench.wall import demonstration

    return Path(demonstration(folder, YEAR).removeprefix("sqlite:///"))


def told(found: dict[str, dict[str, Any]]) -> None:
    """Seconds, memory, and whether they say the same."""
    for name, one in found.items():
        stages = ", ".join(
            f"{stage} {clock:.2f} s ({work:.2f} s of work)" for stage, (clock, work) in one["stages"].items()
        )
        print(f"{name:8} {stages}; peak {one['peak_mb']:.0f} MB")
    print("rows of ours with every deadline:", int(found["ours"]["answers"].pop("rows")[0]))
    for rival in CONTENDERS[1:]:
        theirs = found[rival]["answers"]
        wrong = [key for key, numbers in theirs.items() if not _same(found["ours"]["answers"].get(key), numbers)]
        print(f"{rival}: {len(theirs)} measures by group, {len(wrong)} differ {wrong[:8]}")


def _same(a: list[float] | None, b: list[float]) -> bool:
    return a is not None and all(abs(x - y) <= 1e-6 * max(1.0, abs(x), abs(y)) for x, y in zip(a, b, strict=True))


if __name__ == "__main__":
    main()
