"""An item against the law: articles exist, quotations stand in them, and every number of a fine is the article's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, Final

from policy.errors import Refusal
from policy.items import numerals
from policy.items.model import BASES, STAGES, UNITS, CatalogueItem, Clause, Fine
from policy.items.reading import GRADES, Entry, Place
from policy.library import Article, Library, library, split_citation, squeeze
from policy.vocabulary import PenaltyKind

_POINT: Final = re.compile(r"^[（(][一二三四五六七八九十]+[)）]")
_REFERS: Final = re.compile(r"依照(?:前款|本条|《)|前款|有关规定处罚")
_CORRECTION: Final = {"first": "逾期|拒不|不改正|不补|不还", "with": "责令|限期|改正|恢复|停止|可以拆除"}
_NAMED: Final = 2
"""Characters that the decisive words of an item have at least: it may be the name of a thing."""
_WORDS: Final = {
    PenaltyKind.WARNING: "警告",
    PenaltyKind.CRITICISM: "通报批评|予以通报",
    PenaltyKind.FINE: "罚款",
    PenaltyKind.CONFISCATE_GAINS: "没收[^，；。]*(?:所得|收入|费用)|(?:所得|收入)的，予以没收|有违法所得的，(?:并处)?没收",
    PenaltyKind.CONFISCATE_GOODS: "没收|收缴|追缴",
    PenaltyKind.SUSPEND_PERMIT: "暂停|暂扣",
    PenaltyKind.LOWER_QUALIFICATION: "降低资质",
    PenaltyKind.REVOKE_PERMIT: "吊销",
    PenaltyKind.RESTRICT_OPERATION: "限制生产|限制业务",
    PenaltyKind.ORDER_SUSPENSION: "停业|停产|停工|停止|暂停",
    PenaltyKind.ORDER_CLOSURE: "关闭|取缔",
    PenaltyKind.RESTRICT_EMPLOYMENT: "不得从事|不得担任",
    PenaltyKind.DETENTION: "拘留",
}


def paragraphs(text: str) -> list[str]:
    """Paragraphs (款) of an article, each with its numbered points (项)."""
    found: list[str] = []
    for line in text.split("\n"):
        if found and _POINT.match(line.strip()):
            found[-1] += "\n" + line.strip()
        else:
            found.append(line.strip())
    return found


def check_entries(entries: Iterable[Entry], laws: Library | None = None) -> None:
    """Add to each entry's place what does not agree with the law; duplicate codes and names as well."""
    book = laws or library()
    codes: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for entry in entries:
        item, place = entry.item, entry.place
        _once(codes, item.code, place, "duplicate")
        _once(names, (item.penalises.document, item.name), place, "duplicate_name")
        _check(item, place, book)


def _once(seen: dict[Any, int], key: object, place: Place, fault: str) -> None:
    if key in seen:
        place.fault(fault, earlier=seen[key])
    seen.setdefault(key, place.line)


def _check(item: CatalogueItem, place: Place, book: Library) -> None:
    _quoted(item.forbids, place, book)
    for citation in item.also:
        for document, article in split_citation(citation):
            _text(Clause(document, article, ""), place, book)
    words = _quoted(item.penalises, place, book)
    if words is not None:
        whole = _whole(item, book)
        _kinds(item, whole, place)
        _fines(item, _counting(item, words, book), place)
        _correction(item, whole, place)
    _grades(item, place)
    if not item.keywords:
        place.fault("no_keywords")


def _text(clause: Clause, place: Place, book: Library) -> str | None:
    try:
        return book.article(clause.document, clause.article).text
    except Refusal:
        place.fault("no_article", document=clause.document, article=clause.article)
        return None


def _quoted(clause: Clause, place: Place, book: Library) -> str | None:
    """The paragraph of the clause, or its article; a fault where the article, paragraph or quotation is not there."""
    text = _text(clause, place, book)
    if text is None:
        return None
    parts = paragraphs(text)
    if clause.paragraph is not None:
        if not 1 <= clause.paragraph <= len(parts):
            place.fault("no_paragraph", article=clause.article, paragraph=clause.paragraph, number=len(parts))
            return None
        text = parts[clause.paragraph - 1]
    if book.too_short(clause.quote or "", _NAMED):
        place.fault("quote_short", quote=clause.quote or "—", least=_NAMED)
    elif squeeze(clause.quote) not in squeeze(text):
        place.fault("misquoted", article=clause.citation, quote=clause.quote)
    return text


