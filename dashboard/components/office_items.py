"""Items on the county office's page: by township and kind, never used, overturned; for the assessment of the list (PL 24)."""

from __future__ import annotations

from typing import Any, Final

from dash import Dash, State, dcc, html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.office_words import Section, View, book_of, box, fact, grid, plain, read
from dashboard.components.table_export import Export, build_export, register_export
from dashboard.context import county, lang, place_name, t
from data.office_tables import Table
from data.queries.office_items import KINDS, ItemsAtWork, ItemUse, items_at_work
from data.sheets import Book
from policy.text import named

ONLY: Final = ("all", "unused", "overturned")
KEY: Final = "item.assessments"
ON_PAPER: Final = 300  # rows; all of them are in the file


def look() -> ItemsAtWork:
    """Items held by townships, with their use."""
    found: ItemsAtWork = read(items_at_work)
    return found


def chosen(found: ItemsAtWork, only: str) -> list[ItemUse]:
    """The items a filter leaves."""
    if only == "unused":
        return [one for one in found.items if one.unused]
    return [one for one in found.items if one.overturned] if only == "overturned" else list(found.items)


def _only(view: View) -> str:
    return view["only"] if view.get("only") in ONLY else ONLY[0]


def build(view: View) -> Component:
    """The section: counts, the items, the townships."""
    found, only = look(), _only(view)
    unused, overturned = len(chosen(found, "unused")), len(chosen(found, "overturned"))
    total = len(found.items)
    facts = [
        fact(t("office.items.held"), f"{total:,}", t("office.items.on", on=found.on)),
        fact(t("office.items.unused"), f"{unused:,}", f"{unused}/{total}", "warn" if unused else ""),
        fact(t("office.items.overturned"), f"{overturned:,}", t("office.items.overturned_n", n=sum(one.overturned for one in found.items)), "alarm" if overturned else ""),
        fact(t("office.items.cases_year"), f"{sum(one.cases_year for one in found.items):,}"),
    ]  # fmt: skip
    links = [_link(name, only) for name in ONLY]
    rule = county().profile.get(KEY, found.on)
    side = [*(clause(rule.clause, key=KEY) if rule else []), build_export(EXPORT, look="button t-small")]
    rows = [_row(one) for one in chosen(found, only)]
    table = html.Div(grid("office-items", _columns(), rows, "code"), className="o-items")
    paper = html.Div(
        plain(item_table(found, only), numbers=(*range(3, 9), 10, 11), most=ON_PAPER), className="o-on-paper"
    )
    return html.Div(
        [
            html.Div(facts, className="o-facts"),
            box(t("office.items.title"), [html.Div(links, className="o-row o-screen"), table, paper], side=side),
            box(t("office.items.by_township"), plain(township_table(found), numbers=range(1, 9))),
        ],
        className="o-section",
    )  # fmt: skip


def _link(name: str, here: str) -> Component:
    return dcc.Link(t(f"office.items.only.{name}"), href=f"/office?show=items&only={name}", className=f"k-count {'k-count-on' if name == here else ''}")  # fmt: skip


def _row(one: ItemUse) -> dict[str, Any]:
    held = {kind: one.townships.get(kind, 0) for kind in KINDS}
    state = "overturned" if one.overturned else "unused" if one.unused else ""
    return {
        "code": one.code, "name": named(one.name, lang()), "domain": named(one.domain_name, lang()), **held, "cases": one.cases,
        "cases_year": one.cases_year, "last_on": one.last_on.isoformat() if one.last_on else "", "decided": one.decided,
        "overturned": one.overturned, "state": t(f"office.items.state.{state}") if state else "",
    }  # fmt: skip


def _columns() -> list[dict[str, Any]]:
    word, figure = {"filter": "agTextColumnFilter"}, {"cellClass": "num o-right", "width": 104}
    tones = {"warn": "params.data.cases === 0", "alarm": "params.data.overturned > 0"}
    return [
        {"field": "code", "headerName": t("office.column.code"), "width": 150, "cellClass": "num", **word},
        {"field": "name", "headerName": t("office.column.item"), "flex": 4, "minWidth": 220, "tooltipField": "name", **word},
        {"field": "domain", "headerName": t("office.column.domain"), "flex": 1, "minWidth": 110, **word},
        *({"field": kind, "headerName": t(f"vocabulary.item_kind.{kind}"), **figure} for kind in KINDS),
        {"field": "cases", "headerName": t("office.column.cases"), **figure},
        {"field": "cases_year", "headerName": t("office.column.cases_year"), **figure},
        {"field": "last_on", "headerName": t("office.column.last_on"), "width": 120, "cellClass": "num"},
        {"field": "overturned", "headerName": t("office.column.overturned"), **figure},
        {"field": "state", "headerName": t("office.column.state"), "width": 110, "cellClassRules": tones, **word},
    ]  # fmt: skip


def township_table(found: ItemsAtWork) -> Table:
    """What each township holds by kind, uses, and decides in a year."""
    rows = [
        (place_name(one.code), *(one.kinds.get(kind, 0) for kind in KINDS), sum(one.kinds.values()), one.used, one.cases_year)
        for one in found.townships
    ]  # fmt: skip
    heads = (t("office.column.township"), *(t(f"vocabulary.item_kind.{kind}") for kind in KINDS), t("office.total"), t("office.column.used"), t("office.column.cases_year"))  # fmt: skip
    return Table(t("office.items.by_township"), heads, tuple(rows))


def item_table(found: ItemsAtWork, only: str) -> Table:
    """The items a filter leaves, for a file."""
    names = ("code", "name", "domain", *KINDS, "cases", "cases_year", "last_on", "decided", "overturned", "state")
    rows = [tuple(row[name] for name in names) for row in (_row(one) for one in chosen(found, only))]
    words = {"name": "office.column.item", **{kind: f"vocabulary.item_kind.{kind}" for kind in KINDS}}
    heads = tuple(t(words.get(name, f"office.column.{name}")) for name in names)
    return Table(t("office.items.title"), heads, tuple(rows))


def items_book(view: View) -> Book:
    """Items and townships as a file."""
    found, only = look(), _only(view)
    return book_of(t("office.tab.items"), [item_table(found, only), township_table(found)], narrowed=t(f"office.items.only.{only}"))  # fmt: skip


EXPORT: Final = Export("office-items", items_book)


def register(app: Dash) -> None:
    """The section's callbacks."""
    register_export(app, EXPORT, State("office-view", "data"))


SECTION: Final = Section("items", build, register)
