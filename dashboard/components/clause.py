"""A clause on a screen: in the reader's words, opening its value or its article on the policy page. The only place that draws one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.context import actor, county, lang, t
from policy.citing import address, clause_words, full_title, spoken
from policy.decision import Reason
from policy.errors import Refusal
from policy.figures.definitions import definition
from policy.library import split_citation
from policy.profile import Document


def documents() -> Mapping[str, Document]:
    """The documents of the county of this request; none when it cannot be told which it is."""
    try:
        return county().profile.documents
    except Refusal:
        return {}


def clause(citation: str | None, *, key: str = "", away: bool = False, page: str = "") -> list[Component]:
    """A citation as a link to the value `key`, to `page`, or to what it says itself; `away` opens another tab. Nothing for none."""
    if not citation:
        return []
    known = documents()
    words, title = spoken(citation, lang(), known), full_title(citation, lang(), known)
    return [_link(words, key or citation, away, page=page, className="clause", title=title)]


def brief_clause(citation: str | None, *, key: str) -> list[Component]:
    """The first clause without its document, for a wall where space is dear; the pointer has the whole."""
    pairs = split_citation(citation or "")
    if not pairs:
        return []
    kind = t("policy.basis.plan" if _is_plan(pairs[0][0]) else "policy.basis.law")
    words = f"{kind}{'' if lang() == 'zh' else ' '}{clause_words(pairs[0][1], lang())}"
    return [_link(words, key, False, className="clause", title=full_title(citation or "", lang(), documents()))]


def _is_plan(code: str) -> bool:
    document = documents().get(code)
    return document is not None and document.kind == "plan"


def to_value(words: Any, key: str, *, look: str = "", away: bool = False, **more: Any) -> Component:
    """A figure or deadline whose words open its value on the policy page."""
    return _link(words, key, away, className=f"to-value {look}".strip(), **more)


def _link(words: Any, asked: str, away: bool, *, page: str = "", **more: Any) -> Component:
    """A link; plain words on a wall that was paired: nobody shall leave it by touching it."""
    if actor().device:
        return html.Span(words, **more)
    return html.A(words, href=page or address(asked), **more, **({"target": "_blank"} if away else {}))


def figure_key(figure: str) -> str:
    """The value that a figure is held against, or the first it rests on; empty where the profile says nothing of it."""
    keys = (f"target.{figure}", *definition(figure).rests_on)
    return next((key for key in keys if key in county().profile.values), "")


def of_figure(words: Any, figure: str) -> Component:
    """The name of a figure, which opens what it is held against; plain where the profile is silent."""
    key = figure_key(figure)
    return to_value(words, key) if key else html.Span(words)


def due_key(kind: str, urgency: str, cell_code: str | None) -> str:
    """The value that sets a deadline of dispatch: `assign` and `accept` by urgency, `arrive` by town and country."""
    if kind != "arrive":
        return f"{'lead' if kind == 'assign' else 'task'}.{kind}.{urgency}"
    cell = county().hierarchy.get(cell_code) if cell_code else None
    return "response.urban" if cell is not None and cell.settlement == "urban" else "response.other"


def of_due(words: Any, kind: str, urgency: str, cell_code: str | None, *, look: str = "", **more: Any) -> Component:
    """A deadline of dispatch that opens the value which set it; a day a person named (a re-check) is plain words."""
    if kind not in DISPATCH:
        return html.Span(words, className=look)
    return to_value(words, due_key(kind, urgency, cell_code), look=look, **more)


def said(reason: Reason, *, away: bool = False) -> list[Any]:
    """A reason in words with its clause."""
    return [reason.sentence(lang()), " ", *clause(reason.clause, away=away)]


def within(words: str, *parts: Component) -> list[Any]:
    """A sentence of the catalogue said with `clause=MARK`, with `parts` where the mark is."""
    before, _, after = words.partition(MARK)
    return [before, *parts, after]


DISPATCH = ("assign", "accept", "arrive")
MARK = "\u2063"  # an invisible separator: where the clause of a sentence goes
