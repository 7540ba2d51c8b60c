"""The queue of a reviewer: rounds by the case's time to decide, each with its grounds and how its time stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import NEAR, joined, moment, nothing, span
from dashboard.components.desk_form import words_of
from dashboard.context import lang, now, t
from data.queries.reviews import ReviewRow
from policy.vocabulary import label
from policy.vocabulary_between import Trigger

ONLY: Final = ("open", "done")


def address(**view: str) -> str:
    """The address of a view of the queue."""
    return f"/review?{urlencode({name: value for name, value in view.items() if value})}"


def build_narrow(only: str) -> list[Component]:
    """Rounds that wait, or those with an opinion."""
    return [dcc.Link(t(f"review_page.only.{one}"), href=address(only=one), className=f"k-count {'k-count-on' if one == only else ''}") for one in ONLY]  # fmt: skip


def build_queue(rows: Sequence[ReviewRow], chosen: str, only: str) -> list[Component]:
    """One card a round, the nearest deadline on top; an empty queue says what comes into it."""
    if not rows:
        return [nothing(t(f"review_page.empty.{only}"))]
    return [_card(row, row.number == chosen, only) for row in rows]


def _card(row: ReviewRow, here: bool, only: str) -> Component:
    round_ = [html.Span(t("review_page.round", n=row.round), className=f"k-tag {'warn' if row.round > 1 else ''}")]
    return dcc.Link(
        [
            html.Span([html.Strong(words_of(row.item), className="b-subject"), html.Span(state(row), className="k-tag")], className="b-card-head"),
            html.Span(due(row), className=f"k-small num {tone(row)}"),
            html.Span([*round_, triggers(row.triggers)], className="b-card-line k-small"),
            html.Span(joined([row.township, t("review_page.submitted", at=moment(row.submitted_at))]), className="muted k-small num"),
            html.Span(f"{row.case} · {row.number}", className="muted k-small num"),
        ],
        href=address(no=row.number, only=only),
        className=f"b-card {'b-card-here' if here else ''}",
    )  # fmt: skip


def state(row: ReviewRow) -> str:
    """The opinion where one was given, else the state of the round."""
    return t(f"vocabulary.review_opinion.{row.opinion}") if row.opinion else t(f"vocabulary.review_status.{row.status}")


def triggers(codes: Sequence[str]) -> str:
    """Grounds of the review in words."""
    return joined([label(Trigger(code), lang()) for code in codes if code in set(Trigger)])


def ends(row: ReviewRow) -> datetime | None:
    """What is due first: the material that was asked for, or the decision of the case."""
    waits = row.asked_due_at if row.status == "material_asked" else None
    return min((at for at in (waits, row.decision_due_at) if at is not None), default=None)


def tone(row: ReviewRow) -> str:
    """How a round is marked: late, near, neither."""
    at = ends(row)
    if row.opinion or at is None:
        return "muted"
    return "alarm" if row.overdue else "warn" if at - now() < NEAR else "muted"


def due(row: ReviewRow) -> str:
    """What is due first and what is left of it; shape besides colour."""
    at = ends(row)
    if at is None:
        return t("review_page.no_due")
    mark = {"alarm": "▲ ", "warn": "◆ "}.get(tone(row), "")
    name = t(f"review_page.due.{'material' if at == row.asked_due_at and row.status == 'material_asked' else 'decision'}")  # fmt: skip
    return (
        f"{mark}{name} · {t('case_page.due.overdue' if at < now() else 'case_page.due.running', span=span(at - now()))}"
    )
