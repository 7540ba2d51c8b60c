"""The assessment of the list of items (PL 24; YY 三(一); ZJ 10): how each one townships hold was used, closed, overturned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.penalties import OVERTURNED
from policy.figures.scope import Scope

DAY = 86_400


@dataclass(frozen=True, slots=True)
class ItemAssessed:
    """One item: on which lists, held by how many townships, its cases of the period, how they ended, how long they took."""

    code: str
    domain: str | None
    kinds: tuple[str, ...]
    held_by: int
    cases: int
    closed: int
    overturned: int
    results: int
    days: float | None
    never_used: bool
    by_township: Mapping[str, int]

    @property
    def used_by(self) -> int:
        """Townships with a case of it."""
        return len(self.by_township)


def items_assessed(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[ItemAssessed]:
    """Every item that some township holds on the day of the scope, most used first; what was never used, or overturned, counts
    as in F25, from the same rows."""
    items, held = (_valid(frames, name, scope) for name in ("items", "delegations"))
    cases, remedies = (require_columns(frames[name], name) for name in ("cases", "remedies"))
    begun = cases["filed_at"].fillna(cases["decided_at"])
    used = cases[scope.within(begun)]
    closed = cases[scope.within(cases["closed_at"])]
    ended = remedies[scope.within(remedies["decided_at"]) & remedies["result"].notna()]
    own = items[items["item_code"].isin(held["item_code"])].sort_values("first_used_at").drop_duplicates("item_code")
    unused = dict(zip(own["item_code"], scope.happened(own["first_used_at"]).isna(), strict=True))
    parts = _Parts(
        holders=_counts(held.groupby("item_code")["township_code"].nunique()),
        kinds={str(code): tuple(sorted(set(kinds))) for code, kinds in held.groupby("item_code")["kind"]},
        cases=_by_township(used),
        closed=_counts(closed["item_code"].value_counts()),
        days=_days(closed),
        results=_counts(ended["item_code"].value_counts()),
        overturned=_counts(ended.loc[ended["result"].isin(OVERTURNED), "item_code"].value_counts()),
    )
    found = [
        parts.item(code, domain, unused[code]) for code, domain in zip(own["item_code"], own["domain"], strict=True)
    ]
    return sorted(found, key=lambda one: (-one.cases, -one.overturned, one.code))


@dataclass(frozen=True, slots=True)
class _Parts:
    """Each count by the code of the item."""

    holders: Mapping[str, int]
    kinds: Mapping[str, tuple[str, ...]]
    cases: Mapping[str, Mapping[str, int]]
    closed: Mapping[str, int]
    days: Mapping[str, float]
    results: Mapping[str, int]
    overturned: Mapping[str, int]

    def item(self, code: str, domain: object, never_used: bool) -> ItemAssessed:
        by_township = self.cases.get(code, {})
        return ItemAssessed(
            code=code,
            domain=str(domain) if isinstance(domain, str) else None,
            kinds=self.kinds.get(code, ()),
            held_by=int(self.holders.get(code, 0)),
            cases=sum(by_township.values()),
            closed=int(self.closed.get(code, 0)),
            overturned=int(self.overturned.get(code, 0)),
            results=int(self.results.get(code, 0)),
            days=self.days.get(code),
            never_used=bool(never_used),
            by_township=by_township,
        )


def _counts(numbers: pd.Series) -> dict[str, int]:
    return {str(code): int(n) for code, n in numbers.items()}


def _by_township(used: pd.DataFrame) -> dict[str, dict[str, int]]:
    known = used[used["item_code"].notna() & used["township_code"].notna()]
    groups = known.groupby("item_code", observed=True)["township_code"]
    return {str(item): _counts(towns.value_counts()) for item, towns in groups}


def _days(closed: pd.DataFrame) -> dict[str, float]:
    """Median days from filing to closing; a decision on the spot has none."""
    known = closed[closed["filed_at"].notna()]
    length = (known["closed_at"] - known["filed_at"]).dt.total_seconds() / DAY
    return {str(code): float(days) for code, days in length.groupby(known["item_code"]).median().items()}


def _valid(frames: Mapping[str, pd.DataFrame], name: str, scope: Scope) -> pd.DataFrame:
    frame = require_columns(frames[name], name)
    return frame[scope.holds(frame["valid_from"], frame["valid_to"])]
