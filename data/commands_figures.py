"""A figure from the command line: its values with numerator and denominator, target and clause, of now or of a past day."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from data.terminal import LANG, CountyOption, DatabaseOption, DateOption, FormatOption, record_of, reply, reply_table, t
from policy.figures.written import goal, said
from policy.text import named
from policy.zone import CHINA

FigureArgument = Annotated[str, typer.Argument(help="commands.argument.figure")]
ByOption = Annotated[str | None, typer.Option("--by", help="commands.option.by")]
PeriodOption = Annotated[int, typer.Option("--days", min=1, max=366, help="commands.option.period")]
HEADS: Final = {
    "measure": "commands.column.measure",
    "group": "commands.column.group",
    "value": "commands.column.value",
    "numerator": "commands.column.numerator",
    "denominator": "commands.column.denominator",
    "target": "commands.column.target",
    "met": "commands.column.met",
    "clause": "commands.column.clause",
}


def figures_show(
    figure: FigureArgument,
    day: DateOption = None,
    by: ByOption = None,
    days: PeriodOption = 1,
    county: CountyOption = None,
    database: DatabaseOption = None,
    form: FormatOption = "text",
) -> None:
    """One figure: value, numerator, denominator, target and clause, live or as of a past day, by any of its groups."""
    from data.authority import SYSTEM
    from data.queries.figures import definitions, figures_on

    id_, on, lang = figure.strip().upper(), day.date() if day else None, LANG.get()
    with record_of(database) as record, record.read() as session:
        place, now = record.county(county), record.clock()
        rows = figures_on(session, SYSTEM, place, on=on, now=now, group_kind=by, only=id_, days=days, lang=lang)
    known = definitions(lang, id_)[0]
    as_of = on.isoformat() if on else f"{now.astimezone(CHINA):%Y-%m-%d %H:%M}"
    answer = known | {"county": place.code, "date": on.isoformat() if on else None, "as_of": as_of, "rows": rows}
    if form == "json":
        reply(answer, form)
        return
    name = named(place.words, lang)
    reply(
        answer,
        form,
        t("commands.figures.head", figure=id_, name=known["name"], county=name, at=as_of),
        known["formula"],
    )
    reply_table([_line(known, row) for row in rows], form, HEADS)
    silent = any(row["silent"] for row in rows)
    reply(
        answer,
        form,
        *([t("commands.figures.silent")] if silent else []),
        *([] if rows else [t("commands.figures.none")]),
    )


def _line(known: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """A row as people read it."""
    names = {one["measure"]: one["name"] for one in known["measures"]}
    kind = t(f"figures.group.{row['group_kind']}")
    few = f" {t('commands.figures.few')}" if row["small"] else ""
    return {
        "measure": names[row["measure"]],
        "group": f"{kind} {row['group_name']}".strip(),
        "value": said(row["value"], row["unit"], LANG.get()) + few,
        "numerator": _number(row["numerator"]),
        "denominator": _number(row["denominator"]),
        "target": _target(row),
        "met": {True: t("commands.figures.met"), False: t("commands.figures.missed"), None: ""}[row["meets"]],
        "clause": row["target_clause"] or "; ".join(row["clauses"]),
    }


def _target(row: dict[str, Any]) -> str:
    if row["target"] is None:
        return t("commands.figures.no_target") if row["silent"] else ""
    by = f" ({t('commands.figures.by', day=row['target_by'])})" if row["target_by"] else ""
    return goal(row["target"], row["unit"], LANG.get()) + by


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
