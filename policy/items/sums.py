"""What a fine may be in yuan for a party, from the lines that hold and the amounts that are known."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from policy.items.model import CatalogueItem, Fine, Party, Range


def fine_range(
    item: CatalogueItem,
    party: Party,
    amounts: Mapping[str, Decimal] | None = None,
    stages: Collection[str] = (),
) -> Range:
    """Least and most in yuan for `party`; `amounts` are the bases and units known (yuan, square metres …).

    `stages` (`severe`, `uncorrected`, `harm` …) chooses the lines for such a case. No line: no fine for this party.
    """
    known = amounts or {}
    lines = tuple(line for line in _staged(lines_for(item, party), stages) if _may_hold(line, known))
    counted = _of_known_base(lines, known)
    limits = [found for line in counted if (found := _in_yuan(line, known)) is not None]
    complete = len(limits) == len(counted) and all(_certain(line, known) for line in counted)
    least = min((low for low, _ in limits), default=None)
    most = max((high for _, high in limits), default=None) if complete else None
    return Range(party, least, most, lines, complete)


def lines_for(item: CatalogueItem, party: Party) -> tuple[Fine, ...]:
    """Lines for `party`: its own, else those for anyone; the responsible person is fined only where named."""
    own = tuple(fine for fine in item.fines if fine.party == party)
    return own or tuple(fine for fine in item.fines if fine.party == "any" and party != "responsible")


def _staged(lines: tuple[Fine, ...], stages: Collection[str]) -> tuple[Fine, ...]:
    chosen = tuple(line for line in lines if line.stage in stages)
    return chosen or tuple(line for line in lines if not line.stage)


def _may_hold(line: Fine, known: Mapping[str, Decimal]) -> bool:
    condition = line.condition
    return condition is None or condition.of not in known or condition.holds(known[condition.of])


def _of_known_base(lines: tuple[Fine, ...], known: Mapping[str, Decimal]) -> tuple[Fine, ...]:
    """Where one base is known, lines counted from another base are for another sort of party."""
    if not any(line.base in known for line in lines if line.base):
        return lines
    return tuple(line for line in lines if not line.base or line.base in known)


def _certain(line: Fine, known: Mapping[str, Decimal]) -> bool:
    return line.condition is None or line.condition.of in known


def _in_yuan(line: Fine, known: Mapping[str, Decimal]) -> tuple[Decimal, Decimal] | None:
    if line.unstated:
        return None
    measure = line.base or line.unit
    if not measure:
        return line.least, line.most
    if measure not in known:
        return None
    amount = max(known[measure], line.floor)
    return line.least * amount, line.most * amount
