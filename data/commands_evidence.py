"""`audit evidence`: what evidence is kept until when, and what stands against destroying it; nothing is destroyed here."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from data.terminal import LANG, CountyOption, DatabaseOption, FormatOption, record_of, reply_table, t

if TYPE_CHECKING:
    from data.queries.retention import Retained

OverOption = Annotated[bool, typer.Option("--over", help="commands.option.over")]
HEADS: Final = {
    name: f"commands.kept.{name}" for name in ("number", "status", "files", "mb", "closed", "until", "reasons")
}


def audit_evidence(
    over: OverOption = False, county: CountyOption = None, database: DatabaseOption = None, form: FormatOption = "text"
) -> None:
    """List the evidence of every matter: since when it is put away, until when it is kept, what stands against its end."""
    from data.authority import SYSTEM
    from data.queries.retention import retention_report

    with record_of(database) as record, record.read() as session:
        found = retention_report(session, SYSTEM, record.county(county), now=datetime.now(UTC))
    rows = [_row(one) for one in found if one.may_destroy or not over]
    if not rows and form == "text":
        print(t("commands.kept.none"))
        return
    reply_table(rows, form, HEADS)


def _row(one: Retained) -> dict[str, Any]:
    return {
        "number": one.number,
        "status": t(f"vocabulary.{one.kind}_status.{one.status}"),
        "files": one.files,
        "mb": f"{one.bytes / 1024**2:.1f}",
        "closed": one.closed_at.date().isoformat() if one.closed_at else None,
        "until": one.keep_until.isoformat() if one.keep_until else None,
        "may_destroy": one.may_destroy,
        "reasons": "；".join(reason.sentence(LANG.get()) for reason in one.decision.reasons),
    }
