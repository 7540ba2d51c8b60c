"""F01 township force share and F02 professional force share: who works in the townships on a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, counts, shares
from policy.figures.scope import Counting, Scope
from policy.vocabulary import OrganKind, PersonKind

PARTS: Final = ("squadron", "department", "fire", "township", "other")
"""181N (LX 二(二)2): stationed squadron, sunk-down department staff, fire station, township's own, others."""


def force_on(
    people: pd.DataFrame, postings: pd.DataFrame, scope: Scope, certificates: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The county's whole force on the day of `scope`, one row a person, with `sunk`, `township_code` and `part`."""
    people, postings = require_columns(people, "people"), require_columns(postings, "postings")
    counting = scope.rules.counting
    certified = certified_on(people, scope, certificates)
    force = people[_holds(people, "employed", scope) & _counts(people, counting, certified)]
    held = postings[_holds(postings, "valid", scope)]
    away = set(held.loc[held["seconded"].astype(bool), "person_id"])
    posted = first_township(held, counting)
    township = force["person_id"].map(posted).astype(object)
    own = _own(force, counting) & township.isna()
    township = township.where(~own, force["home_township_code"])
    township = township.where(~force["person_id"].isin(away), None)
    part = _part(force)
    if not counting.home_squadrons:
        township = township.where(part != "squadron", None)
    return force.assign(township_code=township, sunk=township.notna(), part=part)


def certified_on(people: pd.DataFrame, scope: Scope, certificates: pd.DataFrame | None) -> pd.Series:
    """Who of `people` holds a certificate valid on the day of `scope`: any ever held, else the one that stands with the person."""
    if certificates is None:
        return _holds(people, "certified", scope) & people["certified_to"].notna()
    held = require_columns(certificates, "certificates")
    return people["person_id"].isin(held.loc[_holds(held, "valid", scope), "person_id"])


def township_force_share(
    people: pd.DataFrame, postings: pd.DataFrame, scope: Scope, certificates: pd.DataFrame | None = None
) -> list[FigureRow]:
    """F01: township force ÷ whole force (LX 二(二)2); parts add up to it, `organ_share` is within each organ."""
    force = force_on(people, postings, scope, certificates)
    everyone = pd.Series(True, index=force.index)
    rows = list(shares("F01", "share", force["sunk"], everyone, {COUNTY: None}))
    rows += _contributions(force)
    rows += shares("F01", "organ_share", force["sunk"], everyone, {"organ": force["home_organ_code"]})
    sunk = force[force["sunk"]]
    rows += counts("F01", "people", sunk["sunk"], {"township": sunk["township_code"], "part": sunk["part"]})
    return rows


def professional_force_share(
    people: pd.DataFrame, postings: pd.DataFrame, scope: Scope, certificates: pd.DataFrame | None = None
) -> list[FigureRow]:
    """F02: members of professional teams sunk down ÷ their members (JD 二(一)2); the bureau's squadrons are none."""
    force = force_on(people, postings, scope, certificates)
    teams = force[force["home_organ_kind"] == OrganKind.PROFESSIONAL_TEAM]
    everyone = pd.Series(True, index=teams.index)
    return list(shares("F02", "share", teams["sunk"], everyone, {COUNTY: None, "organ": teams["home_organ_code"]}))


def _holds(frame: pd.DataFrame, name: str, scope: Scope) -> pd.Series:
    return scope.holds(frame[f"{name}_from"], frame[f"{name}_to"])


def _counts(people: pd.DataFrame, counting: Counting, certified: pd.Series) -> pd.Series:
    """Which people are of the enforcement force: certified on the day, fire staff, as the profile says."""
    fire = people["kind"] == PersonKind.FIRE
    officer = people["kind"] == PersonKind.OFFICER
    none = pd.Series(False, index=people.index)
    return (
        (certified & officer if "certified" in counting.people else none)
        | (fire if "fire" in counting.people else none)
        | (officer if "officer" in counting.people else none)
    )


def first_township(held: pd.DataFrame, counting: Counting) -> pd.Series:
    """Township of each posted person: the earliest posting counts, once; one code breaks a tie."""
    valid = held[held["mode"].isin(counting.postings) & ~held["seconded"].astype(bool)]
    ordered = valid.sort_values(["valid_from", "township_code"]).drop_duplicates("person_id")
    return ordered.set_index("person_id")["township_code"]


def _own(force: pd.DataFrame, counting: Counting) -> pd.Series:
    """Who is in a township without any posting: its own staff and its fire station."""
    kinds = [OrganKind.TOWNSHIP] if "own" in counting.postings else []
    kinds += [OrganKind.FIRE] if "fire_station" in counting.postings else []
    return force["home_organ_kind"].isin(kinds) & force["home_township_code"].notna()


def _part(force: pd.DataFrame) -> pd.Series:
    kind = force["home_organ_kind"]
    chosen = np.select(
        [
            kind == OrganKind.BUREAU,
            kind.isin([OrganKind.PROFESSIONAL_TEAM, OrganKind.DEPARTMENT]),
            (kind == OrganKind.FIRE) | (force["kind"] == PersonKind.FIRE),
            kind == OrganKind.TOWNSHIP,
        ],
        PARTS[:4],
        PARTS[4],
    )
    return pd.Series(chosen, index=force.index, dtype=object)


def _contributions(force: pd.DataFrame) -> Iterator[FigureRow]:
    """Each part's people ÷ the whole force: by township, organ and part of 181N these add up to F01."""
    whole, sunk = float(len(force)), force[force["sunk"]]
    groups = {"township": sunk["township_code"], "organ": sunk["home_organ_code"], "part": sunk["part"]}
    for row in counts("F01", "contribution", sunk["sunk"], groups):
        value = None if not whole or row.numerator is None else row.numerator / whole
        yield FigureRow("F01", "contribution", row.group_kind, row.group_code, value, row.numerator, whole)
