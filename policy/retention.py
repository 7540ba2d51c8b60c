"""How long evidence is kept: until its matter is put away, nobody uses it any more and the time of the plan is over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from policy.decision import Decision, against, decide, for_
from policy.profile import Profile

KEY: Final = "evidence.kept"
FILE_KEY: Final = "personal_data.retention"
RECORD: Final = "PL 47"
SHORTEST: Final = "PI 19"


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of the evidence of one matter: when it was put away, and which open matters use the files as well."""

    put_away_on: date | None
    used_by: Sequence[str] = ()
    remedy_pending: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """Until when at least it is kept, None where nobody says; and whether it may be destroyed, with what stands against it."""

    until: date | None
    decision: Decision


def retention(held: Held, profile: Profile, today: date) -> Kept:
    """May evidence of a matter be destroyed on `today`? A silent plan says no: what is archived is kept (PL 47)."""
    value = profile.get(KEY, today)
    until = _later(held.put_away_on, int(value.value)) if value is not None and held.put_away_on else None
    reasons = []
    if held.put_away_on is None:
        reasons.append(against("reasons_case.kept_open", RECORD))
    if held.used_by:
        reasons.append(against("reasons_case.kept_used", RECORD, numbers=tuple(held.used_by)))
    if held.remedy_pending:
        reasons.append(against("reasons_case.kept_remedy", RECORD))
    if value is None:
        reasons.append(against("reasons_case.kept_silent", RECORD))
    elif until is not None and until >= today:
        reasons.append(against("reasons_case.kept_until", value.clause, day=until.isoformat(), years=value.value))
    return Kept(until, decide(reasons or [for_("reasons_case.kept_over", SHORTEST, day=str(until))]))


def file_kept(number: str, profile: Profile, today: date) -> Decision:
    """May documents and texts of a case that is done with be erased? A silent plan says no (PL 47)."""
    silent = profile.get(FILE_KEY, today) is None
    return decide([against("reasons_case.file_kept", RECORD, number=number)] if silent else [])


def _later(day: date, years: int) -> date:
    """The same day some years on; the last of February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
