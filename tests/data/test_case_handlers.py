"""Who handles a case that names nobody: of those the task was done by, the ones who hold a certificate (PL 42)."""

from __future__ import annotations

from sqlalchemy import select

from data.authority import SYSTEM
from data.casework.cases import _officers
from data.db import Record, Tx
from data.models import Certificate, Person, Task


def test_an_assistant_without_a_certificate_came_along_but_does_not_handle_the_case(town: Record) -> None:
    def handlers(tx: Tx, without: tuple[str, ...]) -> list[str]:
        people = list(tx.session.scalars(select(Person).where(Person.code.in_(("01", "02"))).order_by(Person.code)))
        for person in people:
            if person.code in without:
                held = tx.session.scalars(select(Certificate).where(Certificate.person_id == person.id)).one()
                tx.session.delete(held)
        tx.session.flush()
        keys = [str(person.id) for person in people]
        named = {str(person.id): person.code for person in people}
        return [named[key] for key in _officers(tx, (), Task(officer_ids=keys))]

    def asked(*without: str) -> list[str]:
        return town.write(SYSTEM, handlers, without=without)

    assert asked() == ["01", "02"]
    assert asked("02") == ["01"]
    assert asked("01") == ["01", "02"], "none of them: the guard says what is missing, nobody vanishes"
