"""A value of a profile in words: number with unit, list, table, deadline; the same on every page that shows one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from dash import html
from dash.development.base_component import Component

from policy.citing import spoken
from policy.profile import Value
from policy.text import has, named, say

SHARES: Final = ("share", "per_day_share")
HIDDEN: Final = ("code",)


def word_of(code: str, lang: str) -> str:
    """The word for a code of a profile (`codes.<code>`); text that is no code stays as it was written."""
    key = f"codes.{code}"
    return say(key, lang) if has(key, lang) else code


def number_in_words(value: float, unit: str, lang: str) -> str:
    """A number with its unit: shares in percent, counts plain."""
    if unit in SHARES:
        return f"{value * 100:g}%" + (say("policy_page.a_day", lang) if unit == "per_day_share" else "")
    if unit in ("none", "weight"):
        return f"{value:g}"
    return say(f"policy.amount.{unit}", lang, n=f"{value:g}")


def deadline_in_words(value: Mapping[str, Any], lang: str) -> str:
    """A deadline in one sentence: how long, from what to what, which sense, whether its end rolls."""
    amount = number_in_words(value["amount"], value["unit"], lang)
    begin, end = (say(f"policy.event.{value[name]}", lang) for name in ("start", "end"))
    sense = say(f"policy.sense.{value.get('sense', 'latest')}", lang)
    text = say("policy_page.deadline", lang, amount=amount, start=begin, end=end, sense=sense)
    if value.get("rolls"):
        text += say("policy_page.rolls", lang, ground=spoken(value.get("rolls_ground", ""), lang))
    extension = value.get("extension")
    if extension:
        longer = number_in_words(extension["amount"], extension["unit"], lang)
        text += say("policy_page.extension", lang, amount=longer, times=extension["times"])
    return text


def brief(value: Value, lang: str) -> str:
    """A value in one line, for a table."""
    held = value.value
    if value.unit == "deadline":
        return number_in_words(held["amount"], held["unit"], lang)
    if isinstance(held, bool):
        return say("policy_page.yes" if held else "policy_page.no", lang)
    if isinstance(held, int | float):
        return number_in_words(held, value.unit, lang)
    if isinstance(held, str):
        return word_of(held, lang)
    if isinstance(held, Mapping):
        named = _named(held, lang)
        return named[0][1] if len(named) == 1 else say("policy_page.parts", lang, count=len(named))
    return _brief_list(held, lang)


def every_word(held: Any, lang: str) -> Iterator[str]:
    """Whatever a value says, for a search: its texts as they are kept and in words, its numbers as people write them."""
    if isinstance(held, Mapping):
        for part in held.values():
            yield from every_word(part, lang)
    elif isinstance(held, list | tuple):
        for part in held:
            yield from every_word(part, lang)
    elif isinstance(held, str):
        yield from (held, word_of(held, lang))


def _brief_list(held: Sequence[Any], lang: str) -> str:
    names = list(dict.fromkeys(_title(part, lang) for part in held))
    shown = named(tuple(names[:4]), lang)
    return shown if len(names) <= 4 else say("policy_page.and_more", lang, shown=shown, count=len(held))


def _title(part: Any, lang: str) -> str:
    if not isinstance(part, Mapping):
        return word_of(str(part), lang)
    named = dict(_named(part, lang))
    for key in ("name", "organ", "when", "field_zh", "department", "body_zh", "verb"):
        if key in named:
            return named[key]
    return next(iter(named.values()), "")


def _named(record: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Fields of a record in words, without codes, each in `lang` where it is given in both."""
    found: dict[str, str] = {}
    for key, value in record.items():
        stem = key.removesuffix("_zh").removesuffix("_en")
        both = f"{stem}_zh" in record and f"{stem}_en" in record
        if key in HIDDEN or (both and not key.endswith(f"_{lang}")):
            continue
        spoken = stem != key and (both or has(f"codes.field.{stem}", lang))
        found[stem if spoken else key] = _cell(value, lang)
    return list(found.items())


def _cell(value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return say("policy_page.yes" if value else "policy_page.no", lang)
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return named(tuple(word_of(str(part), lang) for part in value), lang)
    return word_of(str(value), lang)


def _label(field: str, lang: str) -> str:
    return say(f"codes.field.{field}", lang) if has(f"codes.field.{field}", lang) else field


def _table(records: Sequence[Mapping[str, Any]], lang: str) -> Component:
    rows = [dict(_named(record, lang)) for record in records]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    head = html.Thead(html.Tr([html.Th(_label(column, lang)) for column in columns]))
    body = [html.Tr([html.Td(row.get(column, "")) for column in columns]) for row in rows]
    return html.Div(html.Table([head, html.Tbody(body)]), className="policy-scroll")


def full(value: Value, lang: str) -> Component:
    """A value in full: a sentence, a list or a table."""
    held = value.value
    if value.unit == "deadline":
        return html.P(deadline_in_words(held, lang), className="policy-figure")
    if isinstance(held, Mapping):
        rows = [html.Tr([html.Th(_label(name, lang)), html.Td(told)]) for name, told in _named(held, lang)]
        return html.Table(html.Tbody(rows))
    if isinstance(held, list | tuple):
        if held and isinstance(held[0], Mapping):
            return _table(held, lang)
        return html.Ul([html.Li(word_of(str(part), lang)) for part in held])
    return html.P(brief(value, lang), className="policy-figure")
