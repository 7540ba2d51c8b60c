"""One definition behind all of them: page, interface, snapshot, export and command give each figure the same value.

The values are those worked out by hand (tests/data/test_hand_county.py). Groups that run over a month, a quarter or a year are
not kept by the day and are held against page, interface and command.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from dashboard.components.figures_reads import View, look
from dashboard.context import Visit, visiting
from data.accounts import GrantDraft, create_account, create_token
from data.authority import SYSTEM, Actor
from data.db import Record
from data.exporters import export_figures
from data.models import FigureSnapshot
from data.queries.figure_groups import WIDE
from data.snapshots import catch_up
from policy.vocabulary import Role
from tests.api.conftest import behind_the_gate
from tests.data import hand_county as hand
from tests.data import small
from tests.data.test_hand_county import TABLE
from tests.support.terminal import run_here

Key = tuple[str, str, str]
Values = Mapping[Key, tuple[float | None, float | None, float | None]]


@dataclass(frozen=True)
class Place:
    """The county with its snapshot taken, who asks, and the interface over it."""

    record: Record
    office: Actor
    token: str
    client: TestClient
    folder: Path


@pytest.fixture(scope="module")
def place(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("everywhere")
    shutil.copyfile(migrated_sqlite, folder / "hand.db")
    record = hand.build(Record(f"sqlite:///{folder / 'hand.db'}", clock=lambda: small.NOW))
    grants = [GrantDraft(Role.COUNTY_OFFICE, "BUREAU", None)]
    record.write(SYSTEM, create_account, username="office", display_name="office", password_hash="-", grants=grants)
    token = record.write(SYSTEM, create_token, username="office", name="test")
    assert catch_up(record, record.county().code, small.NOW, newest=1) == 1
    with behind_the_gate(record, folder) as client:
        yield Place(record, small.actor(record, Role.COUNTY_OFFICE), token, client, folder)
    record.close()


def of_rows(rows: Any) -> Values:
    return {
        (r["measure"], r["group_kind"], r["group_code"]): (r["numerator"], r["denominator"], r["value"]) for r in rows
    }


def on_the_page(place: Place, figure: str) -> Values:
    groups = {group for _, (group, _), *_ in TABLE[figure]}
    with visiting(Visit(place.record, place.office)):
        return of_rows(row for group in groups for row in look(View(figure, hand.DAY, group=group)).rows)


def over_the_interface(place: Place, figure: str) -> Values:
    headers = {"authorization": f"Bearer {place.token}"}
    answer = place.client.get(f"/api/v1/figures/{figure}", params={"date": hand.DAY.isoformat()}, headers=headers)
    assert answer.status_code == 200, answer.text
    return of_rows(answer.json()["figures"])


def by_command(place: Place, figure: str) -> Values:
    more = {"database": place.record.url, "var": place.folder, "secret": "kT9-vXq2_mRz7+Lb4=Wd8.Hn3~Yc6!Pf"}
    done = run_here("figures", "show", figure, "--date", hand.DAY, "--format", "json", **more)
    assert done.returncode == 0, done.stderr
    return of_rows(json.loads(done.stdout)["rows"])


def in_the_snapshot(place: Place, figure: str) -> Values:
    with place.record.read() as session:
        kept = select(FigureSnapshot).where(FigureSnapshot.business_date == hand.DAY, FigureSnapshot.figure == figure)
        rows = [
            {name: getattr(row, name) for name in ("measure", "group_kind", "group_code", "numerator", "denominator", "value")}
            for row in session.scalars(kept)
        ]  # fmt: skip
    return of_rows(rows)


def in_the_file(place: Place, figure: str) -> Values:
    file = place.folder / "figures.csv"
    if not file.exists():
        export_figures(place.record, SYSTEM, place.record.county(), file, since=hand.DAY, until=hand.DAY, lang="en")
    with file.open(encoding="utf-8-sig", newline="") as content:
        lines = list(csv.reader(content))[2:]
    return {
        (line[2], line[3], line[4]): tuple(float(part) if part else None for part in (line[6], line[7], line[5]))  # type: ignore[misc]
        for line in lines
        if line[1] == figure
    }


DAILY: tuple[Callable[[Place, str], Values], ...] = (in_the_snapshot, in_the_file)
EVERYWHERE = (on_the_page, over_the_interface, by_command, *DAILY)


@pytest.mark.parametrize("figure", list(TABLE))
def test_the_same_value_everywhere(place: Place, figure: str) -> None:
    for where in EVERYWHERE:
        found = where(place, figure)
        for measure, (kind, code), numerator, denominator, value, working in TABLE[figure]:
            if kind in WIDE and where in DAILY:
                continue
            told = found[measure, kind, code]
            assert told == pytest.approx((numerator, denominator, value)), (where.__name__, measure, code, working)
