"""F03 certified and trained, F04 villages with an officer, F05 posts filled and vehicles: what a township has to work with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from policy.figures.force import certified_on, first_township
from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, counts, shares
from policy.figures.scope import ZONE, Scope
from policy.vocabulary import PersonKind

VEHICLES: Final = ("vehicle", "pickup")
"""Kinds of equipment that are vehicles; a pickup is one as well (CL 第二十二条)."""


def certified(
    people: pd.DataFrame,
    postings: pd.DataFrame,
    shifts: pd.DataFrame,
    training: pd.DataFrame,
    scope: Scope,
    certificates: pd.DataFrame | None = None,
) -> list[FigureRow]:
    """F03 (CL 第十五、二十一条; PL 42): officers with a valid certificate, of those on duty in the period and of all; trained
    and trainings held in the calendar year up to `now`. Grid workers, auxiliaries and fire staff need no certificate."""
    officers = _officers(require_columns(people, "people"), require_columns(postings, "postings"), scope)
    papers = _papers(officers) if certificates is None else require_columns(certificates, "certificates")
    training = require_columns(training, "training")
    held = training[scope.this_year(training["held_at"])]
    everyone = pd.Series(True, index=officers.index)
    places = {COUNTY: None, "township": officers["township_code"]}
    valid = certified_on(officers, scope, papers)
    passed = officers["person_id"].isin(held.loc[held["passed"].eq(True), "person_id"])
    return [
        *_on_duty(officers, require_columns(shifts, "shifts"), papers, scope),
        *shares("F03", "certified", valid, everyone, places),
        *shares("F03", "trained", passed, everyone, places),
        *_sessions(held),
    ]


def village_officers(villages: pd.DataFrame, named: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F04 (JD 二(一)3): villages and communities with an officer named for them on the day ÷ all of that day."""
    villages, named = require_columns(villages, "communities"), require_columns(named, "village_officers")
    villages = villages[scope.holds(villages["valid_from"], villages["valid_to"])]
    officers = named[scope.holds(named["valid_from"], named["valid_to"]) & named["person_id"].notna()]
    has_one = villages["cell_code"].isin(officers["cell_code"])
    everyone = pd.Series(True, index=villages.index)
    return list(shares("F04", "named", has_one, everyone, {COUNTY: None, "township": villages["township_code"]}))


def posts_and_vehicles(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[FigureRow]:
    """F05 (LX 二(二)3; CL 第二十二条): posts and offices filled on the day ÷ asked for; vehicles and pickups of each township."""
    posts, holders, townships, equipment = (
        require_columns(frames[name], name) for name in ("posts", "post_holders", "townships", "equipment")
    )
    ready = equipment[scope.holds(equipment["valid_from"], equipment["valid_to"])]
    asked = posts[posts["valid_from"].isna() | scope.holds(posts["valid_from"], posts["valid_to"])]
    rows = list(_filled(asked, holders[scope.holds(holders["valid_from"], holders["valid_to"])]))
    for measure, kinds in (("vehicles", VEHICLES), ("pickups", ("pickup",))):
        there = ready.loc[ready["kind"].isin(kinds), "township_code"].value_counts()
        number = townships["township_code"].map(there).fillna(0.0)
        rows += counts("F05", measure, number, {COUNTY: None, "township": townships["township_code"]})
    return rows


def _officers(people: pd.DataFrame, postings: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Officers employed on the day with the township they work in: that of their posting, else that of their organ."""
    here = people[(people["kind"] == PersonKind.OFFICER) & scope.holds(people["employed_from"], people["employed_to"])]
    held = postings[scope.holds(postings["valid_from"], postings["valid_to"])]
    posted = here["person_id"].map(first_township(held, scope.rules.counting)).astype(object)
    return here.assign(township_code=posted.where(posted.notna(), here["home_township_code"].astype(object)))


def _papers(officers: pd.DataFrame) -> pd.DataFrame:
    """The one certificate that stands with each person, where those ever held are not given."""
    one = officers.loc[officers["certified_to"].notna(), ["person_id", "certified_from", "certified_to"]]
    named = one.rename(columns={"certified_from": "valid_from", "certified_to": "valid_to"})
    return require_columns(named.assign(suspended_from=None, suspended_to=None), "certificates")


def _on_duty(officers: pd.DataFrame, shifts: pd.DataFrame, papers: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    """Each officer once in each township: certified when a certificate held, and was not suspended, at every shift begun so far."""
    start, end = (pd.Timestamp(m).tz_convert("UTC") for m in (scope.start, scope.end))
    begun = (shifts["starts_at"] < end) & (shifts["ends_at"] > start) & (shifts["starts_at"] <= scope.moment)
    worked = shifts[begun & shifts["person_id"].astype(str).isin(officers["person_id"].astype(str))]
    of_each = worked.assign(person_id=worked["person_id"].astype(str)).reset_index(drop=True)
    of_each = of_each.assign(valid=of_each.index.isin(_held(of_each, papers)))
    for kind, column in ((COUNTY, None), ("township", "township_code")):
        keys = ["person_id", *([column] if column else [])]
        once = of_each.groupby(keys, dropna=False)["valid"].min().reset_index()
        once.index = pd.Index(
            once["person_id"].map(dict(zip(officers["person_id"].astype(str), officers.index, strict=True)))
        )
        everyone = pd.Series(True, index=once.index)
        yield from shares("F03", "on_duty", once["valid"], everyone, {kind: once[column] if column else None})


def _held(worked: pd.DataFrame, papers: pd.DataFrame) -> pd.Series:
    """Those shifts at whose begin their officer held a certificate."""
    both = worked.reset_index().merge(papers.assign(person_id=papers["person_id"].astype(str)), on="person_id")
    begins = both["starts_at"]
    day = begins.dt.tz_convert(ZONE).dt.normalize().dt.tz_convert("UTC")
    suspended = (both["suspended_from"] <= begins) & ~(both["suspended_to"] <= begins)
    valid = (both["valid_from"] <= begins) & (both["valid_to"] >= day) & ~suspended
    held: pd.Series = both.loc[valid, "index"]
    return held


def _sessions(held: pd.DataFrame) -> Iterator[FigureRow]:
    once = held.drop_duplicates(["session_code", "township_code"])
    sessions = held.drop_duplicates("session_code")
    yield from counts("F03", "trainings", pd.Series(1.0, index=sessions.index), {COUNTY: None})
    yield from counts("F03", "trainings", pd.Series(1.0, index=once.index), {"township": once["township_code"]})


def _filled(posts: pd.DataFrame, holders: pd.DataFrame) -> Iterator[FigureRow]:
    """Places of each post that somebody holds, at most as many as are asked for."""
    holders = holders[holders["person_id"].notna()].drop_duplicates(["township_code", "post", "person_id"])
    number = holders.groupby(["township_code", "post"]).size().rename("held").reset_index()
    both = posts.merge(number, on=["township_code", "post"], how="left").set_axis(posts.index)
    needed = both["needed"].astype("float64")
    held = both["held"].fillna(0.0).clip(upper=needed)
    yield from shares(
        "F05", "filled", held, needed, {COUNTY: None, "township": both["township_code"], "post": both["post"]}
    )
