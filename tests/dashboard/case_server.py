"""A server of the pages of cases, in a process of its own: `python -m tests.dashboard.case_server FOLDER PORT`.

Its small county holds cases in several stages, made by the verbs themselves on days of the past.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn

import api.server
from dashboard.pages import case, cases
from dashboard.server import build_server
from data.authority import SYSTEM, Actor
from data.db import Record
from data.demonstration import demonstration_accounts, save_demonstration
from data.settings import Settings
from tests.dashboard.conftest import _rename_dispatcher, fresh_record
from tests.data import cases as c
from tests.data import small

SHOP = {"kind": "organisation", "name": "金华某某百货商行", "credit_code": "91330701MA2DB0X8AQ"}
MAN = {"kind": "citizen", "name": "王小明", "phone": "13812345678", "address": "西镇一村12号"}


class Past:
    """The clock while the cases are made."""

    def __init__(self, days: float) -> None:
        self.now = datetime.now(UTC) - timedelta(days=days)

    def __call__(self) -> datetime:
        return self.now


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """Cases by the stage they are in; gives their numbers."""
    c.with_basis(record)
    actors: dict[str, Actor] = c.cast(record)
    made: dict[str, str] = {}

    def on(days: float, shade: int, **more: Any) -> Any:
        record.clock = Past(days)
        return c.propose(record, folder, actors, shade=shade, **more)

    served = on(60, 1, party=SHOP)
    _, _ = c.to_served(record, actors, served, record.clock())
    made["served"] = served.number
    paid = on(50, 2, party=MAN)
    _, later = c.to_served(record, actors, paid, record.clock())
    c.step(record, actors["finance"], paid, "record_payment", later, amount="30", paid="fine", slip="No.1")
    c.step(record, actors["head"], paid, "close", later, close_ground="executed")
    c.step(record, actors["officer"], paid, "archive", later, archive_number="2026-01-001", file_complete=True)
    made["archived"] = paid.number
    notice = on(1, 3, party=MAN)
    c.to_notice(record, actors, notice, record.clock())
    made["notice"] = notice.number
    holding = on(3, 4, party=SHOP, summary="占用人行道堆放货物，责令改正后仍未清理。")
    now = record.clock()
    c.step(record, actors["officer"], holding, "submit_filing", now)
    c.step(record, actors["head"], holding, "approve_filing", now, words="同意立案")
    c.step(record, actors["officer"], holding, "start_investigation", now)
    goods = [{"name": "三轮车", "quantity": "1辆", "condition": "八成新", "place": "西镇仓库"}, {"name": "台秤", "quantity": "1台"}]  # fmt: skip
    c.step(record, actors["officer"], holding, "preserve", now, goods=goods, head_approved=True)
    made["investigating"] = holding.number
    made["proposed"] = on(0.01, 5, party=MAN).number
    dropped = on(5, 6, party=SHOP)
    c.step(record, actors["officer"], dropped, "drop", record.clock(), reason="查无此事")
    made["dropped"] = dropped.number
    return made


def main(folder: Path, port: int) -> None:
    """Build, furnish, serve."""
    os.environ["ONEGRID_VAR"] = str(folder)
    small.NOW = datetime.now(UTC)
    record = fresh_record(folder)
    numbers = furnish(record, folder)
    record.clock = lambda: datetime.now(UTC)
    record.submit_raw(_rename_dispatcher).result()
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=7))
    (folder / "numbers").write_text("\n".join(f"{stage} {number}" for stage, number in numbers.items()))
    settings = Settings(demo=True, var=folder)
    server = build_server(record, settings, pages=[cases, case])
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
