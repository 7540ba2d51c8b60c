"""F17 inspections: items covered, subjects with credit data, visits saved by 综合查一次, visits repeated too soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, Groups, numbers, shares
from policy.figures.scope import Scope


def inspections(frames: Mapping[str, pd.DataFrame], scope: Scope) -> list[FigureRow]:
    """F17 (JD 二(二)3, 二(六)17; EI): inspection items inspected at least once in the calendar year ÷ items published on the day;
    subjects with a credit code ÷ subjects known; visits that merging plans saved; repeats ÷ visits of the period."""
    items, inspected, subjects, visits = (
        require_columns(frames[name], name)
        for name in ("inspection_items", "inspected_items", "subjects", "inspections")
    )
    return [*_covered(items, inspected, scope), *_with_credit(subjects, scope), *_visits(visits, scope)]


def _covered(items: pd.DataFrame, inspected: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    items = items[scope.holds(items["valid_from"], items["valid_to"])]
    done = inspected.loc[scope.this_year(inspected["inspected_at"]), "item_code"]
    everyone = pd.Series(True, index=items.index)
    groups = {COUNTY: None, "organ": items["organ_code"]}
    yield from shares("F17", "covered", items["item_code"].isin(done), everyone, groups)


def _with_credit(subjects: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    known = subjects[subjects["known_at"] <= scope.moment]
    coded = known["credit_code"].notna() & (known["credit_code"] != "")
    yield from shares("F17", "credit", coded, pd.Series(True, index=known.index), {COUNTY: None})


def _visits(visits: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    made = visits[visits["entered_at"] <= scope.moment]
    here = scope.within(made["entered_at"])
    now = made[here]
    groups: Groups = {COUNTY: None, "organ": now["organ_code"]}
    plans = now["plans"].astype("float64").fillna(1.0)
    yield from numbers("F17", "saved", (plans - 1.0).clip(lower=0.0), plans, groups)
    if scope.rules.repeat_days is not None:
        again = _repeats(made, scope.rules.repeat_days)[here]
        yield from shares("F17", "repeated", again, pd.Series(True, index=now.index), groups)


def _repeats(visits: pd.DataFrame, days: int) -> pd.Series:
    """Which visits follow another to the same subject, by whatever organ, within `days` days."""
    ordered = visits.sort_values(["subject_id", "entered_at"], kind="stable")
    same = ordered["subject_id"] == ordered["subject_id"].shift()
    soon = ordered["entered_at"] - ordered["entered_at"].shift() <= pd.Timedelta(days=days)
    return (same & soon).reindex(visits.index)
