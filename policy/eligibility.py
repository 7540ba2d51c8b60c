"""May this person or team do this task, and if not why: certificates, recusal, cards, place and home department."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Protocol

from policy.decision import Decision, Reason, against, for_
from policy.guards import ENFORCEMENT_KINDS
from policy.vocabulary import ItemKind, OrganKind, PersonKind, TaskKind, UnitStatus, Urgency, word


@dataclass(frozen=True, slots=True)
class OfficerFacts:
    """A person as of now; the certificate's last valid moment is included, empty `domains`/`township_codes`: all."""

    person_id: str
    name: str
    kind: PersonKind
    certificate_no: str | None = None
    certificate_valid_from: datetime | None = None
    certificate_valid_to: datetime | None = None
    suspended: bool = False
    recused: bool = False
    home_organ_code: str = ""
    domains: frozenset[str] = frozenset()
    on_shift: bool = True
    township_codes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """A team and its unit as of now; empty `township_codes`: the whole county, empty `domains`: all; WGS-84 degrees."""

    team_id: str
    code: str
    name: str
    organ_code: str
    organ_kind: OrganKind
    township_codes: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    members: tuple[OfficerFacts, ...] = ()
    unit_status: UnitStatus = UnitStatus.AVAILABLE
    lon: float | None = None
    lat: float | None = None
    position_at: datetime | None = None
    open_tasks: int = 0
    capacity: int = 3
    has_vehicle: bool = True
    known_cells: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What is to be done and where; `cell_chain` holds the codes from the finest cell upwards, WGS-84 degrees.

    `item_kind` is why the township enforces the item; None where it does not, or nobody has asked.
    """

    kind: TaskKind
    urgency: Urgency = Urgency.NORMAL
    item_code: str | None = None
    domain: str | None = None
    cell_chain: tuple[str, ...] = ()
    township_code: str | None = None
    settlement: str = "rural"
    lon: float | None = None
    lat: float | None = None
    domain_name: str = ""
    item_kind: ItemKind | None = None


CERTIFIED: Final[Mapping[TaskKind, int]] = MappingProxyType(dict.fromkeys(ENFORCEMENT_KINDS, 2) | {TaskKind.VERIFY: 1})
"""Certified officers each kind needs (PL 42); every other kind needs one person of any standing."""

CLAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "officers_short": "PL 42",
        "officers_enough": "PL 42",
        "no_certificate": "PL 42",
        "certificate_not_yet": "PL 42",
        "certificate_expired": "PL 42",
        "suspended": "PL 42",
        "recused": "PL 43",
        "grid_worker": "PL 42",
        "auxiliary": "PL 42",
        "not_enforcer": "PL 42",
        "not_posted_here": "PL 22",
        "outside_area": "PL 22",
    }
)
"""National ground of each rule; a profile that says it more closely replaces it (`EligibilityRules.clauses`)."""


@dataclass(frozen=True, slots=True)
class EligibilityRules:
    """What the profile decides: how many officers, the limits of sunk-down people, and the clause of each rule."""

    officers_minimum: int = 2
    home_items_only: bool = False
    with_township_officer: bool = False
    grid_worker_may: frozenset[str] = frozenset({"look", "patrol", "report"})
    clauses: Mapping[str, str] = field(default_factory=lambda: CLAUSES)

    def clause(self, code: str) -> str | None:
        """Clause of the rule behind a reason, None where nobody has written one."""
        return self.clauses.get(code) or CLAUSES.get(code)

    def needed(self, kind: TaskKind) -> int:
        """Certified officers that `kind` needs."""
        return self.officers_minimum if kind in ENFORCEMENT_KINDS else CERTIFIED.get(kind, 0)


class _Value(Protocol):
    @property
    def value(self) -> Any: ...
    @property
    def clause(self) -> str | None: ...


class _Profile(Protocol):
    def get(self, key: str, on: date) -> _Value | None: ...


_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "officers.minimum": ("officers_short", "officers_enough"),
    "grid_worker.may": ("grid_worker",),
    "auxiliary.may": ("auxiliary",),
    "cards": ("suspended",),
    "sink_down.home_items_only": ("home_items_only",),
    "sink_down.with_township_officer": ("no_township_officer",),
}
"""Profile keys and the reasons that rest on them."""


def rules_of(profile: _Profile, on: date) -> EligibilityRules:
    """The rules as `profile` has them on the day `on`; where it is silent the national ones stand."""
    values = {key: profile.get(key, on) for key in _KEYS}
    said = {code: v.clause for key, codes in _KEYS.items() if (v := values[key]) and v.clause for code in codes}
    minimum = values["officers.minimum"]
    return EligibilityRules(
        officers_minimum=int(minimum.value) if minimum else 2,
        home_items_only=_is_set(values["sink_down.home_items_only"]),
        with_township_officer=_is_set(values["sink_down.with_township_officer"]),
        grid_worker_may=frozenset(may.value) if (may := values["grid_worker.may"]) else NATIONAL.grid_worker_may,
        clauses={**CLAUSES, **said},
    )


def _is_set(flag: _Value | None) -> bool:
    return flag is not None and bool(flag.value)


NATIONAL: Final = EligibilityRules()

_HERE: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

_NO_ENFORCER: Final = {PersonKind.GRID_WORKER: "grid_worker", PersonKind.AUXILIARY: "auxiliary"}


def personal_bar(who: OfficerFacts, now: datetime) -> str | None:
    """The first thing about the person alone that keeps them from enforcing now."""
    if who.kind is not PersonKind.OFFICER:
        return _NO_ENFORCER.get(who.kind, "not_enforcer")
    if not who.certificate_no or who.certificate_valid_to is None:
        return "no_certificate"
    if now > who.certificate_valid_to:
        return "certificate_expired"
    if who.certificate_valid_from is not None and now < who.certificate_valid_from:
        return "certificate_not_yet"
    if who.suspended:
        return "suspended"
    return "recused" if who.recused else None


def _bar(who: OfficerFacts, team: TeamFacts, task: TaskFacts, now: datetime, rules: EligibilityRules) -> str | None:
    """The first rule that keeps `who` from enforcing in this task now, as a reason's code; None when none does."""
    bar = personal_bar(who, now)
    if bar is not None:
        return bar
    if who.township_codes and task.township_code is not None and task.township_code not in who.township_codes:
        return "not_posted_here"
    if rules.home_items_only and is_sunk(who, team) and not _of_home(who, task):
        return "home_items_only"
    return None


