"""Left side of the console: the queue, its filters, its counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast, get_args

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.components.clause import due_key, to_value
from dashboard.components.console_batch import build_button
from dashboard.components.console_parts import URGENCY_SYMBOLS, act, clock, kbd, ms
from dashboard.components.symbols import symbol
from dashboard.context import lang, t
from data.county import County
from data.queries.console import PILES, WAITING, Filters, Only, Pile, Queue, QueueRow
from policy.vocabulary import LeadSource, Urgency, options
from policy.zone import CHINA

FILTERS: Final = ("pile", "urgency", "source", "township", "domain", "only")


def filters_from(given: Mapping[str, Any] | None) -> Filters:
    """Filters out of the address bar or the page's store; what is not known is left out."""
    told = {name: str((given or {}).get(name) or "") for name in FILTERS}
    return Filters(
        pile=_pile(told["pile"]),
        urgency=told["urgency"] if told["urgency"] in set(Urgency) else "",
        source=told["source"] if told["source"] in set(LeadSource) else "",
        township=told["township"],
        domain=told["domain"],
        only=cast(Only, told["only"] if told["only"] in get_args(Only) else ""),
    )


def _pile(name: str) -> Pile:
    return next((pile for pile in PILES if pile == name), "waiting")


def row_title(row: QueueRow) -> str:
    """What a lead is called in lists: its own words, which say more than the name of its item."""
    return row.summary


def _meta(row: QueueRow, now: datetime) -> list[Any]:
    """Number first: whatever is cut at the end of the line, a lead can be named on the telephone."""
    place = row.place or t("console.unlocated_short")
    parts: list[Any] = [html.Span(row.number[-4:], className="num"), " · "]
    parts.append(html.B(place, className="" if row.located else "warn"))
    if row.duplicates:
        same = html.Span(t("console.maybe_same", number=row.duplicates[0][-4:]), className="warn")
        parts += [" · ", same]
    parts += [f" · {t(f'vocabulary.lead_source.{row.source}')} · {clock(row.received_at, now)}"]
    parts += [html.B(f" · {t('console_calls.with', service=t(f'vocabulary.service.{one}'))}") for one in row.services]
    if row.teams:
        parts.append(f" · {t('console.sent', teams='、'.join(row.teams) if lang() == 'zh' else ', '.join(row.teams))}")
    if row.item or row.domain:
        parts.append(f" · {row.item or row.domain}")
    return parts


def build_row(row: QueueRow, now: datetime) -> Component:
    """One lead: symbol of its urgency, title, what is left of the time (kept by the script), place, source, number."""
    kinds = [URGENCY_SYMBOLS[row.urgency], *(["overdue"] if row.overdue else [])]
    due = {"data-due": ms(row.due_at), "data-kind": row.due_kind}
    left = html.Span(className="q-due q-due-room num", **due) if row.due_at else _state(row, now)
    button = html.Button(
        [
            html.Span([symbol(kind) for kind in kinds], className="q-symbol"),
            html.Span(row_title(row), className="q-title"),
            left,
            html.Span(_meta(row, now), className="q-meta"),
        ],
        id=f"q-{row.number}",  # rows move, they are not made anew
        type="button",
        className=f"q-row q-{row.urgency}{' q-overdue' if row.overdue else ''}",
        **{"data-act": "choose", "data-number": row.number},
    )
    return html.Div([button, *_due_link(row, due)], className="q-item", id=f"qi-{row.number}")


def _due_link(row: QueueRow, due: Mapping[str, str]) -> list[Component]:
    """What is left of the time, over the room the row keeps for it; it opens the value that set the deadline."""
    if not row.due_at:
        return []
    key = due_key(row.due_kind, row.urgency, row.cell)
    return [to_value("", key, look="q-due q-due-link num", away=True, tabIndex="-1", **due)]


def _state(row: QueueRow, now: datetime) -> Component:
    """What stands where no time runs: the day of the re-check, else the state."""
    if row.recheck_on is not None:
        late = row.recheck_on < now.astimezone(CHINA).date()
        told = t("console.recheck", day=f"{row.recheck_on:%m-%d}")
        return html.Span(told, className=f"q-due num {'alarm' if late else 'muted'}")
    words = "" if row.status in WAITING else t(f"vocabulary.lead_status.{row.status}")
    return html.Span(words, className="q-due muted")


