"""Frames of the force and of what it has: people, certificates, postings, teams, shifts, trainings, posts, equipment, villages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import pandas as pd
from sqlalchemy import Select, func, null, select

from data.models import (
    DISPATCH_ROOM,
    Certificate,
    Equipment,
    GridCell,
    Organ,
    Person,
    PostHolder,
    Posting,
    Shift,
    Task,
    Team,
    Training,
    TrainingResult,
    VillageOfficer,
)
from data.queries.force import organ_kind
from data.queries.frames_read import ZONE, Reading, made_frame, read_frame
from policy.lifecycle import OPEN_TASKS
from policy.patrol import village_level

LISTS: Final = ("team.posts", "team.offices")
"""The plan's lists of posts and offices that a township's team is to have (LX 二(二)3; CL 第五条)."""


def people(reading: Reading) -> pd.DataFrame:
    """Everybody of the county's organs, with the certificate that runs longest."""
    newest = _newest(reading)
    query = (
        select(
            Person.id, Person.kind, Organ.code, Organ.kind, Organ.township_code, Organ.field,
            newest.c.valid_from, newest.c.valid_to, Person.employed_from, Person.employed_to,
        )
        .join(Organ, Organ.id == Person.organ_id)
        .outerjoin(newest, (newest.c.person_id == Person.id) & (newest.c.place == 1))
        .where(Person.jurisdiction_id == reading.county.jurisdiction_id)
    )  # fmt: skip
    frame = read_frame(reading, query, "people")
    kinds = {kind: organ_kind(kind).value for kind in frame["home_organ_kind"].unique()}
    return frame.assign(home_organ_kind=frame["home_organ_kind"].map(kinds))


def _newest(reading: Reading) -> Any:
    place = func.row_number().over(
        partition_by=Certificate.person_id, order_by=(Certificate.valid_to.desc(), Certificate.id)
    )
    mine = Certificate.jurisdiction_id == reading.county.jurisdiction_id
    return select(
        Certificate.person_id, Certificate.valid_from, Certificate.valid_to, place.label("place")
    ).where(mine).subquery()  # fmt: skip


def certificates(reading: Reading) -> pd.DataFrame:
    """Every certificate that was ever held: on a past day the one of that day counts."""
    columns = (Certificate.person_id, Certificate.valid_from, Certificate.valid_to, Certificate.suspended_from,
               Certificate.suspended_to)  # fmt: skip
    query = select(*columns).where(Certificate.jurisdiction_id == reading.county.jurisdiction_id)
    return read_frame(reading, query, "certificates")


def postings(reading: Reading) -> pd.DataFrame:
    """Who is posted where, from–to; secondments too."""
    query = select(
        Posting.person_id, Posting.mode, Posting.township_code, Posting.valid_from, Posting.valid_to, Posting.seconded
    ).where(Posting.jurisdiction_id == reading.county.jurisdiction_id)
    return read_frame(reading, query, "postings")


def teams(reading: Reading) -> pd.DataFrame:
    """Teams that are sent, with who is on duty and what is open at this moment; an earlier one is counted from its rows."""
    duty = select(Shift.team_id, func.count().label("on_duty")).where(
        Shift.starts_at <= reading.now, Shift.ends_at > reading.now
    )
    duty_by_team = duty.group_by(Shift.team_id).subquery()
    load = select(Task.team_id, func.count().label("open_tasks")).where(
        Task.jurisdiction_id == reading.county.jurisdiction_id, Task.status.in_(OPEN_TASKS)
    )
    load_by_team = load.group_by(Task.team_id).subquery()
    on_duty, open_tasks = func.coalesce(duty_by_team.c.on_duty, 0), func.coalesce(load_by_team.c.open_tasks, 0)
    mine = Team.jurisdiction_id == reading.county.jurisdiction_id
    query = (
        select(Team.code, Organ.code, Team.township_code, on_duty, open_tasks)
        .join(Organ, Organ.id == Team.organ_id)
        .outerjoin(duty_by_team, duty_by_team.c.team_id == Team.id)
        .outerjoin(load_by_team, load_by_team.c.team_id == Team.id)
        .where(mine, Team.kind.notin_(("grid_workers", DISPATCH_ROOM)))
    )
    return read_frame(reading, query, "teams")


