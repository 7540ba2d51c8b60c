"""A profile as a whole: its layers, its documents with their standing, and day by day what began to hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from dashboard.components.policy_document import resting, standing
from dashboard.components.policy_value import brief
from dashboard.components.policy_view import View, meaning
from dashboard.context import lang, t
from policy.loader import load_profile
from policy.profile import Document, Profile, Value


def build_profile(view: View) -> list[Component]:
    """What the profile stands on and how it came to be as it is."""
    profile = load_profile(view.profile)
    chain = " › ".join(load_profile(code).name(lang()) for code in profile.chain)
    return [
        html.H2(profile.name(lang())),
        html.P([t("policy_page.layers"), " ", chain], className="muted"),
        html.H3(t("policy_page.documents")),
        _documents(profile, view),
        html.H3(t("policy_page.by_date")),
        *_timeline(profile, view),
    ]


def _documents(profile: Profile, view: View) -> Component:
    """Every document with its standing and how many values rest on it; its name opens its text."""
    rows = [_document(profile, view, one) for one in profile.documents.values()]
    return html.Table(html.Tbody(rows))


def _document(profile: Profile, view: View, one: Document) -> Component:
    name = html.A(one.title(lang()), href=replace(view, key=one.code, tab="entry").address())
    n = len(resting(profile, view.on, {one.code}))
    values = t("policy_page.values_rest", n=n) if n else ""
    return html.Tr([html.Td([name, html.Div(standing(one))]), html.Td(values, className="num nowrap muted")])


def _timeline(profile: Profile, view: View) -> list[Component]:
    """Every day on which a value of the profile began, the newest first; values of the law below one fold."""
    values = sorted(
        (v for key in profile.values for v in profile.history(key)), key=lambda v: v.valid_from, reverse=True
    )
    return [
        _day(day, list(found), view, profile.code) for day, found in groupby(values, key=lambda value: value.valid_from)
    ]


def _day(day: date, values: list[Value], view: View, own: str) -> Component:
    when = t("policy_page.not_yet") if day > view.on else ""
    head = html.Summary([html.Span(day.isoformat(), className="num"), " ", t("policy_page.began", n=len(values)), " ", html.Span(when, className="warn")])  # fmt: skip
    items = [html.Li([html.A(meaning(v.key), href=replace(view, key=v.key, tab="entry").address()), " ", brief(v, lang())]) for v in values]  # fmt: skip
    return html.Details([head, html.Ul(items)], open=any(value.layer == own for value in values))
