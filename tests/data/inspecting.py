"""Who inspects in the small county: organs with published items, heads, officers, enterprises, and steps in a line each."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update
from uuid_utils.compat import uuid5

from data.authority import SYSTEM, Actor, Scope
from data.casework.inspection_draws import commit_draw, draw_step
from data.casework.inspection_plans import plan_step, register_plan
from data.casework.inspection_subjects import register_subject
from data.casework.inspections import plan_visit, visit_step
from data.casework.joint_operations import operation_step, plan_operation
from data.db import Record
from data.models import Account, InspectionVisit, Item, Organ, Party, Person
from policy.vocabulary import Role
from tests.data import parties, small

CODES = ("91330701MA2DB0X8AQ", "91330701MA28D54Q03", "91330701MA2HT7R110", "91330701MA2M6NQ75Q")
CAST = {
    "west": (Role.TOWNSHIP_HEAD, "WEST", small.WEST, None),
    "west_officer": (Role.OFFICER, "WEST", small.WEST, "01"),
    "east": (Role.TOWNSHIP_HEAD, "EAST", small.EAST, None),
    "bureau": (Role.DEPARTMENT, "BUREAU", None, None),
    "market": (Role.DEPARTMENT, "MARKET", None, None),
    "market_officer": (Role.OFFICER, "MARKET", None, "05"),
    "office": (Role.COUNTY_OFFICE, "OFFICE", None, None),
    "grid": (Role.GRID_WORKER, "WEST", small.WEST, "07"),
}
STEPS = {"I": plan_step, "W": draw_step, "N": visit_step, "J": operation_step}


def build(record: Record, profile: str = "jindong") -> dict[str, Actor]:
    """The small county with published items; gives one actor a part."""
    parties.build(record, profile)
    place = record.county().jurisdiction_id

    def make(tx: Any) -> dict[str, Actor]:
        tx.session.execute(update(Item).values(published_on=date(2025, 1, 1)))
        people = {row.code: row.id for row in tx.session.scalars(select(Person))}
        found = {}
        for part, (role, organ, township, code) in CAST.items():
            account = Account(
                id=uuid5(place, f"inspect-{part}"), username=f"inspect-{part}", display_name=part, password_hash="-",
                password_changed_at=small.NOW, person_id=people.get(code),
            )  # fmt: skip
            tx.session.add(account)
            scope = Scope(role, place, organ, frozenset({township}) if township else None)
            found[part] = Actor(account.id, part, (scope,), person_id=people.get(code))
        tx.session.flush()
        return found

    return record.write(SYSTEM, make)


def enterprise(record: Record, number: int = 0, cell: str = small.VILLAGES[0], **more: Any) -> Party:
    """An enterprise in a village."""
    given = {"name": f"某某{number}号食品厂", "credit_code": CODES[number], "cell": cell, "trade": "food"} | more
    return record.write(SYSTEM, register_subject, given=given)


def plan(record: Record, actor: Actor, *subjects: Party, approve: Actor | None = None, **more: Any) -> Any:
    """A plan of the actor's organ for the subjects, approved by its head."""
    given = {
        "title": "年度检查", "inspection_kind": "routine", "begins_on": "2026-11-01", "ends_on": "2026-12-15",
        "inspection_items": ["A1"], "subjects": [subject.code for subject in subjects], "why_visit": "须核对实物",
    } | more  # fmt: skip
    row = record.write(actor, register_plan, given={name: value for name, value in given.items() if value})
    return step(record, approve or actor, row, "approve")


def step(record: Record, actor: Actor, row: Any, name: str, **given: Any) -> Any:
    """One step of a plan, draw, visit or operation."""
    return record.write(actor, STEPS[row.number.split("-")[1]], number=row.number, step_name=name, given=given)


def visit(record: Record, actor: Actor, subject: Party, **more: Any) -> InspectionVisit:
    """A planned visit of the two officers of the western town."""
    given = {"inspected": subject.code, "visit_on": "2026-11-20", "persons": ["01", "02"]} | more
    if not given.get("inspection_plans"):
        given.setdefault("inspection_items", ["A1"])
    return record.write(actor, plan_visit, given=given)


def entered(record: Record, actors: dict[str, Actor], subject: Party, **more: Any) -> InspectionVisit:
    """A visit that has been approved and noticed, and is under way."""
    row = visit(record, actors["west_officer"], subject, **more)
    step(record, actors["west"], row, "approve")
    row = step(record, actors["west_officer"], row, "give_notice", document="检通〔2026〕1号")
    return step(record, actors["west_officer"], row, "enter", scanned=row.token, certificates_shown=True)


def recorded(record: Record, actors: dict[str, Actor], subject: Party, outcome: str, **more: Any) -> InspectionVisit:
    """A whole visit."""
    row = entered(record, actors, subject)
    step(record, actors["west_officer"], row, "leave")
    said = {"visit_outcome": outcome, "words": "现场检查情况", **more}
    return step(record, actors["west_officer"], row, "record", **said)


def random_plan(record: Record, actor: Actor, **more: Any) -> Any:
    """An approved plan whose subjects are drawn."""
    return plan(record, actor, inspection_kind="random", **more)


def committed(record: Record, actor: Actor, row: Any, **more: Any) -> Any:
    """A draw whose lists are fixed."""
    given = {"inspection_plan": row.number, "subjects_wanted": "2", "inspectors_wanted": "2"} | more
    return record.write(actor, commit_draw, given=given)


def operation(record: Record, actor: Actor, **more: Any) -> Any:
    """A planned joint operation of the western town with the market brigade."""
    given = {"title": "夜间餐饮油烟联合整治", "participants": ["MARKET"], "townships": ["WEST"]} | more
    return record.write(actor, plan_operation, given=given)


def organ(record: Record, code: str) -> Organ:
    """An organ by its code."""
    with record.read() as session:
        return session.scalars(select(Organ).where(Organ.code == code)).one()
