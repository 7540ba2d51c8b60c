"""The law library: statutes and plans that ship with the product, split into articles and read when first asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from policy.errors import Refusal
from policy.profile import Document, freeze

DECISIVE: Final = 4
"""Characters that a quotation has at least: fewer stand in almost any article."""
_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ARTICLE: Final = re.compile(r"^\s*第([一二三四五六七八九十百零〇两]+)条(?:之([一二三四五六七八九十]+))?[\s　]*")
_CHAPTER: Final = re.compile(r"^\s*(?:#+\s*)?(第[一二三四五六七八九十百]+[章节][\s　].*)$")
_HEADS: Final = (
    re.compile(r"^\s*(?:([一二三四五六七八九十]+)、|(附件\s*[:：])|(附件\s*\d*)\s*$)"),
    re.compile(r"^\s*[（(]([一二三四五六七八九十]+)[）)]"),
    re.compile(r"^\s*(\d+)\s*[.．]"),
)
_NUMERALS: Final = "一二三四五六七八九十"
_CLAUSE_LIST: Final = re.compile(r"[,，、;；]\s*")
_RANGE: Final = re.compile(r"^(\d+)[–—-](\d+)$")


@dataclass(frozen=True, slots=True)
class Article:
    """One article or clause: its document, number as cited, the heading above it, and its full text."""

    document: str
    title: str
    number: str
    heading: str
    text: str

    @property
    def label(self) -> str:
        """How a Chinese reader names it: 第四十二条, or the plan's own 二(四)11."""
        return f"第{numeral(int(self.number))}条" if self.number.isdigit() else self.number


@dataclass(frozen=True)
class Library:
    """Documents by code; their texts lie under `root` and are parsed on first use."""

    documents: Mapping[str, Document]
    root: Path

    def with_documents(self, more: Mapping[str, Document]) -> Library:
        """The same library with a county's own documents added."""
        return Library(freeze(dict(self.documents) | dict(more)), self.root)

    def articles(self, code: str) -> tuple[Article, ...]:
        """All articles of `code` in order; `Refusal` when the document is unknown or its text is not at hand."""
        document = self.documents.get(code)
        if document is None:
            raise Refusal("errors_policy.no_article", kind="not_found", document=code, where="")
        if document.text == "not_at_hand" or not (self.root / document.file).is_file():
            raise Refusal("errors_policy.no_text", kind="not_found", title=document.title_zh)
        return _parsed(document, self.root / document.file)

    def article(self, code: str, clause: str) -> Article:
        """The article that `clause` (`42`, `64(1)`, `第十二条`, `二(四)11`) points to; `Refusal` when there is none."""
        found = self._find(self.articles(code), clause)
        if found is None:
            raise Refusal("errors_policy.no_article", kind="not_found", document=code, where=clause)
        return found

    def resolve(self, citation: str) -> list[Article]:
        """Articles of a citation as screens print it: `PL 42–43; JD 二(五)15`; those without a text are left out."""
        return [article for code, clause in split_citation(citation) for article in self._shown(code, clause)]

    @staticmethod
    def too_short(quote: str, least: int = DECISIVE) -> bool:
        """True for a quotation that would be found anywhere and so decides nothing."""
        return len(squeeze(quote)) < least

    def misquoted(self, code: str, clause: str, quote: str) -> bool:
        """True when the text is at hand and the quotation does not stand in that clause, white space aside."""
        try:
            articles = self.articles(code)
        except Refusal:
            return False
        found = self._find(articles, clause)
        return found is None or squeeze(quote) not in squeeze(found.text)

    def _shown(self, code: str, clause: str) -> list[Article]:
        try:
            return [self.article(code, clause)]
        except Refusal:
            return []

    def _find(self, articles: tuple[Article, ...], clause: str) -> Article | None:
        wanted = normal_clause(clause)
        exact = next((a for a in articles if a.number == wanted), None)
        return exact or next((a for a in articles if a.number == re.sub(r"\(.*$", "", wanted)), None)


@cache
def library() -> Library:
    """The library that ships with the product (`policy/laws/index.toml`), read once."""
    root = Path(str(resources.files("policy") / "laws"))
    return Library(freeze(dict(_index(root))), root)


def article(code: str, clause: str) -> Article:
    """The article of a shipped document, as in `article("PL", "42")`; `Refusal` when there is none."""
    return library().article(code, clause)


