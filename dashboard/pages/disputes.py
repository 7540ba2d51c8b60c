"""Disputes over jurisdiction: each with the ladder of the plan, where it stands, what each rung said, whose turn it is."""

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
from dashboard.tables.between import DISPUTES

PATH: Final = "/disputes"
NAME_KEY: Final = "between_page.disputes"
VERB: Final = "page.disputes"
DESK: Final = Desk("disputes", reads.NAMES, reads.parts, reads.opened, reads.taken)


def layout() -> Component:
    """The page in the view the address names."""
    view = reads.view_of(query(), ("dispute",))
    return build_page(DESK, view, reads.parts(view), reads.build_begin(view), DISPUTES)


def register(app: Dash) -> None:
    """The page's callbacks."""
    register_desk(app, DESK)
    register_export(app, DISPUTES, State("disputes-view", "data"))
