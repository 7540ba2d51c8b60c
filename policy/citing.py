"""How a citation is said to people, and where its words are opened: one place for every screen and every answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import quote

from policy.decision import Reason
from policy.library import library, normal_clause, numeral, split_citation
from policy.profile import Document
from policy.text import JOINTS, has, say

_NATION: Final = "中华人民共和国"
_TAIL: Final = re.compile(r"（[^（）]*）$")
_ARTICLES: Final = re.compile(r"^(\d+)(?:-(\d+))?((?:\([^()]*\))*)(\d*)$")
_RANGE: Final = re.compile(r"^(\d+)[–—-](\d+)$")
_PART: Final = re.compile(r"[,，、;；]\s*")
_BETWEEN: Final = {"zh": "；", "en": "; "}


def address(citation: str) -> str:
    """The page that shows what `citation` (a key of the profile, or `PL 42–43`) says."""
    return f"/policy?key={quote(citation)}"


def linked(reason: Reason, lang: str) -> dict[str, Any]:
    """A reason as plain data with the page that shows its clause (`policy`), for answers to programs."""
    page = {"policy": address(reason.clause)} if reason.clause else {}
    return reason.as_dict(lang) | page


def short_title(code: str, lang: str, documents: Mapping[str, Document] | None = None) -> str:
    """What a document is called in a line: 行政处罚法 in Chinese, its code or English title otherwise."""
    if has(f"documents.{code}", lang):
        return say(f"documents.{code}", lang)
    document = _known(code, documents)
    if document is None:
        return code
    if lang != "zh":
        return code if code.isascii() else document.title_en or code
    return _TAIL.sub("", document.title_zh.removeprefix(_NATION))


def full_title(citation: str, lang: str, documents: Mapping[str, Document] | None = None) -> str:
    """The documents of a citation by their full titles, with the citation as it is kept: for the pointer that rests on it."""
    found = (_known(code, documents) for code in dict.fromkeys(code for code, _ in split_citation(citation)))
    titles = [document.title(lang) for document in found if document is not None]
    return " · ".join((*titles, citation))


def spoken(citation: str, lang: str, documents: Mapping[str, Document] | None = None) -> str:
    """A citation in the reader's words: `PL 42–43, 85` is 行政处罚法第四十二条至第四十三条、第八十五条; English keeps the codes.

    What names no known document stays as it was written.
    """
    return _BETWEEN[lang].join(_said(code, clauses, lang, documents) for code, clauses in _by_document(citation))


def clause_words(clause: str, lang: str) -> str:
    """A clause alone: `42` is 第四十二条, `64(1)` 第六十四条（一）, a plan's own 二(四)11 stays with full-width brackets."""
    if lang != "zh":
        return normal_clause(clause) if clause.startswith("第") else clause
    between = _RANGE.match(clause)
    if between:
        return f"{_article(between[1])}至{_article(between[2])}"
    found = _ARTICLES.match(normal_clause(clause))
    if not found:
        return clause.replace("(", "（").replace(")", "）")
    inserted = f"之{numeral(int(found[2]))}" if found[2] else ""
    points = "".join(f"（{_point(part)}）" for part in re.findall(r"\(([^()]*)\)", found[3]))
    return f"{_article(found[1])}{inserted}{points}{found[4]}"


def _article(number: str) -> str:
    return f"第{numeral(int(number))}条"


def _point(mark: str) -> str:
    return numeral(int(mark)) if mark.isdigit() else mark


def _known(code: str, documents: Mapping[str, Document] | None) -> Document | None:
    return (documents or {}).get(code) or library().documents.get(code)


def _by_document(citation: str) -> Iterator[tuple[str, list[str]]]:
    """Clauses of a citation by document, in order, ranges left as they are written."""
    code, clauses = "", list[str]()
    for part in (p.strip() for p in _PART.split(citation) if p.strip()):
        head, _, clause = part.rpartition(" ")
        if head and head != code and clauses:
            yield code, clauses
            clauses = []
        code = head or code
        clauses.append(clause)
    if clauses:
        yield code, clauses


def _said(code: str, clauses: list[str], lang: str, documents: Mapping[str, Document] | None) -> str:
    if not has(f"documents.{code}", lang) and _known(code, documents) is None:
        return f"{code} {JOINTS[lang].join(clauses)}".strip()
    told = JOINTS[lang].join(dict.fromkeys(clause_words(clause, lang) for clause in clauses))
    return short_title(code, lang, documents) + ("" if lang == "zh" and told.startswith("第") else " ") + told
