"""What a fine paid late costs more: the daily share, at most the cap, no day of reconsideration or litigation counted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from policy.deadlines import Pause
from policy.errors import Refusal
from policy.profile import Profile
from policy.zone import CHINA

_CENT: Final = Decimal("0.01")


def surcharge(fine: Decimal, due: datetime, paid: datetime, pauses: Iterable[Pause], profile: Profile) -> Decimal:
    """Yuan to pay on top of `fine` when it is paid at `paid` (or asked for as of then) instead of by `due` (PL 72, 73).

    Each day after the last day to pay counts, the day of payment with it; both ends of a pause are left out. A pause on
    another ground than the profile's, or a silent profile, is a `Refusal`.
    """
    on = due.astimezone(CHINA).date()
    daily, cap = (profile.require(f"case.surcharge.{name}", on) for name in ("daily", "cap"))
    days = _days_late(on, paid.astimezone(CHINA).date(), _checked(pauses, profile, on))
    amount = min(fine * Decimal(str(daily.value)) * days, fine * Decimal(str(cap.value)))
    return amount.quantize(_CENT, ROUND_HALF_UP)


def _checked(pauses: Iterable[Pause], profile: Profile, on: date) -> list[Pause]:
    value = profile.get("case.surcharge.not_counted", on)
    allowed = () if value is None else tuple(value.value)
    found = list(pauses)
    for pause in found:
        if pause.ground not in allowed:
            raise Refusal(
                "errors_policy.pause_not_allowed",
                clause=value.clause if value else None,
                deadline="case.surcharge.daily",
                ground=pause.ground,
                where=(value.clause if value else None) or "—",
                allowed=", ".join(allowed) or "—",
            )
    return found


def _days_late(due: date, paid: date, pauses: Iterable[Pause]) -> int:
    """Days after `due` up to `paid` that lie in no pause; a pause without an end lasts."""
    late = {due + timedelta(days=n) for n in range(1, (paid - due).days + 1)}
    for pause in pauses:
        first = pause.start.astimezone(CHINA).date()
        last = pause.end.astimezone(CHINA).date() if pause.end is not None else paid
        late -= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return len(late)
