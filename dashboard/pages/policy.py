"""Policy: the profile in force, every value with its date, unit, clause and the sentence around it; two side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.components import policy_calculator
from dashboard.components.policy_calculator import build_calculator
from dashboard.components.policy_value import brief, full
from dashboard.context import county, lang, now, query, run, t
from policy.errors import Refusal
from policy.library import Article, library, split_citation
from policy.loader import codes, load_profile
from policy.profile import Citation, Profile, Value

PATH: Final = "/policy"
NAME_KEY: Final = "policy_page.name"
VERB: Final = "page.policy"
CHINA: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class View:
    """What the address bar holds: whose rules, on which day, compared with whose, which words, topic and entry."""

    profile: str
    on: date
    versus: str = ""
    words: str = ""
    topic: str = ""
    key: str = ""
    differences: bool = False

    def address(self) -> str:
        """The query string of this view, without what is usual."""
        held = {"profile": self.profile, "on": self.on.isoformat(), "vs": self.versus, "q": self.words}
        held |= {"topic": self.topic, "key": self.key, "diff": "1" if self.differences else ""}
        return "?" + urlencode({name: value for name, value in held.items() if value})


def today() -> date:
    """The day in Asia/Shanghai."""
    return now().astimezone(CHINA).date()


def view_of(given: Mapping[str, Any], own: str, day: date) -> View:
    """The view an address asks for; what it does not know falls back to the visitor's own county and today."""
    known = codes()
    profile = str(given.get("profile") or own)
    versus = str(given.get("vs") or "")
    return View(
        profile if profile in known else own,
        _day(given.get("on"), day),
        versus if versus in known else "",
        str(given.get("q") or ""),
        str(given.get("topic") or ""),
        str(given.get("key") or ""),
        bool(given.get("diff")),
    )


def _day(text: Any, fallback: date) -> date:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return fallback


def topic_of(key: str) -> str:
    """The topic of a key: its first part."""
    return key.split(".", maxsplit=1)[0]


def meaning(key: str) -> str:
    """What a key says, in one line."""
    return t(f"policy.key.{key}")


def _matches(key: str, value: Value | None, words: str) -> bool:
    if not words:
        return True
    text = [key, meaning(key)]
    if value is not None:
        text += [brief(value, lang()), value.clause or "", *(c.quote for c in value.citations)]
    return all(word in " ".join(text).lower() for word in words.lower().split())


def entries(view: View) -> list[tuple[str, Value | None, Value | None]]:
    """Key, value and value compared with, as the view asks; sorted by topic and key."""
    mine, other = load_profile(view.profile), load_profile(view.versus) if view.versus else None
    keys = sorted({*mine.keys(), *(other.keys() if other else ())})
    rows = [(key, mine.get(key, view.on), other.get(key, view.on) if other else None) for key in keys]
    rows = [row for row in rows if row[1] is not None or row[2] is not None]
    if view.differences and other:
        rows = [row for row in rows if _plain(row[1]) != _plain(row[2])]
    wanted = [row for row in rows if view.topic in ("", topic_of(row[0]))]
    return [row for row in wanted if _matches(row[0], row[1] or row[2], view.words)]


def _plain(value: Value | None) -> Any:
    return None if value is None else json.dumps(value.as_dict()["value"], sort_keys=True, default=str)


# -- building ---------------------------------------------------------------------------------------------------------


def _marks(profile: Profile, value: Value) -> list[Component]:
    marks = [html.Span(t(f"policy.basis.{value.basis}"), className=f"policy-mark policy-{value.basis}")]
    if profile.drafted(value):
        marks.append(html.Span(t("policy_page.draft"), className="policy-mark policy-draft"))
    if value.interpreted:
        marks.append(html.Span(t("policy_page.interpreted"), className="policy-mark policy-ours"))
    if profile.flagged(value):
        marks.append(html.Span(t("policy_page.flagged"), className="policy-mark policy-draft"))
    return marks


def _clauses(value: Value) -> str:
    return "; ".join(dict.fromkeys(str(citation) for citation in value.citations))


def _row(view: View, profile: Profile, row: tuple[str, Value | None, Value | None]) -> Component:
    key, value, other = row
    silent = html.Span(t("policy_page.silent"), className="muted")
    name = html.Button(
        meaning(key), id={"type": "policy-key", "key": key}, className="policy-name", type="button", n_clicks=0
    )
    cells = [html.Td(name), html.Td(brief(value, lang()) if value else silent, className="policy-brief")]
    if view.versus:
        same = _plain(value) == _plain(other)
        told = brief(other, lang()) if other else silent
        cells.append(html.Td(told, className="policy-brief" + ("" if same else " policy-differs")))
    cells.append(html.Td(_clauses(value) if value else "", className="policy-clause"))
    cells.append(html.Td(_marks(profile, value) if value else []))
    return html.Tr(cells, className="policy-chosen" if key == view.key else "")


