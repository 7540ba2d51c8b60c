"""What a document asks for: facts its file must have, and what is told when it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from data.papers.catalogue import PaperKind, asked_words
from data.papers.declared import clean, declared
from policy.errors import Refusal
from policy.text import Name, Word, say

TOLD_LIMIT: Final = 20_000


def check_needs(kind: PaperKind, fields: Mapping[str, Any]) -> None:
    """Refuse a document whose file lacks what it must print; everything that is missing is said."""
    blank = say("papers.blank")
    missing = tuple(_meaning(path) for path in kind.needs if _at(fields, path) in (blank, "", []))
    if missing:
        raise Refusal(
            "errors_papers.needs",
            kind="conflict",
            clause=kind.clause,
            paper=Word(f"papers.kind.{kind.code}"),
            missing=missing,
        )


def _at(fields: Mapping[str, Any], path: str) -> Any:
    group, _, name = path.partition(".")
    return fields[group][name] if name else fields[group]


def _meaning(path: str) -> Name | Word:
    """What is missing, in words: a field by its meaning, a list by what stands on it."""
    group, _, name = path.partition(".")
    if not name:
        return Word(f"papers.lacks.{group}")
    field = declared()[group][name]
    return Name(field.zh, field.en)


def told_for(kind: PaperKind, told: Mapping[str, Any]) -> dict[str, str]:
    """What was said for the document; Refusal for what it does not ask for, and for what is no text."""
    known = {}
    for name, text in told.items():
        pointer = f"/told/{name}"
        if name not in kind.asks:
            paper = Word(f"papers.kind.{kind.code}")
            raise Refusal(
                "errors_papers.told_unknown", pointer=pointer, paper=paper, input=name, allowed=kind.asks or ("—",)
            )
        if not isinstance(text, str):
            raise Refusal("errors_papers.told_not_text", pointer=pointer, input=asked_words(kind, name))
        if len(text) > TOLD_LIMIT:
            raise Refusal(
                "errors_papers.told_long",
                pointer=pointer,
                input=asked_words(kind, name),
                length=len(text),
                limit=TOLD_LIMIT,
            )
        known[name] = clean(text)
    return known
