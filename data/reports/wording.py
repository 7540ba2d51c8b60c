"""A report in words: its blocks, one after the other, each sentence from the catalogue; how they are set is report.typ's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from data.county import County
from data.queries.figures import COMPARED
from data.reports import charts
from data.reports.lines import Line, changes
from data.reports.periods import CHARTED
from data.reports.reading import CURVES, HELP, HELP_DAYS, Due, Reading, Restated, Wait
from policy.figures.definitions import definition
from policy.figures.written import change, goal, parts, said
from policy.text import JOINTS, has, named, say
from policy.zone import CHINA

Block = dict[str, Any]
TILES: Final = (("F09", "resolved"), ("F11", "on_time_all"), ("F07", "in_time"), ("F01", "share"))
MOST: Final = {"daily": (5, 3, 5, 6), "weekly": (10, 10, 12, 60), "monthly": (16, 20, 20, 60)}
"""Changes, restated values, kinds of deadline, townships that are shown."""


@dataclass
class Sheets:
    """The blocks of a report and its drawings by name."""

    reading: Reading
    county: County
    lang: str
    drawings: dict[str, str] = field(default_factory=dict)

    def words(self, key: str, /, **params: Any) -> str:
        """The sentence `key` of the catalogue of reports."""
        return say(f"reports.{key}", self.lang, **params)

    def drawn(self, name: str, drawing: str | None, words: str) -> list[Block]:
        """A drawing with what it shows, or that there is nothing to draw."""
        if drawing is None:
            return [{"kind": "caption", "text": words}, {"kind": "note", "text": self.words("nothing_drawn")}]
        self.drawings[f"{name}.svg"] = drawing
        return [{"kind": "caption", "text": words}, {"kind": "image", "path": f"{name}.svg", "words": words}]


def heading(words: str) -> Block:
    """A heading."""
    return {"kind": "heading", "text": words}


def table(heads: Sequence[str], widths: Sequence[float], rows: Iterable[Sequence[Any]], right: Sequence[int] = ()) -> Block:  # fmt: skip
    """A table; columns in `right` hold numbers, a cell may carry a tone."""
    cells = [[one if isinstance(one, Mapping) else toned(str(one)) for one in row] for row in rows]
    return {"kind": "table", "heads": list(heads), "widths": list(widths), "rows": cells, "right": list(right)}


def toned(words: str, tone: str = "", *, whole: bool = False) -> dict[str, Any]:
    """Words with a tone: warn, muted, or none; those that are `whole` stay on one line."""
    return {"text": words, "tone": tone, "whole": whole}


def name_of(line: Line, lang: str) -> str:
    """Id and name of a measure."""
    return _name(line.figure, line.measure, lang)


def _name(figure: str, measure: str, lang: str) -> str:
    known = definition(figure)
    return f"{figure} {known.measure_name(measure, lang) if len(known.measures) > 1 else known.name(lang)}"


def compose(reading: Reading, county: County, lang: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Everything report.typ sets, and the drawings by file name."""
    made = Sheets(reading, county, lang)
    body = [*_tiles(made), *_moved(made), *_targets(made), *_curves(made), *_clocks(made), *_needs(made), *_more(made)]
    place = named(county.words, lang)
    given = {
        "title": made.words(f"title.{reading.period.kind}", county=place),
        "period": _period(made),
        "as_of": made.words(
            "as_of_live" if reading.live else "as_of", at=_minute(reading.as_of), day=reading.period.last
        ),
        "lang": lang,
        "body": body,
        "footer": _sources(made),
        "page": made.words("page"),
    }
    return given, made.drawings