def build_list(view: View) -> list[Component]:
    """The table of values as the view asks, by topic."""
    rows, profile = entries(view), load_profile(view.profile)
    every = sum(load_profile(view.profile).get(key, view.on) is not None for key in profile.values)
    if not rows:
        return [html.P(t("policy_page.empty"), className="empty")]
    columns = [t("policy_page.column_name"), profile.name(lang())]
    columns += [load_profile(view.versus).name(lang())] if view.versus else []
    columns += [t("policy_page.column_clause"), t("policy_page.column_basis")]
    head = html.Thead(html.Tr([html.Th(column) for column in columns]))
    body = html.Tbody([_row(view, profile, row) for row in rows])
    count = html.P(t("policy_page.count", shown=len(rows), all=every), className="muted num")
    return [*_banner(profile), count, html.Table([head, body], className="policy-table")]


def _banner(profile: Profile) -> list[Component]:
    drafts = [d for d in profile.documents.values() if d.status == "draft"]
    return [html.P(t("policy_page.draft_banner", title=d.title(lang())), className="say") for d in drafts]


def _highlighted(text: str, quote: str) -> list[Component | str]:
    before, found, after = text.partition(quote) if quote else (text, "", "")
    return [before, html.Mark(found), after] if found else [text]


def _label(article: Article | None, citation: Citation) -> str:
    if article is not None and lang() == "zh":
        return article.label
    return t("policy_page.clause", clause=citation.clause) if citation.clause.isdigit() else citation.clause


def build_citation(profile: Profile, citation: Citation) -> Component:
    """One citation: document, article with the decisive words marked, or a clear word that the text is not at hand."""
    document = profile.document(citation.document)
    try:
        article: Article | None = (
            library().with_documents(profile.documents).article(citation.document, citation.clause)
        )
    except Refusal:
        article = None
    head = html.H3([document.title(lang()), " ", html.Span(_label(article, citation))])
    facts = [t(f"policy.status.{document.status}"), t(f"policy.text.{document.text}")]
    facts += [t("policy_page.checked", day=document.checked_on.isoformat())] if document.checked_on else []
    state = html.P(" · ".join(facts), className="muted")
    if article is None:
        return html.Section([head, state, html.P(t("policy_page.no_text", title=document.title_zh))])
    heading = html.P(article.heading, className="muted", lang="zh-CN") if article.heading else None
    text = html.Blockquote(_highlighted(article.text, citation.quote), lang="zh-CN")
    return html.Section([head, state, heading, text])


def _period(value: Value) -> str:
    if value.valid_to:
        return t("policy_page.from_until", start=value.valid_from.isoformat(), end=value.valid_to.isoformat())
    return t("policy_page.from_to", start=value.valid_from.isoformat())


def _standing(value: Value, on: date, current: Value | None) -> str:
    if value is current:
        return t("policy_page.in_force_now")
    return t("policy_page.not_yet" if value.valid_from > on else "policy_page.superseded")


def _history(profile: Profile, key: str, on: date) -> Component:
    current = profile.get(key, on)
    rows = [
        html.Tr(
            [
                html.Td(_period(value), className="num nowrap"),
                html.Td(load_profile(value.layer).name(lang())),
                html.Td(brief(value, lang())),
                html.Td(_standing(value, on, current), className="nowrap"),
            ]
        )
        for value in profile.history(key)
    ]
    return html.Section([html.H3(t("policy_page.history")), html.Table(html.Tbody(rows))])


def build_cited(profile: Profile, view: View) -> list[Component]:
    """What a clause says, for a link that names one (`PL 42–43`), and the values that rest on it."""
    cited = [Citation(document, clause) for document, clause in split_citation(view.key)]
    known = [one for one in cited if one.document in profile.documents]
    if not known:
        return [html.P(t("policy_page.unknown", asked=view.key), className="empty")]
    places = {(one.document, one.clause.split("(")[0]) for one in known}
    values = (value for key in sorted(profile.values) if (value := profile.get(key, view.on)) is not None)
    resting = [v for v in values if any((c.document, c.clause.split("(")[0]) in places for c in v.citations)]
    items = [
        html.Li([html.A(meaning(v.key), href=replace(view, key=v.key).address()), " ", brief(v, lang())])
        for v in resting
    ]
    return [
        html.H2(view.key),
        *(build_citation(profile, one) for one in known),
        html.Section([html.H3(t("policy_page.rests")), html.Ul(items)]) if items else html.Span(),
    ]


