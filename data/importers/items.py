"""The item catalogue with its delegations, one row an item; a field that a row describes is made.

A row names the articles in words, or it fills the columns of the catalogue (policy/items): then it is judged by the law.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers.catalogue import CATALOGUE, judged
from data.importers.faults import Fault, Imported, ImportRefused
from data.importers.tables import Column, Line, a_choice, a_day, a_list, by_code_or_name, doubled, read_table
from data.importers.writing import Batch, Progress, digest_of, take_in
from data.models import Delegation, Item, ItemField, Organ
from policy.items import CatalogueItem, basis
from policy.profile_file import ProfileFault
from policy.vocabulary import ItemKind
from policy.zone import CHINA

EVERY: Final = ("全部", "all")
COLUMNS: Final = (
    Column("item_code", required=True, also=("items.column.code",)),
    Column("item_name", required=True, also=("items.column.name",)),
    Column("item_name_en", also=("items.column.name_en",)),
    Column("domain", required=True, also=("items.column.domain",)),
    Column("domain_name"),
    Column("enforcing_body"),
    Column("department"),
    Column("forbids"),
    Column("penalises"),
    *CATALOGUE,
    Column("keywords", a_list, also=("items.column.keywords",)),
    Column("published_on", a_day),
    Column("townships", a_list),
    a_choice("item_kind", ItemKind),
    Column("entrusting_organ"),
    Column("clause"),
    Column("valid_from", a_day),
    Column("valid_to", a_day),
)


def import_items(
    record: Record, actor: Actor, county: County, file: Path, *, progress: Progress | None = None
) -> Imported:
    """Take in items; a known code is changed, not doubled. Raises ImportRefused with every fault."""
    batch, judgement = read_items(file)
    batch.progress = progress

    def write(tx: Tx, batch: Batch) -> None:
        writer = _Writer(tx, batch, judgement)
        for done, line in enumerate(batch.lines, start=1):
            writer.take(line)
            batch.step(done)

    return take_in(record, actor, county, batch, write)


def read_items(file: Path) -> tuple[Batch, dict[int, CatalogueItem]]:
    """A file of items with the faults that show without a county, and its items of law by the number of their row."""
    batch = Batch("items", file.name, digest_of(file), [])
    batch.lines = read_table(file, COLUMNS, batch.faults)
    found, faults, rows = judged(file.name, batch.lines)
    twice = (f for f in doubled(batch.lines, "item_code") if not {f.row, f.params["first"]} <= rows)  # told by the law
    batch.faults += [*faults, *twice]
    return batch, found


def check_sheet(file: Path) -> list[ProfileFault]:
    """Faults of a file of items that show without a county, each with its row."""
    try:
        faults: Sequence[Fault] = read_items(file)[0].faults
    except ImportRefused as refused:
        faults = refused.faults
    return [
        ProfileFault(str(file), fault.row or 1, fault.column, fault.sentence("zh"), fault.sentence("en"))
        for fault in sorted(faults, key=lambda fault: fault.row)
    ]


class _Writer:
    """Puts lines into the session and notes what does not fit the record."""

    def __init__(self, tx: Tx, batch: Batch, judgement: dict[int, CatalogueItem]) -> None:
        self.tx, self.batch, self.place = tx, batch, tx.county.jurisdiction_id
        self.judgement = judgement
        self.organs = by_code_or_name(self._all(Organ))
        self.fields = by_code_or_name(self._all(ItemField))
        self.items: dict[str, Item] = {item.code: item for item in self._all(Item)}
        self.townships = by_code_or_name(tx.county.townships)

    def _all(self, model: Any) -> list[Any]:
        return list(self.tx.session.scalars(select(model).where(model.jurisdiction_id == self.place)))

    def take(self, line: Line) -> None:
        """One item with its delegations."""
        before = len(self.batch.faults)
        self._check(line)
        body, townships = self._body(line), self._townships(line)
        if len(self.batch.faults) > before or any(line[c.key] is None for c in COLUMNS if c.required):
            return
        field = self._field(line, body)
        if field is not None:
            self._delegate(line, self._item(line, field, body), townships)

    def _check(self, line: Line) -> None:
        if line["townships"] and not line["item_kind"]:
            self.batch.refuse(line, "item_kind_missing", "item_kind")
        if line["item_kind"] == ItemKind.ENTRUSTED and not line["entrusting_organ"]:
            self.batch.refuse(line, "entrusting_organ_missing", "entrusting_organ")
        if line["valid_from"] and line["valid_to"] and line["valid_to"] < line["valid_from"]:
            self.batch.refuse(line, "ends_before_it_begins", "valid_to", begin=line["valid_from"], end=line["valid_to"])
        law = self.judgement.get(line.number)
        if law is not None and not law.holds_in(self.tx.county.profile.chain):
            where = law.province or ", ".join(law.except_province)
            self.batch.refuse(line, "item_elsewhere", "province", value=where, county=self.tx.county.name)

    def _organ(self, line: Line, column: str) -> str:
        organ = self.organs.get(line[column])
        if organ is None:
            self.batch.refuse(line, "organ_unknown_here", column, value=line[column])
            return ""
        return str(organ.code)

    def _body(self, line: Line) -> str:
        """The organ named, else the one that enforces the field."""
        if line["enforcing_body"]:
            return self._organ(line, "enforcing_body")
        field = self.fields.get(line["domain"])
        if field is None and line["domain"]:
            self.batch.refuse(line, "enforcing_body_missing", "enforcing_body", domain=line["domain"])
        return str(field.enforcing_body) if field else ""

    def _townships(self, line: Line) -> list[str]:
        words = line["townships"] or []
        if any(word.lower() in EVERY for word in words):
            return [cell.code for cell in self.tx.county.townships]
        for word in words:
            if word not in self.townships:
                self.batch.refuse(line, "township_unknown", "townships", value=word, county=self.tx.county.name)
        return [self.townships[word].code for word in words if word in self.townships]

    def _field(self, line: Line, body: str) -> ItemField | None:
        found: ItemField | None = self.fields.get(line["domain"])
        if found is not None:
            return found
        if line["domain_name"] is None:
            self.batch.refuse(line, "domain_unknown", "domain", value=line["domain"])
            return None
        count = sum(one["domain"] == line["domain"] for one in self.batch.lines)
        made = ItemField(
            jurisdiction_id=self.place,
            code=line["domain"],
            name=line["domain_name"],
            enforcing_body=body,
            department=line["department"] or line["domain_name"],
            item_count=count,
            clause=line["clause"] or "",
        )
        self.tx.session.add(made)
        self.fields[made.code] = made
        return made

    def _item(self, line: Line, field: ItemField, body: str) -> Item:
        law = self.judgement.get(line.number)
        named = {name: line[name] for name in ("forbids", "penalises") if line[name]}
        kept = self.items.get(line["item_code"])
        facts = {
            "name": line["item_name"],
            "name_en": line["item_name_en"],
            "domain": field.code,
            "enforcing_body": body,
            "department": line["department"],
            "basis": basis(law) if law else named or (kept.basis if kept else {}),
            "keywords": line["keywords"] or (kept.keywords if kept else []),
            "published_on": line["published_on"],
        }
        if kept is None:
            self.batch.created += 1
            item = self.items[line["item_code"]] = Item(jurisdiction_id=self.place, code=line["item_code"], **facts)
            self.tx.session.add(item)
            self.tx.session.flush()
            return item
        different = {name: value for name, value in facts.items() if getattr(kept, name) != value}
        for name, value in different.items():
            setattr(kept, name, value)
        self.batch.changed += bool(different)
        self.batch.known += not different
        return kept

    def _delegate(self, line: Line, item: Item, townships: list[str]) -> None:
        """Delegations of the line; one that is already there from the same day is left as it is."""
        if not townships:
            return
        since = line["valid_from"] or self.tx.now.astimezone(CHINA).date()
        entrusting = self._organ(line, "entrusting_organ") if line["entrusting_organ"] else None
        kept = select(Delegation).where(Delegation.item_id == item.id)
        known = {(d.township_code, d.kind) for d in self.tx.session.scalars(kept) if d.valid_to is None}
        for township in townships:
            if (township, line["item_kind"]) not in known:
                self.tx.session.add(
                    Delegation(
                        jurisdiction_id=self.place,
                        item_id=item.id,
                        township_code=township,
                        kind=line["item_kind"],
                        entrusting_organ=entrusting,
                        clause=line["clause"],
                        valid_from=since,
                        valid_to=line["valid_to"],
                    )
                )
