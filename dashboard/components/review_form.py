"""The form of an opinion: the points of the plan one by one with a note each, the opinion, its grounds; read-only once given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import nothing
from dashboard.components.clause import clause, said, to_value
from dashboard.components.desk_form import words_of
from dashboard.context import t
from data.queries.reviews import PointView, ReviewView
from policy.review import Choice
from policy.vocabulary import Verb
from policy.vocabulary_between import PointAnswer, ReviewStatus

SIGNS: Final = {"ok": "✓", "not_ok": "✕", "note": "※"}
TONES: Final = {"ok": "good", "not_ok": "alarm", "note": "warn"}


def build_opinion(view: ReviewView) -> list[Component]:
    """The form where an opinion may be given; what was given where it was; else why not yet."""
    if view.row.status == ReviewStatus.OPINION:
        return _given(view)
    step = next((one for one in view.steps if one.verb is Verb.GIVE_OPINION), None)
    if step is None:
        return [nothing(t("review_page.not_yet")), *_points_read(view.points)]
    if not step.decision.allowed:
        reasons = [html.Li(said(reason)) for reason in step.decision.obstacles]
        return [html.Ul(reasons, className="k-missing"), *_points_read(view.points)]
    return [*_points(view.points), *_choice(view.opinions), *_foot()]


def _points_head(points: Sequence[PointView]) -> Component:
    if not points:
        return html.P(t("review_page.no_points"), className="muted k-note")
    return html.P(to_value(t("review_page.points", n=len(points)), "review.points"), className="muted k-note")


def _points(points: Sequence[PointView]) -> list[Component]:
    rows = [_point(n, one) for n, one in enumerate(points, start=1)]
    return [_points_head(points), *([html.Ol(rows, className="r-points")] if rows else [])]


def _point(n: int, one: PointView) -> Component:
    name = words_of(one.name)
    answers = [dmc.Radio(label=t(f"vocabulary.point_answer.{each.value}"), value=each.value, size="md") for each in PointAnswer]  # fmt: skip
    note = dmc.Textarea(
        id={"type": "review-note", "point": one.code},
        placeholder=t("review_page.note"),
        value="",
        autosize=True,
        minRows=1,
        maxRows=8,
        **{"aria-label": f"{n} {t('review_page.note')}"},
    )
    group = dmc.RadioGroup(dmc.Group(answers, gap=18), id={"type": "review-answer", "point": one.code}, label=f"{n}. {name}")  # fmt: skip
    return html.Li([group, note], className="r-point")


def _choice(opinions: Sequence[Choice]) -> list[Component]:
    options = [dmc.Radio(label=words_of(one.name), description=words_of(one.when) if one.when else None, value=one.opinion.value, size="md") for one in opinions]  # fmt: skip
    head = html.Span([t("review_page.opinion"), " ", *clause(opinions[0].clause if opinions else None)], className="k-label")  # fmt: skip
    grounds = dmc.Textarea(id="review-grounds", label=t("review_page.grounds"), description=t("review_page.grounds_hint"), value="", autosize=True, minRows=3, maxRows=14)  # fmt: skip
    return [
        html.Div(dmc.RadioGroup(dmc.Stack(options, gap=8), id="review-chosen", label=head), className="r-choice"),
        grounds,
    ]


def _foot() -> list[Component]:
    go = html.Button(t("review_page.give"), id="review-give", type="button", className="button button-main", n_clicks=0)
    return [html.Div(id="review-opinion-refusal", className="k-refusal"), html.Div(go, className="k-form-foot")]


# -- read --------------------------------------------------------------------------------------------------------------


def _points_read(points: Sequence[PointView]) -> list[Component]:
    """The points with the answers they have."""
    rows = [html.Li([html.Div([html.Span(words_of(one.name)), *_answer(one)], className="k-line"), *_note(one.note)]) for one in points]  # fmt: skip
    return [_points_head(points), *([html.Ol(rows, className="k-list")] if rows else [])]


def _answer(one: PointView) -> list[Component]:
    if not one.answer:
        return []
    words = f"{SIGNS[one.answer]} {t(f'vocabulary.point_answer.{one.answer}')}"
    return [html.Strong(words, className=f"nowrap {TONES[one.answer]}")]


def _note(words: str) -> list[Component]:
    return [html.P(words, lang="zh-CN", className="k-text k-small")] if words else []


def _given(view: ReviewView) -> list[Component]:
    name = next((words_of(one.name) for one in view.opinions if one.opinion == view.row.opinion), view.row.opinion or "")  # fmt: skip
    who = [" · ", view.row.reviewer] if view.row.reviewer else []
    notes = [html.Li(f"{one['document']} · {t('review_page.page', n=one['page'])}：{one['note']}") for one in view.page_notes]  # fmt: skip
    return [
        html.P([html.Strong(name), *who], className="b-turn"),
        *([html.P(view.grounds, lang="zh-CN", className="k-text")] if view.grounds else []),
        *_points_read(view.points),
        *([html.H3(t("review_page.page_notes"), className="k-sub"), html.Ul(notes, className="k-list")] if notes else []),
    ]  # fmt: skip


def read_states(answers: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Answers and notes by point, as the fields have them."""
    return {
        "answers": {one["id"]["point"]: str(one["value"]) for one in answers if one.get("value")},
        "notes": {one["id"]["point"]: str(one["value"]) for one in notes if str(one.get("value") or "").strip()},
    }
