"""Two small counties in one record: the first of Jindong, the second of Lanxi, with three levels and rules of its own."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from data.accounts import GrantDraft, create_account
from data.authority import SYSTEM
from data.db import Record
from data.models import Account, Grant, GridCell, Jurisdiction
from policy.vocabulary import Role
from tests.data import small

FIRST, SECOND = "330703000000", "330781000000"
HILL, VILLAGE = "330781101000", "330781101201"


class Second(small.Town):
    """The second county: one township with one village and one squadron, beside the first on the map."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.place = Jurisdiction(
            code=SECOND, profile="lanxi", short_code="LX", name="兰溪市", name_en="Lanxi", outline=small._box(5, 5)
        )
        session.add(self.place)
        session.flush()
        self.organs, self.teams = {}, {}

    def build(self) -> None:
        for level, (code, name, parent) in enumerate(
            ((SECOND, "兰溪市", None), (HILL, "山镇", SECOND), (VILLAGE, "山村", HILL))
        ):
            lon, lat = small.middle(5)
            self.session.add(
                GridCell(
                    jurisdiction_id=self.place.id, code=code, name=name, level=level, parent_code=parent,
                    township_code=None, settlement="rural", illustrative=True, geometry=small._box(5, 5),
                    lon=lon, lat=lat, area_m2=1.0, deputy_ids=[], valid_from=small.FROM,
                )
            )  # fmt: skip
        self.organ("HILL", "山镇人民政府", "township", HILL)
        self.team("H1", "HILL", 5, HILL)
        self.person("11", "HILL", "H1")
        self.person("12", "HILL", "H1")


def build(record: Record) -> None:
    """Put both counties into an empty record."""
    small.build(record)

    def work(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            Second(session).build()
            session.commit()

    record.submit_raw(work).result()


def account(record: Record, username: str, password_hash: str, role: Role, *codes: str) -> None:
    """An account that holds `role` in the counties `codes`, in that order."""
    facts = {"username": username, "display_name": username, "password_hash": password_hash}
    record.write(SYSTEM, create_account, county=record.county(codes[0]), grants=[GrantDraft(role)], **facts)

    def work(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            mine = session.scalars(select(Account.id).where(Account.username == username)).one()
            for code in codes[1:]:
                place = session.scalars(select(Jurisdiction.id).where(Jurisdiction.code == code)).one()
                session.add(Grant(account_id=mine, jurisdiction_id=place, role=role.value))
            session.commit()

    record.submit_raw(work).result()
