"""A server of the page of inspections: `python -m tests.dashboard.inspections_server FOLDER PORT`; plans to merge, a draw, visits."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from sqlalchemy import select, update

import api.server
from dashboard.server import build_server, load_pages
from data.authority import SYSTEM
from data.casework.inspection_subjects import publish_cap
from data.db import Record, Tx
from data.demonstration import demonstration_accounts, save_demonstration
from data.models import Account, Base, Grant
from data.settings import Settings
from tests.data import inspecting as i
from tests.data import small


def furnish(record: Record) -> dict[str, str]:
    """Matters in several states; gives numbers by name."""
    actors = i.build(record)
    subjects = [i.enterprise(record, number) for number in range(3)]
    elsewhere = i.enterprise(record, 3, small.VILLAGES[3])
    today = small.NOW.date()
    period = {"begins_on": today.isoformat(), "ends_on": today.replace(year=today.year + 1, day=1).isoformat()}
    cap = {"cap_year": str(today.year), "cap": "2", "published_on": "2026-01-05", "document": "公告1号"}
    record.write(actors["west"], publish_cap, given=cap)
    i.plan(record, actors["west"], *subjects[:2], **period)
    i.plan(record, actors["market"], *subjects[:2], inspection_items=["B1"], **period)
    visit = i.entered(record, actors, subjects[2], visit_on=today.isoformat())
    draw = i.committed(record, actors["west"], i.random_plan(record, actors["west"], title="双随机抽查", **period))
    i.step(record, actors["west"], draw, "draw", seed_source="generator")
    return {"visit": visit.number, "draw": draw.number, "subject": subjects[2].code,
            "elsewhere": elsewhere.code}  # fmt: skip


def _sent_by_the_town(tx: Tx) -> None:
    """The officer with an account inspects for the western town."""
    key = select(Account.id).where(Account.username == "officer").scalar_subquery()
    tx.session.execute(update(Grant).where(Grant.account_id == key).values(organ_code="WEST"))


def main(folder: Path, port: int) -> None:
    """Build, furnish, serve."""
    small.NOW = datetime.now(UTC)
    record = Record(f"sqlite:///{folder / 'test.db'}")
    Base.metadata.create_all(record.write_engine)
    numbers = furnish(record)
    record.write(
        SYSTEM,
        lambda tx: tx.session.execute(update(Account).where(Account.username == "dispatcher").values(username="first")),
    )
    save_demonstration(folder, record.write(SYSTEM, demonstration_accounts, seed=7))
    record.write(SYSTEM, _sent_by_the_town)
    (folder / "numbers").write_text("\n".join(f"{name} {number}" for name, number in numbers.items()))
    settings = Settings(demo=True, var=folder)
    server = build_server(record, settings, pages=load_pages())
    api.server.install(server.fastapi, record, lambda request: request.state.actor, server.facts.build, settings)
    uvicorn.run(server.fastapi, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
