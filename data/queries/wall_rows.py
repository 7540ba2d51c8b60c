"""What the wall shows, as plain rows without personal data: every number with what it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Bounds = list[list[float]]
Clock = Literal["assign", "accept", "arrive"]


@dataclass(frozen=True, slots=True)
class Named:
    """A name in both languages; the Chinese one where no other is known."""

    zh: str
    en: str

    def say(self, lang: str) -> str:
        """The name in `lang`."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class OpenLead:
    """A lead that is not finished: where, what about, since when; never its text or who reported it."""

    number: str
    status: str
    source: str
    urgency: str
    subject: Named | None  # item, else domain
    township_code: str | None
    cell_code: str | None
    lon: float | None
    lat: float | None
    received_at: datetime
    assign_due_at: datetime | None
    triaged_at: datetime | None
    assigned_at: datetime | None
    suspected: Named | None = None  # while there is no subject: the item its words speak for

    @property
    def acknowledged(self) -> bool:
        """Whether a dispatcher has taken a step on it."""
        return self.triaged_at is not None or self.assigned_at is not None


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A team that was sent and has not reported back."""

    number: str
    lead_number: str
    team_code: str
    team: Named
    status: str
    township_code: str | None
    assigned_at: datetime
    accept_due_at: datetime | None
    arrive_due_at: datetime | None
    accepted_at: datetime | None
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Late:
    """A deadline that has passed: whose, which one, since when; `who` None is the dispatch room."""

    clock: Clock
    who: Named | None
    township_code: str | None
    due_at: datetime
    number: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a unit stands and what it does."""

    code: str
    name: Named
    status: str
    township_code: str | None
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Support:
    """Load a head of a township: open tasks ÷ people on duty (F24)."""

    township_code: str
    tasks: int
    on_duty: int

    @property
    def value(self) -> float | None:
        """Tasks a head; None with nobody on duty."""
        return self.tasks / self.on_duty if self.on_duty else None


@dataclass(frozen=True, slots=True)
class Counts:
    """The five counts with what stands beside them."""

    to_assign: int
    oldest_at: datetime | None
    in_hand: int
    teams_on_duty: int
    overdue: int
    received: int
    usual: float | None  # by this hour on days of the same kind
    resolved: int
    resolved_of_received: int  # of those received today


@dataclass(frozen=True, slots=True)
class Hours:
    """Leads by hour of today, and the usual band (10th of a hundred, mean, 90th) of days of the same kind."""

    counts: tuple[int, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    days: int  # how many days the band is made of
    workday: bool


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency: the lead, who was sent, where it is."""

    lead: OpenLead
    tasks: tuple[OpenTask, ...]
    bounds: Bounds | None
    services: tuple[
        tuple[str, datetime, bool], ...
    ] = ()  # 110, 119, 120 it was handed to: when, and whether they answered

    @property
    def arrived(self) -> bool:
        """Whether somebody is there."""
        return any(task.arrived_at is not None for task in self.tasks)

    @property
    def due_at(self) -> datetime | None:
        """What is waited for: the first arrival, or the assignment."""
        dues = [task.arrive_due_at for task in self.tasks if task.arrive_due_at]
        return min(dues, default=None) if self.tasks else self.lead.assign_due_at


@dataclass(frozen=True, slots=True)
class Scene:
    """What the map shows for a while: county, region, township, or the figures instead."""

    kind: Literal["county", "region", "township", "figures"]
    code: str
    name: Named
    bounds: Bounds

    @property
    def key(self) -> str:
        """Name of the scene that stays the same while data changes."""
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a period with its numerator, denominator and target."""

    figure: str
    code: str
    name: Named | None
    value: float | None
    numerator: float
    denominator: float
    target: float | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Closure times of leads resolved in the last 30 days: hours in classes, with median and p90."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    median: float | None
    p90: float | None
    total: int


@dataclass(frozen=True, slots=True)
class Unusual:
    """More leads than expected in a cell, of an item or in an hour; `code` of an hour is 2026-11-21T14."""

    kind: str
    code: str
    name: Named
    count: int
    usual: float


@dataclass(frozen=True, slots=True)
class Daily:
    """What moves once a day: from the snapshots, never computed here."""

    taken_on: date | None
    teams: tuple[Share, ...] = ()
    trend: tuple[tuple[date, float, float, float], ...] = ()  # day, value, numerator, denominator
    trend_target: float | None = None
    shares: tuple[Share, ...] = ()  # F01, F07 by settlement, F11 on time, F09


@dataclass(frozen=True, slots=True)
class WallState:
    """One look at the county, masked; `sequence` is the last event in it."""

    sequence: int
    at: datetime
    county: Named
    drill: bool
    counts: Counts
    emergencies: tuple[Emergency, ...]
    leads: tuple[OpenLead, ...]
    tasks: tuple[OpenTask, ...]
    newest: tuple[OpenLead, ...]
    units: tuple[Place, ...]
    loads: dict[str, int]
    late: tuple[Late, ...]
    support: tuple[Support, ...]
    hours: Hours
    closure: Closure
    daily: Daily
    scenes: tuple[Scene, ...]
    names: dict[str, Named] = field(default_factory=dict)  # of cells that are mentioned
    anomalies: tuple[Unusual, ...] = ()  # more leads than expected, the least likely first
    on_shift: tuple[str, ...] = ()  # who leads the dispatch room now, masked

    def place(self, code: str | None, lang: str = "zh") -> str:
        """Name of a mentioned cell; a dash for none."""
        name = self.names.get(code or "")
        return name.say(lang) if name else "—"
