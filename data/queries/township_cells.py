"""The cells of a township with their named officers and heads, and the posts that nobody holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data.county import County
from data.models import GridCell, Organ, Person, Team
from data.queries.township import received_by_cell
from data.queries.township_people import members_of
from data.queries.township_reading import Reading
from policy.grid_levels import Level, levels_of
from policy.vocabulary import OrganKind


@dataclass(frozen=True, slots=True)
class Village:
    """A cell of the finest level with its named officer and grid workers, its open leads and those of 30 days."""

    code: str
    name: str
    section: str
    officer: str
    deputies: tuple[str, ...]
    open: int
    received: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A post that nobody holds: the head of a cell, the captain of a team, a post the plan lists."""

    kind: Literal["head", "captain", "post"]
    where: str
    office: str
    clause: str | None


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
    return tuple(
        Village(
            cell.code, cell.name, read.county.name_of(cell.parent_code), read.name(name),
            tuple(deputies[one] for one in cell.deputy_ids if one in deputies), *counts.get(cell.code, (0, 0)),
        )
        for cell, name in leaves
    )  # fmt: skip


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
    return tuple((_level_word(read, cell.level), cell.name, read.name(name)) for cell, name in upper)


def vacant_heads(read: Reading, cells: Sequence[tuple[GridCell, str | None]]) -> Iterator[Gap]:
    """Cells above the villages for which the plan names a head's office, and that have no head."""
    levels, value = _levels(read), read.county.profile.get("grid.levels", read.day)
    for cell, name in _upper(read, cells):
        office = levels[cell.level].get(f"head_{read.lang}") if cell.level < len(levels) else None
        if office and name is None:
            yield Gap("head", cell.name, str(office), value.clause if value else None)


def vacant_posts(read: Reading, teams: Sequence[Team]) -> Iterator[Gap]:
    """Teams that enforce without a captain, and posts the plan lists (`team.posts`) that too few hold."""
    listed = read.county.profile.get("team.posts", read.day)
    held = members_of(read, teams)
    for team in teams:
        if team.kind not in ("squadron", "sunk_down"):
            continue
        posts = Counter(post for places in held.values() for one, post in places if one is team)
        if listed is None:
            yield from [Gap("captain", read.words(team), "", None)] if posts and not posts["captain"] else []
            continue
        for post in listed.value if team.kind == "squadron" else ():
            if posts[post["code"]] < int(post.get("minimum") or 1):
                yield Gap("post", read.words(team), str(post[f"name_{read.lang}"]), listed.clause)


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
