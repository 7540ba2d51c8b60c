"""The unit board of the console, and what the map shows of units and leads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import dash_ag_grid as dag
from dash import html
from dash.development.base_component import Component

from dashboard.components.console_parts import clock, ms
from dashboard.components.console_queue import row_title
from dashboard.components.symbols import symbol, symbol_name
from dashboard.context import county, lang, t
from data.queries.console import QueueRow
from data.queries.console_board import BoardRow
from data.queries.travelling import spot_of
from layers.leads import lead_points
from layers.units import unit_points
from policy.vocabulary import UnitStatus
from policy.zone import CHINA

BY_HAND: Final = (UnitStatus.AVAILABLE.value, UnitStatus.BUSY.value, UnitStatus.OFF_DUTY.value)
ORDER: Final = {status.value: n for n, status in enumerate(UnitStatus)}


def board_data(rows: Sequence[BoardRow], now: datetime) -> list[dict[str, Any]]:
    """Rows of the table; times as milliseconds for the script, texts in the language of the answer."""
    return [
        {
            "code": row.code,
            "name": row.name,
            "status": row.status,
            "said": symbol_name(row.status),
            "since": ms(row.since),
            "doing": f"{row.task[-4:]} → {row.going}" if row.task else "",
            "lead": row.lead or "",
            "task": row.task or "",
            "acts": f"{row.code} {row.task or ''}",  # a cell is drawn anew only when its value changes
            "timed": f"{ms(row.since)} {row.late}",
            "placed": f"{row.position_at} {row.stale is not None}",
            "load": f"{row.open_tasks}/{row.capacity}",
            "full": row.open_tasks >= row.capacity,
            "certified": f"{row.certified} / {row.on_shift}",
            "phone": row.phone or "",
            "seen": clock(row.position_at, now) if row.position_at else "",
            "stale": _age(row.stale),
            "late": t("console.late_in_status") if row.late else "",
            "township": row.township or "",
        }
        for row in rows
    ]


def _age(minutes: float | None) -> str:
    """How old a position is that is not fresh; empty for a fresh one."""
    return "" if minutes is None else t("console.position_old", n=round(minutes))


_NAMED: Final = {"timed": "since", "placed": "seen"}


def _column(field: str, width: int | None = None, flex: int | None = None, **more: Any) -> dict[str, Any]:
    size = {"flex": flex, "minWidth": width} if flex else {"width": width}
    return {"field": field, "headerName": t(f"console.board_{_NAMED.get(field, field)}"), **size, **more}


def build_board(data: list[dict[str, Any]]) -> Component:
    """The table of units: sortable, filterable; its rows change in place, so scroll and selection stay."""
    renderer: dict[str, Any] = {"cellRenderer": "ConsoleCell"}
    return dag.AgGrid(
        id="console-board",
        columnDefs=[
            _column("said", 98, filter=True, **renderer),
            _column("name", 116, 4, filter=True, tooltipField="name", **renderer),
            _column("timed", 100, **renderer),
            _column("doing", 110, 4, filter=True, tooltipField="doing", **renderer),
            _column("load", 56),
            _column("certified", 82, headerTooltip=t("console.board_certified_long")),
            _column("placed", 76, **renderer),
            _column("phone", 108, **renderer),
            {
                "field": "acts",
                "headerName": "",
                "width": 128 if lang() == "zh" else 150,
                "sortable": False,
                "cellRenderer": "ConsoleSet",
            },
        ],
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True},
        rowData=data,
        getRowId="params.data.code",
        dashGridOptions={
            "rowHeight": 32,
            "headerHeight": 30,
            "animateRows": False,
            "suppressCellFocus": True,
            "enableCellTextSelection": True,
            "context": {
                "set": t("console.set_status"),
                "voice": t("console_calls.voice_short"),
                "voiced": t("console_calls.voice"),
            },
        },
        className="c-grid",
        style={"height": "100%", "width": "100%"},
    )


def build_board_head(rows: Sequence[BoardRow]) -> list[Component]:
    """How many units are in each state."""
    counts = Counter(row.status for row in rows)
    told = [
        html.Span([symbol(status, ""), symbol_name(status), html.B(counts[status], className="num")])
        for status in ORDER
        if counts[status]
    ]
    return [html.H2(t("console.units")), *told]


# -- on the map -------------------------------------------------------------------------------------------------------


def units_on_map(rows: Sequence[BoardRow], now: datetime) -> dict[str, Any]:
    """Units as points; off duty they are no help and are left out."""
    return unit_points(
        {
            "code": row.code,
            "lon": row.lon,
            "lat": row.lat,
            "status": row.status,
            "title": row.name,
            "stale": row.stale is not None,
            "lines": [
                f"{symbol_name(row.status)} · {t('console.board_load')} {row.open_tasks}/{row.capacity}"
                f" · {t('console.board_certified')} {row.certified}",
                *([f"{row.task} → {row.going}"] if row.task else []),
                *([t("console.position_at", at=clock(row.position_at, now))] if row.position_at else []),
                *([_age(row.stale)] if row.stale is not None else []),
            ],
        }
        for row in rows
        if row.status != UnitStatus.OFF_DUTY
    )


def leads_on_map(rows: Sequence[QueueRow]) -> dict[str, Any]:
    """Open leads as points, those placed by name in their cell; unlocated ones stay in the queue."""
    return lead_points(
        {
            "number": row.number,
            "lon": spot[0],
            "lat": spot[1],
            "urgency": row.urgency,
            "overdue": row.overdue,
            "title": row_title(row),
            "lines": [
                f"{t(f'vocabulary.urgency.{row.urgency}')} · {t(f'vocabulary.lead_status.{row.status}')} · {row.number}",
                row.place,
                f"{row.received_at.astimezone(CHINA):%H:%M}",
            ],
        }
        for row in rows
        if row.located and (spot := spot_of(county(), row.lon, row.lat, row.cell or row.township)) is not None
    )
