"""The item catalogue with its delegations, one row an item; a field that a row describes is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from data.authority import Actor
from data.county import County
from data.db import Record, Tx
from data.importers.faults import Imported
from data.importers.tables import CHINA, Column, Line, a_choice, a_day, a_list, by_code_or_name, doubled, read_table
from data.importers.writing import Batch, Progress, digest_of, take_in
from data.models import Delegation, Item, ItemField, Organ
from policy.vocabulary import ItemKind

EVERY: Final = ("全部", "all")
COLUMNS: Final = (
    Column("item_code", required=True),
    Column("item_name", required=True),
    Column("item_name_en"),
    Column("domain", required=True),
    Column("domain_name"),
    Column("enforcing_body", required=True),
    Column("department"),
    Column("forbids"),
    Column("penalises"),
    Column("keywords", a_list),
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
    batch = Batch("items", file.name, digest_of(file), [], progress=progress)
    batch.lines = read_table(file, COLUMNS, batch.faults)
    batch.faults.extend(doubled(batch.lines, "item_code"))
    return take_in(record, actor, county, batch, _write)


def _write(tx: Tx, batch: Batch) -> None:
    writer = _Writer(tx, batch)
    for done, line in enumerate(batch.lines, start=1):
        writer.take(line)
        batch.step(done)


class _Writer:
    """Puts lines into the session and notes what does not fit the record."""

    def __init__(self, tx: Tx, batch: Batch) -> None:
        self.tx, self.batch, self.place = tx, batch, tx.county.jurisdiction_id
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

    def _organ(self, line: Line, column: str) -> str:
        organ = self.organs.get(line[column])
        if organ is None:
            self.batch.refuse(line, "organ_unknown_here", column, value=line[column])
            return ""
        return str(organ.code)

    def _body(self, line: Line) -> str:
        return self._organ(line, "enforcing_body") if line["enforcing_body"] else ""

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
        facts = {
            "name": line["item_name"],
            "name_en": line["item_name_en"],
            "domain": field.code,
            "enforcing_body": body,
            "department": line["department"],
            "basis": {name: line[name] for name in ("forbids", "penalises") if line[name]},
            "keywords": line["keywords"] or [],
            "published_on": line["published_on"],
        }
        item = self.items.get(line["item_code"])
        if item is None:
            self.batch.created += 1
            item = self.items[line["item_code"]] = Item(jurisdiction_id=self.place, code=line["item_code"], **facts)
            self.tx.session.add(item)
            self.tx.session.flush()
            return item
        different = {name: value for name, value in facts.items() if getattr(item, name) != value}
        for name, value in different.items():
            setattr(item, name, value)
        self.batch.changed += bool(different)
        self.batch.known += not different
        return item

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
