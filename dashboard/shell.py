"""The frame around every page: header, navigation by role, language, theme, who I am, live store, notices."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any, Final, TypeAlias

import dash_mantine_components as dmc
import structlog
from dash import dcc, html, page_container, set_props
from dash.development.base_component import Component

from dashboard.components import figures_refresh
from dashboard.components.bell import build_bell
from dashboard.components.clause import clause, said
from dashboard.components.opener import opener
from dashboard.context import actor, county, lang, now, run, t, theme, visit, visiting
from dashboard.county_switch import build_county
from dashboard.live import Live, milliseconds
from dashboard.replies import trace_of
from dashboard.theme import mantine
from data.authority import Subject, authorise, within
from policy.errors import Kind, Refusal
from policy.text import JOINTS, Word, say
from policy.vocabulary import Role

LOG = structlog.get_logger(__name__)
NOTICE_MS: Final = 8000
Bar: TypeAlias = Component | Sequence[Component] | None


def page_subject(page: ModuleType, **params: str) -> Subject | None:
    """What opening a page is asked about; None for a page that does not exist (an unknown township)."""
    if hasattr(page, "subject"):
        found: Subject | None = page.subject(**params)
        return found
    return Subject(county().jurisdiction_id, label=t(page.NAME_KEY))


def admit(page: ModuleType, **params: str) -> None:
    """Raise Refusal unless who asks may open the page, and the page exists."""
    subject = page_subject(page, **params)
    if subject is None:
        raise Refusal("errors_access.no_such_page", kind="not_found", path=visit().path)
    decision = authorise(actor(), page.VERB, subject, now())
    if not decision.allowed:
        kind: Kind = "forbidden" if actor().account_id else "unauthenticated"
        grounds, name = decision.obstacles, Word(f"verbs.{page.VERB}")
        raise Refusal(
            f"errors_access.{kind}", kind=kind, clause=grounds[0].clause, reasons=grounds, verb=name, label=""
        )


def may_open(page: ModuleType) -> bool:
    """Whether a page's link stands in the navigation of who asks."""
    subject = Subject(county().jurisdiction_id) if "<" in page.PATH else page_subject(page)
    return subject is not None and authorise(actor(), page.VERB, subject, now()).allowed


def stem(page: ModuleType) -> str:
    """The address of a page without its variables: `/township` for `/township/<code>`."""
    path: str = page.PATH
    return path.split("/<", maxsplit=1)[0]


def address(page: ModuleType) -> str:
    """The address of a page's link for who asks."""
    home: str = page.home(actor()) if hasattr(page, "home") else page.PATH
    return home


# -- the header -------------------------------------------------------------------------------------------------------


def build_navigation(pages: Sequence[ModuleType], current: ModuleType | None) -> Component:
    """Links to the pages the visitor may open; those without a header are opened as a whole page."""
    links = [_link(page, current) for page in pages if not hasattr(page, "UNDER")]
    if authorise(actor(), "wall.pair", Subject(county().jurisdiction_id), now()).allowed:
        links.append(html.A(t("common.devices"), href="/devices", className="shell-link"))
    return html.Nav(links, className="shell-nav", **{"aria-label": t("common.navigation")})


def _link(page: ModuleType, current: ModuleType | None) -> Component:
    here = page is current or getattr(current, "UNDER", None) == page.PATH
    name = [html.Span(t(page.NAME_KEY), **({"aria-current": "page"} if here else {}))]
    style = "shell-link shell-link-here" if here else "shell-link"
    kind = html.A if _bare(page) else dcc.Link
    return kind(name, href=address(page), className=style)


def _bare(page: ModuleType) -> bool:
    return getattr(page, "CHROME", "desk") == "bare"


def _form(action: str, children: Sequence[Component]) -> Component:
    csrf = dcc.Input(type="hidden", name="csrf", value=visit().csrf)
    return html.Form([csrf, *children], action=action, method="POST", className="shell-form")


