"""Closed files of the small county, those who supervise them, and a draw in a line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from uuid_utils.compat import uuid5, uuid7

from data.authority import SYSTEM, Actor, Scope
from data.casework.file_draws import commit_files, draw_files
from data.db import Record
from data.models import Account, Case, FileDraw, Person
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

OCTOBER = datetime(2026, 10, 5, 3, tzinfo=UTC)
CAST = {
    "supervisor": (Role.SUPERVISOR, "JUSTICE", None),
    "second": (Role.SUPERVISOR, "JUSTICE", None),
    "office": (Role.COUNTY_OFFICE, "OFFICE", None),
}


def supervisors(record: Record) -> dict[str, Actor]:
    """Who supervises, each with an account."""
    place = record.county().jurisdiction_id

    def make(tx: Any) -> dict[str, Actor]:
        found = {}
        for part, (role, organ, code) in CAST.items():
            person = tx.session.scalars(select(Person).where(Person.code == code)).first() if code else None
            account = Account(id=uuid5(place, f"r-{part}"), username=f"r-{part}", display_name=part, password_hash="-",
                              password_changed_at=small.NOW, person_id=person.id if person else None)  # fmt: skip
            tx.session.add(account)
            found[part] = Actor(account.id, part, (Scope(role, place, organ),), person_id=account.person_id)
        tx.session.flush()
        return found

    return record.write(SYSTEM, make)


def closed(
    record: Record, folder: Path, actors: dict[str, Actor], many: int = 12, first: datetime = OCTOBER
) -> list[str]:
    """`many` closed files, a day apart: one that went its way as far as the notice, the others copies of its row."""
    c.with_basis(record)
    case = c.to_notice(record, actors, c.propose(record, folder, actors), small.NOW)

    def copy(tx: Any) -> list[str]:
        row = tx.session.get_one(Case, case.id)
        columns = {one.key: getattr(row, one.key) for one in inspect(Case).column_attrs}
        row.status, row.closed_at = "closed", first
        for n in range(1, many):
            own = {
                "id": uuid7(),
                "number": f"JD-C-20261005-{n + 100:04d}",
                "status": "archived",
                "closed_at": first + timedelta(days=n),
            }
            tx.session.add(Case(**columns | own))
        tx.session.flush()
        return sorted(tx.session.scalars(select(Case.number)))

    return record.write(SYSTEM, copy)


def drawn(record: Record, actor: Actor, **more: Any) -> FileDraw:
    """A draw of October."""
    row = record.write(actor, commit_files, **({"period": "2026-10", "wanted": 4} | more))
    return record.write(actor, draw_files, number=row.number)


def overall(points: str = "86.5", ground: str = "程序完整") -> dict[str, dict[str, str]]:
    """A sheet of a plan without headings."""
    return {"overall": {"points": points, "ground": ground}}
