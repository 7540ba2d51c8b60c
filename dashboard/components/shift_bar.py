"""The shift in the header of the console: who leads it, whether one was left without a signature, the way to the desk."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.context import actor, county, now, record, t
from data.authority import Subject, authorise
from data.queries.shift_desk import duty_leader, not_handed_over


def build_shift_bar() -> list[Component]:
    """A link for who keeps the desk; nothing for others."""
    if not authorise(actor(), "shift.read", Subject(county().jurisdiction_id), now()).allowed:
        return []
    with record().read() as session:
        leader, left = duty_leader(session, county(), now()), not_handed_over(session, county(), now())
    words = t("shift.console_shift", leader=leader.name if leader else t("shift.nobody"))
    mark = [html.B(["▲ ", t("shift.console_unsigned"), f" {len(left)}"])] if left else []
    return [dcc.Link([words, *mark], href="/shift", className="shell-pill s-bar")]
