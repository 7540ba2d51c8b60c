"""What every part of the reading of a township's force needs: who asks, where, when; names open or masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from data.authority import Actor
from data.county import County
from data.masking import mask_name
from data.models import GridCell
from data.queries.township import today
from policy.text import either
from policy.vocabulary import Role

HEADS: Final = frozenset({Role.TOWNSHIP_HEAD, Role.SQUADRON_HEAD})


def may_see_names(actor: Actor, code: str) -> bool:
    """Names of staff are open to the heads of their own township (PI 51)."""
    heads = [scope for scope in actor.scopes if scope.role in HEADS]
    return any(scope.townships is None or code in scope.townships for scope in heads)


@dataclass(frozen=True)
class Reading:
    """What every part of the reading needs."""

    session: Session
    actor: Actor
    county: County
    code: str
    now: datetime
    lang: str

    @property
    def day(self) -> date:
        """The day in Asia/Shanghai."""
        return today(self.now)

    def name(self, name: str | None) -> str:
        """A staff name, masked for who is not a head of this township."""
        return (name or "") if may_see_names(self.actor, self.code) else mask_name(name)

    def called(self, cell: GridCell) -> str:
        """Name of a cell in the language of the answer."""
        return either(cell.name, cell.name_en, self.lang)

    def words(self, row: Any) -> str:
        """Name of a team or organ in the language of the answer."""
        return str(row.name if self.lang == "zh" else row.name_en or row.name)