def is_sunk(who: OfficerFacts, team: TeamFacts) -> bool:
    """Whether a person of a department works in a township's team."""
    return team.organ_kind is OrganKind.TOWNSHIP and who.home_organ_code not in ("", team.organ_code)


def _of_home(who: OfficerFacts, task: TaskFacts) -> bool:
    """Whether the item is one that the home department gave to the township: in its domains, and not the township's by law."""
    return task.domain in who.domains and task.item_kind is not ItemKind.STATUTORY


def _said(code: str, who: OfficerFacts, task: TaskFacts, rules: EligibilityRules) -> Reason:
    since, until = _moment(who.certificate_valid_from), _moment(who.certificate_valid_to)
    return against(f"reasons.{code}", rules.clause(code), name=who.name, kind=word(task.kind), until=until, since=since)


def _moment(at: datetime | None) -> str:
    """A moment as people here write it (UTC+8), to the second."""
    return at.astimezone(_HERE).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def may_enforce(
    who: OfficerFacts, team: TeamFacts, task: TaskFacts, now: datetime, rules: EligibilityRules = NATIONAL
) -> Decision:
    """May this person count among the certified officers of the task at `now` (PL 42, 43)?"""
    if not who.on_shift:
        return Decision((against("reasons.off_shift", name=who.name),))
    code = _bar(who, team, task, now, rules)
    if code is not None:
        return Decision((_said(code, who, task, rules),))
    return Decision((for_("reasons.certified", "PL 42", name=who.name, number=who.certificate_no),))


