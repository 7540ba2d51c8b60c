"""A file taken out sealed: why it is taken, and the ways to take it; on the page of a case and beside a draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.case_words import panel
from dashboard.components.clause import clause
from dashboard.context import actor, county, now, t
from data.authority import Subject, authorise

CASES: Final = "/api/v1/cases"


def may_seal() -> bool:
    """Whether who looks may take files out at all; of which file, the record decides."""
    return authorise(actor(), "case.seal_file", Subject(county().jurisdiction_id), now()).allowed


def build_sealed(number: str, *, name: str = "sealed") -> Sequence[Component]:
    """The panel of one file; nothing for who may not. `name` keeps apart what stands on one page twice."""
    if not may_seal():
        return ()
    hint = [t("supervising_files.seal_hint"), " ", *clause("PI 51")]
    reason = dmc.TextInput(id=f"{name}-reason", label=t("supervising_files.seal_reason"), description=html.Span(hint), inputProps={"maxLength": 500})  # fmt: skip
    told = html.Div(className="k-error p-told", role="alert", **{"aria-live": "polite"})
    words = {"data-missing": t("supervising_files.seal_missing")}
    words |= {f"data-{name}": t(f"papers_page.{name}") for name in ("working", "failed")}
    inside = [
        html.Div(reason, className="k-screen p-reason"),
        told,
        html.Div(_ways(number), className="p-tools k-screen"),
        html.P(t("supervising_files.seal_about"), className="muted k-small"),
    ]
    title = f"{t('supervising_files.seal')} · {number}" if name != "sealed" else t("supervising_files.seal")
    return (panel(title, html.Div(inside, className="p-papers", **words), look="k-papers", anchor=f"{name}-file"),)


def _ways(number: str) -> list[Component]:
    """Whole; masked; with the chain, for who may read all of it."""
    ways = [_way(number, "seal"), _way(number, "seal_masked", masked="true")]
    place = Subject(county().jurisdiction_id, nowhere=True)
    if authorise(actor(), "event.verify", place, now()).allowed:
        ways.append(_way(number, "seal_chain", chain="true"))
    return ways


def _way(number: str, key: str, **asked: str) -> Component:
    href = f"{CASES}/{number}/sealed" + (f"?{urlencode(asked)}" if asked else "")
    title = t(f"supervising_files.{key}_hint")
    return html.A(t(f"supervising_files.{key}"), href=href, title=title, className="button p-file", **{"data-paper-file": "1"})  # fmt: skip
