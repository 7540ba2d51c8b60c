"""One entry of a profile: the value in full, the article with the decisive words, the other profile, the history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.components.policy_calculator import build_calculator
from dashboard.components.policy_document import build_document, build_resting, place, resting, standing
from dashboard.components.policy_value import brief, full
from dashboard.components.policy_view import View, duties_of, marks, meaning, plain
from dashboard.context import lang, t
from policy.citing import address, clause_words, spoken
from policy.errors import Refusal
from policy.library import Article, library, split_citation
from policy.loader import load_profile
from policy.profile import Citation, Profile, Value
from policy.text import has


def build_detail(view: View) -> list[Component]:
    """The chosen entry: value in full, ground, article with the decisive words, comparison, history."""
    profile = load_profile(view.profile)
    value = profile.get(view.key, view.on) if view.key in profile.values else None
    if value is None:
        return _without_value(profile, view)
    return [
        html.H2(meaning(view.key)),
        html.P([*marks(profile, value), " ", html.Span(_period(value), className="muted num")]),
        full(value, lang()),
        *_reached(value),
        *_notes(value),
        *([build_calculator(view.key, view.profile)] if value.unit == "deadline" else []),
        html.P(t("policy_page.selects", what=t(f"policy.select.{value.select}")), className="muted"),
        *_citations(profile, value.citations),
        *_comparison(view, value),
        _history(profile, view.key, view.on),
        html.P([t("policy_page.key"), " ", html.Code(view.key), *_duties(view.key)], className="muted"),
    ]


def _duties(key: str) -> list[str]:
    found = duties_of(key)
    return [" · ", t("policy_page.duties"), " ", ", ".join(found)] if found else []


def _without_value(profile: Profile, view: View) -> list[Component]:
    if not view.key:
        return [html.P(t("policy_page.choose"), className="empty")]
    if has(f"policy.key.{view.key}", lang()):
        silent = html.P(
            t("policy_page.silent_here", name=profile.name(lang()), day=view.on.isoformat()), className="say"
        )
        past = [_history(profile, view.key, view.on)] if view.key in profile.values else []
        return [html.H2(meaning(view.key)), silent, *_comparison(view, None), *past]
    return build_cited(profile, view)


def _reached(value: Value) -> Iterator[Component]:
    """The day by which a target is to be reached."""
    if value.reach_by:
        yield html.P(_by(value), className="num")


def _by(value: Value) -> str:
    return t("policy_page.reach_by", day=value.reach_by.isoformat()) if value.reach_by else ""


def _notes(value: Value) -> Iterator[Component]:
    note = value.note_zh if lang() == "zh" else value.note_en
    if note:
        yield html.P(note, className="say")
    if value.basis == "ours":
        yield html.P(t("policy_page.ours_note"), className="muted")


# -- the law ----------------------------------------------------------------------------------------------------------


def _citations(profile: Profile, citations: Iterable[Citation]) -> list[Component]:
    """Each clause once, with all the words of it that are quoted."""
    quotes: dict[tuple[str, str], list[str]] = {}
    for one in citations:
        quotes.setdefault((one.document, one.clause), []).append(one.quote)
    return [build_citation(profile, Citation(*where), found) for where, found in quotes.items()]


def build_citation(profile: Profile, citation: Citation, quotes: Iterable[str] = ()) -> Component:
    """One clause: document, article with the decisive words marked, or a clear word that the text is not at hand."""
    document = profile.document(citation.document)
    article = _article(profile, citation)
    where = clause_words(citation.clause, lang())
    whole = html.A(document.title(lang()), href=address(citation.document), className="policy-whole")
    head = html.H3([whole, " ", html.Span(where)])
    state = html.P(standing(document))
    if article is None:
        return html.Section([head, state, html.P(t("policy_page.no_text", title=document.title(lang())))])
    heading = [html.P(article.heading, className="muted", lang="zh-CN")] if article.heading else []
    text = html.Blockquote(_highlighted(article.text, quotes), lang="zh-CN")
    return html.Section([head, state, *heading, text])


def _article(profile: Profile, citation: Citation) -> Article | None:
    try:
        return library().with_documents(profile.documents).article(citation.document, citation.clause)
    except Refusal:
        return None


def _highlighted(text: str, quotes: Iterable[str]) -> list[Component | str]:
    """The text with every quotation marked; of two that overlap the longer one."""
    wanted = sorted(filter(None, quotes), key=len, reverse=True)
    if not wanted:
        return [text]
    parts = re.split(f"({'|'.join(map(re.escape, wanted))})", text)
    return [html.Mark(part) if n % 2 else part for n, part in enumerate(parts) if part]


def build_cited(profile: Profile, view: View) -> list[Component]:
    """What a clause says, for a link that names one (`PL 42–43`), and the values that rest on it."""
    cited = [Citation(document, clause) for document, clause in split_citation(view.key)]
    every = dict(library().documents) | dict(profile.documents)
    if view.key in every:
        return build_document(profile, view, every[view.key])
    known = [one for one in cited if one.document in every]
    if not known:
        return [html.P(t("policy_page.unknown", asked=view.key), className="empty")]
    values = resting(profile, view.on, {place(one.document, one.clause) for one in known})
    return [
        html.H2(spoken(view.key, lang(), every)),
        *(build_citation(replace(profile, documents=every), one) for one in known),
        *build_resting(values, view),
    ]


# -- beside it, and before ---------------------------------------------------------------------------------------------


def _comparison(view: View, value: Value | None) -> list[Component]:
    """The same entry in the profile compared with: in full, with its citation and whether it differs."""
    if not view.versus:
        return []
    other = load_profile(view.versus)
    found = other.get(view.key, view.on) if view.key in other.values else None
    same = t("policy_page.same" if plain(value) == plain(found) else "policy_page.differs")
    head = html.H3([t("policy_page.beside", name=other.name(lang())), " ", html.Span(same, className="policy-mark")])
    if found is None:
        return [html.Section([head, html.P(t("policy_page.silent"), className="muted")], className="policy-beside")]
    cited = _citations(other, found.citations) if plain(value) != plain(found) else []
    return [html.Section([head, html.P(marks(other, found)), full(found, lang()), *cited], className="policy-beside")]


def _period(value: Value) -> str:
    if value.valid_to:
        return t("policy_page.from_until", start=value.valid_from.isoformat(), end=value.valid_to.isoformat())
    return t("policy_page.from_to", start=value.valid_from.isoformat())


def _standing(value: Value, on: date, current: Value | None) -> str:
    if value is current:
        return t("policy_page.in_force_now")
    return t("policy_page.not_yet" if value.valid_from > on else "policy_page.superseded")


def _history(profile: Profile, key: str, on: date) -> Component:
    current = profile.get(key, on)
    rows = [
        html.Tr(
            [
                html.Td(_period(value), className="num nowrap"),
                html.Td(load_profile(value.layer).name(lang())),
                html.Td(
                    [
                        brief(value, lang()),
                        *([" ", html.Span(_by(value), className="muted num")] if value.reach_by else []),
                    ]
                ),
                html.Td(_standing(value, on, current), className="nowrap"),
            ]
        )
        for value in profile.history(key)
    ]
    return html.Section([html.H3(t("policy_page.history")), html.Table(html.Tbody(rows))])
