"""Sections of the page of supervision, one tab each, in their order, offered to who may read what it shows: a line here is all
that a further one needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dash import Dash
from dash.development.base_component import Component

from dashboard.components import supervision_cards as cards
from dashboard.components import supervision_complaints as complaints
from dashboard.components import supervision_files, supervision_files_accounts, supervision_files_scores
from dashboard.components import supervision_items as items
from dashboard.components import supervision_meetings as meetings
from dashboard.components import supervision_ranking as ranking


@dataclass(frozen=True, slots=True)
class Section:
    """One tab: its name in the address (`?show=`), the key of its title, the right to read it, what it shows for the address,
    its callbacks. Which rows of it somebody sees is said in data/queries."""

    name: str
    title: str
    verb: str
    build: Callable[[Mapping[str, str]], Component]
    register: Callable[[Dash], None] | None = None


SECTIONS: Final[tuple[Section, ...]] = (
    Section("files", "supervising_files.tab_draws", "file_draw.read", supervision_files.build, supervision_files.register),
    Section(supervision_files_scores.NAME, "supervising_files.tab_scores", "file_draw.read", supervision_files_scores.build),
    Section("accounts", "supervising_files.tab_auditors", "file_draw.read", supervision_files_accounts.build),
    Section(cards.SHOW, "conduct.tab.cards", "card.read", cards.build, cards.register),
    Section(complaints.SHOW, "conduct.tab.complaints", "complaint.read", complaints.build, complaints.register),
    Section(meetings.SHOW, "conduct.tab.meetings", "meeting.read", meetings.build, meetings.register),
    Section(ranking.SHOW, "conduct.tab.ranking", "appraisal.read", ranking.build, ranking.register),
    Section(items.SHOW, "conduct.tab.items", "figure.read", items.build, items.register),
)  # fmt: skip
