"""Personal columns: read and written in plain by the program, encrypted in the database under a key of their row (PI 47, 51)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, Final, overload
from uuid import UUID

from sqlalchemy.orm import Mapped
from uuid_utils.compat import uuid7

from data.keyring import Cipher, SealBroken, keyring
from data.masking import ERASED, Erased
from data.models.base import Versioned
from policy.errors import Refusal
from policy.text import Word

ENDING: Final = "_sealed"


def bound(table: str, column: str, place: UUID, key: UUID) -> bytes:
    """What a ciphertext belongs to: it opens in no other column, row or jurisdiction."""
    return b"\0".join((table.encode(), column.encode(), place.bytes, key.bytes))


class Sealed(Versioned):
    """A row with personal columns. Destroying `data_key` erases them; the row and its event chain stay whole."""

    PERSONAL: ClassVar[tuple[str, ...]] = ()
    TOLD: ClassVar[tuple[str, ...]] = ()  # what the columns of STORED are made of
    STORED: ClassVar[tuple[str, ...]] = ()
    __abstract__ = True
    data_key: Mapped[bytes | None]  # wrapped; made with the first personal value
    erased_at: Mapped[datetime | None]

    def __init__(self, **told: Any) -> None:
        """What a ciphertext is bound to comes first."""
        personal = {name: told.pop(name) for name in self.PERSONAL if name in told}
        super().__init__(**{"id": uuid7()} | told)
        for name, text in personal.items():
            setattr(self, name, text)

    def opened(self, name: str) -> str | None:
        """A personal column in plain, `Erased` where its key was destroyed; raises Refusal for what does not open."""
        stored: bytes | None = getattr(self, name + ENDING)
        if stored is None:
            return None
        if self.erased_at is not None:
            return ERASED
        try:
            return self._cipher().open(stored, self._bound(name)).decode()
        except SealBroken as why:
            raise Refusal(
                "errors_personal.broken", kind="conflict", thing=self._called(), column=Word(f"personal.column.{name}")
            ) from why

    def seal(self, name: str, text: str | None) -> None:
        """Keep a personal column encrypted; raises Refusal for a row that was erased."""
        if text is None or isinstance(text, Erased):
            setattr(self, name + ENDING, None)
            return
        if self.erased_at is not None:
            raise Refusal("errors_personal.erased", kind="conflict", clause="PI 47", thing=self._called())
        setattr(self, name + ENDING, self._cipher().seal(text.encode(), self._bound(name)))

    def forget(self, at: datetime) -> list[str]:
        """Destroy the data key; gives the names of the columns that can be read no more."""
        gone = [name for name in self.PERSONAL if getattr(self, name + ENDING) is not None]
        self.data_key, self.erased_at = None, at
        self.__dict__.pop("_opened", None)
        return gone

    def _bound(self, column: str) -> bytes:
        return bound(type(self).__name__.lower(), column, self.jurisdiction_id, self.id)

    def _cipher(self) -> Cipher:
        """The row's key, unwrapped once for as long as the row is in memory."""
        kept: tuple[bytes | None, Cipher] | None = self.__dict__.get("_opened")
        if kept is not None and kept[0] == self.data_key:
            return kept[1]
        if self.data_key is None:
            self.data_key, cipher = keyring().fresh(self._bound("data_key"))
        else:
            try:
                cipher = keyring().unwrap(self.data_key, self._bound("data_key"))
            except SealBroken as why:
                raise Refusal("errors_personal.key", kind="unavailable", thing=self._called()) from why
        self.__dict__["_opened"] = (self.data_key, cipher)
        return cipher

    def _called(self) -> str:
        return str(getattr(self, "code", None) or getattr(self, "number", None) or self.id)


class Personal:
    """A personal column of a `Sealed` row: `row.phone` in plain over `phone_sealed`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type) -> Personal: ...
    @overload
    def __get__(self, row: Sealed, owner: type) -> str | None: ...
    def __get__(self, row: Sealed | None, owner: type) -> Personal | str | None:
        return self if row is None else row.opened(self.name)

    def __set__(self, row: Sealed, text: str | None) -> None:
        row.seal(self.name, text)


def sealed_row(model: type[Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row told in plain as it is stored, for writing many at once past the session."""
    needed = {name: row[name] for name in ("id", "jurisdiction_id", *model.TOLD) if name in row}
    made = model(**needed)
    return {name: value for name, value in row.items() if name not in model.TOLD} | {
        name: getattr(made, name) for name in model.STORED
    }
