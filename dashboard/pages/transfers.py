"""Transfers both ways, assistance, criminal referrals, reviews raised to a department; and who does not answer."""

from __future__ import annotations

from typing import Final

from dash import Dash, State
from dash.development.base_component import Component

from dashboard.components import between_reads as reads
from dashboard.components.between_page import build_page
from dashboard.components.desk import Desk
from dashboard.components.desk import register as register_desk
from dashboard.components.table_export import register_export
from dashboard.context import query
from dashboard.tables.between import TRANSFERS

PATH: Final = "/transfers"
NAME_KEY: Final = "between_page.transfers"
VERB: Final = "page.transfers"
TABS: Final = ("transfer", "assistance", "referral", "escalation", "call_out", "unanswered")
DESK: Final = Desk("transfers", reads.NAMES, reads.parts, reads.opened, reads.taken)


def layout() -> Component:
    """The page in the view the address names."""
    view = reads.view_of(query(), TABS)
    return build_page(DESK, view, reads.parts(view), reads.build_begin(view), TRANSFERS)


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
    register_export(app, TRANSFERS, State("transfers-view", "data"))
