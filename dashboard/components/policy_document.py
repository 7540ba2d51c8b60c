"""A document of the library whole: its standing, what rests on it, and every article of its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.policy_value import brief
from dashboard.components.policy_view import View, meaning, text_marks
from dashboard.context import lang, t
from policy.citing import clause_words
from policy.errors import Refusal
from policy.library import Article, library, normal_clause
from policy.profile import Document, Profile, Value

_ARTICLE: Final = re.compile(r"^\d+(?:-\d+)?(?=\()")
BEGINS: Final = 34  # characters of an article that stand beside its number


def build_document(profile: Profile, view: View, document: Document) -> list[Component]:
    """A document by its code: standing, values that rest on it, articles one under another."""
    return [
        html.H2(document.title(lang())),
        html.P(standing(document)),
        *_note(document),
        *build_resting(resting(profile, view.on, {document.code}), view),
        *_text(profile, document),
    ]


def resting(profile: Profile, on: date, places: Collection[str]) -> list[Value]:
    """The values in force that cite one of `places`: documents (`PL`) or clauses (`PL 42`), whatever the point."""
    values = (value for key in sorted(profile.values) if (value := profile.get(key, on)) is not None)
    return [value for value in values if any(_named(c.document, c.clause) & set(places) for c in value.citations)]


def _named(document: str, clause: str) -> set[str]:
    return {document, place(document, clause)}


def place(document: str, clause: str) -> str:
    """A clause of a statute without its point: `PL 64(1)` is said in `PL 64`; a plan's `二(四)11` is a clause of its own."""
    plain = normal_clause(clause)
    article = _ARTICLE.match(plain)
    return f"{document} {article[0] if article else plain}"


def build_resting(values: Collection[Value], view: View) -> list[Component]:
    """The values that rest on what is shown, each a link to its entry."""
    items = [html.Li([html.A(meaning(v.key), href=replace(view, key=v.key, tab="entry").address()), " ", brief(v, lang())]) for v in values]  # fmt: skip
    return [html.Section([html.H3(t("policy_page.rests")), html.Ul(items)])] if items else []


def standing(document: Document) -> list[Component]:
    """Draft or in force and since when, whether its text is whole and at hand, up to which day it was checked, by whom issued."""
    draft = [html.Span(t("policy_page.draft"), className="policy-mark policy-draft")]
    marks = [*(draft if document.status == "draft" else []), *text_marks([document])]
    return [*marks, html.Span(" · ".join(_facts(document)), className="muted")]


def _facts(document: Document) -> Iterator[str]:
    if document.in_force:
        yield t("policy_page.in_force_on", day=document.in_force.isoformat())
    elif document.dated:
        yield t("policy_page.dated_on", day=document.dated.isoformat())
    elif document.status == "in_force":
        yield t("policy.status.in_force")
    if not document.flagged:
        yield t(f"policy.text.{document.text}")
    if document.checked_on and document.text != "not_at_hand":
        yield t("policy_page.checked", day=document.checked_on.isoformat())
    if document.issuer and lang() == "zh":
        yield document.issuer


def _note(document: Document) -> list[Component]:
    note = document.note_zh if lang() == "zh" else document.note_en
    return [html.P(note, className="say")] if note else []


def _text(profile: Profile, document: Document) -> list[Component]:
    try:
        articles = library().with_documents(profile.documents).articles(document.code)
    except Refusal:
        return [html.P(t("policy_page.no_text", title=document.title(lang())))]
    head = html.H3(t("policy_page.whole_text", n=len(articles)))
    return [html.Section([head, *(_article(one) for one in articles)])]


def _article(one: Article) -> Component:
    """An article under its number and first words; open it to read it whole."""
    first = one.text.split("\n", maxsplit=1)[0]
    begins = first if len(first) <= BEGINS else f"{first[:BEGINS]}…"
    head = html.Summary([html.Strong(clause_words(one.number, lang())), " ", html.Span(begins, lang="zh-CN", className="muted")])  # fmt: skip
    heading = [html.P(one.heading, className="muted", lang="zh-CN")] if one.heading else []
    return html.Details([head, *heading, html.Blockquote(one.text, lang="zh-CN")])
