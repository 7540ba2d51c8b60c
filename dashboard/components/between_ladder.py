"""The ladder of a dispute drawn as steps: which rungs the plan has, where it stands, what each said, whose turn it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from dashboard.components.between_matter import Organs, build_entry
from dashboard.components.case_words import moment
from dashboard.components.clause import clause
from dashboard.context import lang, t
from data.queries.between import MatterView
from policy.dispute import KEY, Rung, next_rung, rung_for
from policy.guards_dispute import VERB_OF
from policy.vocabulary import MatterKind, Verb

_RUNGS: Final = {verb.value: rung for rung, verb in VERB_OF.items()}
_SETTLE_HERE: Final = frozenset({Verb.CONCLUDE.value, Verb.AGREE.value})


def said_on(rungs: tuple[Rung, ...], course: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    """What was said, by the rung on which it was; before the first rung under -1."""
    found: dict[int, list[Mapping[str, Any]]] = {}
    tried = 0
    for entry in course:
        rung = rung_for(rungs, tried, _RUNGS[entry["verb"]]) if entry["verb"] in _RUNGS else None
        if rung is not None:
            tried = rungs.index(rung) + 1
        settled = entry["verb"] in _SETTLE_HERE
        at = tried - 1 if rung is not None or settled else -1
        found.setdefault(at, []).append(entry)
    return found


def build_ladder(view: MatterView, organs: Organs) -> Component:
    """The rungs from the first to the last: passed, here, ahead."""
    told = said_on(view.rungs, view.course)
    decided = view.columns.get("decided_at")
    rows = [_rung(view, n, rung, told.get(n, []), organs, bool(decided)) for n, rung in enumerate(view.rungs)]
    end = _end(view, organs) if decided else []
    return html.Ol([*rows, *end], className="b-ladder")


def _rung(view: MatterView, n: int, rung: Rung, told: Sequence[Mapping[str, Any]], organs: Organs, over: bool) -> Component:  # fmt: skip
    stands = "done" if n < view.tried else "now" if n == view.tried and not over else "ahead"
    if over and n >= view.tried:
        stands = "unneeded"
    mark = {"done": "✓", "now": "●", "ahead": "○", "unneeded": "–"}[stands]
    words = t(f"between_page.rung.{stands}")
    head = html.Div(
        [html.Strong(rung.name(lang())), html.Span(t(f"vocabulary.rung_verb.{rung.verb.value}"), className="k-tag"), html.Span(words, className="muted k-small"), *clause(rung.clause, key=KEY)],
        className="b-rung-head",
    )  # fmt: skip
    entries = [build_entry(MatterKind.DISPUTE, one, organs) for one in told]
    current = {"aria-current": "step"} if stands == "now" else {}
    body = html.Div([head, *entries], className="b-rung-body")
    return html.Li([html.Span(mark, className="b-rung-mark", **{"aria-hidden": "true"}), body], className=f"b-rung b-rung-{stands}", **current)  # fmt: skip


def _end(view: MatterView, organs: Organs) -> list[Component]:
    code = view.columns.get("competent_organ") or ""
    name = organs.get(code, code)
    words = t("between_page.decided", organ=name, at=moment(view.columns.get("decided_at")))
    mark = html.Span("■", className="b-rung-mark", **{"aria-hidden": "true"})
    return [html.Li([mark, html.Div(html.Strong(words), className="b-rung-body")], className="b-rung b-rung-done")]


def build_turn(view: MatterView) -> list[Component]:
    """Whose turn it is, and what that organ does next; nothing once it is decided."""
    if view.columns.get("decided_at"):
        return []
    rung = next_rung(view.rungs, view.tried)
    held = next_rung(view.rungs, view.tried - 1)
    if rung is None and held is None:
        return [html.P(t("between_page.no_ladder"), className="warn")]
    here = held if rung is None else rung
    words = t("between_page.turn", organ=here.name(lang()), verb=t(f"vocabulary.rung_verb.{here.verb.value}")) if here else ""  # fmt: skip
    return [html.P([words, " ", *clause(here.clause if here else None, key=KEY)], className="b-turn")]
