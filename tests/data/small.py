"""A county of one region, two townships and four villages, three teams and seven people: small enough to hold in the head."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import shapely
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from data.authority import Actor, Scope
from data.db import Record
from data.models import (
    Account,
    Certificate,
    Delegation,
    GridCell,
    Item,
    ItemField,
    Jurisdiction,
    Organ,
    Person,
    Posting,
    Shift,
    Team,
    TeamMember,
    Unit,
)
from policy.vocabulary import Role

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday, 10:00 in Shanghai
WEST, EAST = "330703101000", "330703102000"
VILLAGES = ("330703101201", "330703101202", "330703102201", "330703102202")
BASE_LON, BASE_LAT, STEP = 119.80, 29.20, 0.05
FROM = date(2024, 1, 1)


def middle(village: int) -> tuple[float, float]:
    """A point in the middle of village 0–3."""
    return BASE_LON + STEP * (village + 0.5), BASE_LAT + STEP / 2


def _box(first: int, last: int) -> bytes:
    east = BASE_LON + STEP * (last + 1)
    return shapely.to_wkb(shapely.box(BASE_LON + STEP * first, BASE_LAT, east, BASE_LAT + STEP))


CELLS = (
    ("330703000000", "金东区", 0, None, 0, 3, "rural"),
    ("330703R1", "城市+工业区域", 1, "330703000000", 0, 3, "rural"),
    (WEST, "西镇", 2, "330703R1", 0, 1, "urban"),
    (EAST, "东镇", 2, "330703R1", 2, 3, "rural"),
    ("330703101S1", "西镇片区", 3, WEST, 0, 1, "urban"),
    ("330703102S1", "东镇片区", 3, EAST, 2, 3, "rural"),
    (VILLAGES[0], "一村", 4, "330703101S1", 0, 0, "urban"),
    (VILLAGES[1], "二村", 4, "330703101S1", 1, 1, "urban"),
    (VILLAGES[2], "三村", 4, "330703102S1", 2, 2, "rural"),
    (VILLAGES[3], "四村", 4, "330703102S1", 3, 3, "rural"),
)


class Town:
    """Builds the county into a session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.place = Jurisdiction(
            code="330703000000",
            profile="jindong",
            short_code="JD",
            name="金东区",
            name_en="Jindong",
            outline=_box(0, 3),
        )
        session.add(self.place)
        session.flush()
        self.organs: dict[str, Organ] = {}
        self.teams: dict[str, Team] = {}

    def _cells(self) -> None:
        for code, name, level, parent, first, last, settlement in CELLS:
            centre = BASE_LON + STEP * (first + last + 1) / 2
            self.session.add(
                GridCell(
                    jurisdiction_id=self.place.id, code=code, name=name, level=level, parent_code=parent,
                    township_code=None, settlement=settlement, illustrative=True, geometry=_box(first, last),
                    lon=centre, lat=BASE_LAT + STEP / 2, area_m2=1.0, deputy_ids=[], valid_from=FROM,
                )
            )  # fmt: skip

    def organ(self, code: str, name: str, kind: str, township: str | None = None, field: str | None = None) -> Organ:
        organ = Organ(
            jurisdiction_id=self.place.id,
            code=code,
            name=name,
            name_en=name,
            kind=kind,
            field=field,
            township_code=township,
        )
        self.session.add(organ)
        self.session.flush()
        self.organs[code] = organ
        return organ

    def team(self, code: str, organ: str, village: int, township: str | None, **more: object) -> Team:
        team = Team(
            jurisdiction_id=self.place.id, code=code, name=f"{code}队", name_en=code, kind=str(more.get("kind", "squadron")),
            organ_id=self.organs[organ].id, field=more.get("field"), township_code=township, capacity=3, has_vehicle=True,
        )  # fmt: skip
        self.session.add(team)
        self.session.flush()
        lon, lat = middle(village)
        unit = Unit(
            jurisdiction_id=self.place.id,
            team_id=team.id,
            status="available",
            since=NOW,
            lon=lon,
            lat=lat,
            position_at=NOW,
        )
        self.session.add(unit)
        self.teams[code] = team
        return team

    def person(
        self,
        code: str,
        organ: str,
        team: str,
        *,
        kind: str = "officer",
        until: datetime | None = NOW + timedelta(days=365),
        posted: str | None = None,
    ) -> Person:
        person = Person(
            jurisdiction_id=self.place.id, code=code, name=f"甲{code}", kind=kind, organ_id=self.organs[organ].id,
            employed_from=FROM,
        )  # fmt: skip
        self.session.add(person)
        self.session.flush()
        common = {"jurisdiction_id": self.place.id, "person_id": person.id}
        team_id = self.teams[team].id
        self.session.add(TeamMember(**common, team_id=team_id, post="member", valid_from=FROM))
        self.session.add(
            Shift(
                **common,
                team_id=team_id,
                name="day",
                starts_at=NOW - timedelta(hours=2),
                ends_at=NOW + timedelta(hours=10),
            )
        )
        if until is not None:
            begun = NOW - timedelta(days=365)
            self.session.add(Certificate(**common, number=f"ZJ{code}", fields=[], valid_from=begun, valid_to=until))
        if posted:
            self.session.add(Posting(**common, township_code=posted, mode="stationed", seconded=False, valid_from=FROM))
        return person

    def build(self) -> None:
        self._cells()
        self.organ("BUREAU", "区综合行政执法局", "bureau")
        self.organ("WEST", "西镇人民政府", "township", WEST)
        self.organ("EAST", "东镇人民政府", "township", EAST)
        self.organ("MARKET", "市场监管综合执法大队", "professional_team", field="market")
        self.team("W1", "WEST", 0, WEST)
        self.team("E1", "EAST", 3, EAST)
        self.team("M1", "MARKET", 2, None, kind="professional", field="market")
        self.team("G1", "WEST", 1, WEST, kind="grid_workers")
        for code, organ, team in (
            ("01", "WEST", "W1"),
            ("02", "WEST", "W1"),
            ("03", "EAST", "E1"),
            ("05", "MARKET", "M1"),
            ("06", "MARKET", "M1"),
        ):
            self.person(code, organ, team)
        self.person("04", "EAST", "E1", until=NOW + timedelta(hours=1))
        self.person("07", "WEST", "G1", kind="grid_worker", until=None)
        self._items()

    def _items(self) -> None:
        for code, name, body in (("city", "城市管理", "BUREAU"), ("market", "市场监管", "MARKET")):
            self.session.add(
                ItemField(
                    jurisdiction_id=self.place.id, code=code, name=name, enforcing_body=body, department=name, item_count=1,
                    clause="JD 附件3",
                )
            )  # fmt: skip
        for code, name, domain, body in (("A1", "占道经营", "city", "BUREAU"), ("B1", "无照经营", "market", "MARKET")):
            item = Item(
                jurisdiction_id=self.place.id,
                code=code,
                name=name,
                domain=domain,
                enforcing_body=body,
                basis={},
                keywords=[],
            )
            self.session.add(item)
            self.session.flush()
            if code == "A1":
                for township in (WEST, EAST):
                    self.session.add(
                        Delegation(
                            jurisdiction_id=self.place.id, item_id=item.id, township_code=township,
                            kind="delegated_general", valid_from=FROM,
                        )
                    )  # fmt: skip


def build(record: Record) -> None:
    """Put the small county into an empty record."""

    def work(connection: Connection) -> None:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            Town(session).build()
            for name in ("dispatcher", "other"):
                session.add(
                    Account(
                        username=name,
                        display_name=name,
                        password_hash="-",
                        password_changed_at=NOW,
                        demonstration=False,
                    )
                )
            session.commit()

    record.submit_raw(work).result()


def actor(record: Record, *roles: Role, townships: frozenset[str] | None = None, team: str | None = None) -> Actor:
    """An actor of the small county with `roles` in `townships` (None: everywhere)."""
    from sqlalchemy import select

    with record.read() as session:
        account = session.scalars(select(Account.id).where(Account.username == "dispatcher")).one()
    place = record.county().jurisdiction_id
    scopes = tuple(Scope(role, place, "BUREAU", townships, team) for role in roles)
    return Actor(account, "dispatcher", scopes)