def build_detail(view: View) -> list[Component]:
    """The chosen entry: value in full, ground, article with the decisive words, history."""
    profile = load_profile(view.profile)
    value = profile.get(view.key, view.on) if view.key in profile.values else None
    if value is None:
        return build_cited(profile, view) if view.key else [html.P(t("policy_page.choose"), className="empty")]
    note = value.note_zh if lang() == "zh" else value.note_en
    parts: list[Component] = [
        html.H2(meaning(view.key)),
        html.P([*_marks(profile, value), " ", html.Span(_period(value), className="muted num")]),
        full(value, lang()),
        *([html.P(note, className="say")] if note else []),
        *([html.P(t("policy_page.ours_note"), className="muted")] if value.basis == "ours" else []),
        *([build_calculator(view.key, view.profile)] if value.unit == "deadline" else []),
        html.P(t("policy_page.selects", what=t(f"policy.select.{value.select}")), className="muted"),
        *(build_citation(profile, citation) for citation in value.citations),
        _history(profile, view.key, view.on),
        html.P([t("policy_page.key"), " ", html.Code(view.key)], className="muted"),
    ]
    return parts


def _choices(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"value": name, "label": load_profile(name).name(lang())} for name in names]


def _topics(view: View) -> list[dict[str, str]]:
    keys: Sequence[str] = load_profile(view.profile).keys()
    found = sorted({topic_of(key) for key in keys})
    return [{"value": "", "label": t("policy_page.topic_all")}] + [
        {"value": topic, "label": t(f"policy_topic.{topic}")} for topic in found
    ]


def _tools(view: View) -> Component:
    known = [code for code in codes() if load_profile(code).level in ("plan", "province", "national")]
    none = [{"value": "", "label": t("policy_page.versus_none")}]
    return html.Div(
        [
            dmc.TextInput(id="policy-words", value=view.words, label=t("policy_page.search"), debounce=250, w=320),
            dmc.Select(
                id="policy-profile", data=_choices(known), value=view.profile, label=t("policy_page.profile"),
                allowDeselect=False, w=180,
            ),
            dmc.Select(
                id="policy-versus", data=none + _choices(known), value=view.versus, label=t("policy_page.versus"),
                allowDeselect=False, w=180,
            ),
            dmc.DateInput(
                id="policy-on", value=view.on.isoformat(), label=t("policy_page.on"), valueFormat="YYYY-MM-DD", w=150
            ),
            dmc.Select(
                id="policy-topic", data=_topics(view), value=view.topic, label=t("policy_page.topic"),
                allowDeselect=False, searchable=True, w=220,
            ),
            dmc.Switch(id="policy-diff", checked=view.differences, label=t("policy_page.only_differences")),
        ],
        className="policy-tools",
    )  # fmt: skip


def layout() -> Component:
    """The page as the address asks for it."""
    view = view_of(query(), county().profile.code, today())
    return html.Div(
        [
            dcc.Location(id="policy-address", refresh=False),
            dcc.Store(id="policy-key", data=view.key),
            _tools(view),
            html.Div(
                [
                    html.Section(build_list(view), id="policy-list", className="panel policy-list"),
                    html.Aside(
                        build_detail(view),
                        id="policy-detail",
                        className="panel policy-detail",
                        **{"aria-live": "polite"},
                    ),
                ],
                className="policy-columns",
            ),
        ],
        className="policy-page",
    )


async def _choose(_clicks: list[int]) -> Any:
    """The key whose button was pressed; a list that was only drawn anew presses nothing."""
    pressed = ctx.triggered_id
    return pressed["key"] if pressed and any(_clicks) and ctx.triggered[0]["value"] else no_update


async def _refresh(words: str, profile: str, versus: str, on: str, topic: str, diff: bool, key: str) -> dict[str, Any]:
    """List, detail and address follow the tools and the chosen key."""
    given = {"q": words, "profile": profile, "vs": versus, "on": on, "topic": topic, "key": key, "diff": diff}
    view = view_of(given, county().profile.code, today())
    return {
        "list": await run(build_list, view),
        "detail": await run(build_detail, view),
        "search": view.address(),
    }


def register(app: Dash) -> None:
    """The page's callbacks."""
    policy_calculator.register(app)
    app.callback(
        Output("policy-key", "data"), Input({"type": "policy-key", "key": ALL}, "n_clicks"), prevent_initial_call=True
    )(_choose)
    app.callback(
        output={
            "list": Output("policy-list", "children"),
            "detail": Output("policy-detail", "children"),
            "search": Output("policy-address", "search"),
        },
        inputs=[
            Input("policy-words", "value"),
            Input("policy-profile", "value"),
            Input("policy-versus", "value"),
            Input("policy-on", "value"),
            Input("policy-topic", "value"),
            Input("policy-diff", "checked"),
            Input("policy-key", "data"),
        ],
        prevent_initial_call=True,
    )(_refresh)
