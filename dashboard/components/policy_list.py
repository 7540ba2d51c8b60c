"""The values of a profile as a table: name, value, the other profile's value, clause, ground."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.policy_value import brief
from dashboard.components.policy_view import Row, View, elsewhere, entries, marks, meaning, plain
from dashboard.context import lang, t
from policy.loader import load_profile
from policy.profile import Profile, Value


def build_list(view: View) -> list[Component]:
    """The table of values as the view asks, with the banner of drafts and how many there are."""
    rows, profile = entries(view), load_profile(view.profile)
    if not rows:
        return [html.P(t("policy_page.empty"), className="empty"), *_elsewhere(view)]
    names = [profile.name(lang()), *([load_profile(view.versus).name(lang())] if view.versus else [])]
    columns = [t("policy_page.column_name"), *names, t("policy_page.column_clause"), t("policy_page.column_basis")]
    head = html.Thead(html.Tr([html.Th(column, scope="col") for column in columns]))
    body = html.Tbody([_row(view, profile, row) for row in rows])
    return [*_banner(profile), html.P(_count(view, rows), className="muted num"), html.Table([head, body], className="policy-table")]  # fmt: skip


def _count(view: View, rows: list[Row]) -> str:
    profile = load_profile(view.profile)
    other = load_profile(view.versus) if view.versus else profile
    every = sum(any(one.get(key, view.on) for one in (profile, other)) for key in {*profile.values, *other.values})
    told = t("policy_page.count", shown=len(rows), all=every)
    if not view.versus:
        return told
    return f"{told} · {t('policy_page.differing', n=sum(plain(mine) != plain(other) for _, mine, other in rows))}"


def _elsewhere(view: View) -> list[Component]:
    """Where the words are found when not here: a plan that is silent borrows nothing, but the reader may look."""
    if not view.words:
        return []
    links = [html.Li([html.A(load_profile(code).name(lang()), href=replace(view, profile=code, versus="", key="").address()), f" {t('policy_page.found', n=n)}"]) for code, n in elsewhere(view)]  # fmt: skip
    return [html.Section([html.P(t("policy_page.elsewhere")), html.Ul(links)], className="policy-elsewhere")] if links else []  # fmt: skip


def _row(view: View, profile: Profile, row: Row) -> Component:
    key, value, other = row
    name = html.Button(
        meaning(key), id={"type": "policy-key", "key": key}, className="policy-name", type="button", n_clicks=0
    )
    cells = [html.Td(name), html.Td(_told(value), className="policy-brief")]
    if view.versus:
        differs = plain(value) != plain(other)
        ground = [html.Div(_clause(view, other))] if value and other and differs else []
        look = "policy-brief policy-differs" if differs else "policy-brief"
        cells.append(html.Td([_told(other), *ground], className=look))
    spoken, whose = (value, profile) if value or other is None else (other, load_profile(view.versus))
    cells.append(html.Td(_clause(view, spoken) if spoken else [], className="policy-clause"))
    cells.append(html.Td(marks(whose, spoken) if spoken else [], className="policy-marks"))
    return html.Tr(cells, className="policy-chosen" if key == view.key else "", **{"data-key": key})


def _clause(view: View, value: Value) -> list[Component]:
    """The clause of a value; it opens beside the list as it stands."""
    return clause(value.clause, page=replace(view, key=value.clause or "", tab="entry").address())


def _told(value: Value | None) -> str | Component:
    return brief(value, lang()) if value else html.Span(t("policy_page.silent"), className="muted")


def _banner(profile: Profile) -> list[Component]:
    drafts = [document for document in profile.documents.values() if document.status == "draft"]
    return [html.P(t("policy_page.draft_banner", title=one.title(lang())), className="say") for one in drafts]
