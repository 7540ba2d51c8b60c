"""What the words of a lead suggest: a domain and item, and the place an address names. Proposed with reasons, never applied."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import Any, Final, Literal

from policy.decision import Reason, for_


@dataclass(frozen=True, slots=True)
class Topic:
    """A domain, or an item of it, and the words by which people describe it."""

    domain: str
    domain_name: str
    keywords: tuple[str, ...]
    item_code: str | None = None
    item_name: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A domain and perhaps an item, how strongly the text speaks for it (0–1), and the words that do."""

    domain: str
    item_code: str | None
    score: float
    keywords: tuple[str, ...]
    reason: Reason

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for page and API."""
        return {
            "domain": self.domain,
            "item_code": self.item_code,
            "score": round(self.score, 4),
            "keywords": list(self.keywords),
            "reason": self.reason.as_dict(lang),
        }


def plain(text: str) -> str:
    """Text for comparison: full-width forms folded, lower case, without spaces and punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


class Lexicon:
    """All topics with their keywords; build it once, ask it for every lead."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics: Final = tuple(topics)
        self._words: Final = [
            {folded: word for word in topic.keywords if (folded := plain(word))} for topic in self.topics
        ]
        self._spread: Final = Counter(folded for words in self._words for folded in words)

    def suggest(self, text: str, limit: int = 3) -> tuple[Suggestion, ...]:
        """The `limit` best topics for `text`, best first; empty when no keyword occurs.

        A long keyword says more than a short one, and one that many topics share says less.
        """
        folded = plain(text)
        present = {word for word in self._spread if word in folded}
        weighed = [(self._weigh(words, present), n) for n, words in enumerate(self._words)]
        best = sorted(((w, n) for w, n in weighed if w > 0), key=lambda pair: (-pair[0], pair[1]))
        total = sum(w for w, _ in best)
        return tuple(self._suggestion(n, w / total, folded, present) for w, n in best[:limit])

    def _weigh(self, words: dict[str, str], present: set[str]) -> float:
        return sum(len(word) / self._spread[word] for word in words if word in present)

    def _suggestion(self, n: int, score: float, folded: str, present: set[str]) -> Suggestion:
        topic, words = self.topics[n], self._words[n]
        found = tuple(words[w] for w in sorted((w for w in words if w in present), key=lambda w: (folded.index(w), w)))
        named = topic.item_name or topic.domain_name
        reason = for_("reasons.keywords", words="、".join(found), topic=named)
        return Suggestion(topic.domain, topic.item_code, score, found, reason)


PlaceKind = Literal["township", "village"]

_ENDINGS: Final = ("社区", "街道", "村", "镇", "乡")
"""Endings that people leave out."""

_OFFICE: Final = re.compile(r"(?<=村)村?(委会|民委员会|民委会)$|(居民委员会|居委会|人民政府|办事处)$")
"""The office in the printed name of a village or township, which is no part of the name that people use."""

_OTHERS: Final = {
    "township": re.compile(r"村|社区|路|街(?!道)"),
    "village": re.compile(r"区|县|市|镇|乡|街道"),
}
"""What, right behind a bare stem, makes it the name of something else: 金东区 is not 金东社区, 曹宅镇 not 曹宅村."""

_LOOSE: Final = 0.66
"""Least likeness at which a differing name still counts as a typing error: one character of three."""


@dataclass(frozen=True)
class Place:
    """A township or village with the code of its cell, its township, and other names it goes by."""

    code: str
    name: str
    kind: PlaceKind
    township_code: str
    aliases: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name and aliases, folded for comparison."""
        return tuple(dict.fromkeys(plain(name) for name in (self.name, *self.aliases) if plain(name)))

    @cached_property
    def spoken(self) -> tuple[str, ...]:
        """Names as people say them: `王坦社区` for `王坦社区居委会`, `后溪村` for `后溪村委会`."""
        said = (_OFFICE.sub("", name) for name in self.names)
        return tuple(dict.fromkeys(name for name in said if len(name) >= 3))

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """Names without office and ending (`王坦社区`, `王坦`); one character alone is no name."""
        cut = (part for name in self.names for said in (_OFFICE.sub("", name),) for part in (said, _stem(said)))
        return tuple(dict.fromkeys(part for part in cut if len(part) >= 2 and part not in self.names))


def _stem(name: str) -> str:
    ending = next((end for end in _ENDINGS if name.endswith(end)), "")
    return name.removesuffix(ending)


@dataclass(frozen=True, slots=True)
class PlaceMatch:
    """A place the address may mean, how likely (0–1), and by what."""

    place: Place
    score: float
    reason: Reason

    def as_dict(self, lang: str = "zh") -> dict[str, Any]:
        """Plain mapping for page and API."""
        return {
            "code": self.place.code,
            "name": self.place.name,
            "kind": self.place.kind,
            "township_code": self.place.township_code,
            "score": round(self.score, 4),
            "reason": self.reason.as_dict(lang),
        }


