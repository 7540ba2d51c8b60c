"""More than expected, in words: the mark with its count and what is usual, the method, the leads behind it."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html
from dash.development.base_component import Component

from dashboard.components.wall_words import whole
from dashboard.context import actor, county, lang, now, record, run, t
from data.queries.anomalies import Anomalies, Anomaly
from data.queries.wall import looked_for
from policy.anomalies import LEAST, WINDOWS
from policy.zone import CHINA

SMALLEST = 0.0001
ADDRESS = "/anomalies"


def read() -> Anomalies:
    """What is more than expected now, as far as who asks may see it."""
    with record().read() as session:
        return looked_for(session, actor(), county(), now())


def usual(one: Anomaly) -> str:
    """What is usual: 2.1, and 290 for large counts."""
    return f"{one.usual:.1f}" if one.usual < 100 else whole(one.usual)


def chance(one: Anomaly) -> str:
    """How likely so many or more are by chance, as a percentage."""
    if one.chance < SMALLEST:
        return t("anomalies.below", chance=f"{SMALLEST:.2%}")
    return f"{one.chance:.2%}"


def method(found: Anomalies) -> str:
    """How it was found, with the days it rests on."""
    kind = t("wall.panel.workday" if found.workday else "wall.panel.freeday")
    key = "anomalies.how" if found.weekly else "anomalies.how_fewer"
    return t(key, kind=kind, days=found.days, rate=f"{found.rate * 100:g}", least=LEAST)


def link() -> html.Div:
    """The place of the way to the list in the head of another page."""
    return html.Div(build_link(read()), id="anomalies-link", className="anomalies-place")


def register(app: Dash) -> None:
    """The way to the list comes and goes with the marks."""

    @app.callback(Output("anomalies-link", "children"), Input("tick", "data"), prevent_initial_call=True)  # type: ignore[untyped-decorator]
    async def pull(_tick: Any) -> list[Component]:
        """How many are marked now."""
        return build_link(await run(read))


def build_link(found: Anomalies) -> list[Component]:
    """A quiet way to the list for the head of another page; nothing when nothing is marked."""
    if not found.rows:
        return []
    first = found.rows[0]
    title = " · ".join([first.name.say(lang()), t("anomalies.line", n=whole(first.count), usual=usual(first))])
    words = [html.I("▲", **{"aria-hidden": "true"}), t("anomalies.link", n=len(found.rows))]
    return [html.A(words, href=ADDRESS, title=title, className="anomalies-link")]


def build_list(found: Anomalies) -> Component:
    """The whole list with what it is and how it was found."""
    if not found.judged:
        body = [html.P(t("anomalies.unjudged", days=found.days, needed=WINDOWS), className="muted")]
    else:
        body = [_row(one) for one in found.rows] or [html.P(t("anomalies.none"), className="muted")]
    how = html.Details(
        [html.Summary(t("anomalies.method", method=t("anomalies.method_name"))), html.P(method(found))],
        className="anomalies-method",
    )
    head = [html.H1(t("anomalies.name")), html.P(t("anomalies.lead")), html.P(t("anomalies.what_it_is")), how]
    return html.Div([html.Section(head, className="panel"), *body])


def _row(one: Anomaly) -> Component:
    begins, ends = (moment.astimezone(CHINA).strftime("%m-%d %H:%M") for moment in (one.begins, one.ends))
    facts = [t("anomalies.from_to", begins=begins, ends=ends), t("anomalies.chance", chance=chance(one))]
    links = [html.Li(html.A(number, href=f"/console?lead={number}", className="num")) for number in one.leads]
    return html.Section(
        [
            html.H2([html.Small(t(f"anomalies.kind.{one.kind}")), one.name.say(lang())]),
            html.Strong(t("anomalies.line", n=whole(one.count), usual=usual(one)), className="anomalies-line num"),
            html.P(" · ".join(facts), className="muted num"),
            html.Details([html.Summary(t("anomalies.leads", n=whole(len(one.leads)))), html.Ul(links)]),
        ],
        className="panel anomalies-row",
        key=f"{one.kind}:{one.code}",
    )
