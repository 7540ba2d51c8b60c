"""Registers of things, line by line: equipment of a township, “one matter” scenarios; a known code is changed, not doubled."""

from __future__ import annotations

from typing import Any, Final

from data.importers.staffing_known import Known
from data.importers.staffing_people import SPAN, required
from data.importers.tables import Column, Line
from data.models import Equipment, Scenario
from policy.readiness import equipment_kinds

EQUIPMENT: Final = (
    Column("of_town", required=True),
    Column("equipment_code", required=True),
    Column("equipment_kind", required=True),
    Column("equipment_name", required=True),
    *SPAN,
)
SCENARIOS: Final = (
    Column("scenario_code", required=True),
    Column("scenario_name", required=True),
    Column("lead_organ", required=True),
    *SPAN,
)


class Things:
    """Rows known by their code; `model` is what they are, `code` the column that names them."""

    def __init__(self, known: Known, model: Any, code: str) -> None:
        """`known` is what the lines are checked against."""
        self.known, self.model, self.code = known, model, code
        self.rows: dict[str, Any] = {row.code: row for row in known.all(model)}

    def keep(self, line: Line, facts: dict[str, Any]) -> None:
        """A new row, or what the line changes of the known one."""
        batch, code = self.known.batch, line[self.code]
        row = self.rows.get(code)
        if row is None:
            self.rows[code] = self.model(jurisdiction_id=self.known.place, code=code, **facts)
            self.known.tx.session.add(self.rows[code])
            self.known.made.append(self.rows[code])
            batch.created += 1
            return
        different = {name: value for name, value in facts.items() if getattr(row, name) != value}
        for name, value in different.items():
            setattr(row, name, value)
        self.known.made.append(row)
        batch.changed += bool(different)
        batch.known += not different


class EquipmentRows:
    """Vehicles, devices and rooms of townships (CL 第二十二条)."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known, self.things = known, Things(known, Equipment, "equipment_code")
        self.kinds = equipment_kinds(known.tx.county.profile, known.today)

    def take(self, line: Line) -> None:
        """One line; a thing does not leave its township by being entered in another."""
        known = self.known
        town, ordered = known.township(line), known.in_order(line)
        kind = known.one_of(line, "equipment_kind", self.kinds, "equipment.devices")
        if town is None or kind is None or not ordered or not known.whole(line, required(EQUIPMENT)):
            return
        held = self.things.rows.get(line["equipment_code"])
        if held is not None and held.township_code != town:
            where = known.tx.county.words_of(held.township_code)
            known.batch.refuse(line, "equipment_elsewhere", "equipment_code", value=held.code, where=where)
            return
        span = {"valid_from": line["from_day"], "valid_to": line["to_day"]}
        self.things.keep(line, {"township_code": town, "kind": kind, "name": line["equipment_name"], **span})


class ScenarioRows:
    """“One matter” scenarios 一件事 in use (YY 三(一))."""

    def __init__(self, known: Known) -> None:
        """`known` is what the lines are checked against."""
        self.known, self.things = known, Things(known, Scenario, "scenario_code")

    def take(self, line: Line) -> None:
        """One line."""
        known = self.known
        organ, ordered = known.organ(line, "lead_organ"), known.in_order(line)
        if organ is None or not ordered or not known.whole(line, required(SCENARIOS)):
            return
        span = {"valid_from": line["from_day"], "valid_to": line["to_day"]}
        self.things.keep(line, {"name": line["scenario_name"], "organ_code": organ.code, **span})
