"""Reads what a step is told from plain data: every wrong input is a sentence that names it, the rule and what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from policy.case_forms import FORMS, Input
from policy.errors import Refusal
from policy.text import Word
from policy.vocabulary import Verb, word
from policy.vocabulary_between import PassingStep
from policy.vocabulary_conduct import CardStep, ComplaintStep, MeetingStep
from policy.vocabulary_patrol import PatrolStep
from policy.vocabulary_shift import ShiftStep
from policy.vocabulary_staffing import StaffingStep

TEXT_LIMIT, WORDS_LIMIT = 200, 20_000
MOST_YUAN: Final = Decimal(10) ** 11
GOODS: Final = ("name", "quantity", "condition", "keeper", "place")
_CENT: Final = Decimal("0.01")


def read_form(
    verb: Verb | PassingStep | PatrolStep | ShiftStep | StaffingStep | CardStep | ComplaintStep | MeetingStep,
    given: Mapping[str, Any],
    form: tuple[Input, ...] | None = None,
) -> dict[str, Any]:
    """The inputs of `verb` in their own types; `Refusal` for one that is unknown, missing or wrong. Empty ones are left out."""
    inputs = {one.name: one for one in (FORMS[Verb(verb)] if form is None else form)}
    for name in given:
        if name not in inputs:
            raise Refusal(
                "errors_case.unknown_input",
                pointer=f"/{name}",
                input=name,
                step=word(verb),
                allowed=tuple(inputs) or "—",
            )
    found = {name: _read(one, given[name]) for name, one in inputs.items() if _filled(given.get(name))}
    for one in inputs.values():
        if one.required and one.kind != "flag" and one.name not in found:
            raise _refusal("missing", one, step=word(verb))
    return found


def _filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else value is not None and value not in ([], {})


def _refusal(code: str, one: Input, **params: Any) -> Refusal:
    return Refusal(f"errors_case.{code}", pointer=f"/{one.name}", input=Word(f"case_form.{one.name}"), **params)


def _read(one: Input, value: Any) -> Any:
    return _READERS[one.kind](one, value)


def _text(one: Input, value: Any) -> str:
    limit = WORDS_LIMIT if one.kind == "words" else TEXT_LIMIT
    if not isinstance(value, str):
        raise _refusal("not_text", one)
    plain = value.strip()
    if len(plain) > limit:
        raise _refusal("too_long", one, length=len(plain), limit=limit)
    return plain


def _flag(one: Input, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _refusal("not_flag", one)
    return value


def _moment(one: Input, value: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as fault:
        raise _refusal("not_moment", one, value=str(value)[:40]) from fault
    if found.tzinfo is None:
        raise _refusal("moment_without_zone", one, value=str(value)[:40])
    return found


def _day(one: Input, value: Any) -> date:
    """A day, as `YYYY-MM-DD` or of its own type; a moment is none."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as fault:
        raise _refusal("not_day", one, value=str(value)[:40]) from fault


def yuan(one: Input, value: Any) -> Decimal:
    """An amount of money: not negative, at most two decimals; a float is refused because it cannot be told exactly."""
    try:
        amount = Decimal(str(value).replace(",", "").strip()) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0 or amount >= MOST_YUAN:
        raise _refusal("not_yuan", one, value=str(value)[:40])
    if amount != amount.quantize(_CENT):
        raise _refusal("yuan_decimals", one, value=str(value)[:40])
    return amount.quantize(_CENT).normalize() + 0


def _choice(one: Input, value: Any) -> StrEnum:
    options = one.options
    if options is None:
        raise TypeError(f"{one.name}: a choice without a list")
    try:
        return options(value)
    except ValueError as fault:
        allowed = tuple(member.value for member in options)
        raise _refusal("not_in_list", one, value=str(value)[:40], allowed=allowed) from fault


def _list(one: Input, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise _refusal("not_list", one)
    return list(value)


def _choices(one: Input, value: Any) -> frozenset[StrEnum]:
    return frozenset(_choice(one, each) for each in _list(one, value))


def _codes(one: Input, value: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_text(one, each) for each in _list(one, value)))


def _goods(one: Input, value: Any) -> tuple[dict[str, str], ...]:
    rows = []
    for row in _list(one, value):
        if not isinstance(row, Mapping) or set(row) - set(GOODS):
            raise _refusal("not_goods", one, columns=GOODS)
        plain = {name: _text(one, row[name]) for name in GOODS if _filled(row.get(name))}
        if not plain.get("name") or not plain.get("quantity"):
            raise _refusal("goods_unnamed", one)
        rows.append(plain)
    return tuple(rows)


def _amounts(one: Input, value: Any) -> dict[str, Decimal]:
    if not isinstance(value, Mapping):
        raise _refusal("not_amounts", one)
    return {str(name): yuan(one, each) for name, each in value.items() if _filled(each)}


_READERS: Final[Mapping[str, Callable[[Input, Any], Any]]] = {
    "text": _text,
    "words": _text,
    "person": _text,
    "flag": _flag,
    "moment": _moment,
    "day": _day,
    "yuan": yuan,
    "choice": _choice,
    "choices": _choices,
    "codes": _codes,
    "persons": _codes,
    "goods": _goods,
    "amounts": _amounts,
}
