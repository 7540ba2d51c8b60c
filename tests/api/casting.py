"""Who works on cases in the western town, each with a token, and the way of a case over the interface."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM
from data.db import Record
from data.models import Person
from policy.vocabulary import Role
from tests.data import cases as c
from tests.data import small

WEST = (small.WEST,)
PARTS = {
    "handler": (Role.OFFICER, "WEST", WEST, "01"),
    "head": (Role.TOWNSHIP_HEAD, "WEST", WEST, None),
    "reviewer": (Role.LEGAL_REVIEWER, "WEST", WEST, None),
    "cashier": (Role.FINANCE, "WEST", WEST, None),
    "eastern": (Role.OFFICER, "EAST", (small.EAST,), "03"),
}
PENALTY: dict[str, Any] = {
    "penalties": ["fine"], "fine": "30.00", "grade": "ordinary", "complex_case": False, "major": False,
    "suspected_crime": False, "large_fine": False,
}  # fmt: skip
DECISION = {
    "penalties": ["fine"], "fine": "30", "grade": "ordinary", "words": "愿意改正", "facts_clear": True,
    "suspected_crime": False, "receipt": True,
}  # fmt: skip
TO_NOTICE = (
    ("handler", "submit_filing", {}),
    ("head", "approve_filing", {"words": "同意立案"}),
    ("handler", "start_investigation", None),
    ("handler", "conclude_investigation", {"words": "经查，当事人占用人行道经营。"}),
    ("handler", "propose_penalty", PENALTY),
    ("handler", "give_notice", {"words": "拟罚款三十元。"}),
)
TO_SERVICE = (
    ("handler", "record_waiver", {"waived": "statement", "document": "弃权书"}),
    ("handler", "hear_statement", None),
    ("head", "decide", {"words": "决定罚款三十元", "penalties": ["fine"], "fine": "30", "grade": "ordinary"}),
    ("handler", "serve", {"service_way": "in_person", "receipt": True}),
)


def tokens(record: Record) -> dict[str, str]:
    """A bearer token for each part."""
    c.with_basis(record)
    found = {}
    for part, (role, organ, townships, code) in PARTS.items():
        with record.read() as session:
            person = session.scalars(select(Person.id).where(Person.code == code)).first() if code else None
        grants = [GrantDraft(role, organ, townships)]
        name = f"c-{part}"
        record.write(
            SYSTEM, create_account, username=name, display_name=name, password_hash="-", grants=grants, person_id=person
        )
        found[part] = record.write(SYSTEM, create_token, username=name, name="test")
    return found
