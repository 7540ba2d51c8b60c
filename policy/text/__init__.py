"""One catalogue for every string that a person reads: `zh/<area>.toml` and `en/<area>.toml`, keys equal in both."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Final

LANGUAGES: Final = ("zh", "en")
JOINTS: Final = {"zh": "、", "en": ", "}


@dataclass(frozen=True, slots=True)
class Word:
    """A parameter that is itself a catalogue key (with its own `params`): said in the language of its sentence."""

    key: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter that is a proper name with a form in each language."""

    zh: str
    en: str


def _flatten(prefix: str, node: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        name = f"{prefix}.{key}"
        if isinstance(value, Mapping):
            yield from _flatten(name, value)
        else:
            yield name, str(value)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """All strings of `lang`, keyed `area.key`; raises KeyError for a language that is not shipped."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    entries: dict[str, str] = {}
    for file in sorted((resources.files(__package__) / lang).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            entries.update(_flatten(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8"))))
    return entries


class _Sentence(string.Formatter):
    """`{n} {n:lead|leads}` has the word for one where `n` is one, else the word for many."""

    def format_field(self, value: Any, format_spec: str) -> str:
        one, several, many = format_spec.partition("|")
        return (one if str(value) == "1" else many) if several else super().format_field(value, format_spec)


SENTENCE: Final = _Sentence()


def say(key: str, lang: str = "zh", /, **params: Any) -> str:
    """The string `key` in `lang` with `params` filled in, `Word`s said and tuples joined; a missing key raises KeyError."""
    sentence, told = catalogue(lang)[key], {name: _spoken(value, lang) for name, value in params.items()}
    return SENTENCE.vformat(sentence, (), told) if "|" in sentence else sentence.format_map(told)


def _spoken(value: object, lang: str) -> object:
    if isinstance(value, Word):
        return say(value.key, lang, **value.params)
    if isinstance(value, Name):
        return value.zh if lang == "zh" else value.en
    if isinstance(value, tuple):
        return JOINTS[lang].join(str(_spoken(part, lang)) for part in value)
    return value


def named(name: Name | Word | str | tuple[Name | Word | str, ...], lang: str = "zh") -> str:
    """A name in `lang`, several joined; what people wrote stays as they wrote it."""
    return str(_spoken(name, lang))


def either(zh: str, en: str | None, lang: str = "zh") -> str:
    """Which of the two names of a row is said in `lang`: the Chinese one also where there is no other."""
    return zh if lang == "zh" else en or zh


def has(key: str, lang: str = "zh") -> bool:
    """Whether the catalogue of `lang` holds `key`."""
    return key in catalogue(lang)
