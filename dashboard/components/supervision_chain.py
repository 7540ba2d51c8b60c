"""Verification of the whole chain from the page: begun, watched, stopped; what it found, and what that proves."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.case_words import moment, spoken
from dashboard.components.supervision_events import address
from dashboard.context import actor, county, lang, now, record, t
from data import verifying
from data.authority import Subject, authorise
from data.events import Verification
from data.queries.case_history import step_words
from data.verifying import Head, Verifying


def may_verify() -> bool:
    """Whether who looks may verify the county's chain: it is the whole county's."""
    place = Subject(county().jurisdiction_id, nowhere=True)
    return authorise(actor(), "event.verify", place, now()).allowed


def look() -> Verifying | None:
    """The run that goes on, or the last one."""
    return verifying.newest(record(), actor(), county())


def begin() -> Verifying:
    """Begin a run, or join the one that goes on."""
    return verifying.begin(record(), actor(), county())


def stop() -> Verifying | None:
    """Stop the run that goes on."""
    return verifying.stop(record(), actor(), county())


def build_chain(run: Verifying | None) -> list[Component]:
    """The stored head, how far a run is, and what it found."""
    with record().read() as session:
        head = verifying.head_of(session, county())
    return [_head(head), *_run(run), html.P(t("supervision_page.proves"), className="muted sup-small")]


def _line(name: str, *content: Any) -> Component:
    return html.Div([html.Dt(t(f"supervision_page.chain.{name}")), html.Dd([*content])], className="pass-fact")


def _head(head: Head) -> Component:
    rows = [_line("events", html.Span(f"{head.events:,}", className="num"))]
    rows += [_line("head", html.Code(f"{head.hash[:16]}…", title=head.hash)), _line("at", html.Span(moment(head.at), className="num"))] if head.at else []  # fmt: skip
    return html.Dl(rows, className="pass-facts")


def _run(run: Verifying | None) -> list[Component]:
    if run is None:
        return [html.P(t("supervision_page.chain.never"), className="muted")]
    if run.running:
        return _going_on(run)
    if run.stopped:
        return [
            html.P(t("supervision_page.chain.stopped", done=f"{run.done:,}", total=f"{run.total:,}"), className="muted")
        ]
    if run.finding is None:
        sentence = run.refusal.sentence(lang()) if run.refusal else ""
        return [html.P(["! ", sentence], className="alarm", role="alert")]
    return _found(run, run.finding)


def _going_on(run: Verifying) -> list[Component]:
    share = 100 * run.done / run.total if run.total else 0
    words = t("supervision_page.chain.running", done=f"{run.done:,}", total=f"{run.total:,}")
    bar = dmc.Progress(value=share, size="lg", **{"aria-label": words})
    return [html.Div([bar, html.P(words, className="num", role="status")], className="sup-running")]


def _found(run: Verifying, found: Verification) -> list[Component]:
    seconds = (run.ended_at - run.begun_at).total_seconds() if run.ended_at else 0
    by = html.P(t("supervision_page.chain.by", at=moment(run.ended_at), who=run.by, seconds=f"{seconds:.1f}"), className="muted sup-small num")  # fmt: skip
    if found.whole:
        whole = html.P(
            ["✓ ", html.Strong(t("supervision_page.chain.whole", events=f"{found.events:,}"))], className="good"
        )
        rows = [_line("last", html.Code(found.head)), _line("anchors", *_anchors(run))]
        return [whole, html.Dl(rows, className="pass-facts"), by]
    said = html.P(["✕ ", html.Strong(found.sentence(lang()))], className="alarm", role="alert")
    return [said, html.Dl(_wrong(found), className="pass-facts"), by]


def _anchors(run: Verifying) -> list[Any]:
    """Against how many anchors it was held: none leave a cut tail unseen, and that is said."""
    if run.last_anchor is None:
        return [html.Span(t("supervision_page.chain.no_anchor"), className="warn")]
    return [t("supervision_page.chain.anchored", n=run.anchors, sequence=f"{int(run.last_anchor['sequence']):,}", at=str(run.last_anchor["at"])[:16].replace("T", " "))]  # fmt: skip


def _wrong(found: Verification) -> list[Component]:
    """The first wrong event by name, with the way to what surrounds it."""
    rows = [_line("first_wrong", html.Span(f"#{found.sequence:,}" if found.sequence else "", className="num"))]
    if found.subject:
        rows.append(_line("subject", dcc.Link(found.subject, href=address({"number": found.subject}), className="num")))
    if found.verb:
        rows.append(_line("step", _step(found.verb)))
    return [*rows, _line("good_until", f"{found.events:,}")]


def _step(verb: str) -> str:
    return spoken(f"vocabulary.verb.{verb}", step_words("case", verb, lang()))


def build_buttons(run: Verifying | None) -> list[Component]:
    """Begin, or stop while it goes on."""
    running = run is not None and run.running
    begins = html.Button(t("supervision_page.verify"), id="supervision-verify", type="button", className="button button-main", n_clicks=0, disabled=running)  # fmt: skip
    stops = html.Button(t("supervision_page.stop"), id="supervision-stop", type="button", className="button", n_clicks=0, disabled=not running)  # fmt: skip
    return [begins, stops]