def _kinds(item: CatalogueItem, words: str, place: Place) -> None:
    if not item.kinds and not item.severe and not item.orders:
        place.fault("no_kind")
    for kind in (*item.kinds, *item.severe):
        pattern = _WORDS.get(kind)
        if pattern and not re.search(pattern, words):
            place.fault("kind_not_in_law", kind=kind.value, article=item.penalises.citation)
    for order in item.orders:
        if order not in words:
            place.fault("misquoted", article=item.penalises.citation, quote=order)
    fined = PenaltyKind.FINE in (*item.kinds, *item.severe)
    if fined != bool(item.fines):
        place.fault("fine_missing" if fined else "fine_without_kind")


def _fines(item: CatalogueItem, article: str, place: Place) -> None:
    known_sums, known_shares = numerals.sums(article), numerals.shares(article)
    for fine in item.fines:
        wrong = [*_strange(fine, known_sums, known_shares)]
        if wrong:
            place.fault("numbers", numbers=", ".join(f"{n:f}" for n in wrong), article=item.penalises.citation)
        for word, pattern in _named(fine):
            if not re.search(pattern, article):
                place.fault("term", term=word, article=item.penalises.citation)
    if item.fines and not _carries(item, item.penalises.quote):
        place.fault("quote_without_numbers", article=item.penalises.citation)


def _whole(item: CatalogueItem, book: Library) -> str:
    """The penalising article with all its paragraphs, and the articles cited as well: kinds and correction may stand there."""
    cited = [pair for citation in item.also for pair in split_citation(citation)]
    found = [article.text for document, number in cited for article in _known(book, document, number)]
    return "\n".join([book.article(item.penalises.document, item.penalises.article).text, *found])


def _known(book: Library, document: str, number: str) -> Iterator[Article]:
    try:
        yield book.article(document, number)
    except Refusal:
        return


def _counting(item: CatalogueItem, words: str, book: Library) -> str:
    """The text whose numbers count: the paragraph, with the whole article where the paragraph refers to another."""
    if item.penalises.paragraph is None or not _REFERS.search(words):
        return words
    return book.article(item.penalises.document, item.penalises.article).text


def _strange(fine: Fine, known_sums: frozenset[object], known_shares: frozenset[object]) -> Iterator[object]:
    if not fine.unstated:
        known = known_shares if fine.base else known_sums
        yield from (n for n in {fine.least, fine.most} if n and n not in known)
    if fine.condition and fine.condition.limit not in known_sums:
        yield fine.condition.limit
    if fine.floor and fine.floor not in known_sums:
        yield fine.floor


def _named(fine: Fine) -> Iterator[tuple[str, str]]:
    """Stage, base, unit and condition of a line with the words the article must use for them."""
    for name, words in ((fine.stage, STAGES), (fine.base, BASES), (fine.unit, UNITS)):
        if name:
            yield name, words[name]
    if fine.condition:
        yield fine.condition.of, BASES[fine.condition.of]


def _carries(item: CatalogueItem, quote: str) -> bool:
    """Whether the quotation names the numbers of at least one line, or leaves them to another provision as the law does."""
    in_sums, in_shares = numerals.sums(quote), numerals.shares(quote)
    if not in_sums and not in_shares:
        return bool(_REFERS.search(quote)) or ("罚" in quote and any(fine.unstated for fine in item.fines))
    return any(not list(_strange(fine, in_sums, in_shares)) for fine in item.fines)


def _correction(item: CatalogueItem, words: str, place: Place) -> None:
    pattern = _CORRECTION.get(item.correction)
    if pattern and not re.search(pattern, words):
        place.fault("correction_not_in_law", value=item.correction, article=item.penalises.citation)


def _grades(item: CatalogueItem, place: Place) -> None:
    for party, grades in item.graded.items():
        whole = next((f for f in item.fines if f.party == party and not f.stage and not f.condition), None)
        if whole is None or len(grades) != len(GRADES):
            place.fault("grades_party", party=party)
        elif not _bounded(grades, whole):
            place.fault("grades_outside", party=party)


def _bounded(grades: tuple[Fine, ...], whole: Fine) -> bool:
    """Whether the grades rise without gap from the lower to the upper limit of the line."""
    same = all((g.base, g.unit) == (whole.base, whole.unit) for g in grades)
    joined = all(a.most == b.least for a, b in pairwise(grades))
    return same and joined and grades[0].least == whole.least and grades[-1].most == whole.most
