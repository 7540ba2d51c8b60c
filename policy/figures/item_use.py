"""F14 domains covered, F15 items taken on, F16 one-matter scenarios, F25 items never used and reversed: the lists at work."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.penalties import OVERTURNED
from policy.figures.rows import COUNTY, FigureRow, numbers, shares
from policy.figures.scope import Scope
from policy.vocabulary import ItemKind

LISTS = {
    "self_selected": ItemKind.DELEGATED_SELF_SELECTED,
    "general": ItemKind.DELEGATED_GENERAL,
}


def domains_covered(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[FigureRow]:
    """F14 (YY 一): domains in which some township holds an item on the day, of whatever kind ÷ domains that count."""
    domains, items, held = (_valid(frames, name, scope) for name in ("domains", "items", "delegations"))
    domains = domains.drop_duplicates("domain")
    covered = items.loc[items["item_code"].isin(held["item_code"]), "domain"]
    everyone = pd.Series(True, index=domains.index)
    return list(shares("F14", "covered", domains["domain"].isin(covered), everyone, {COUNTY: None}))


def items_taken_on(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[FigureRow]:
    """F15 (YY 二(一)): items of the list for its type that a township has taken on ÷ that list; the self-selected ones, and the
    general ones, which are taken on whole."""
    townships = require_columns(frames["townships"], "townships")
    items, held = (_valid(frames, name, scope) for name in ("items", "delegations"))
    rows: list[FigureRow] = []
    for measure, kind in LISTS.items():
        offered = _offered(townships, items[items["kind"] == kind])
        own = held.loc[held["kind"] == kind, ["township_code", "item_code"]].drop_duplicates()
        taken = offered.merge(own, on=["township_code", "item_code"], how="left", indicator=True)["_merge"] == "both"
        rows_of = pd.Index(offered["row"])
        offered, taken = offered.set_axis(rows_of), taken.set_axis(rows_of)
        everyone = pd.Series(True, index=offered.index)
        rows += shares("F15", measure, taken, everyone, {COUNTY: None, "township": offered["township_code"]})
    return rows


def scenarios_in_use(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[FigureRow]:
    """F16 (YY 一): one-matter scenarios 一件事 in use on the day."""
    used = _valid(frames, "scenarios", scope).drop_duplicates("scenario_code")
    everyone = pd.Series(True, index=used.index)
    return list(numbers("F16", "in_use", everyone, everyone, {COUNTY: None}))


def items_unused_and_reversed(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[FigureRow]:
    """F25 (PL 24; YY yearly): items that townships hold on the day and that were never used ÷ items they hold, and each of
    them; decisions that a reconsideration or suit overturned in the period, and their items."""
    items, held = (_valid(frames, name, scope) for name in ("items", "delegations"))
    own = items[items["item_code"].isin(held["item_code"])].sort_values("first_used_at").drop_duplicates("item_code")
    unused = scope.happened(own["first_used_at"]).isna()
    everyone = pd.Series(True, index=own.index)
    rows = list(shares("F25", "never_used", unused, everyone, {COUNTY: None}))
    rows += shares("F25", "never_used", unused[unused], everyone[unused], {"item": own.loc[unused, "item_code"]})
    results = require_columns(frames["remedies"], "remedies")
    results = results[scope.within(results["decided_at"]) & results["result"].notna()]
    overturned, every = results["result"].isin(OVERTURNED), pd.Series(True, index=results.index)
    by_item = numbers("F25", "reversed", overturned, every, {COUNTY: None, "item": results["item_code"]})
    return [*rows, *(row for row in by_item if row.group_kind == COUNTY or row.numerator)]


def _valid(frames: Mapping[str, pd.DataFrame], name: str, scope: Scope) -> pd.DataFrame:
    frame = require_columns(frames[name], name)
    return frame[scope.holds(frame["valid_from"], frame["valid_to"])]


def _offered(townships: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Each township with every item of the list for its type; an item without a type is for every township."""
    items = items.assign(row=items.index)
    typed, general = items[items["township_type"].notna()], items[items["township_type"].isna()]
    mine = townships[townships["township_type"].notna()].merge(
        typed[["item_code", "township_type", "row"]], on="township_type"
    )
    both = [mine, townships.merge(general[["item_code", "row"]], how="cross")]
    return pd.concat(both, ignore_index=True).drop_duplicates(["township_code", "item_code"], ignore_index=True)
