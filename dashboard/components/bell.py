"""The bell of the header: notices to who is signed in, acknowledged by one press; its place is kept, so that nothing moves."""

from __future__ import annotations

from typing import Any, Final

from dash import ALL, Dash, Input, Output, ctx, dcc, html, no_update
from dash.development.base_component import Component

from dashboard.components.between_words import to_matter, to_subject
from dashboard.components.supervision_parts import to
from dashboard.context import actor, county, lang, now, record, run, t, visit
from data.authority import Subject, authorise
from data.casework.notices import acknowledge
from data.casework.numbers import local_time
from data.queries.notices import NoticeView, own_notices
from policy.vocabulary import MatterKind

SHOWN: Final = 20
CARD: Final = "card"
CARDS: Final = "cards"  # the section of supervision that shows one


def may_read() -> bool:
    """Whether who looks can have notices."""
    signed_in = visit().actor.account_id is not None
    return signed_in and authorise(actor(), "notice.read", Subject(county().jurisdiction_id), now()).allowed


def build_bell() -> list[Component]:
    """The bell with its number and its list; nothing for who can have none."""
    if not may_read():
        return []
    told = parts()
    head = html.Summary(told["count"], id="bell-count", className="shell-pill bell-head", title=t("notices.title"))
    listed = html.Div(told["listed"], id="bell-list", className="bell-list", role="status")
    return [html.Details([head, listed], className="bell")]


def parts() -> dict[str, Any]:
    """Number and list as they are now."""
    with record().read() as session:
        rows = own_notices(session, actor(), county(), now(), lang())
    words = t("notices.count", n=len(rows))
    alarm = " alarm" if any(row.urgent for row in rows) else ""
    count = [
        html.Span(className="bell-sign", **{"aria-hidden": "true"}),
        html.Span(str(len(rows)), className=f"bell-number num{alarm}"),
    ]
    listed = [_row(row) for row in rows[:SHOWN]] or [html.P(t("notices.none"), className="muted")]
    return {"count": [*count, html.Span(words, className="bell-said")], "listed": listed}


def _row(row: NoticeView) -> Component:
    until = [t("notices.until", at=local_time(row.acknowledge_by))] if row.acknowledge_by else []
    line = html.Span(" · ".join([local_time(row.at), *until]), className="muted num")
    button = html.Button(
        t("notices.acknowledge"), type="button", id={"type": "bell-known", "key": str(row.key)}, className="button"
    )
    words = html.P([("! " if row.urgent else ""), row.words], className="alarm" if row.urgent else "")
    return html.Div([words, html.Div([line, *_to_matter(row)], className="bell-about"), button], className="bell-row")


def _to_matter(row: NoticeView) -> list[Component]:
    """The way to what the notice is about, where it has a page for whoever is told of it."""
    if row.number and row.matter == MatterKind.CALL_OUT:
        return [to_matter(MatterKind.CALL_OUT, row.number)]
    if row.number and row.matter == CARD:
        return [dcc.Link(row.number, href=to(CARDS, no=row.number, only="all"), className="num")]
    return to_subject(row.number) if row.matter == MatterKind.CASE else []


def _told(key: str | None) -> dict[str, Any]:
    if not may_read():
        return {"count": no_update, "listed": no_update}
    if key:
        record().write(actor(), acknowledge, county=county(), key=key)
    return parts()


def register(app: Dash) -> None:
    """Number and list follow the beat of the page; a press acknowledges."""
    told = {"count": Output("bell-count", "children"), "listed": Output("bell-list", "children")}

    @app.callback(
        told,
        Input("beat", "children"),
        Input({"type": "bell-known", "key": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )  # type: ignore[untyped-decorator]
    async def ring(_beat: Any, clicks: Any) -> dict[str, Any]:
        """Read the notices again, after acknowledging the one that was pressed."""
        pressed = ctx.triggered_id
        key = str(pressed["key"]) if isinstance(pressed, dict) and any(clicks or ()) else None
        return await run(_told, key)
