"""What somebody with the database's own password can do: the guards of the event table taken off."""

from __future__ import annotations

from sqlalchemy import Connection, text

from data.db import Record

TRIGGERS = ("event_no_update", "event_no_delete", "event_no_replace")


def unguard(record: Record) -> None:
    """Take the triggers off, so that a test may alter events behind the record's back."""

    def work(connection: Connection) -> None:
        if connection.dialect.name == "sqlite":
            for name in TRIGGERS:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE event DISABLE TRIGGER USER"))

    record.submit_raw(work).result()