def shifts(reading: Reading) -> pd.DataFrame:
    """Who is booked when."""
    query = (
        select(Shift.person_id, Team.code, Team.township_code, Shift.starts_at, Shift.ends_at)
        .join(Team, Team.id == Shift.team_id)
        .where(Shift.jurisdiction_id == reading.county.jurisdiction_id)
    )
    return read_frame(
        reading, query if reading.since is None else query.where(Shift.ends_at >= reading.since), "shifts"
    )


def training(reading: Reading) -> pd.DataFrame:
    """Trainings held, one row a person; one without anybody is there too."""
    query = (
        select(Training.code, Training.township_code, TrainingResult.person_id, Training.held_at, TrainingResult.passed)
        .outerjoin(TrainingResult, TrainingResult.training_id == Training.id)
        .where(Training.jurisdiction_id == reading.county.jurisdiction_id)
    )
    return read_frame(reading, query, "training")


def communities(reading: Reading) -> pd.DataFrame:
    """Villages and communities: the cells of the level the plan calls so, as long as each holds."""
    county = reading.county
    level = village_level(county.profile, county.grid_on, county.hierarchy.depth)
    query = select(GridCell.code, null(), GridCell.valid_from, GridCell.valid_to).where(
        GridCell.jurisdiction_id == county.jurisdiction_id, GridCell.level == level
    )
    frame = read_frame(reading, query, "communities")
    towns = {code: _town(reading, code) for code in frame["cell_code"].unique()}
    return frame.assign(township_code=frame["cell_code"].map(towns).astype(object))


def _town(reading: Reading, code: str) -> str:
    county = reading.county
    return (county.township_of(code) if code in county.hierarchy else None) or county.code


def village_officers(reading: Reading) -> pd.DataFrame:
    """The officer named for each village, from–to."""
    columns = (VillageOfficer.cell_code, VillageOfficer.person_id, VillageOfficer.valid_from, VillageOfficer.valid_to)
    query = select(*columns).where(VillageOfficer.jurisdiction_id == reading.county.jurisdiction_id)
    return read_frame(reading, query, "village_officers")


def posts(reading: Reading) -> pd.DataFrame:
    """Posts and offices that the plan asks of every township, as long as each value of the plan holds; a silent plan: none."""
    towns = [cell.code for cell in reading.county.townships]
    return made_frame("posts", ((town, *post) for post in _asked(reading) for town in towns))


def _asked(reading: Reading) -> Iterator[tuple[str, int, pd.Timestamp, pd.Timestamp | None]]:
    profile = reading.county.profile
    for value in (value for key in LISTS for value in profile.history(key)):
        for post in (value.value or ()) if profile.get(value.key, value.valid_from) is value else ():
            needed = int(post.get("minimum") or 1)
            until = _midnight(value.valid_to) if value.valid_to else None
            yield post["code"], needed, _midnight(value.valid_from), until


def _midnight(day: date) -> pd.Timestamp:
    return pd.Timestamp(day, tz=ZONE).tz_convert("UTC")


def post_holders(reading: Reading) -> pd.DataFrame:
    """Who holds which post of a township, from–to."""
    columns = (PostHolder.township_code, PostHolder.post, PostHolder.person_id, PostHolder.valid_from, PostHolder.valid_to)  # fmt: skip
    return read_frame(reading, _mine(reading, select(*columns), PostHolder), "post_holders")


def equipment(reading: Reading) -> pd.DataFrame:
    """What each township has, one row a thing."""
    columns = (Equipment.code, Equipment.township_code, Equipment.kind, Equipment.valid_from, Equipment.valid_to)
    return read_frame(reading, _mine(reading, select(*columns), Equipment), "equipment")


def _mine(reading: Reading, query: Select[*tuple[Any, ...]], model: Any) -> Select[*tuple[Any, ...]]:
    return query.where(model.jurisdiction_id == reading.county.jurisdiction_id)