def match_address(address: str, places: Sequence[Place], limit: int = 5) -> tuple[PlaceMatch, ...]:
    """Places that `address` may name, best first; a village gains by its township's name and loses by another's."""
    folded = plain(address)
    found = [match for place in places if (match := _match(folded, place)) is not None]
    sure = [str(m.reason.params["said"]) for m in found if m.reason.code != _TYPO]
    found = [m for m in found if m.reason.code != _TYPO or not _explained(str(m.reason.params["said"]), sure)]
    if all(m.place.kind == "township" for m in found):
        found += _short(folded, sure, places)
    towns = {m.place.code: m.score for m in found if m.place.kind == "township"}
    weighed = [PlaceMatch(m.place, _in_context(m, towns), m.reason) for m in found]
    weighed.sort(key=lambda m: (-m.score, m.place.code))
    return tuple(weighed[:limit])


_TYPO: Final = "reasons.place_typo"
SHORT: Final = "reasons.place_short"
"""The reason of a guess at a name of two characters: one of several, to be chosen and never taken by itself."""


def _explained(said: str, sure: Sequence[str]) -> bool:
    """Words that name one place exactly are no misspelling of another."""
    return any(name in said or said in name for name in sure)


def _match(folded: str, place: Place) -> PlaceMatch | None:
    """The best way in which the name of `place` occurs in the folded address, None when it does not."""
    best = max(_ways(folded, place), key=lambda way: way[0], default=None)
    if best is None:
        return None
    score, code, said = best
    return PlaceMatch(place, score, for_(f"reasons.{code}", name=place.name, said=said))


def _ways(folded: str, place: Place) -> Iterator[tuple[float, str, str]]:
    for n, name in enumerate(place.names):
        if name in folded:
            yield (0.9, "place_alias", name) if n else (0.95, "place_name", name)
    for stem in place.stems:
        if _bare(folded, stem, place.kind):
            yield 0.8 + 0.01 * min(10, len(stem)), "place_stem", stem
    for name in place.spoken:
        likeness, said = _nearly(folded, name)
        if likeness >= _LOOSE and not any(stem in said for stem in place.stems):
            yield 0.75 * likeness, "place_typo", said


def _short(folded: str, sure: Sequence[str], places: Sequence[Place]) -> Iterator[PlaceMatch]:
    """Villages of two characters, one of them wrong, where the address says nothing else: `四寸` may be `四村`."""
    said = re.sub("|".join(map(re.escape, sorted(sure, key=len, reverse=True))), "", folded) if sure else folded
    if len(said) != 2:
        return
    for place in places:
        if place.kind == "village" and any(_one_wrong(said, name) for name in (*place.names, *place.stems)):
            yield PlaceMatch(place, 0.75 * 0.5, for_(SHORT, name=place.name, said=said))


def _one_wrong(said: str, name: str) -> bool:
    """Whether two characters differ in one; an ending alone that agrees says nothing."""
    same = [one for one, other in zip(said, name, strict=False) if one == other]
    return len(name) == 2 and len(same) == 1 and same[0] not in _ENDINGS


def _bare(folded: str, stem: str, kind: PlaceKind) -> bool:
    """Whether the stem occurs somewhere without belonging to another name."""
    ends = (found.end() for found in re.finditer(re.escape(stem), folded))
    return any(stem.endswith(_ENDINGS) or not _OTHERS[kind].match(folded, end) for end in ends)


def _nearly(folded: str, name: str) -> tuple[float, str]:
    """The part of the address most like `name`, with the same last character, and how like it is."""
    if sum(char in folded for char in set(name)) < len(set(name)) - 1:
        return 0.0, ""
    matcher = SequenceMatcher(None, "", name, autojunk=False)
    best = (0.0, "")
    for size in (len(name), len(name) - 1):
        for start in range(len(folded) - size + 1):
            part = folded[start : start + size]
            if len(part) >= 3 and part[-1] == name[-1]:
                matcher.set_seq1(part)
                best = max(best, (matcher.ratio(), part))
    return best


def _in_context(match: PlaceMatch, towns: dict[str, float]) -> float:
    """A village beside its own township's name comes before the township, beside another's far behind."""
    if match.place.kind == "township" or not towns:
        return match.score
    own = towns.get(match.place.township_code)
    if own is None:
        return match.score * (1 - 0.6 * max(towns.values()))
    return match.score + 0.2 * own if match.reason.code in (_TYPO, SHORT) else 0.9 + 0.1 * match.score
