"""F19 procedures and fines, F20 reconsideration and litigation, F22 cards: what penalties come to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, Groups, numbers, shares
from policy.figures.scope import Scope
from policy.vocabulary import CardKind
from policy.vocabulary_case import Procedure, RemedyResult

FEN: Final = 100
RESULTS: Final = (RemedyResult.UPHELD, RemedyResult.CHANGED, RemedyResult.REVOKED)
OVERTURNED: Final = (RemedyResult.CHANGED, RemedyResult.REVOKED, RemedyResult.UNLAWFUL, RemedyResult.INVALID)
"""Results after which a decision does not stand as it was made."""


def procedures_and_fines(cases: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F19: on-the-spot decisions ÷ decisions of the period (simple : ordinary is n : d−n), fines decided in yuan, and fines
    paid in time ÷ fines due in the period. Money: nothing here is a target, better or worse (PL 74)."""
    cases = require_columns(cases, "cases")
    decided = cases[scope.within(cases["decided_at"])]
    everyone = pd.Series(True, index=decided.index)
    simple = decided["procedure"] == Procedure.SIMPLE
    rows = list(shares("F19", "simple", simple, everyone, _places(decided)))
    rows += _fines(decided)
    due = cases[scope.within(cases["fine_due_at"]) & (_fen(cases) > 0)]
    paid = due["paid_at"] <= due["fine_due_at"]
    return [*rows, *shares("F19", "paid_in_time", paid, pd.Series(True, index=due.index), _places(due))]


def remedies(asked: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F20 (RL 20, 23): reconsiderations and suits asked for in the period; upheld, changed and revoked ÷ results of the period;
    those without a result at `now`."""
    asked = require_columns(asked, "remedies")
    begun = asked[scope.within(asked["asked_at"])]
    every = pd.Series(True, index=begun.index)
    rows = list(numbers("F20", "asked", every, every, {**_places(begun), "remedy": begun["kind"]}))
    ended = asked[scope.within(asked["decided_at"]) & asked["result"].notna()]
    every = pd.Series(True, index=ended.index)
    for result in RESULTS:
        places: Groups = {**_places(ended), "remedy": ended["kind"]}
        rows += shares("F20", result.value, ended["result"] == result, every, places)
    known = asked[asked["asked_at"] <= scope.moment]
    pending = scope.happened(known["decided_at"]).isna()
    places = {COUNTY: None, "township": known.loc[pending, "township_code"]}
    return [*rows, *numbers("F20", "pending", pending[pending], pending[pending], places)]


def cards(given: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F22 (JD 二(五)15): yellow, orange and red cards in force at `now`, out of all cards in force."""
    given = require_columns(given, "cards")
    force = given[(given["given_at"] <= scope.moment) & scope.happened(given["ended_at"]).isna()]
    everyone = pd.Series(True, index=force.index)
    places = {COUNTY: None, "township": force["township_code"]}
    return [row for kind in CardKind for row in numbers("F22", kind.value, force["kind"] == kind, everyone, places)]


def _fines(decided: pd.DataFrame) -> Iterator[FigureRow]:
    """Sum of the fines, added up in fen, with the number of decisions that impose one."""
    fen = _fen(decided)
    for row in shares("F19", "fines", fen, fen > 0, _places(decided)):
        yuan = (row.numerator or 0.0) / FEN
        yield replace(row, value=yuan, numerator=yuan)


def _fen(cases: pd.DataFrame) -> pd.Series:
    return (cases["fine"].astype("float64") * FEN).round().fillna(0.0)


def _places(frame: pd.DataFrame) -> Groups:
    return {COUNTY: None, "township": frame["township_code"], "item": frame["item_code"]}