def _switch(name: str, value: str, label: str, title: str) -> Component:
    attributes = {"aria-label": title}
    button = html.Button(
        label, type="submit", name=name, value=value, title=title, className="shell-pill", **attributes
    )
    return _form("/preferences", [button])


def build_switches() -> list[Component]:
    """Switches of language and theme; each keeps its choice in a cookie and on the account."""
    other_lang, other_theme = ("en" if lang() == "zh" else "zh"), ("light" if theme() == "dark" else "dark")
    return [
        _switch("lang", other_lang, t("common.language_other"), t("common.language_switch")),
        _switch("theme", other_theme, t(f"common.theme_{other_theme}"), t("common.theme_switch")),
    ]


def _called(roles: Iterable[Role]) -> str:
    """Name of who is logged in; an account that is called by its role (as in the demonstration) is so in either language."""
    named = {say(f"vocabulary.role.{role.value}"): role for role in roles}
    return t(f"vocabulary.role.{named[actor().name].value}") if actor().name in named else actor().name


def build_user_menu() -> Component:
    """Name, roles, one's own account and the way out."""
    here = within(actor(), Subject(county().jurisdiction_id), now()).roles
    roles = JOINTS[lang()].join(t(f"vocabulary.role.{role.value}") for role in sorted(here))
    target = dmc.MenuTarget(_called(here), boxWrapperProps=opener("shell-pill shell-user"))
    leave = html.Button(t("common.log_out"), type="submit", className="shell-leave")
    own = html.A(t("second_factor.menu"), href="/account", className="shell-own")
    items = [dmc.MenuLabel(roles), html.Div(own), html.Div(_form("/logout", [leave]))]
    return dmc.Menu([target, dmc.MenuDropdown(items)], position="bottom-end", withinPortal=True)


def build_header(pages: Sequence[ModuleType], current: ModuleType | None, bar: Bar = None) -> Component:
    """The header of a desk page: name · county, navigation, the page's own bar, clock and age, switches, user."""
    title = t(current.NAME_KEY) if current else t("common.product")
    marks = [html.Span(t("common.drill"), className="shell-mark")] if county().drill else []
    marks += [html.Span(sign, className="shell-mark", role="status") for sign in figures_refresh.missing_sign()]
    return html.Header(
        [
            html.Div(
                [
                    html.A(html.Strong(title), href="/", className="shell-home"),
                    html.Span("·", className="shell-dot"),
                    build_county(stem(current) if current else "/"),
                ],
                className="shell-title",
            ),
            build_navigation(pages, current),
            html.Div(bar, className="shell-bar", id="page-bar"),
            html.Div([*marks, build_clock()], className="shell-state"),
            html.Div([*build_bell(), *build_switches(), build_user_menu()], className="shell-tools"),
        ],
        className="shell-header",
    )


def build_clock() -> Component:
    """Clock (Asia/Shanghai) and age of the data; `reconnect.js` keeps both."""
    return html.Div(
        [
            html.Time("", className="live-clock num"),
            html.Span("", className="live-age num", role="status"),
        ],
        className="shell-clock",
    )


# -- layout -----------------------------------------------------------------------------------------------------------


def app_layout(live: Live) -> Callable[[], Component]:
    """The layout of the app: providers, the live store, notices, and the place of the page."""

    def layout() -> Component:
        seen: dict[str, Any] = {"seq": max(live.heads.values(), default=0), "at": milliseconds()}
        words = {}
        if visit().actor.account_id is not None:
            place = county()
            seen |= {"seq": live.heads.get(place.jurisdiction_id, 0), "county": place.code}
            words["data-county"] = place.code
        words |= {
            f"data-{key.replace('_', '-')}": t(f"common.{key}", age="{age}", n="{n}", day="{day}")
            for key in CLOCK_WORDS
        }
        return dmc.MantineProvider(
            [
                dcc.Store(id="tick", data=seen),
                html.Div(str(seen["at"]), id="beat", hidden=True, **words),
                dmc.NotificationContainer(id="notices", position="bottom-right", autoClose=NOTICE_MS),
                html.Div(id="refusals", className="shell-refusals", role="alert"),
                page_container,
            ],
            theme=mantine(t("common.clear")),
            forceColorScheme=theme(),
        )

    return layout


