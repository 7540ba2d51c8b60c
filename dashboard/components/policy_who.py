"""Who is competent? Item, place, day, act and penalty asked of the county's own record; the answer with every ground."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html
from dash.development.base_component import Component
from sqlalchemy import select

from dashboard.components.clause import clause, said
from dashboard.components.policy_view import View, day_of, today
from dashboard.context import county, lang, place_options, record, run, t
from data.models import Item
from data.queries.competence import competence_at, rules_for
from policy.competence import Competence, CompetenceRules
from policy.decision import Reason
from policy.loader import load_profile
from policy.text import either, named
from policy.vocabulary import ActKind, PenaltyKind, label

FIELDS: Final = ("item", "cell", "on", "act", "penalties")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form holds; a field that makes no sense is as if it were empty."""

    item: str
    cell: str
    on: date
    act: ActKind
    penalties: tuple[PenaltyKind, ...]


def asked_of(item: Any, cell: Any, on: Any, act: Any, penalties: Any) -> Asked:
    """Read the fields of the form."""
    known = {kind.value: kind for kind in PenaltyKind}
    chosen = [known[one] for one in penalties if one in known] if isinstance(penalties, list) else []
    acts = {kind.value: kind for kind in ActKind}
    return Asked(str(item or ""), str(cell or ""), day_of(on, today()), acts.get(str(act), ActKind.PENALISE), tuple(chosen))  # fmt: skip


def _items() -> list[dict[str, str]]:
    query = select(Item.code, Item.name, Item.name_en).where(Item.jurisdiction_id == county().jurisdiction_id)
    with record().read() as session:
        rows = session.execute(query.order_by(Item.code)).all()
    return [{"value": row.code, "label": f"{_name(row)} · {row.code}"} for row in rows]


def _name(row: Any) -> str:
    return either(row.name, row.name_en, lang())


def build_who(view: View) -> list[Component]:
    """The form, and what it says before anything is chosen."""
    towns = place_options(county().townships)
    acts = [{"value": kind.value, "label": label(kind, lang())} for kind in ActKind]
    kinds = [{"value": kind.value, "label": label(kind, lang())} for kind in PenaltyKind]
    first = towns[0]["value"] if towns else None
    fields = [
        dmc.Select(id="who-item", data=_items(), label=t("policy_page.who_item"), placeholder=t("policy_page.who_item_hint"), searchable=True, limit=80, nothingFoundMessage=t("policy_page.nothing"), w="100%"),
        dmc.Select(id="who-cell", data=towns, value=first, label=t("policy_page.who_cell"), searchable=True, nothingFoundMessage=t("policy_page.nothing"), w=220),
        dmc.DateInput(id="who-on", value=view.on.isoformat(), label=t("policy_page.who_on"), valueFormat="YYYY-MM-DD", w=150),
        dmc.Select(id="who-act", data=acts, value=ActKind.PENALISE.value, label=t("policy_page.who_act"), allowDeselect=False, w=150),
        dmc.MultiSelect(id="who-penalties", data=kinds, label=t("policy_page.who_penalties"), clearable=True, miw=260, flex=1),
    ]  # fmt: skip
    other = load_profile(view.profile)
    own = county().profile
    names = {"own": own.name(lang()), "name": other.name(lang())}
    note = [html.P(t("policy_page.who_other", **names), className="say")] if other.code != own.code else []
    answer = html.Div(html.P(t("policy_page.who_ask"), className="muted"), id="who-answer", **{"aria-live": "polite"})
    return [*note, html.Div(fields, className="policy-form"), answer]


def build_found(asked: Asked) -> list[Component]:
    """The answer of the record to what is asked."""
    here = county()
    where = (Item.jurisdiction_id == here.jurisdiction_id, Item.code == asked.item)
    cell = asked.cell if asked.cell in {one.code for one in here.townships} else None
    with record().read() as session:
        item = session.scalars(select(Item).where(*where)).first()
        if item is None:
            return [html.P(t("policy_page.who_ask"), className="muted")]
        found = competence_at(session, here, item, cell, asked.on, asked.act, asked.penalties)
        return build_answer(found, rules_for(session, here, asked.on))


def build_answer(found: Competence, rules: CompetenceRules) -> list[Component]:
    """Organ, name, kind of power, unit; every reason with its clause; what to note; who else may act."""
    barred = [] if found.decision.allowed else [html.P(t("policy_page.who_barred"), className="alarm")]
    facts = [
        ("organ", html.Strong(named(rules.organ_name(found.organ_code), lang()))),
        *([("unit", named(found.unit, lang()))] if found.unit else []),
        ("name", named(rules.organ_name(found.in_whose_name), lang())),
        ("basis", html.Span([t(f"commands.basis.{found.basis}"), " ", *clause(found.clause)])),
    ]
    rows = [html.Tr([html.Th(t(f"policy_page.who_{name}"), scope="row"), html.Td(told)]) for name, told in facts]
    others = [
        html.Li([html.Strong(named(rules.organ_name(one.organ_code), lang())), t("console.colon"), *said(one.reason)])
        for one in found.alternatives
    ]
    return [
        *barred,
        html.Table(html.Tbody(rows), className="policy-facts"),
        *_reasons("why", found.reasons),
        *_reasons("notes", found.notes),
        *([html.H3(t("policy_page.who_also")), html.Ul(others)] if others else []),
    ]


def _reasons(name: str, reasons: Sequence[Reason]) -> Collection[Component]:
    if not reasons:
        return []
    items = [html.Li(said(reason), className="" if reason.favourable else "alarm") for reason in reasons]
    return [html.H3(t(f"policy_page.who_{name}")), html.Ul(items)]


async def _answer(*given: Any) -> list[Component]:
    return await run(build_found, asked_of(*given))


def register(app: Dash) -> None:
    """The answer follows the form."""
    inputs = [Input(f"who-{name}", "value") for name in FIELDS]
    app.callback(Output("who-answer", "children"), *inputs, prevent_initial_call=True)(_answer)
