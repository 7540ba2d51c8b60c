"""How a fine is spelt in files and spreadsheets: `500-2000`, `-1000`, `50`, `5-10% project_cost`, `severe: 2-5x gains`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from policy.items.model import BASES, STAGES, UNITS, Condition, Fine, Party

_LINE: Final = re.compile(
    r"^(?:(?P<stage>[a-z_]+):\s*)?"
    r"(?:(?P<of>[a-z_]+)(?P<op><|>=)(?P<limit>\d+):\s*)?"
    r"(?:(?P<open>unstated)"
    r"|(?:(?P<least>\d+(?:\.\d+)?)?(?P<dash>-))?(?P<most>\d+(?:\.\d+)?)"
    r"(?:(?P<times>[x%])\s+(?P<base>[a-z_]+)(?:\s+min\s+(?P<floor>\d+))?|/(?P<unit>[a-z_]+))?)$"
)


class Misspelt(ValueError):
    """A fine that cannot be read; `args[0]` is the part at fault."""


def read(text: str, party: Party) -> tuple[Fine, ...]:
    """All lines of a party's fine, separated by semicolons; `Misspelt` names the part that cannot be read."""
    return tuple(_line(part.strip(), party) for part in text.replace("；", ";").split(";") if part.strip())


def write(fines: tuple[Fine, ...]) -> str:
    """The lines as they are spelt, for a spreadsheet."""
    return "; ".join(_spelt(fine) for fine in fines)


def _line(text: str, party: Party) -> Fine:
    found = _LINE.match(text)
    if not found or not _known(found):
        raise Misspelt(text)
    if found["open"]:
        return Fine(party, found["stage"] or "", unstated=True, condition=_condition(found))
    share = Decimal("0.01") if found["times"] == "%" else Decimal(1)
    most = Decimal(found["most"]) * share
    least = most if not found["dash"] else Decimal(found["least"] or 0) * share
    if least > most:
        raise Misspelt(text)
    return Fine(
        party, found["stage"] or "", least, most, found["base"] or "", found["unit"] or "",
        Decimal(found["floor"] or 0), _condition(found), percent=found["times"] == "%",
    )  # fmt: skip


def _known(found: re.Match[str]) -> bool:
    named = ((found["stage"], STAGES), (found["of"], BASES), (found["base"], BASES), (found["unit"], UNITS))
    return all(name is None or name in known for name, known in named)


def _condition(found: re.Match[str]) -> Condition | None:
    return Condition(found["of"], found["op"], Decimal(found["limit"])) if found["of"] else None


def _spelt(fine: Fine) -> str:
    head = f"{fine.stage}: " if fine.stage else ""
    if fine.condition:
        head += f"{fine.condition.of}{fine.condition.op}{fine.condition.limit}: "
    if fine.unstated:
        return f"{head}unstated"
    scale = 100 if fine.percent else 1
    least, most = (f"{(n * scale).normalize():f}" for n in (fine.least, fine.most))
    span = most if least == most else f"-{most}" if fine.least == 0 else f"{least}-{most}"
    tail = f"{'%' if fine.percent else 'x'} {fine.base}" if fine.base else f"/{fine.unit}" if fine.unit else ""
    return f"{head}{span}{tail}" + (f" min {fine.floor}" if fine.floor else "")