def split_citation(citation: str) -> list[tuple[str, str]]:
    """`PL 42–43, 85; JD 二(五)15` as (document, clause) pairs, ranges of articles written out."""
    pairs: list[tuple[str, str]] = []
    code = ""
    for part in (p.strip() for p in _CLAUSE_LIST.split(citation) if p.strip()):
        head, _, clause = part.rpartition(" ")
        code = head or code
        pairs += [(code, number) for number in _spread(clause)]
    return pairs


def normal_clause(clause: str) -> str:
    """One spelling for a clause: half-width brackets, no spaces, `第十二条` as `12`, `42条` as `42`."""
    plain = re.sub(r"\s+", "", clause.replace("（", "(").replace("）", ")"))
    found = re.match(r"^第([一二三四五六七八九十百零〇两]+|\d+)条(之[一二三四五六七八九十]+)?", plain)
    if not found:
        return plain
    number = found[1] if found[1].isdigit() else str(number_of(found[1]))
    return number + (f"-{number_of(found[2][1:])}" if found[2] else "")


def number_of(numeral_zh: str) -> int:
    """A Chinese numeral below one thousand as a number: 一百零二 → 102."""
    total, digit = 0, 0
    for char in numeral_zh:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + digit


def numeral(number: int) -> str:
    """A number below one thousand as a Chinese numeral: 42 → 四十二."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    parts = digits[hundreds] + "百" if hundreds else ""
    if tens:
        parts += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        parts += "零"
    return parts + (digits[ones] if ones or not number else "")


def squeeze(text: str) -> str:
    """Text without any white space, for comparing quotations with texts that are laid out differently."""
    return re.sub(r"\s+", "", text)


def _spread(clause: str) -> list[str]:
    found = _RANGE.match(clause)
    return [str(n) for n in range(int(found[1]), int(found[2]) + 1)] if found else [clause]


def _index(root: Path) -> Iterator[tuple[str, Document]]:
    tree: dict[str, Any] = tomllib.loads((root / "index.toml").read_text("utf-8"))
    common = tree.pop("defaults", {})
    for code, table in tree.items():
        yield code, Document(code=code, **{k: freeze(v) for k, v in (common | table).items()})


@cache
def _parsed(document: Document, path: Path) -> tuple[Article, ...]:
    lines = path.read_text("utf-8-sig", errors="replace").splitlines()
    by_article = sum(1 for line in lines if _ARTICLE.match(line)) >= 3
    return tuple(_by_article(document, lines) if by_article else _by_outline(document, lines))


def _by_article(document: Document, lines: list[str]) -> Iterator[Article]:
    heading, number, body = "", "", list[str]()
    for line in lines:
        chapter, start = _CHAPTER.match(line), _ARTICLE.match(line)
        if (chapter or start) and number:
            yield Article(document.code, document.title_zh, number, heading, "\n".join(body).strip())
            number = ""
        if chapter:
            heading = chapter[1].strip()
        elif start:
            number = str(number_of(start[1])) + (f"-{number_of(start[2])}" if start[2] else "")
            body = [line[start.end() :]]
        elif number and line.strip():
            body.append(line.strip())
    if number:
        yield Article(document.code, document.title_zh, number, heading, "\n".join(body).strip())


def _by_outline(document: Document, lines: list[str]) -> Iterator[Article]:
    """Clauses of a plan that numbers 一、（一）1.: each with everything under it."""
    texts: dict[tuple[str, ...], list[str]] = {}
    path: dict[int, str] = {0: "前言"}
    for line in lines:
        path = _next_path(path, line, document.unnumbered)
        marks = tuple(path.values())
        for depth in range(1, len(marks) + 1):
            texts.setdefault(marks[:depth], []).append(line.strip())
    for where, body in texts.items():
        heading = texts[where[:1]][0]
        yield Article(document.code, document.title_zh, "".join(where), heading, "\n".join(filter(None, body)))


def _next_path(path: dict[int, str], line: str, unnumbered: tuple[str, ...]) -> dict[int, str]:
    """Where a line stands, by depth of numbering: {0: 二, 1: (四), 2: 11}; depths may be skipped."""
    if line.strip() in unnumbered:
        return {0: _NUMERALS[unnumbered.index(line.strip())]}
    for depth, pattern in enumerate(_HEADS):
        found = pattern.match(line)
        if found:
            mark = squeeze(next(group for group in found.groups() if group))
            mark = "附件目录" if mark.endswith((":", "：")) else mark
            return {d: m for d, m in path.items() if d < depth} | {depth: f"({mark})" if depth == 1 else mark}
    return path
