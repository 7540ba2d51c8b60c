"""One catalogue for every string that a person reads: `zh/<area>.toml` and `en/<area>.toml`, keys equal in both."""

from __future__ import annotations

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


def say(key: str, lang: str = "zh", /, **params: Any) -> str:
    """The string `key` in `lang` with `params` filled in, `Word`s said and tuples joined; a missing key raises KeyError."""
    return catalogue(lang)[key].format_map({name: _spoken(value, lang) for name, value in params.items()})


def _spoken(value: object, lang: str) -> object:
    if isinstance(value, Word):
        return say(value.key, lang, **value.params)
    if isinstance(value, Name):
        return value.zh if lang == "zh" else value.en
    if isinstance(value, tuple):
        return JOINTS[lang].join(str(_spoken(part, lang)) for part in value)
    return value


def named(name: Name | Word | str, lang: str = "zh") -> str:
    """A name in `lang`; what people wrote stays as they wrote it."""
    return str(_spoken(name, lang))


def has(key: str, lang: str = "zh") -> bool:
    """Whether the catalogue of `lang` holds `key`."""
    return key in catalogue(lang)