def _minute(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _period(made: Sheets) -> str:
    span = made.reading.period
    return f"{span.last}" if span.kind == "daily" else made.words("from_to", first=span.first, last=span.last)


def _sources(made: Sheets) -> str:
    taken = made.reading.taken
    return made.words(
        "sources", at=_minute(made.reading.as_of), taken=taken or "—", digest=made.county.profile.digest[:12]
    )


# -- figures -------------------------------------------------------------------------------------------------------------


def _line(made: Sheets, figure: str, measure: str) -> Line | None:
    return next((one for one in made.reading.lines if (one.figure, one.measure) == (figure, measure)), None)


def _tiles(made: Sheets) -> list[Block]:
    found = [line for one in TILES if (line := _line(made, *one)) is not None and line.value is not None]
    return [{"kind": "tiles", "tiles": [_tile(made, line) for line in found]}] if found else []


def _tile(made: Sheets, line: Line) -> dict[str, str]:
    value, made_of = line.value, _made_of(line)
    goal_words = say("charts.target", made.lang, value=goal(line.target.value, line.unit, made.lang)) if line.target else ""  # fmt: skip
    below = " · ".join(one for one in (made_of, goal_words, _verdict(made, line)) if one)
    return {
        "name": name_of(line, made.lang),
        "value": said(value, line.unit, made.lang),
        "below": below,
        "tone": "warn" if line.meets is False else "",
    }


def _verdict(made: Sheets, line: Line) -> str:
    if line.meets is None:
        return ""
    return say("charts.met", made.lang) if line.meets else f"▲ {say('charts.missed', made.lang)}"


def _moved(made: Sheets) -> list[Block]:
    """What changed since the period before, beside what was restated."""
    left = [heading(made.words("changed", before=made.reading.period.before)), *_changes(made)]
    right = [heading(made.words("restated")), *_restated(made)]
    return [{"kind": "columns", "widths": [3, 2], "columns": [left, right]}]


def _changes(made: Sheets) -> list[Block]:
    most = MOST[made.reading.period.kind][0]
    pairs = changes(made.reading.lines, made.reading.before, made.reading.small)[:most]
    if not made.reading.before:
        return [{"kind": "note", "text": made.words("no_before", day=made.reading.period.before)}]
    if not pairs:
        return [{"kind": "note", "text": made.words("no_change")}]
    rows = [_change(made, line, old) for line, old in pairs]
    heads = [made.words(f"column.{name}") for name in ("figure", "before", "now", "change")]
    return [table(heads, (3.4, 1.2, 1.2, 1.6), rows, right=(1, 2, 3))]


def _change(made: Sheets, line: Line, old: Line) -> list[Any]:
    was, now = old.value, line.value
    words = change(was, now, line.unit, made.lang)
    crossed = line.meets is not old.meets and line.meets is not None
    note = f"{words} {_verdict(made, line)}" if crossed else words
    return [name_of(line, made.lang), said(was, line.unit, made.lang), said(now, line.unit, made.lang), toned(note, "warn" if crossed and line.meets is False else "")]  # fmt: skip


def _made_of(line: Line) -> str:
    """Numerator and denominator; nothing where there was nothing to divide by."""
    return parts(line.row.numerator, line.row.denominator) if line.row.denominator else ""


def _restated(made: Sheets) -> list[Block]:
    rows = made.reading.restated
    if not rows:
        return [{"kind": "note", "text": made.words("none_restated")}]
    most = MOST[made.reading.period.kind][1]
    lines = [[toned(_restatement(made, one))] for one in rows[:most]]
    more = [{"kind": "note", "text": made.words("more", n=len(rows) - most)}] if len(rows) > most else []
    return [{"kind": "lines", "lines": lines}, *more]


def _restatement(made: Sheets, one: Restated) -> str:
    unit = definition(one.figure).measure(one.measure).unit
    first, now = said(one.first, unit, made.lang), said(one.now, unit, made.lang)
    return made.words("restatement", day=one.day, name=_name(one.figure, one.measure, made.lang), first=first, now=now)


def _targets(made: Sheets) -> list[Block]:
    """Every measure that has a target, those not met first."""
    lines = [line for line in made.reading.lines if line.target is not None]
    lines.sort(key=lambda line: (line.meets is not False, line.figure))
    heads = [made.words(f"column.{name}") for name in ("figure", "now", "made_of", "target", "verdict", "clause")]
    if not lines:
        return [heading(made.words("targets")), {"kind": "note", "text": made.words("no_targets")}]
    return [heading(made.words("targets")), table(heads, (3.6, 1.3, 1.6, 1.9, 1.2, 2.2), [_target(made, line) for line in lines], right=(1, 2))]  # fmt: skip


def _target(made: Sheets, line: Line) -> list[Any]:
    value, made_of, aim = line.value, _made_of(line), line.target
    words = ""
    if aim is not None:
        key = "charts.target_by" if aim.by and not aim.due else "charts.target"
        words = say(key, made.lang, value=goal(aim.value, line.unit, made.lang), day=aim.by)
    verdict = toned(_verdict(made, line) or made.words("not_due"), "warn" if line.meets is False else "")
    now = said(value, line.unit, made.lang)
    if line.restated:
        now = f"{now} ◇"
    return [name_of(line, made.lang), now, made_of, words, verdict, (aim.clause if aim else None) or "—"]


def _curves(made: Sheets) -> list[Block]:
    span = made.reading.period
    first = span.last - timedelta(days=CHARTED[span.kind] - 1)
    wanted = CURVES[:1] if span.kind == "daily" else (CURVES[0], *CURVES[2:])
    drawn = [_curve(made, one, first, span.last) for one in wanted]
    taken = made.drawn("received", charts.received(made.reading.curves[CURVES[1]], first, span.last, made.lang), made.words("chart.leads", n=CHARTED[span.kind]))  # fmt: skip
    pairs = [drawn[0], taken, *drawn[1:]]
    return [_side_by_side(pairs[n : n + 2]) for n in range(0, len(pairs), 2)]


def _curve(made: Sheets, one: tuple[str, str], first: date, last: date) -> list[Block]:
    rows = made.reading.curves[one]
    words = [made.words("chart.by_day", name=_name(*one, made.lang), n=CHARTED[made.reading.period.kind])]
    words += [made.words("chart.dashed")] if any(row["target"] is not None for row in rows) else []
    words += [made.words("chart.diamond")] if any(charts.restated(row) for row in rows) else []
    return made.drawn(one[0], charts.share_by_day(rows, first, last, made.lang), made.words("chart.joint").join(words))


def _side_by_side(blocks: Sequence[list[Block]]) -> Block:
    return {"kind": "columns", "widths": [1] * len(blocks), "columns": list(blocks)}


# -- clocks --------------------------------------------------------------------------------------------------------------


def _clocks(made: Sheets) -> list[Block]:
    """The longest waits beside what ends tomorrow."""
    seen = made.reading
    waits = [heading(made.words("waits", n=f"{seen.overdue:,}")), *_waits(made)]
    due = [heading(made.words("due", day=seen.due_on, n=f"{sum(one.count for one in seen.due):,}")), *_due(made)]
    return [{"kind": "columns", "widths": [9, 5], "columns": [waits, due]}]


def _waits(made: Sheets) -> list[Block]:
    if not made.reading.waits:
        return [{"kind": "note", "text": made.words("no_waits")}]
    heads = [made.words(f"column.{name}") for name in ("matter", "clock", "whose", "over")]
    return [table(heads, (0, 2.2, 3.4, 0), [_wait(made, one) for one in made.reading.waits], right=(3,))]


def _wait(made: Sheets, one: Wait) -> list[Any]:
    days = (made.reading.as_of - one.due_at) / timedelta(days=1)
    over = made.words("days", n=f"{days:,.0f}") if days >= 1 else made.words("hours", n=f"{days * 24:.0f}")
    whose = " · ".join(part for part in (named(one.organ, made.lang), named(one.township, made.lang)) if part)
    return [toned(one.number, whole=True), _key(one.key, made.lang), whose, toned(over, "warn", whole=True)]


def _key(key: str, lang: str) -> str:
    """What a deadline is called, without the word that says it is one."""
    words = say(f"policy.key.{key}", lang) if has(f"policy.key.{key}", lang) else key
    return words.partition("：" if lang == "zh" else ": ")[2] or words


def _due(made: Sheets) -> list[Block]:
    if not made.reading.due:
        return [{"kind": "note", "text": made.words("none_due")}]
    most = MOST[made.reading.period.kind][2]
    lines = [_due_line(made, one) for one in made.reading.due[:most]]
    more = [{"kind": "note", "text": made.words("more", n=len(made.reading.due) - most)}] if len(made.reading.due) > most else []  # fmt: skip
    return [{"kind": "lines", "lines": lines}, *more]


def _due_line(made: Sheets, one: Due) -> list[Block]:
    """A kind of deadline with the first of its matters; a number is never torn."""
    shown = [toned(f"{number} ", whole=True) for number in one.numbers[:2]]
    rest = [toned(made.words("and_more", n=one.count - 2))] if one.count > 2 else []
    return [toned(made.words("due_line", name=_key(one.key, made.lang), n=one.count)), *shown, *rest]


# -- townships -----------------------------------------------------------------------------------------------------------


def _needs(made: Sheets) -> list[Block]:
    seen, most = made.reading, MOST[made.reading.period.kind][3]
    words = [heading(made.words("needs")), {"kind": "note", "text": made.words("needs_said", name=_name(*HELP, made.lang), days=HELP_DAYS)}]  # fmt: skip
    if seen.county_share is None or not seen.needs:
        return [*words, {"kind": "note", "text": made.words("no_needs")}]
    drawing = charts.intervals(seen.needs[:most], seen.county_share, made.lang)
    found = [named(one.name, made.lang) for one in seen.needs if one.helps]
    told = (
        made.words("needing", n=len(found), names=JOINTS[made.lang].join(found))
        if found
        else made.words("nobody_needs")
    )
    return [*words, {"kind": "text", "text": told}, *made.drawn("needs", drawing, made.words("chart.needs", n=min(most, len(seen.needs)), all=len(seen.needs)))]  # fmt: skip


# -- all figures ---------------------------------------------------------------------------------------------------------


def _more(made: Sheets) -> list[Block]:
    """What a longer report adds: every measure, and the headlines by township."""
    if made.reading.period.kind == "daily":
        return []
    lines = made.reading.lines
    wanted = [line for line in lines if line.headline] if made.reading.period.kind == "weekly" else lines
    heads = [made.words(f"column.{name}") for name in ("figure", "now", "made_of", "before", "change")]
    rows = [_row(made, line) for line in wanted]
    found: list[Block] = [heading(made.words("all")), table(heads, (4.4, 1.5, 1.9, 1.5, 1.8), rows, right=(1, 2, 3, 4))]
    return found if made.reading.period.kind == "weekly" else [*found, *_by_township(made)]


def _row(made: Sheets, line: Line) -> list[Any]:
    """A measure against the period before; nothing is held against each other that is money (PL 74) or rests on few cases."""
    old, small = made.reading.before.get(line.key), made.reading.small
    was = old.value if old else None
    plain = old is not None and line.unit != "yuan" and not line.few(small) and not old.few(small)
    words = change(was, line.value, line.unit, made.lang) if plain else ""
    return [name_of(line, made.lang), said(line.value, line.unit, made.lang), _made_of(line), said(was, line.unit, made.lang), words]  # fmt: skip


BY_TOWNSHIP: Final = (("F09", "resolved"), ("F11", "on_time_all"), ("F10", "lead_closure"), ("F03", "certified"), ("F04", "named"), ("F18", "patrolled"))  # fmt: skip


def _by_township(made: Sheets) -> list[Block]:
    seen = [line for one in BY_TOWNSHIP if (line := _line(made, *one)) is not None and line.townships]
    if not seen:
        return []
    heads = [made.words("column.township"), *(name_of(line, made.lang) for line in seen)]
    rows = [
        [made.county.name_of(cell.code, made.lang), *(_group(made, line, cell.code) for line in seen)]
        for cell in made.county.townships
    ]
    right = tuple(range(1, len(heads)))
    return [heading(made.words("by_township")), table(heads, (1.6, *([1.6] * len(seen))), rows, right=right), {"kind": "note", "text": made.words("few_said", n=f"{made.reading.small:g}")}]  # fmt: skip


def _group(made: Sheets, line: Line, code: str) -> Any:
    held = line.townships.get(code)
    if held is None or held.value is None:
        return toned("—", "muted")
    few = line.unit in COMPARED and (held.denominator or 0) < made.reading.small
    return toned(said(held.value, line.unit, made.lang), "muted" if few else "")
