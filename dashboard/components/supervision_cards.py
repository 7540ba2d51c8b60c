"""Cards on enforcement conduct 三牌 on the page of supervision: what the plan knows, who holds one, giving and withdrawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.components.case_words import capital, joined, moment, nothing, panel
from dashboard.components.clause import clause
from dashboard.components.desk import Desk, Taken, View, build_step
from dashboard.components.desk import register as register_desk
from dashboard.components.desk_form import Offer, Options, build_fields, words_of
from dashboard.components.supervision_parts import (  # fmt: skip
    build_frame,
    build_switch,
    closed_lists,
    facts,
    matter,
    may,
    table,
    tag,
    to,
    view_of,
)
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.components.table_sheet import sheets_of
from dashboard.context import actor, county, lang, now, record, t
from data.authority import Subject, demand
from data.casework.cards import give_card, withdraw_card
from data.models import Organ, Person
from data.queries.cards import CardRow, cards, rules_now
from data.queries.complaints import complaints
from data.sheets import Book
from policy.conduct import CardRules
from policy.conduct_forms import CARD_FORMS
from policy.errors import Refusal
from policy.text import named
from policy.vocabulary import PersonKind
from policy.vocabulary_conduct import CardState, CardStep

SHOW: Final = "cards"
NAME: Final = "cards"
NAMES: Final = ("only", "no", "matter", "complaint")
ONLY: Final = ("in_force", "all")
MARKS: Final = {"yellow": "▲", "orange": "◆", "red": "■"}
_COLUMNS: Final = ("number", "card", "person", "matter", "conduct", "given", "until", "state")


def build(given: Mapping[str, str]) -> Component:
    """The section as the address asks for it; without a number the first row is open."""
    view = view_of(given, *NAMES)
    view["no"] = view["no"] or next((row.number for row in _rows(view)), "")
    return build_frame(DESK, view, parts(view), {"list": "cd-list", "card": "side-card"})


def parts(view: View) -> dict[str, Any]:
    """The list and the card that is open."""
    rows = _rows(view)
    return {"list": _list(view, rows), "card": _card(view)}


def _rows(view: View, **more: Any) -> list[CardRow]:
    only = CardState.IN_FORCE.value if view["only"] != "all" else ""
    with record().read() as session:
        return cards(session, actor(), county(), now(), only=only, **more)


def _rules() -> CardRules:
    return rules_now(county(), now())


def _list(view: View, rows: Sequence[CardRow]) -> list[Component]:
    rules = _rules()
    give = [build_step(NAME, CardStep.GIVE.value, step_words(CardStep.GIVE), main=True)] if rules.cards and may("card.give") else []  # fmt: skip
    tools = html.Div([build_switch(SHOW, view["only"], ONLY), html.Span(className="k-spacer"), build_export(EXPORT), *give], className="b-tools")  # fmt: skip
    none = nothing(t("conduct.cards_none" if view["only"] == "all" else "conduct.cards_none_force"))
    shown = build_table(rows, view["no"]) if rows else none
    return [tools, panel(t("conduct.cards_title"), [build_rule(rules), shown])]


def build_rule(rules: CardRules) -> Component:
    """What the plan says of cards, in one sentence with its clause."""
    if not rules.cards:
        return html.P(t("conduct.cards_silent"), className="warn k-note")
    names = [t("conduct.cards_blocks", name=named(card.name, lang())) if card.blocks else named(card.name, lang()) for card in rules.cards.values()]  # fmt: skip
    words = capital(t("conduct.cards_rule", cards=joined(names)))
    return html.P([words, " ", *clause(rules.clause, key="cards")], className="muted k-note")


def build_table(rows: Sequence[CardRow], chosen: str) -> Component:
    """Cards line by line."""
    return table(_COLUMNS, [_line(row, chosen) for row in rows])


def kind_tag(row: CardRow) -> Component:
    """A card by shape, word and colour."""
    return tag(f"{MARKS[row.kind.value]} {t(f'vocabulary.card_kind.{row.kind.value}')}", f"cd-{row.kind.value}")


def _line(row: CardRow, chosen: str) -> Component:
    return html.Tr(
        [
            html.Td(dcc.Link(row.number, href=to(SHOW, no=row.number, only="all"), className="num")),
            html.Td(kind_tag(row)),
            html.Td([html.Strong(row.person), html.Small(words_of(row.organ))]),
            html.Td(matter(row.matter_number)),
            html.Td(row.conduct, className="cd-words"),
            html.Td(moment(row.given_at), className="num"),
            html.Td(moment(row.ends_at) if row.ends_at else t("conduct.no_end"), className="num"),
            html.Td(_state(row)),
        ],
        className="cd-here" if row.number == chosen else "",
    )


def _state(row: CardRow) -> Component:
    return tag(t(f"vocabulary.card_state.{row.state.value}"), "alarm" if row.blocks else "")


def _card(view: View) -> list[Component]:
    if not view["no"]:
        return [nothing(t("conduct.open_card"))]
    try:
        with record().read() as session:
            row = cards(session, actor(), county(), now(), number=view["no"])[0]
    except Refusal as refusal:
        return [nothing(refusal.sentence(lang()))]
    return [build_card(row, withdraw=row.state is CardState.IN_FORCE and may("card.withdraw"))]


def build_card(row: CardRow, *, withdraw: bool) -> Component:
    """One card with all that was said of it, and what may be done."""
    rows = [
        (
            "officer",
            f"{row.person}（{words_of(row.organ)}）" if lang() == "zh" else f"{row.person} ({words_of(row.organ)})",
        ),
        ("status", _state(row)),
        ("blocks", t("conduct.blocked" if row.blocks else "conduct.not_blocked")),
        ("matter", matter(row.matter_number)),
        ("conduct", row.conduct),
        ("clause", clause(row.clause) if row.clause else None),
        ("heard", moment(row.heard_at)),
        ("statement", row.statement),
        ("given_by", words_of(row.given_by)),
        ("given_at", moment(row.given_at)),
        ("until", moment(row.ends_at) if row.ends_at else t("conduct.no_end")),
        ("ended", moment(row.ended_at) if row.ended_at else None),
        ("reason", row.end_reason),
    ]
    step = [html.Div(build_step(NAME, CardStep.WITHDRAW.value, step_words(CardStep.WITHDRAW)), className="b-tools cd-steps")] if withdraw else []  # fmt: skip
    return panel(f"{t(f'vocabulary.card_kind.{row.kind.value}')} · {row.person}", [facts(rows), *step], side=row.number)


def step_words(step: CardStep) -> str:
    """What a step is called."""
    return capital(t(f"vocabulary.card_step.{step.value}"))


# -- forms -------------------------------------------------------------------------------------------------------------


def opened(view: View, verb: str) -> tuple[str, list[Component]]:
    """Title and content of a form; a card that follows from a complaint knows it."""
    step = CardStep(verb)
    demand(actor(), f"card.{verb}", Subject(county().jurisdiction_id), now())  # the form names people
    form = CARD_FORMS[step]
    if step is CardStep.WITHDRAW:
        return f"{step_words(step)} · {view['no']}", build_fields(form, Offer(NAME, NAME))
    lists = closed_lists(form) | {"card": _kinds(), "person": _officers(), "complaint": _complaints()}
    known = {name: view[name] for name in ("matter", "complaint") if view[name]}
    hints = {name: t(f"conduct.hint_{name}") for name in ("until", "statement")}
    return step_words(step), build_fields(form, Offer(NAME, NAME, lists, known, hints))


def _kinds() -> Options:
    return [{"value": kind.value, "label": named(card.name, lang())} for kind, card in _rules().cards.items()]


def _officers() -> Options:
    query = (
        select(Person.code, Person.name, Organ.name)
        .join(Organ, Organ.id == Person.organ_id)
        .where(Person.jurisdiction_id == county().jurisdiction_id, Person.kind == PersonKind.OFFICER.value)
        .order_by(Organ.code, Person.code)
    )
    with record().read() as session:
        rows = session.execute(query).all()
    return [{"value": code, "label": f"{name} · {organ} · {code}"} for code, name, organ in rows]


def _complaints() -> Options:
    with record().read() as session:
        rows = complaints(session, actor(), county(), now(), only="answered")
    return [{"value": row.number, "label": row.number} for row in rows if row.founded and row.card_number is None]


def taken(view: View, verb: str, given: Mapping[str, Any]) -> Taken:
    """Give a card or withdraw one; raises Refusal, and nothing is lost."""
    if CardStep(verb) is CardStep.GIVE:
        row = record().write(actor(), give_card, county=county(), given=given)
        return t("conduct.done_card", number=row.number), to(SHOW, no=row.number)
    row = record().write(actor(), withdraw_card, county=county(), number=view["no"], given=given)
    return t("conduct.done_withdraw", number=row.number), None


def book(view: Mapping[str, str]) -> Book:
    """The list as a spreadsheet; it names people."""
    title = t("conduct.cards_title")
    return Book(title, tuple(sheets_of(build_table(_rows(view, limit=500), ""), title)), personal=True)


DESK: Final = Desk(NAME, ("list", "card"), parts, opened, taken)
EXPORT: Final = Export("cards", book, personal=True)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_desk(app, DESK)
    register_export(app, EXPORT, State(f"{NAME}-view", "data"))
