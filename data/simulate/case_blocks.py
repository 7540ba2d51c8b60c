"""Numbers teams take out in invented blocks: a book of forms at a time, spoilt ones registered void when it goes back (PL 52)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from data.casework.spot_numbers import CLAUSE, ON_THE_SPOT
from data.simulate.catalogue import pools
from data.simulate.chance import chance

if TYPE_CHECKING:
    from data.simulate.case_docket import Docket
    from data.simulate.case_file import CaseFile
    from data.simulate.squads import Squad

Row = dict[str, Any]
_TEMPLATE: Final = "decision_on_the_spot"


@dataclass
class Book:
    """A block a team holds, with what was handed over of it and what comes next."""

    row: Row
    squad: Squad
    following: int
    used: list[int] = field(default_factory=list)


class Blocks:
    """Every team's numbers for decisions on the spot; some teams hold none and draw each one at the desk."""

    def __init__(self, docket: Docket) -> None:
        self.docket = docket
        self.rng = chance(docket.desk.ground.seed, docket.county.code, "blocks")
        self.shares: Row = pools()["cases"]
        self._books: dict[tuple[str, str], Book] = {}
        self._without: dict[str, bool] = {}

    def number(self, case: CaseFile) -> str:
        """The number of the paper that is handed over now."""
        organ, year = case.row["in_name_of"], self.docket.today().year
        if self._holds_none(case.squad):
            return _printed(*self.docket.serial(organ, ON_THE_SPOT))
        book = self._open(case.squad, organ, year)
        while self.rng.random() < self.shares["form_spoilt"] and book.following < book.row["last"]:
            book.following += 1
        book.used.append(book.following)
        book.following += 1
        return _printed(year, book.used[-1])

    def _holds_none(self, squad: Squad) -> bool:
        if squad.code not in self._without:
            self._without[squad.code] = self.rng.random() < self.shares["without_block"]
        return self._without[squad.code]

    def _open(self, squad: Squad, organ: str, year: int) -> Book:
        book = self._books.get((squad.code, organ))
        if book is not None and book.row["year"] == year and book.following <= book.row["last"]:
            return book
        if book is not None:
            self._return(book)
        self._books[squad.code, organ] = taken = self._reserve(squad, organ)
        return taken

    def _reserve(self, squad: Squad, organ: str) -> Book:
        size: int = self.shares["block"]
        year, last = self.docket.serial(organ, ON_THE_SPOT, size)
        row = self.docket.add(
            "number_block", organ_code=organ, word=ON_THE_SPOT, year=year, first=last - size + 1, last=last,
            team_id=squad.id, reserved_at=self.docket.desk.now, closed_at=None, version=1,
        )  # fmt: skip
        self._tell(squad, "reserve_block", row, {})
        return Book(row, squad, row["first"])

    def _return(self, book: Book) -> None:
        """What was not used of it is void, with its reason."""
        row, now = book.row, self.docket.desk.now
        unused = [serial for serial in range(row["first"], row["last"] + 1) if serial not in book.used]
        why = pools()["case_words"]["form_spoilt" if book.following > row["last"] else "block_over"][0]
        for serial in unused:
            self._void(book, serial, why)
        row |= {"closed_at": now, "version": 2}
        self._tell(book.squad, "return_block", row, {"used": sorted(book.used), "void": len(unused)})

    def _void(self, book: Book, serial: int, reason: str) -> None:
        row = book.row
        self.docket.add(
            "paper", matter_kind="team", matter_id=book.squad.id, matter_number=book.squad.code, template=_TEMPLATE,
            organ_code=row["organ_code"], word=row["word"], year=row["year"], serial=serial,
            number=_printed(row["year"], serial), made_at=self.docket.desk.now, account_id=None, sha256=None,
            void_reason=reason, block_id=row["id"], replaces_id=None,
        )  # fmt: skip

    def _tell(self, squad: Squad, verb: str, row: Row, more: Row) -> None:
        facts = {"block": str(row["id"]), "organ": row["organ_code"], "series": row["word"]}
        facts |= {name: row[name] for name in ("year", "first", "last")}
        team: Row = {"id": squad.id, "number": squad.code, "status": None}
        self.docket.tell("team", team, verb, self.docket.cast.captain(squad, ()), None, facts | more, CLAUSE)


def _printed(year: int, serial: int) -> str:
    return f"{ON_THE_SPOT}〔{year}〕{serial}号"
