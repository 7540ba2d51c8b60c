"""The report on a drill as .docx and .xlsx: times from alarm to step, who did what, what was missed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as Paper

from data.drill.reporting import DrillReport, InjectReport
from data.papers.mark import marked
from data.sheets import neutral
from policy.drill import Outcome, counts
from policy.text import has, say
from policy.vocabulary_patrol import InjectStatus
from policy.zone import CHINA

Rows = list[list[Any]]


def _when(at: datetime | None) -> str:
    return at.astimezone(CHINA).strftime("%m-%d %H:%M:%S") if at else "—"


def _span(seconds: int | None) -> str:
    return "—" if seconds is None else f"{seconds // 60}:{seconds % 60:02d}"


def inject_rows(report: DrillReport, lang: str) -> Rows:
    """One row an inject."""
    return [
        [
            one.place, one.minute, say(f"vocabulary.inject_kind.{one.kind}", lang), one.words,
            say(f"vocabulary.inject_status.{one.status}", lang), _when(one.given_at), one.lead or "—", _why(one, lang),
        ]
        for one in report.injects
    ]  # fmt: skip


def _why(one: InjectReport, lang: str) -> str:
    """Why an inject was left out: as the control said, else because the drill was over first."""
    over = say("drill.report.not_given", lang) if one.status == InjectStatus.SKIPPED else ""
    return one.reason or over


def outcome_rows(report: DrillReport, lang: str) -> Rows:
    """One row an expected step of an alarm."""
    return [_outcome(one, outcome, lang) for one in report.injects for outcome in one.outcomes]


def _outcome(one: InjectReport, outcome: Outcome, lang: str) -> list[Any]:
    organs = "、".join(say(f"vocabulary.organ_kind.{kind}", lang) for kind in outcome.expectation.organs)
    step = say(f"vocabulary.expected.{outcome.expectation.step.value}", lang)
    named = f"{step} ({organs})" if organs else step
    found = say(f"vocabulary.found.{outcome.found.value}", lang)
    return [one.place, one.lead, named, _when(outcome.begun), _when(outcome.done), _span(outcome.seconds), _when(outcome.due), found]  # fmt: skip


def deed_rows(report: DrillReport, lang: str) -> Rows:
    """One row a step somebody took."""
    return [
        [_when(one.at), one.who, one.organ, _role(one.role, lang), one.number, _verb(one.matter, one.verb, lang)]
        for one in report.deeds
    ]  # fmt: skip


def _role(role: str, lang: str) -> str:
    """A role in words; a step anybody may take, like logging in, has none."""
    key = f"vocabulary.role.{role}"
    return say(key, lang) if has(key, lang) else "—"


def _verb(matter: str, verb: str, lang: str) -> str:
    for key in (f"verbs.{matter}.{verb}", f"vocabulary.verb.{verb}", f"supervision_page.event.{verb}"):
        if has(key, lang):
            return say(key, lang)
    return verb


def about_rows(report: DrillReport, name: str, lang: str) -> Rows:
    """What the drill was, and how its steps came out."""
    found = counts(report.outcomes)
    facts = {
        "number": report.number, "scenario": name, "county": report.county, "cell": report.cell,
        "started": _when(report.started_at), "stopped": _when(report.stopped_at),
        "length": _span(int((report.stopped_at - report.started_at).total_seconds())),
    }  # fmt: skip
    told: Rows = [[say(f"drill.report.{key}", lang), value] for key, value in facts.items()]
    return told + [[say(f"vocabulary.found.{key}", lang), n] for key, n in found.items()]


HEADS = {
    "injects": ("place", "minute", "kind", "words", "status", "given", "lead", "reason"),
    "outcomes": ("place", "lead", "step", "alarm", "done", "span", "due", "found"),
    "deeds": ("at", "who", "organ", "role", "matter", "verb"),
}


def _parts(report: DrillReport, lang: str) -> dict[str, Rows]:
    made = {"outcomes": outcome_rows, "injects": inject_rows, "deeds": deed_rows}
    return {name: make(report, lang) for name, make in made.items()}


def docx_of(report: DrillReport, name: str, lang: str) -> bytes:
    """The report for people; the mark of a drill goes across every page."""
    paper, target = Document(), io.BytesIO()
    paper.core_properties.title = say("drill.report.title", lang, number=report.number)
    paper.add_heading(say("drill.report.title", lang, number=report.number), level=1)
    _table(paper, [], about_rows(report, name, lang))
    for part, rows in _parts(report, lang).items():
        paper.add_heading(say(f"drill.report.{part}", lang), level=2)
        if rows:
            _table(paper, [say(f"drill.column.{head}", lang) for head in HEADS[part]], rows)
        else:
            paper.add_paragraph(say("drill.report.none", lang))
    paper.save(target)
    return marked(target.getvalue(), say("drill.watermark", lang))


def _table(paper: Paper, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    shown = [list(heads), *rows] if heads else list(rows)
    table = paper.add_table(rows=0, cols=len(shown[0]))
    table.style = "Table Grid"
    for row in shown:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = "" if value is None else str(value)


def xlsx_of(report: DrillReport, name: str, lang: str) -> bytes:
    """The same rows for counting; every sheet begins with the mark of a drill."""
    from openpyxl import Workbook

    book, target = Workbook(write_only=True), io.BytesIO()
    sheets: dict[str, tuple[list[str], Rows]] = {"about": ([], about_rows(report, name, lang))}
    sheets |= {
        part: ([say(f"drill.column.{head}", lang) for head in HEADS[part]], rows)
        for part, rows in _parts(report, lang).items()
    }
    for part, (heads, rows) in sheets.items():
        sheet = book.create_sheet(say(f"drill.report.{part}", lang))
        for row in ([say("drill.watermark", lang)], heads, *rows):
            sheet.append([neutral(value) for value in row])
    book.save(target)
    return target.getvalue()
