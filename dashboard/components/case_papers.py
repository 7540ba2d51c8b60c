"""Documents of a case on its page: each with number, day, maker and state, to be downloaded or corrected; the whole file bound."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import joined, moment, nothing, panel
from dashboard.components.clause import clause
from dashboard.context import actor, county, lang, now, record, t
from data.papers.typeset import office
from data.queries.papers import PaperRow, Shelf, shelf

PAPERS: Final = "/api/v1/papers"
CASES: Final = "/api/v1/cases"


def read_shelf(number: str) -> Shelf:
    """Documents of the case as who looks may see them."""
    with record().read() as session:
        return shelf(session, actor(), county(), number=number, now=now(), lang=lang())


def build_frame(number: str, rows: Any) -> Component:
    """The panel around the rows: what can be done, why it is read, and where a refusal stands."""
    return _frame(read_shelf(number), html.Div(rows, id="case-papers"))


def build_reading(number: str) -> Component:
    """The same panel for who only reads the file: rows and downloads, nothing to make."""
    found = replace(read_shelf(number), may_make=False)
    return _frame(found, build_rows(found))


def _frame(found: Shelf, rows: Component) -> Component:
    tools = [
        *([_make()] if found.may_make else []),
        *([_volume(found.number)] if found.may_read else []),
    ]
    asked = [_reason()] if found.may_read and found.asks_reason else []
    told = html.Div(id="papers-told", className="k-error", role="alert", **{"aria-live": "polite"})
    words = {f"data-{name}": t(f"papers_page.{key}") for name, key in (("missing", "reason_missing"), ("working", "working"), ("failed", "failed"))}  # fmt: skip
    side = html.Div(tools, className="k-screen p-tools") if tools else None
    inside = html.Div([*asked, told, rows], className="p-papers", **words)
    return panel(t("case_page.papers"), inside, side=side, look="k-papers", anchor="papers")


def _make() -> Component:
    key = {"type": "paper-ask", "what": "make"}
    return html.Button(t("papers_page.make"), id=key, type="button", className="button button-main", n_clicks=0)


def _volume(number: str) -> Component:
    return _link(t("papers_page.volume"), f"{CASES}/{number}/volume?format=pdf", t("papers_page.volume_hint"))


def _reason() -> Component:
    hint = [t("papers_page.reason_hint"), " ", *clause("PI 51")]
    field = dmc.TextInput(id="papers-reason", label=t("papers_page.reason"), description=html.Span(hint), inputProps={"maxLength": 500})  # fmt: skip
    return html.Div(field, className="k-screen p-reason")


def _link(words: str, href: str, title: str) -> Component:
    """A plain link that downloads; the page's script asks for the reason first and says a refusal in place."""
    return html.A(words, href=href, title=title, className="button p-file", **{"data-paper-file": "1"})


# -- rows ----------------------------------------------------------------------------------------------------------------


def build_rows(found: Shelf) -> Component:
    """Documents in the order of a bound file."""
    if not found.papers:
        return nothing(t("papers_page.none"))
    return html.Ul([_row(one, found) for one in found.papers], className="k-list p-rows")


def _row(one: PaperRow, found: Shelf) -> Component:
    said = [moment(one.made_at), *([one.who] if one.who else [])]
    said += [t("papers_page.replaces", number=one.replaces)] if one.replaces else []
    gone = [html.Span([" ", t("papers_page.replaced_by", number=one.replaced_by)], className="warn")] if one.replaced_by else []  # fmt: skip
    gone += [html.Span([" ", t("case_page.void", reason=one.void_reason)], className="warn")] if one.void_reason else []
    words = [
        html.Div([html.Strong(one.name), html.Span(one.number, className="num")], className="p-name"),
        html.Div([joined(said), *gone], className="muted k-small"),
    ]
    return html.Li([html.Div(words, className="p-words"), html.Div(_files(one, found), className="p-tools k-screen")], className=f"p-row p-{one.state}")  # fmt: skip


def _files(one: PaperRow, found: Shelf) -> list[Component]:
    named = {"name": one.name, "number": one.number}
    place = f"{PAPERS}/{one.id}/file"
    links = [_link(t(f"papers_page.{form}"), f"{place}?format={form}", t(f"papers_page.{form}_of", **named)) for form in ("docx", "pdf")]  # fmt: skip
    if office() is not None:
        links.append(_link(t("papers_page.office"), f"{place}?format=pdf&by=office", t("papers_page.pdf_of", **named)))
    shown = links if found.may_read and one.state != "void" else []
    return [*shown, *([_correct(one)] if found.may_make and one.state == "standing" else [])]


def _correct(one: PaperRow) -> Component:
    key = {"type": "paper-ask", "what": str(one.id)}
    title = t("papers_page.correct_of", name=one.name, number=one.number)
    return html.Button(t("papers_page.correct"), id=key, type="button", title=title, className="button", n_clicks=0)
