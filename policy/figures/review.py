"""F13 legal review and F21 file review: whether decisions are looked at before, and how files look afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from policy.figures.frames import require_columns
from policy.figures.rows import COUNTY, FigureRow, counts, numbers, shares
from policy.figures.scope import Scope, local_months, local_quarters, local_years
from policy.vocabulary_between import ReviewOpinion


def legal_review(cases: pd.DataFrame, reviews: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F13 (PL 58): decisions of the period that were due a review and had none that agreed before, which must be 0; reviews
    submitted in the period, done of these, returned, and opinions given, by kind.

    What counts is the last opinion before the decision; where a hearing was held, one given after the hearing.
    """
    cases, reviews = require_columns(cases, "cases"), require_columns(reviews, "reviews")
    due = cases[scope.within(cases["decided_at"]) & cases["review_required"].eq(True)]
    without = ~due["case_id"].isin(_passed(due, reviews))
    everyone = pd.Series(True, index=due.index)
    places = {COUNTY: None, "township": due["township_code"]}
    return [
        *numbers("F13", "without_due_review", without, everyone, places),
        *_submitted(reviews[scope.within(reviews["submitted_at"])], scope),
        *_opinions(reviews[scope.within(reviews["opinion_at"])]),
    ]


def file_review(scored: pd.DataFrame, scope: Scope) -> list[FigureRow]:
    """F21 (JD 二(五)15): mean score of the files scored in the period, and the best and worst of them by their last score.

    How many best and worst is a value of the profile, silent: none. No file is in both lists.
    """
    scored = require_columns(scored, "file_reviews")
    scored = scored[scope.within(scored["scored_at"]) & scored["score"].notna()]
    scored = scored.assign(score=scored["score"].astype("float64"))
    when, everyone = scored["scored_at"], pd.Series(True, index=scored.index)
    groups = {
        COUNTY: None,
        "township": scored["township_code"],
        "month": local_months(when),
        "quarter": local_quarters(when),
        "year": local_years(when),
    }
    return [*shares("F21", "score", scored["score"], everyone, groups), *_lists(scored, scope)]


def _passed(due: pd.DataFrame, reviews: pd.DataFrame) -> pd.Series:
    """Cases whose last opinion before the decision agreed, and came after the hearing if one was held."""
    both = reviews.merge(due[["case_id", "decided_at", "hearing_at"]], on="case_id")
    before = both[both["opinion_at"] <= both["decided_at"]].sort_values("opinion_at", kind="stable")
    last = before.drop_duplicates("case_id", keep="last")
    heard = last["hearing_at"].where(last["hearing_at"] <= last["decided_at"])
    agreed = (last["opinion"] == ReviewOpinion.AGREE) & ~(last["opinion_at"] < heard)
    return last.loc[agreed, "case_id"]


def _submitted(reviews: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    places = {COUNTY: None, "township": reviews["township_code"]}
    everyone = pd.Series(True, index=reviews.index)
    yield from numbers("F13", "submitted", everyone, everyone, places)
    yield from shares("F13", "done", scope.happened(reviews["opinion_at"]).notna(), everyone, places)


def _opinions(given: pd.DataFrame) -> Iterator[FigureRow]:
    places = {COUNTY: None, "township": given["township_code"]}
    everyone = pd.Series(True, index=given.index)
    returned = given["opinion"] == ReviewOpinion.CORRECT_AND_RESUBMIT
    yield from shares("F13", "returned", returned, everyone, places)
    yield from numbers("F13", "opinions", everyone, everyone, {COUNTY: None, "opinion": given["opinion"]})


def _lists(scored: pd.DataFrame, scope: Scope) -> Iterator[FigureRow]:
    last = scored.sort_values("scored_at", kind="stable").drop_duplicates("case_id", keep="last")
    ranked = last.sort_values(["score", "case_id"], ascending=[False, True])
    best = ranked.head(scope.rules.best_files or 0)
    worst = ranked.iloc[len(best) :].tail(scope.rules.worst_files or 0)
    for measure, files in (("best", best), ("worst", worst)):
        yield from counts("F21", measure, files["score"], {"file": files["case_id"]})
