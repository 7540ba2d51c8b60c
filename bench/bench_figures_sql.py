"""What plain pandas and DuckDB read and ask for the figures (bench/figures.py)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

AGES = (("open_1", 0, 1), ("open_3", 1, 3), ("open_7", 3, 7), ("open_30", 7, 30), ("open_older", 30, None))
LIMITS = {"urban": 5, "rural": 15}
_DUE = (
    "SELECT matter_id, max(due_at) AS at FROM {}deadline WHERE kind = 'payment' AND matter = 'case' GROUP BY matter_id"
)
_SELECTS = {
    "leads": (
        "SELECT coalesce(l.township_code, 'unknown') AS township, l.source, l.urgency, l.status, "
        "coalesce(i.code, 'unknown') AS item, {} FROM {}lead l LEFT JOIN {}item i ON i.id = l.item_id",
        ("l.occurred_at", "l.received_at", "l.assigned_at", "l.resolved_at"),
    ),
    "tasks": (
        "SELECT coalesce(t.township_code, 'unknown') AS township, coalesce(t.settlement, 'unknown') AS settlement, t.urgency, "
        "coalesce(l.source, 'unknown') AS source, {} FROM {}task t LEFT JOIN {}lead l ON l.id = t.lead_id",
        ("t.assigned_at", "t.accepted_at", "t.arrived_at", "t.ended_at"),
    ),
    "cases": (
        "SELECT coalesce(c.township_code, 'unknown') AS township, coalesce(i.code, 'unknown') AS item, c.procedure, c.fine, {} "
        "FROM {}case_file c LEFT JOIN {}item i ON i.id = c.item_id LEFT JOIN (DUE) d ON d.matter_id = c.id",
        ("c.filed_at", "c.decided_at", "c.closed_at", "c.paid_at", "d.at"),
    ),
}


def _name(column: str) -> str:
    return "fine_due_at" if column == "d.at" else column.split(".")[1]


def _query(select: str, columns: tuple[str, ...], schema: str, cast: bool) -> str:
    made = ", ".join(f"{f'CAST({c} AS TIMESTAMP)' if cast else c} AS {_name(c)}" for c in columns)
    return select.replace("(DUE)", f"({_DUE})").format(made, *[schema] * 3)


READ = {name: _query(select, columns, "", cast=False) for name, (select, columns) in _SELECTS.items()}
COPIED = [
    f"CREATE TABLE {name} AS {_query(select, columns, 'record.', cast=True)}"
    for name, (select, columns) in _SELECTS.items()
]


def ASKED(first: date, days: int) -> dict[str, str]:  # noqa: N802
    """Measure and group → a query of its rows, sums of value, numerator, denominator and p90."""
    return dict(_asked(first, days))


def _asked(first: date, days: int) -> Iterator[tuple[str, str]]:  # noqa: C901  # every query in one place
    def day(column: str) -> str:
        return f"date_diff('day', DATE '{first}', CAST({column} + INTERVAL 8 HOUR AS DATE))"

    def seconds(begin: str, end: str, unit: float) -> str:
        return f"greatest(epoch_us({end}) - epoch_us({begin}), 0) / {unit * 1e6}"

    def medians(
        name: str, table: str, at: str, length: str, known: str, kinds: tuple[str, ...], unit: str = ""
    ) -> Iterator[tuple[str, str]]:
        for kind in ("county", *kinds):
            key = "''" if kind == "county" else kind
            inner = (
                f"SELECT quantile_cont(len, [0.5, 0.9]) q, count(len) n, count(*) d FROM (SELECT {day(at)} AS day, {key} AS g, "
                f"CASE WHEN {known} THEN {length} END AS len FROM {table} WHERE {at} IS NOT NULL {unit}) "
                f"WHERE day BETWEEN 0 AND {days - 1} GROUP BY day, g"
            )
            rows = days if kind == "county" else "count(*)"
            yield f"{name} {kind}", f"SELECT {rows}, sum(q[1]), sum(n), sum(d), sum(q[2]) FROM ({inner})"

    def shares(
        name: str, source: str, hit: str, of: str, kinds: tuple[str, ...], value: str = "n / nullif(d, 0)"
    ) -> Iterator[tuple[str, str]]:
        for kind in ("county", *kinds):
            key = "''" if kind == "county" else kind
            inner = f"SELECT sum({hit}) n, sum({of}) d FROM ({source}) WHERE day BETWEEN 0 AND {days - 1} GROUP BY day, {key}"
            rows = days if kind == "county" else "count(*)"
            yield f"{name} {kind}", f"SELECT {rows}, sum({value}), sum(n), sum(d), 0 FROM ({inner})"

    wide, places, items = ("township", "urgency", "source"), ("township", "source"), ("township", "item")
    for measure, table, at, begin, end in (
        ("report", "leads", "received_at", "occurred_at", "received_at"),
        ("assign", "leads", "received_at", "received_at", "assigned_at"),
        ("accept", "tasks", "assigned_at", "assigned_at", "accepted_at"),
        ("arrive", "tasks", "assigned_at", "assigned_at", "arrived_at"),
    ):
        yield from medians(f"F06 {measure}", table, at, seconds(begin, end, 60), f"{day(end)} <= {day(at)}", wide)
    received = f"SELECT *, {day('received_at')} AS day, coalesce({day('resolved_at')} <= {day('received_at')}, false) AS done FROM leads"
    settled = "status IN ('duplicate', 'rejected', 'transferred')"
    yield from shares("F09 resolved", received, "done::INT", "1", places)
    yield from shares("F09 settled_otherwise", received, f"({settled} AND NOT done)::INT", "1", places)
    yield from _ages(day, days, settled)
    yield from medians(
        "F10 lead_closure", "leads", "resolved_at", seconds("received_at", "resolved_at", 3600), "true", items
    )
    for measure, end in (("case_decision", "decided_at"), ("case_closure", "closed_at")):
        filed = f"AND {day('filed_at')} <= {day(end)}"
        yield from medians(f"F10 {measure}", "cases", end, seconds("filed_at", end, 86400), "true", items, filed)
    decided = f"SELECT *, {day('decided_at')} AS day, coalesce(fine, 0)::DOUBLE AS yuan FROM cases WHERE decided_at IS NOT NULL"
    yield from shares("F19 simple", decided, "(procedure = 'simple')::INT", "1", items)
    yield from shares("F19 fines", decided, "yuan", "(yuan > 0)::INT", items, "n")
    due = f"SELECT *, {day('fine_due_at')} AS day FROM cases WHERE fine_due_at IS NOT NULL AND fine > 0"
    yield from shares("F19 paid_in_time", due, "coalesce(paid_at <= fine_due_at, false)::INT", "1", items)
    limit = f"assigned_at + CASE settlement WHEN 'urban' THEN INTERVAL {LIMITS['urban']} MINUTE ELSE INTERVAL {LIMITS['rural']} MINUTE END"
    sent = (
        f"SELECT *, {day('assigned_at')} AS day, {limit} AS due_at, coalesce({day('arrived_at')} <= {day('assigned_at')}, false) AS came, "
        f"coalesce({day('ended_at')} <= {day('assigned_at')}, false) AS gone FROM tasks WHERE urgency IN ('urgent', 'emergency')"
    )
    counted = f"SELECT * FROM ({sent}) WHERE (came OR {day('due_at')} <= day) AND NOT (gone AND NOT came AND ended_at < due_at)"
    yield from shares("F07 in_time", counted, "(came AND arrived_at <= due_at)::INT", "1", ("township", "settlement"))


def _ages(day: object, days: int, settled: str) -> Iterator[tuple[str, str]]:
    """What waits, by its age, at the end of each day: begun and ended added up along the days."""
    number = day  # type: ignore[assignment]
    for kind in ("county", "township"):
        key = "''" if kind == "county" else "township"
        waits = f"SELECT {key} AS g, {number('received_at')} AS b, coalesce({number('resolved_at')}, 1000000) AS e FROM leads WHERE NOT {settled}"  # type: ignore[operator]
        grid = f"SELECT d.range AS day, g FROM range({days}) d, (SELECT DISTINCT g FROM ({waits}))"

        def along(low: str, high: str, waits: str = waits, grid: str = grid) -> str:
            spans = f"SELECT g, greatest({low}, 0) AS b, least({high}, {days}) AS e FROM ({waits})"
            change = (
                f"SELECT g, day, sum(x) x FROM (SELECT g, b AS day, 1 AS x FROM ({spans}) WHERE e > b "
                f"UNION ALL SELECT g, e, -1 FROM ({spans}) WHERE e > b) GROUP BY ALL"
            )
            return f"SELECT day, g, sum(coalesce(x, 0)) OVER (PARTITION BY g ORDER BY day) AS n FROM ({grid}) LEFT JOIN ({change}) USING (day, g)"

        for measure, low, high in AGES:
            n = along(f"b + {low}", "e" if high is None else f"least(e, b + {high})")
            both = f"SELECT a.n AS n, b.n AS d FROM ({n}) a JOIN ({along('b', 'e')}) b USING (day, g)"
            chosen = "" if kind == "county" else "WHERE d > 0"
            yield f"F09 {measure} {kind}", f"SELECT count(*), sum(n), sum(n), sum(d), 0 FROM ({both}) {chosen}"
