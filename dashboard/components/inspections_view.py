"""The page of inspections as components: tabs, what can be merged, lists, one matter, one enterprise, a draw repeated."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import day, joined, moment, nothing, panel
from dashboard.components.clause import clause
from dashboard.context import lang, place_name, t
from data.casework.inspections import code_text
from data.inspection_code import code_svg
from data.queries.draws import Repeated
from data.queries.inspections import Counter, History, Proposal, Saved
from policy.vocabulary import MatterKind

Names = Mapping[str, str]
STATUS: Final = {
    "visits": "visit_status", "plans": "inspection_plan_status", "draws": "draw_status", "operations": "operation_status",
}  # fmt: skip
_WAITING: Final = {"plans": MatterKind.INSPECTION_PLAN, "visits": MatterKind.INSPECTION_VISIT}
_ORGANS: Final = frozenset({"organ_code", "organs", "approved_by", "participants", "townships", "heard", "informed"})
_WORDS: Final = {
    "kind": "inspection_kind", "outcome": "visit_outcome", "cap_exception": "cap_exception", "seed_source": "seed_source",
}  # fmt: skip
_SHOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "visits": (
        "organs", "plans", "draws", "items", "visit_on", "inspectors", "agreed", "cap_exception", "exception_reason",
        "repeats", "operation", "approved_at", "noticed_at", "notice", "entered_at", "left_at", "recorded_at", "outcome",
        "words", "guidance", "informed", "report", "lead_number",
    ),
    "plans": (
        "organ_code", "kind", "begins_on", "ends_on", "items", "subjects", "approved_at", "approved_by", "approval",
        "filed_at", "filing",
    ),
    "draws": (
        "organ_code", "plan_number", "algorithm", "population_sha256", "committed_at", "subjects_wanted",
        "inspectors_wanted", "seed_source", "beacon_name", "seed", "drawn_at", "drawn_subjects", "drawn_inspectors",
        "discarded_at", "reason",
    ),
    "operations": (
        "participants", "townships", "heard", "consent", "approved_at", "noticed_at", "answer_by", "answers", "begun_at",
        "reported_at", "results",
    ),
}  # fmt: skip
CODED: Final = frozenset({"items", "inspectors", "subjects", "drawn_subjects", "drawn_inspectors"})
"""Columns that hold codes of items, people and enterprises."""
_APART: Final = {"zh": "；", "en": "; "}
"""Between names that hold commas themselves."""
_HOLD_ORGANS: Final = frozenset({"agreed", "answers"})


def _to(**view: str) -> str:
    return f"/inspections?{urlencode({name: value for name, value in view.items() if value})}"


def tools(buttons: Sequence[Component]) -> Component:
    """A row of buttons."""
    return html.Div(list(buttons), className="b-tools")


def state_name(tab: str, status: str) -> str:
    """The word of a state."""
    return t(f"vocabulary.{STATUS[tab]}.{status}")


def build_tabs(tabs: Sequence[str], here: str, waiting: Mapping[MatterKind, int], year: Saved) -> list[Component]:
    """The tabs with what waits for approval, and what merging has saved this year."""
    links = [_tab(tab, tab == here, waiting) for tab in tabs]
    said = t("inspections.saved", saved=year.saved, visits=year.visits, plans=year.plans)
    return [*links, html.Span(said, className="muted k-small i-saved")]


def _tab(tab: str, here: bool, waiting: Mapping[MatterKind, int]) -> Component:
    count = waiting.get(_WAITING[tab], 0) if tab in _WAITING else 0
    number = [" ", html.B(f"{count:,}", className="num", title=t("inspections.waiting"))] if count else []
    link = dcc.Link([t(f"inspections.tab.{tab}"), *number], href=_to(tab=tab), className="b-tab-link")
    current = {"aria-current": "page"} if here else {}
    return html.Span(link, className=f"b-tab {'b-tab-here' if here else ''}", **current)


# -- lists --------------------------------------------------------------------------------------------------------------


def build_proposals(rows: Sequence[Proposal], names: Names) -> list[Component]:
    """Plans that can be one visit, each with what it saves and the way to plan it."""
    if not rows:
        return [nothing(t("inspections.no_proposals"))]
    return [html.P(t("inspections.merging_said"), className="muted k-note"), *(_proposal(row, names) for row in rows)]


def _proposal(row: Proposal, names: Names) -> Component:
    saves = html.Span(t("inspections.saves", n=row.saved), className="k-tag")
    head = html.Span([html.Strong(row.subject.name, className="b-subject"), saves], className="b-card-head")
    organs = html.Span(joined([names.get(code, code) for code in row.organs]), className="k-small")
    plans = html.Span([", ".join(row.plans), " · ", day(row.on)], className="muted num k-small")
    return dcc.Link([head, organs, plans], href=_to(tab="visits", subject=row.subject.code, plans=",".join(row.plans)), className="b-card")  # fmt: skip


def build_search(text: str, rows: Sequence[Any], most: int) -> list[Component]:
    """Where enterprises are looked for, and whether there are more than are shown."""
    field = dmc.TextInput(id="inspections-find", label=t("inspections.find"), placeholder=t("inspections.find_hint"), value=text, debounce=True, inputProps={"maxLength": 100})  # fmt: skip
    more = [html.P(t("inspections.more_subjects", n=most), className="muted k-small")] if len(rows) >= most else []
    return [field, *more]


def build_subjects(rows: Sequence[Any], here: str, text: str = "") -> list[Component]:
    """Enterprises, one card each."""
    if not rows:
        return [nothing(t("inspections.none_found", text=text) if text else t("inspections.empty.subjects"))]
    return [_subject(row, row.code == here, text) for row in rows]


def _subject(row: Any, here: bool, text: str) -> Component:
    grade = t(f"vocabulary.subject_risk.{row.risk}") + (
        f" · {t(f'vocabulary.subject_credit.{row.credit}')}" if row.credit else ""
    )
    head = html.Span([html.Strong(row.name, className="b-subject"), html.Span(grade, className="k-small")], className="b-card-head")  # fmt: skip
    place = html.Span(f"{place_name(row.township_code)} · {row.code}", className="muted num k-small")
    return dcc.Link([head, place], href=_to(tab="subjects", no=row.code, text=text), className=f"b-card {'b-card-here' if here else ''}")  # fmt: skip


def build_rows(tab: str, rows: Sequence[Any], here: str, names: Names, subjects: Mapping[Any, Any]) -> list[Component]:
    """One card a matter; visits under their day; an empty list says what to do."""
    if not rows:
        return [nothing(t(f"inspections.empty.{tab}"))]
    if tab != "visits":
        return [_card(tab, row, here, names, row_title(tab, row, subjects)) for row in rows]
    found: list[Component] = []
    for on in sorted({row.visit_on for row in rows}, reverse=True):
        cards = [_card(tab, row, here, names, row_title(tab, row, subjects)) for row in rows if row.visit_on == on]
        found += [html.H3(on.isoformat(), className="num muted k-small"), *cards]
    return found


def row_title(tab: str, row: Any, subjects: Mapping[Any, Any]) -> str:
    """What a matter is called in a list."""
    if tab == "visits":
        return str(subjects[row.party_id].name)
    return str(subjects.get(row.plan_number, row.plan_number) if tab == "draws" else row.title)


def _card(tab: str, row: Any, here: str, names: Names, title: str) -> Component:
    head = html.Span([html.Strong(title, className="b-subject"), html.Span(state_name(tab, row.status), className="k-tag")], className="b-card-head")  # fmt: skip
    organs = row.organs if tab == "visits" else [row.organ_code]
    again = [html.Span(f"▲ {t('inspections.repeats', n=row.repeats)}", className="k-small warn")] if getattr(row, "repeats", 0) else []  # fmt: skip
    who = html.Span(joined([names.get(code, code) for code in organs]), className="k-small")
    number = html.Span(row.number, className="muted num k-small")
    return dcc.Link([head, who, *again, number], href=_to(tab=tab, no=row.number), className=f"b-card {'b-card-here' if row.number == here else ''}")  # fmt: skip


# -- one matter -----------------------------------------------------------------------------------------------------------


def build_matter(
    tab: str, row: Any, names: Names, subjects: Mapping[Any, Any], repeated: Repeated | None
) -> list[Component]:
    """What is known of one matter; a visit with the code for its notice, a draw with its repetition."""
    title = row_title(tab, row, subjects)
    facts = [_line(name, getattr(row, name), names) for name in _SHOWN[tab] if getattr(row, name) not in (None, "", [], {}, 0)]  # fmt: skip
    said = next((one["why_visit"] for one in row.course if one.get("why_visit")), None)
    facts += [_line("why_visit", said, names)] if said else []
    found = [panel(title, html.Dl(facts, className="k-facts"), side=f"{row.number} · {state_name(tab, row.status)}")]
    if tab == "visits" and row.token:
        found.append(_notice(row, title, names))
    if tab == "visits":
        to = dcc.Link(t("inspections.history"), href=_to(tab="subjects", no=subjects[row.party_id].code))
        found.append(html.P(to, className="k-small"))
    return [*found, *(_verified(row.number, repeated) if repeated is not None else [])]


def _line(name: str, value: Any, names: Names) -> Component:
    said: Any = _said(name, value, names)
    if name == "lead_number":
        said = dcc.Link(str(value), href=f"/console?lead={value}", className="num")
    return html.Div([html.Dt(t(f"inspections.column.{name}")), html.Dd(said)], className="k-fact")


def _said(name: str, value: Any, names: Names) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Mapping):
        value = list(value)
    if isinstance(value, list | tuple):
        known = names if name in _ORGANS | _HOLD_ORGANS | CODED else {}
        words = [known.get(str(one), str(one)) for one in value]
        return _APART[lang()].join(words) if name == "items" else joined(words)
    if name in _ORGANS:
        return names.get(str(value), str(value))
    return t(f"vocabulary.{_WORDS[name]}.{value}") if name in _WORDS else str(value)


def _notice(row: Any, title: str, names: Names) -> Component:
    """The notice as it is printed, with the code that is scanned on entry."""
    image = b64encode(code_svg(code_text(row), 4).encode()).decode()
    code = html.Img(src=f"data:image/svg+xml;base64,{image}", alt=t("inspections.code"), className="i-code")
    organs = joined([names.get(one, one) for one in row.organs])
    words = t("inspections.notice_words", organs=organs, subject=title, on=row.visit_on, number=row.number)
    return panel(t("inspections.notice"), [html.P(words), code, html.P(t("inspections.code_said"), className="muted k-small")], side=row.notice)  # fmt: skip


def _verified(number: str, found: Repeated) -> list[Component]:
    marks = [html.Li([("✓ " if held else "✕ "), words], className="" if held else "alarm") for (_, held), words in zip(found.checks, found.sentences(lang()), strict=True)]  # fmt: skip
    verdict = t("inspections.draw_holds" if found.holds else "inspections.draw_fails", number=number)
    again = html.A(t("inspections.verify"), href=_to(tab="draws", no=number), className="button")
    file = html.A(t("inspections.file"), href=f"/api/v1/inspections/draws/{number}/file", className="button", download=f"{number}.json")  # fmt: skip
    return [
        panel(
            t("inspections.repeated"),
            [html.P(html.Strong(verdict)), html.Ul(marks, className="i-marks"), tools([again, file])],
        )
    ]


# -- one enterprise -------------------------------------------------------------------------------------------------------


def build_history(found: History, names: Names) -> list[Component]:
    """An enterprise: its counters against the caps, what the repeat window warns of, every visit."""
    caps = [html.Li(_counter(one, names)) for one in found.counters] or [html.Li(t("inspections.no_visits_this_year"))]
    warn = t("inspections.recent", days=found.window, n=found.recent) if found.window is not None else ""
    rule = html.P([("▲ " if found.recent > 1 else ""), warn, " ", *clause("EI 要点")], className="alarm" if found.recent > 1 else "muted k-small")  # fmt: skip
    visits = [_card("visits", row, "", names, day(row.visit_on)) for row in reversed(found.visits)]
    return [
        panel(found.subject.name, [html.Ul(caps), rule], side=found.subject.credit_code),
        panel(t("inspections.history"), html.Div(visits or nothing(t("inspections.empty.visits")), className="b-list")),
    ]


def _counter(one: Counter, names: Names) -> list[Any]:
    name = names.get(one.organ, one.organ)
    if one.cap is None:
        return [t("inspections.counter_open", organ=name, n=one.visits)]
    full = one.visits >= one.cap
    return [html.Span(["▲ " if full else "", t("inspections.counter", organ=name, n=one.visits, cap=one.cap)], className="alarm" if full else "")]  # fmt: skip
