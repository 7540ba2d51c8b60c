"""The tab of supervisors' accounts on the page of supervision: until when each may be used; one's own end first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import nothing, panel
from dashboard.context import actor, county, lang, now, record, t
from data.queries.auditors import Supervising, own_end, supervising_accounts
from data.queries.named import names_of
from policy.zone import CHINA


def build(_given: Mapping[str, str]) -> Component:
    """The tab."""
    with record().read() as session:
        rows = supervising_accounts(session, actor(), county(), now())
        names = names_of(session, county(), lang())
    return build_accounts(rows, names, own_end(actor(), now()), now().astimezone(CHINA).date())


def build_accounts(rows: Sequence[Supervising], names: Mapping[str, str], own: date | None, today: date) -> Component:
    """Accounts with their end, and how one is set."""
    mine = [html.P(t("supervising_files.own_end", until=own), className="warn")] if own is not None else []
    about = html.P(t("supervising_files.auditors_about"), className="muted")
    how = html.P(html.Code(t("supervising_files.how_to_end")), className="muted k-small")
    heads = html.Tr([html.Th(t(f"supervising_files.{key}")) for key in ("name", "account", "organ", "until")])
    table = html.Table([html.Thead(heads), html.Tbody([_row(one, names, today) for one in rows])], className="sup-events")  # fmt: skip
    listed = html.Div(table, className="sup-scroll") if rows else nothing(t("supervising_files.no_auditors"))
    return panel(t("supervising_files.auditors"), [*mine, about, listed, how])


def _row(one: Supervising, names: Mapping[str, str], today: date) -> Component:
    cells = [one.name, one.username, names.get(one.organ or "", one.organ or ""), _until(one, today)]
    return html.Tr([html.Td(cell) for cell in cells], className="muted" if one.ended else "")


def _until(one: Supervising, today: date) -> Component:
    if one.until is None:
        return html.Span(t("supervising_files.endless"), className="muted")
    if one.ended:
        return html.Span(["✕ ", t("supervising_files.ended", until=one.until)], className="num")
    left = t("supervising_files.days_left", n=(one.until - today).days + 1)
    return html.Span([str(one.until), " ", html.Span(left, className="muted k-small")], className="num")
