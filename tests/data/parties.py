"""Organs that meet across the small county: who acts for which, under any plan, and steps between them in a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid5

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from data.authority import SYSTEM, Actor, Scope
from data.casework.assistance import assistance_step
from data.casework.call_outs import call_out_step
from data.casework.disputes import dispute_step
from data.casework.escalations import escalation_step
from data.casework.referrals import referral_step
from data.casework.transfers import draft_transfer, transfer_step
from data.db import Record
from data.models import Account, Deadline, Event, GridCell
from policy.errors import Refusal
from policy.vocabulary import Role
from tests.data import small

ORGANS = (
    ("GOV", "区人民政府", "government"),
    ("JUSTICE", "区司法局", "justice"),
    ("OFFICE", "区综合行政执法指导办公室", "command_centre"),
    ("WATER", "区水利局", "department"),
    ("POLICE", "区公安局", "police"),
)
CAST = {
    "west": (Role.TOWNSHIP_HEAD, "WEST", small.WEST),
    "west_desk": (Role.DISPATCHER, "WEST", small.WEST),
    "west_officer": (Role.OFFICER, "WEST", small.WEST),
    "east": (Role.TOWNSHIP_HEAD, "EAST", small.EAST),
    "water": (Role.DEPARTMENT, "WATER", None),
    "justice": (Role.DEPARTMENT, "JUSTICE", None),
    "government": (Role.DEPARTMENT, "GOV", None),
    "office": (Role.COUNTY_OFFICE, "OFFICE", None),
    "police": (Role.DEPARTMENT, "POLICE", None),
    "homeless": (Role.DEPARTMENT, None, None),
    "dispatcher": (Role.DISPATCHER, "BUREAU", None),
}


class County(small.Town):
    """The small county under another plan, with the organs above its townships."""

    def __init__(self, session: Session, profile: str) -> None:
        super().__init__(session)
        self.place.profile = profile

    def _cells(self) -> None:
        """Only Jindong's plan has a level between county and townships, and parts of a township."""
        if self.place.profile == "jindong":
            super()._cells()
            return
        county, towns = small.CELLS[0], (small.WEST, small.EAST)
        villages = [cell for cell in small.CELLS if cell[0] in small.VILLAGES]
        rows = [(county, 0, None)] + [(cell, 1, county[0]) for cell in small.CELLS if cell[0] in towns]
        rows += [(cell, 2, f"{cell[0][:9]}000") for cell in villages]
        for (code, name, _, _, first, last, settlement), level, parent in rows:
            self.session.add(
                GridCell(
                    jurisdiction_id=self.place.id, code=code, name=name, level=level, parent_code=parent,
                    township_code=None, settlement=settlement, illustrative=True, geometry=small._box(first, last),
                    lon=small.BASE_LON, lat=small.BASE_LAT, area_m2=1.0, deputy_ids=[], valid_from=small.FROM,
                )
            )  # fmt: skip

    def build(self) -> None:
        super().build()
        for code, name, kind in ORGANS:
            self.organ(code, name, kind)


def build(record: Record, profile: str = "jindong") -> Record:
    """Put the small county under `profile` into an empty record."""

    def work(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            County(session, profile).build()
            session.add(
                Account(
                    username="dispatcher", display_name="dispatcher", password_hash="-", password_changed_at=small.NOW
                )
            )
            session.commit()

    record.submit_raw(work).result()
    return record


def cast(record: Record) -> dict[str, Actor]:
    """One actor a part, each with an account of its own."""
    place = record.county().jurisdiction_id

    def make(tx: Any) -> dict[str, Actor]:
        found = {}
        for part, (role, organ, township) in CAST.items():
            account = Account(
                id=uuid5(place, f"between-{part}"),
                username=f"between-{part}",
                display_name=part,
                password_hash="-",
                password_changed_at=small.NOW,
            )
            tx.session.add(account)
            townships = frozenset({township}) if township else None
            found[part] = Actor(account.id, part, (Scope(role, place, organ, townships),))
        tx.session.flush()
        return found

    return record.write(SYSTEM, make)


STEPS: dict[str, Callable[..., Any]] = {
    "X": transfer_step, "A": assistance_step, "D": dispute_step, "R": referral_step, "E": escalation_step,
    "H": call_out_step,
}  # fmt: skip


def step(record: Record, actor: Actor, row: Any, name: str, **given: Any) -> Any:
    """One step of a matter between organs, whichever it is by its number."""
    verb = STEPS[row.number.split("-")[1]]
    return record.write(actor, verb, number=row.number, step_name=name, given=given)


def transfer(record: Record, actor: Actor, receiver: str, matter: str | None = None, **more: Any) -> Any:
    """A drafted transfer."""
    about = {"matter": matter} if matter else {"subject": "河道内倾倒渣土"}
    given = {"receiver": receiver, "reason": "不属本镇职权", **about, **more}
    return record.write(actor, draft_transfer, given=given)


@contextmanager
def refused(*wanted: str) -> Iterator[list[Refusal]]:
    """The step is refused with these codes among what is said, in whole sentences of both languages."""
    held: list[Refusal] = []
    with pytest.raises(Refusal) as told:
        yield held
    held.append(told.value)
    said = {told.value.code, *(reason.code for reason in told.value.reasons)}
    assert set(wanted) <= said, said
    for lang in ("zh", "en"):
        assert told.value.sentence(lang)
        assert all(reason.sentence(lang) for reason in told.value.reasons)


def verbs(record: Record, subject: Any) -> list[str]:
    """Steps of a matter as its chain tells them, its deadlines left out."""
    with record.read() as session:
        query = select(Event.verb).where(Event.subject_id == subject.id).order_by(Event.position)
        return [verb for verb in session.scalars(query) if not verb.endswith("_deadline")]


def due(record: Record, subject: Any, kind: str) -> Deadline | None:
    """The newest deadline of a kind of a matter."""
    with record.read() as session:
        query = select(Deadline).where(Deadline.matter_id == subject.id, Deadline.kind == kind)
        return session.scalars(query.order_by(Deadline.begun_at.desc())).first()


def again(record: Record, row: Any) -> Any:
    """The row as it is stored now."""
    with record.read() as session:
        return session.get_one(type(row), row.id)
