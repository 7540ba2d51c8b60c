"""Refusals: an error builds its own sentence and names the thing, the rule and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from policy.decision import Decision, Reason
from policy.text import say

Kind = Literal[
    "invalid", "unauthenticated", "forbidden", "not_found", "conflict", "too_large", "too_many", "unavailable"
]


class Refusal(Exception):
    """A request that a rule refuses; `code` is its key in the catalogue (`errors_<area>.<name>`)."""

    def __init__(
        self,
        code: str,
        *,
        kind: Kind = "invalid",
        clause: str | None = None,
        reasons: Sequence[Reason] = (),
        pointer: str | None = None,
        **params: Any,
    ) -> None:
        """`pointer` names the input field at fault (JSON pointer) where there is one."""
        self.code, self.kind, self.clause, self.pointer = code, kind, clause, pointer
        self.reasons = tuple(reasons)
        self.params = params
        super().__init__(code)

    def sentence(self, lang: str = "zh") -> str:
        """Say what was refused, by which rule, and what to do, in `lang` (zh or en)."""
        return say(self.code, lang, **self.params)

    def __str__(self) -> str:
        return self.sentence("en")


def require(decision: Decision, code: str, *, kind: Kind = "conflict", **params: Any) -> None:
    """Raise a `Refusal` with every obstacle of `decision`, unless it is allowed."""
    if not decision.allowed:
        clause = decision.obstacles[0].clause
        raise Refusal(code, kind=kind, clause=clause, reasons=decision.obstacles, **params)
