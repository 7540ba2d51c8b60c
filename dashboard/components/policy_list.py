"""The values of a profile as a table: name, value, the other profile's value, clause, ground."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import clause
from dashboard.components.policy_value import brief
from dashboard.components.policy_view import Row, View, entries, marks, meaning, plain
from dashboard.context import lang, t
from policy.loader import load_profile
from policy.profile import Profile, Value


def build_list(view: View) -> list[Component]:
    """The table of values as the view asks, with the banner of drafts and how many there are."""
    rows, profile = entries(view), load_profile(view.profile)
    if not rows:
        return [html.P(t("policy_page.empty"), className="empty")]
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


def _row(view: View, profile: Profile, row: Row) -> Component:
    key, value, other = row
    name = html.Button(
        meaning(key), id={"type": "policy-key", "key": key}, className="policy-name", type="button", n_clicks=0
    )
    cells = [html.Td(name), html.Td(_told(value), className="policy-brief")]
    if view.versus:
        look = "policy-brief" if plain(value) == plain(other) else "policy-brief policy-differs"
        cells.append(html.Td(_told(other), className=look))
    spoken, whose = (value, profile) if value or other is None else (other, load_profile(view.versus))
    cells.append(html.Td(clause(spoken.clause) if spoken else [], className="policy-clause"))
    cells.append(html.Td(marks(whose, spoken) if spoken else [], className="policy-marks"))
    return html.Tr(cells, className="policy-chosen" if key == view.key else "", **{"data-key": key})


def _told(value: Value | None) -> str | Component:
    return brief(value, lang()) if value else html.Span(t("policy_page.silent"), className="muted")


def _banner(profile: Profile) -> list[Component]:
    drafts = [document for document in profile.documents.values() if document.status == "draft"]
    return [html.P(t("policy_page.draft_banner", title=one.title(lang())), className="say") for one in drafts]
