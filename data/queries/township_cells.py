"""The cells of a township with their named officers and heads, and the posts that nobody holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import GridCell, Organ, Person, Team, VillageOfficer
from data.queries.staffing import posts_of
from data.queries.township import received_by_cell
from data.queries.township_people import members_of
from data.queries.township_reading import Reading
from policy.grid_levels import Level, levels_of
from policy.readiness import posts_listed
from policy.text import named
from policy.vocabulary import OrganKind

NOBODY: Final[tuple[str, UUID | None]] = ("", None)


@dataclass(frozen=True, slots=True)
class Village:
    """A cell of the finest level with its named officer (`key` of the entry) and grid workers, its open leads and those of 30 days."""

    code: str
    name: str
    section: str
    officer: str
    key: UUID | None
    deputies: tuple[str, ...]
    open: int
    received: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A post that nobody holds: the head of a cell, the captain of a team, a post the plan lists (`post` is its code)."""

    kind: Literal["head", "captain", "post"]
    where: str
    office: str
    clause: str | None
    post: str = ""
    key: str = "grid.levels"


def cells_of(read: Reading) -> list[tuple[GridCell, str | None]]:
    """Cells of the township from its own level down, each with the name of its head."""
    inside = [read.code, *(cell.code for cell in read.county.hierarchy.descendants(read.code))]
    query = (
        select(GridCell, Person.name)
        .outerjoin(Person, Person.id == GridCell.head_person_id)
        .where(
            GridCell.jurisdiction_id == read.county.jurisdiction_id,
            GridCell.code.in_(inside),
            GridCell.valid_from <= read.day,
            or_(GridCell.valid_to.is_(None), GridCell.valid_to >= read.day),
        )
        .order_by(GridCell.level, GridCell.code)
    )
    return [(cell, name) for cell, name in read.session.execute(query)]


def villages_of(read: Reading, cells: Sequence[tuple[GridCell, str | None]]) -> tuple[Village, ...]:
    """The finest cells with who is named for them."""
    leaves = [(cell, name) for cell, name in cells if not read.county.hierarchy.children(cell.code)]
    counts = received_by_cell(read.session, read.actor, read.county, read.code, read.now)
    wanted = {UUID(one) for cell, _ in leaves for one in cell.deputy_ids}
    people = select(Person.id, Person.name).where(Person.id.in_(wanted))
    deputies = {str(key): read.name(name) for key, name in read.session.execute(people)}
    officers = officers_of(read, [cell.code for cell, _ in leaves])
    return tuple(
        Village(
            cell.code,
            read.called(cell),
            read.county.name_of(cell.parent_code, read.lang),
            officers.get(cell.code, NOBODY)[0],
            officers.get(cell.code, NOBODY)[1],
            tuple(deputies[one] for one in cell.deputy_ids if one in deputies),
            *counts.get(cell.code, (0, 0)),
        )
        for cell, _ in leaves
    )


def officers_of(read: Reading, cells: Sequence[str]) -> dict[str, tuple[str, UUID]]:
    """Officer named for each of these villages today, with the key of the entry (JD 二(一)3)."""
    query = (
        select(VillageOfficer, Person.name)
        .join(Person, Person.id == VillageOfficer.person_id)
        .where(
            VillageOfficer.jurisdiction_id == read.county.jurisdiction_id,
            VillageOfficer.cell_code.in_(cells),
            VillageOfficer.valid_from <= read.day,
            or_(VillageOfficer.valid_to.is_(None), VillageOfficer.valid_to >= read.day),
        )
    )
    return {row.cell_code: (read.name(name), row.id) for row, name in read.session.execute(query)}


def asks_officers(read: Reading) -> bool:
    """Whether the plan wants an officer in every village."""
    keys = ("village_officer.share", "target.F04")
    return any(read.county.profile.get(key, read.day) is not None for key in keys)


def _levels(read: Reading) -> tuple[Level, ...]:
    return levels_of(read.county.profile, read.day)


def _level_word(read: Reading, level: int) -> str:
    names = _levels(read)
    return str(names[level].get(f"name_{read.lang}", "")) if level < len(names) else ""


def _upper(read: Reading, cells: Sequence[tuple[GridCell, str | None]]) -> list[tuple[GridCell, str | None]]:
    return [(cell, name) for cell, name in cells if read.county.hierarchy.children(cell.code)]


def heads_of(read: Reading, cells: Sequence[tuple[GridCell, str | None]]) -> tuple[tuple[str, str, str], ...]:
    """Level, cell and head of every cell above the villages."""
    upper = _upper(read, cells)
    return tuple((_level_word(read, cell.level), read.called(cell), read.name(name)) for cell, name in upper)


def vacant_heads(read: Reading, cells: Sequence[tuple[GridCell, str | None]]) -> Iterator[Gap]:
    """Cells above the villages for which the plan names a head's office, and that have no head."""
    levels, value = _levels(read), read.county.profile.get("grid.levels", read.day)
    for cell, name in _upper(read, cells):
        office = levels[cell.level].get(f"head_{read.lang}") if cell.level < len(levels) else None
        if office and name is None:
            yield Gap("head", read.called(cell), str(office), value.clause if value else None)


def vacant_posts(read: Reading, teams: Sequence[Team]) -> Iterator[Gap]:
    """Posts and offices the plan lists that too few hold; where it lists none, teams that enforce without a captain."""
    if posts_listed(read.county.profile, read.day):
        for row in posts_of(read):
            if not row.need.met:
                where, office = read.county.name_of(read.code, read.lang), named(row.need.name, read.lang)
                yield Gap("post", where, office, row.need.clause, row.need.code, row.need.key)
        return
    held = members_of(read, teams)
    for team in teams:
        posts = Counter(post for places in held.values() for one, post in places if one is team)
        if team.kind in ("squadron", "sunk_down") and posts and not posts["captain"]:
            yield Gap("captain", read.words(team), "", None)


def command_centre(session: Session, county: County, lang: str = "zh") -> tuple[str, str | None]:
    """Name and telephone of the command centre: whom to urge while nobody has been sent."""
    query = select(Organ.name, Organ.name_en, Organ.phone).where(
        Organ.jurisdiction_id == county.jurisdiction_id, Organ.kind == OrganKind.COMMAND_CENTRE
    )
    row = session.execute(query.order_by(Organ.code).limit(1)).first()
    if row is None:
        return county.name if lang == "zh" else county.name_en, None
    name, name_en, phone = row
    return name if lang == "zh" else name_en or name, phone