def may_take(team: TeamFacts, task: TaskFacts, now: datetime, rules: EligibilityRules = NATIONAL) -> Decision:
    """May this team do this task at `now`? Every reason, the favourable ones too."""
    here = [who for who in team.members if who.on_shift]
    if not here or team.unit_status is UnitStatus.OFF_DUTY:
        return Decision((against("reasons.nobody_on_shift", team=team.name),))
    if rules.needed(task.kind) == 0:
        return Decision(_anyone(here, task, rules))
    place = _place(team, task, rules)
    return Decision((*place, *_officers(here, team, task, now, rules)))


def _anyone(here: list[OfficerFacts], task: TaskFacts, rules: EligibilityRules) -> tuple[Reason, ...]:
    """No certificate is needed: anyone fit may go, grid workers only where their duties reach."""
    fit = [who for who in here if who.kind is not PersonKind.GRID_WORKER or task.kind in rules.grid_worker_may]
    if fit:
        return (for_("reasons.anyone_may", kind=word(task.kind), count=len(fit)),)
    return (against("reasons.grid_workers_only", rules.clause("grid_worker"), kind=word(task.kind)),)


def _place(team: TeamFacts, task: TaskFacts, rules: EligibilityRules) -> tuple[Reason, ...]:
    """An enforcing team stays in its own area and its own domains; checking on the spot is open to neighbours."""
    if task.kind not in ENFORCEMENT_KINDS:
        return ()
    found = []
    if team.township_codes and task.township_code not in team.township_codes:
        found.append(against("reasons.outside_area", rules.clause("outside_area"), team=team.name))
    if team.domains and task.domain is not None and task.domain not in team.domains:
        found.append(against("reasons.outside_domain", None, team=team.name, domain=task.domain_name or task.domain))
    return tuple(found)


def _officers(
    here: list[OfficerFacts], team: TeamFacts, task: TaskFacts, now: datetime, rules: EligibilityRules
) -> tuple[Reason, ...]:
    """Enough certified officers, and a township officer beside the sunk-down ones where the profile asks for it."""
    need = rules.needed(task.kind)
    bars = [_bar(who, team, task, now, rules) for who in here]
    fit = [who for who, bar in zip(here, bars, strict=True) if bar is None] if any(bars) else here
    if len(fit) < need:
        short = against(
            "reasons.officers_short", rules.clause("officers_short"), kind=word(task.kind), need=need, have=len(fit)
        )
        return (short, *(_said(bar, who, task, rules) for who, bar in zip(here, bars, strict=True) if bar))
    enough = _enough(rules.clause("officers_enough"), task.kind, need, len(fit))
    if rules.with_township_officer and task.kind in ENFORCEMENT_KINDS and _without_township(fit, team, task):
        return (enough, against("reasons.no_township_officer", rules.clause("no_township_officer"), team=team.name))
    return (enough,)


@lru_cache(maxsize=256)
def _enough(clause: str | None, kind: TaskKind, need: int, have: int) -> Reason:
    return for_("reasons.officers_enough", clause, kind=word(kind), need=need, have=have)


DELEGATED: Final = (ItemKind.DELEGATED_GENERAL, ItemKind.DELEGATED_SELF_SELECTED)


def _without_township(fit: list[OfficerFacts], team: TeamFacts, task: TaskFacts) -> bool:
    """Whether only department people would go: of a township's team, or of a department's on a delegated item (FL 二(六))."""
    if team.organ_kind is OrganKind.TOWNSHIP:
        return all(is_sunk(who, team) for who in fit)
    return task.item_kind in DELEGATED and task.township_code in team.township_codes