def build_rows(queue: Queue, filters: Filters, now: datetime) -> list[Component]:
    """The rows shown, what is beyond them, or what to do when there is none."""
    if not queue.rows:
        filtered = filters != Filters(pile=filters.pile)
        words = t("console.empty_filtered" if filtered else f"console.empty_{filters.pile}")
        clear = [act(t("console.clear"), "clear")] if filtered else [html.Span([kbd("n"), " ", t("console.intake")])]
        return [html.Div([html.P(words), *clear], className="empty c-empty")]
    more = queue.total - len(queue.rows)
    rest = [html.P(t("console.more_rows", n=more), className="q-more muted")] if more > 0 else []
    return [*(build_row(row, now) for row in queue.rows), *rest]


def _pill(label: str, count: int, on: bool, tone: str, **facts: str) -> Component:
    data = {f"data-{name}": value for name, value in facts.items()}
    look = f"c-pill {tone if count else ''}{' c-pill-on' if on else ''}"
    attributes = {"data-act": "filter", "aria-pressed": "true" if on else "false"}
    return html.Button([label, html.B(count, className="num")], type="button", className=look, **attributes, **data)


def build_pills(queue: Queue, filters: Filters) -> list[Component]:
    """Counts of what waits: by urgency, unlocated, possible duplicates, overdue; each one filters the queue."""
    tones = {"emergency": "alarm", "urgent": "warn", "normal": ""}
    urgencies = [
        _pill(
            t(f"vocabulary.urgency.{one}"),
            queue.by_urgency.get(one, 0),
            filters.urgency == one,
            tone,
            name="urgency",
            value=one,
        )
        for one, tone in tones.items()
    ]
    others = [
        _pill(t(f"console.only_{one}"), count, filters.only == one, tone, name="only", value=one)
        for one, count, tone in (
            ("unlocated", queue.unlocated, "warn"),
            ("duplicates", queue.duplicates, ""),
            ("overdue", queue.overdue, "alarm"),
        )
    ]
    return [*urgencies, html.I(className="c-gap"), *others]


def _late(queue: Queue, pile: str) -> list[Component]:
    late = queue.late[pile] if pile != "resolved" else 0
    return [html.Span(t("console.late", n=late), className="alarm num")] if late else []


def build_piles(queue: Queue, filters: Filters) -> list[Component]:
    """The three piles with their counts."""
    return [
        html.Button(
            [t(f"console.pile_{pile}"), html.B(queue.piles[pile], className="num"), *_late(queue, pile)],
            type="button",
            className=f"c-tab{' c-tab-on' if filters.pile == pile else ''}",
            role="tab",
            **{
                "data-act": "filter",
                "data-name": "pile",
                "data-value": pile,
                "aria-selected": str(filters.pile == pile).lower(),
            },
        )
        for pile in PILES
    ]


def _select(name: str, data: Sequence[tuple[str, str]], value: str) -> Component:
    return dmc.Select(
        id=f"console-by-{name}",
        data=[{"value": code, "label": label} for code, label in data],
        value=value or None,
        placeholder=t(f"console.by_{name}"),
        clearable=True,
        searchable=True,
        size="xs",
        comboboxProps={"width": 240, "position": "bottom-start"},
        nothingFoundMessage=t("console.nothing"),
        **{"aria-label": t(f"console.by_{name}")},
    )


def build_filters(county: County, domains: Sequence[tuple[str, str]], filters: Filters) -> Component:
    """Filters by source, township and domain; they live in the address bar."""
    towns = [(cell.code, county.name_of(cell.code, lang())) for cell in county.townships]
    return html.Div(
        [
            _select("source", options(LeadSource, lang()), filters.source),
            _select("township", towns, filters.township),
            _select("domain", domains, filters.domain),
        ],
        className="q-filters",
    )


def build_queue_panel(county: County, domains: Sequence[tuple[str, str]], filters: Filters, rows: Any) -> Component:
    """The panel of the queue with its frame; only rows and tabs change afterwards."""
    keys = [kbd("j"), kbd("k"), f" {t('console.key_move')} ", kbd("↵"), f" {t('console.short_assign')} "]
    keys += [kbd("1"), "–", kbd("9"), f" {t('console.short_nth')} ", kbd("n"), f" {t('console.intake')} "]
    keys += [kbd("?"), f" {t('console.key_all')}"]
    return html.Section(
        [
            html.Div(id="console-piles", className="c-tabs", role="tablist", children=rows["piles"]),
            build_filters(county, domains, filters),
            html.Div(id="console-queue", className="q-list", children=rows["queue"]),
            *build_button(),
            html.Button(keys, type="button", className="q-keys", **{"data-open": "console-keys"}),
        ],
        className="panel c-panel c-queue",
        **{"aria-label": t("console.queue")},
    )
