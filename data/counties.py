"""The county of a request: the one it names, else the one chosen in the session, else the first the account serves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import select, update

from data.authority import LAW_PERSONAL_DATA, Actor
from data.county import County
from data.db import Record, Tx
from data.models import Jurisdiction, Session
from data.refusals import note_refusal
from policy.errors import Refusal
from policy.text import Name, either

ATTEMPT: Final = "county.ask"
_codes: WeakKeyDictionary[Record, dict[UUID, str]] = WeakKeyDictionary()  # code of a county by its key


@dataclass(frozen=True, slots=True)
class Place:
    """A county by name, for the switch."""

    code: str
    name: str
    name_en: str

    def say(self, lang: str) -> str:
        """The name in `lang`."""
        return either(self.name, self.name_en, lang)


def county_codes(record: Record) -> list[str]:
    """Codes of all counties of a database, the first one first."""
    with record.read() as session:
        return list(session.scalars(select(Jurisdiction.code).order_by(Jurisdiction.id)))


def served(record: Record) -> tuple[Place, ...]:
    """Every county of a database, the first one first."""
    with record.read() as session:
        rows = session.scalars(select(Jurisdiction).order_by(Jurisdiction.id))
        return tuple(Place(row.code, row.name, row.name_en) for row in rows)


def held_by(actor: Actor) -> tuple[UUID, ...]:
    """Keys of the counties in which an actor holds something, the first given first."""
    return tuple(dict.fromkeys(scope.jurisdiction_id for scope in actor.scopes))


def home_of(record: Record, actor: Actor) -> County:
    """The county an actor works in: the one chosen in its session, else the first in which it holds something.

    Who holds nothing anywhere (a stranger, the system itself) is in the first county of the database.
    """
    held = held_by(actor)
    if not held:
        return record.county()
    codes, key = _codes.setdefault(record, {}), actor.county_id if actor.county_id in held else held[0]
    if key not in codes:
        with record.read() as session:
            codes[key] = session.get_one(Jurisdiction, key).code
    return record.county(codes[key])


def county_for(record: Record, actor: Actor, asked: str | None = None) -> County:
    """The county of a request that names `asked` (12 digits or profile name) or none.

    Raises Refusal for an unknown one, and, noting the attempt, for one in which the actor holds nothing. A stranger is
    in the first, whatever is asked.
    """
    home = home_of(record, actor)
    stranger = actor.account_id is None and not actor.system
    if stranger or not asked or asked in (home.code, home.profile.code):
        return home
    place = record.county(asked)
    if actor.system or place.jurisdiction_id in held_by(actor):
        return place
    refusal = _barred(place.name, place.name_en)
    record.write(actor, note_refusal, county=home, attempt=ATTEMPT, why=refusal.code, subject=place.code)
    raise refusal


def _barred(name: str, name_en: str) -> Refusal:
    place = Name(name, name_en)
    return Refusal("errors_access.other_county", kind="forbidden", clause=LAW_PERSONAL_DATA, place=place)


def places_of(record: Record, actor: Actor) -> tuple[Place, ...]:
    """The counties an actor may choose from, in the order of the database."""
    query = select(Jurisdiction).where(Jurisdiction.id.in_(held_by(actor))).order_by(Jurisdiction.id)
    with record.read() as session:
        return tuple(Place(row.code, row.name, row.name_en) for row in session.scalars(query))


def choose_county(tx: Tx, *, code: str) -> str:
    """Work in the county `code` from now on in this session; gives its name.

    Raises Refusal for an unknown county and for one in which the account holds nothing. Not an event: nobody's rights
    or matters change.
    """
    row = tx.session.scalars(select(Jurisdiction).where(Jurisdiction.code == code)).first()
    if row is None:
        raise Refusal("errors_record.no_jurisdiction", kind="not_found", asked=code or "—")
    if row.id not in held_by(tx.actor):
        raise _barred(row.name, row.name_en)
    tx.session.execute(update(Session).where(Session.id == tx.actor.session_id).values(jurisdiction_id=row.id))
    return row.name
