"""Frames of items: fields of enforcement, the lists they stand on, what townships have taken on, scenarios, types of township."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from sqlalchemy import func, select

from data.models import Case, Delegation, Item, ItemField, Organ, Scenario
from data.queries.frames_read import ZONE, Reading, made_frame, read_frame
from policy.figures.frames import require_columns
from policy.vocabulary import ItemKind, OrganKind

ALWAYS: Final = pd.Timestamp("1949-10-01", tz=ZONE)
"""A field of enforcement carries no date in the record: it counts on every day."""
FIRST_TOWN: Final = 100
"""The three digits of a township below this are a sub-district's (GB/T 10114)."""
SUBDISTRICT, TOWNSHIP = "subdistrict", "township"


def domains(reading: Reading) -> pd.DataFrame:
    """Fields of enforcement; those of the police never count, those of the fire service not where the plan leaves them out
    (JD 附件3)."""
    profile, day = reading.county.profile, reading.now.date()
    apart = {OrganKind.POLICE.value} | ({OrganKind.FIRE.value} if profile.get("item.not_counted", day) else set())
    body = (Organ.code == ItemField.enforcing_body) & (Organ.jurisdiction_id == ItemField.jurisdiction_id)
    query = (
        select(ItemField.code)
        .outerjoin(Organ, body)
        .where(ItemField.jurisdiction_id == reading.county.jurisdiction_id)
        .where(func.coalesce(Organ.kind, "").notin_(apart))
    )
    return made_frame("domains", ((code, ALWAYS, None) for code in reading.session.scalars(query)))


def items(reading: Reading) -> pd.DataFrame:
    """Each item on each list it stands on: the record knows a list by what townships hold of it, the self-selected one by the
    type of township where the plan has types."""
    used = _first_used(reading)
    query = (
        select(
            Item.code, Item.domain, Delegation.kind, Delegation.township_code, Delegation.valid_from, Delegation.valid_to,
            used.c.at,
        )
        .join(Item, Item.id == Delegation.item_id)
        .outerjoin(used, used.c.item_id == Item.id)
        .where(Delegation.jurisdiction_id == reading.county.jurisdiction_id)
    )  # fmt: skip
    frame = read_frame(reading, query, "items")
    return _by_type(frame, {code: township_type(reading, code) for code in frame["township_type"].unique()})


def _first_used(reading: Reading) -> Any:
    at = func.min(func.coalesce(Case.filed_at, Case.decided_at)).label("at")
    mine = Case.jurisdiction_id == reading.county.jurisdiction_id
    return select(Case.item_id, at).where(mine).group_by(Case.item_id).subquery()


def _by_type(held: pd.DataFrame, types: dict[str, str | None]) -> pd.DataFrame:
    """Rows of single townships put together: a list runs from the first that took the item on to the last that held it."""
    chosen = held["kind"] == ItemKind.DELEGATED_SELF_SELECTED.value
    held = held.assign(township_type=held["township_type"].map(types).where(chosen, None).astype(object))
    keys = ["item_code", "kind", "township_type"]
    groups = held.groupby(keys, dropna=False, sort=False)
    until = groups["valid_to"].max().where(groups["valid_to"].count() == groups.size())
    first = groups[["domain", "valid_from", "first_used_at"]].agg(
        {"domain": "first", "valid_from": "min", "first_used_at": "min"}
    )
    made = first.assign(valid_to=until).reset_index()
    types_of = made["township_type"].astype(object)
    return require_columns(made.assign(township_type=types_of.where(types_of.notna(), None)), "items")


def delegations(reading: Reading) -> pd.DataFrame:
    """What each township holds, from–to."""
    query = (
        select(Delegation.township_code, Item.code, Delegation.kind, Delegation.valid_from, Delegation.valid_to)
        .join(Item, Item.id == Delegation.item_id)
        .where(Delegation.jurisdiction_id == reading.county.jurisdiction_id)
    )
    return read_frame(reading, query, "delegations")


def scenarios(reading: Reading) -> pd.DataFrame:
    """“One matter” scenarios in use, from–to."""
    query = select(Scenario.code, Scenario.valid_from, Scenario.valid_to).where(
        Scenario.jurisdiction_id == reading.county.jurisdiction_id
    )
    return read_frame(reading, query, "scenarios")


def townships(reading: Reading) -> pd.DataFrame:
    """Townships of the grid in force, each with its type where the plan has types."""
    codes = [cell.code for cell in reading.county.townships]
    return made_frame("townships", ((code, township_type(reading, code)) for code in codes))


def township_type(reading: Reading, code: str) -> str | None:
    """The type of a township among those of the plan (YY 四(二)); None where it has none."""
    value = reading.county.profile.get("item.township_types", reading.now.date())
    kind = SUBDISTRICT if code[6:9].isdigit() and int(code[6:9]) < FIRST_TOWN else TOWNSHIP
    return kind if value is not None and kind in {one["code"] for one in value.value} else None
