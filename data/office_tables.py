"""Tables of the county office: rows in the reader's words, the same on the page, in a spreadsheet and in the pack of a meeting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.county import County
from data.queries.office_force import Posted, SinkDown
from data.queries.posting_answers import Measured, MoveRow, PlanView
from data.sheets import Book, Sheet
from data.sheets import Share as Part
from policy.figures.force import PARTS
from policy.posting_plan import Share
from policy.text import Name, named, say


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its title, the names of its columns, its rows, and what is said below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""


def sheet(table: Table) -> Sheet:
    """A table as a sheet; what is said below it stands in a last row."""
    wide = max(len(table.heads), 1)
    note = [(table.note, *("" for _ in range(wide - 1)))] if table.note else []
    return Sheet(table.title, table.heads, (*table.rows, *note))


def part(value: float | None) -> Part | None:
    """A share for a cell; nothing for none."""
    return None if value is None else Part(value)


def heads(area: str, names: Iterable[str], lang: str) -> tuple[str, ...]:
    """The names of columns out of the catalogue."""
    return tuple(say(f"office.{area}.{name}", lang) for name in names)


# -- sink-down ---------------------------------------------------------------------------------------------------------


def row_name(code: str, name: Name | None, lang: str) -> str:
    """What a row of the matrix is called."""
    return named(name, lang) if name is not None else say(f"office.row.{code}", lang)


def matrix_table(found: SinkDown, county: County, lang: str) -> Table:
    """Department × township: people who count, with the totals of each row and column."""
    names = tuple(county.name_of(code, lang) for code in found.townships)
    rows = [
        (
            row_name(row.code, row.name, lang),
            row.whole,
            row.sunk,
            part(row.sunk / row.whole if row.whole else None),
            part(row.needed),
            row.lent,
            *(row.cells[code].counted if code in row.cells else None for code in found.townships),
        )
        for row in found.rows
    ]
    sums = [sum(row.cells[code].counted for row in found.rows if code in row.cells) for code in found.townships]
    last = (
        say("office.total", lang),
        found.whole,
        found.sunk,
        part(found.sunk / found.whole if found.whole else None),
        part(found.target),
        len(found.lent),
        *sums,
    )
    columns = (*heads("column", ("organ", "whole", "sunk", "share", "target", "lent"), lang), *names)
    return Table(say("office.matrix", lang, on=found.on), columns, (*rows, last), counting_words(found, lang))


def parts_table(found: SinkDown, county: County, lang: str) -> Table:
    """181N by township (LX 二(二)2)."""
    rows = [
        (county.name_of(code, lang), *(found.parts[code][name] for name in PARTS), sum(found.parts[code].values()))
        for code in found.townships
    ]
    columns = (*heads("column", ("township",), lang), *heads("part", PARTS, lang), say("office.total", lang))
    return Table(say("office.parts", lang), columns, tuple(rows))


def people_table(people: Sequence[Posted], county: County, lang: str, title: str) -> Table:
    """People with home, mode, from–to, certificate, and whether they count."""
    rows = [
        (
            one.person,
            one.name,
            named(one.organ_name, lang),
            county.name_of(one.township, lang) if one.township else say("office.at_home", lang),
            say(f"office.mode.{one.mode}", lang),
            one.since,
            one.until,
            one.certificate,
            one.certified_to,
            counted_words(one, lang),
        )
        for one in people
    ]
    names = ("person", "name", "organ", "township", "mode", "since", "until", "certificate", "certified_to", "counts")
    return Table(title, heads("column", names, lang), tuple(rows))


def lent_table(found: SinkDown, county: County, lang: str) -> Table:
    """Who is lent away, from where, since when, why."""
    rows = [
        (one.person, one.name, named(one.organ_name, lang), county.name_of(one.lent_from, lang), one.works_at, one.since, one.until, one.reason, one.approved_by or say("office.not_approved", lang))
        for one in found.lent
    ]  # fmt: skip
    names = ("person", "name", "organ", "lent_from", "works_at", "since", "until", "reason", "approved_by")
    return Table(say("office.lent", lang), heads("column", names, lang), tuple(rows))


def counted_words(one: Posted, lang: str) -> str:
    """Whether a person counts, and why not."""
    if one.counted:
        return say("office.counts", lang)
    return say(f"office.why_not.{one.why_not}" if one.why_not else "office.why_not.home", lang)


def counting_words(found: SinkDown, lang: str) -> str:
    """The rule by which people count, as the profile has it; that the plan is silent where it has none."""
    if found.counting is None:
        return say("office.counting_none", lang)
    held: Mapping[str, Any] = found.counting.value
    modes = tuple(say(f"office.mode.{name}", lang) for name in held["postings"])
    people = tuple(say(f"office.counted.{name}", lang) for name in held["people"])
    squadrons = say(f"office.squadrons.{'yes' if held.get('home_squadrons', True) else 'no'}", lang)
    return say("office.counting", lang, modes=modes, people=people, squadrons=squadrons)


# -- plans -------------------------------------------------------------------------------------------------------------


def moves_table(moves: Sequence[MoveRow], names: Mapping[str, str], lang: str, title: str) -> Table:
    """Moves one by one: who, of which organ, from where to where, and what kind of move it is."""
    rows = [
        (
            one.person,
            one.name,
            names.get(one.organ, one.organ),
            say(f"office.kind.{one.kind}", lang),
            names.get(one.origin, one.origin) if one.origin else say("office.at_home", lang),
            names.get(one.to, one.to),
        )
        for one in moves
    ]
    columns = heads("column", ("person", "name", "organ", "kind", "origin", "to"), lang)
    return Table(title, columns, tuple(rows))


def shares_table(shares: Sequence[Share], names: Mapping[str, str], lang: str) -> Table:
    """Shares now and then, with how many the target asks for."""
    rows = [
        (
            say("office.whole_county", lang) if one.code == "county" else names.get(one.code, one.code),
            one.whole,
            one.now,
            part(one.now / one.whole if one.whole else None),
            one.planned,
            part(one.planned / one.whole if one.whole else None),
            one.needed,
        )
        for one in shares
    ]
    columns = heads("column", ("organ", "whole", "sunk_now", "share_now", "sunk_then", "share_then", "needed"), lang)
    return Table(say("office.shares", lang), columns, tuple(rows))


def load_table(
    people: Mapping[str, Sequence[int]], load: Mapping[str, float], names: Mapping[str, str], lang: str
) -> Table:
    """People of each township now and then, and tasks of the last 90 days a head."""
    rows = [
        (
            names.get(code, code),
            now,
            then,
            load.get(code, 0),
            round(load.get(code, 0) / now, 1) if now else None,
            round(load.get(code, 0) / then, 1) if then else None,
        )
        for code, (now, then) in people.items()
    ]
    columns = heads("column", ("township", "people_now", "people_then", "tasks", "load_now", "load_then"), lang)
    return Table(say("office.loads", lang), columns, tuple(rows))


def plan_book(plan: PlanView, names: Mapping[str, str], lang: str) -> Book:
    """A kept plan: its moves, its shares, people and load by township."""
    shares = [Share(**one) for one in (plan.result["county"], *plan.result["teams"])]
    load = {one["code"]: one["load"] for one in plan.asked["townships"]}
    tables = (
        moves_table(plan.moves, names, lang, say("office.moves", lang)),
        shares_table(shares, names, lang),
        load_table(plan.result["people"], load, names, lang),
    )
    why = say("office.plan_of", lang, number=plan.row.number, title=plan.row.title, on=plan.row.as_of)
    return Book(why, tuple(sheet(one) for one in tables), personal=True)


def draft_book(
    moves: Sequence[MoveRow], found: Measured, load: Mapping[str, float], names: Mapping[str, str], lang: str
) -> Book:
    """Moves that are not kept yet, with what they come to."""
    title = say("office.moves", lang)
    tables = (
        moves_table(moves, names, lang, title),
        shares_table((found.county, *found.teams), names, lang),
        load_table(found.people, load, names, lang),
    )
    return Book(title, tuple(sheet(one) for one in tables), personal=True)
