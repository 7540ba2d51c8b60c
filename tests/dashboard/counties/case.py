"""The county of the pages of cases: cases in several stages, made by the verbs themselves on days of the past."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.authority import Actor
from data.db import Record
from tests.dashboard.counties import Past
from tests.data import cases as c
from tests.data import small
from tests.support.page_server import County

SHOP = {"kind": "organisation", "name": "金华某某百货商行", "credit_code": "91330701MA2DB0X8AQ"}
MAN = {"kind": "citizen", "name": "王小明", "phone": "13812345678", "address": "西镇一村12号"}


def furnish(record: Record, folder: Path) -> dict[str, str]:
    """Cases by the stage they are in; gives their numbers."""
    small.build(record)
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


COUNTY = County(furnish, pages=("dashboard.pages.cases", "dashboard.pages.case"))