CLOCK_WORDS: Final = ("fresh", "aged", "link_down", "seconds", "minutes", "hours", "no_day")


async def _made(function: Callable[..., Any] | None, **params: str) -> Any:
    if function is None:
        return None
    if inspect.iscoroutinefunction(function):
        return await function(**params)
    return await run(function, **params)


def frame(page: ModuleType, pages: Sequence[ModuleType]) -> Callable[..., Any]:
    """The layout Dash calls for a page: permission first, then the page in its chrome; a refusal becomes a message."""
    names = path_variables(page.PATH)

    async def layout(**given: Any) -> Component:
        params = {name: str(given[name]) for name in names if name in given}
        rest = {key: str(value) for key, value in given.items() if key not in names}
        with visiting(replace(visit(), query=rest)):
            return await _framed(page, pages, params)

    return layout


async def _framed(page: ModuleType, pages: Sequence[ModuleType], params: Mapping[str, str]) -> Component:
    bar: Bar = None
    try:
        await run(admit, page, **params)
        content = await _made(page.layout, **params)
        bar = await _made(getattr(page, "bar", None), **params)
    except Exception as fault:  # noqa: BLE001  # whatever it is, the visitor gets a sentence and never a trace
        content = build_message(told(fault))
    if _bare(page) or not actor().account_id:
        return html.Div(content, className="shell-bare wall" if _bare(page) else "shell", id="page")
    header = await run(build_header, [p for p in pages if may_open(p)], page, bar)
    skip = html.A(t("common.skip"), href="#page", className="shell-skip")
    return html.Div([skip, header, html.Main(content, id="page", className="shell-main")], className="shell")


def path_variables(path: str) -> tuple[str, ...]:
    """Names of the variables of a page's path: `code` for `/township/<code>`."""
    return tuple(part[1:-1] for part in path.split("/") if part.startswith("<") and part.endswith(">"))


# -- what went wrong --------------------------------------------------------------------------------------------------


def told(fault: Exception) -> Refusal:
    """The refusal to show for whatever was raised; a fault of ours is logged and gets a number."""
    if isinstance(fault, Refusal):
        return fault
    LOG.error("page.fault", reference=visit().request_id, trace=trace_of(fault))
    return Refusal("errors_access.fault", kind="unavailable", reference=visit().request_id)


def build_message(refusal: Refusal) -> Component:
    """A refusal on a page: what, why, by which rule, what to do."""
    grounds = [html.Li(said(reason)) for reason in refusal.reasons]
    rule = [html.P([t("common.clause"), " ", *clause(refusal.clause)], className="muted")] if refusal.clause else []
    parts = [html.H1(t(f"common.heading.{refusal.kind}")), html.P(refusal.sentence(lang())), html.Ul(grounds), *rule]
    link = html.A(t("common.back_home"), href="/", className="button")
    return html.Section([*parts, link], className="message", role="alert")


def notice(refusal: Refusal) -> None:
    """Show a refusal as a notice in the corner of the open page; call it inside a callback."""
    note = dmc.Alert(
        [refusal.sentence(lang()), " ", *clause(refusal.clause, away=True)],
        title=t(f"common.heading.{refusal.kind}"),
        color="red",
        withCloseButton=True,
        duration=NOTICE_MS,
    )
    set_props("refusals", {"children": [html.Div(note, key=secrets.token_hex(4))]})  # said again, it is another notice


def on_error(fault: Exception) -> None:
    """What Dash calls when a callback raises: nothing changes on the page but a notice with the sentence."""
    notice(told(fault))
