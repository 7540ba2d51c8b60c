"""Who may do what: one function decides, with its reason and clause; reads are scoped in the query (security.md)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from policy.decision import Decision, Reason, against, decide, for_
from policy.errors import Refusal
from policy.lifecycle import TABLES
from policy.text import Name, Word
from policy.vocabulary import Role

LAW_PERSONAL_DATA: Final = "PI 51"

_READERS: Final = frozenset(Role) - {Role.ADMIN, Role.SYSTEM}
_DESK: Final = frozenset({Role.DISPATCHER})
_FIELD: Final = frozenset({Role.OFFICER, Role.SQUADRON_HEAD})
_BETWEEN: Final = frozenset(
    {Role.DISPATCHER, Role.SQUADRON_HEAD, Role.TOWNSHIP_HEAD, Role.DEPARTMENT, Role.COUNTY_OFFICE}
)
_OFFICIALS: Final = _BETWEEN | {Role.OFFICER, Role.LEGAL_REVIEWER, Role.SUPERVISOR}

_SUPERVISING: Final = frozenset({Role.SUPERVISOR, Role.COUNTY_OFFICE})
_PLANNERS: Final = frozenset({Role.TOWNSHIP_HEAD, Role.DEPARTMENT, Role.COUNTY_OFFICE})

_STAFFING: Final = frozenset({Role.TOWNSHIP_HEAD, Role.COUNTY_OFFICE})

_WALKERS: Final = _FIELD | _DESK | {Role.GRID_WORKER, Role.TOWNSHIP_HEAD}
_PAPERS: Final = _FIELD | {Role.TOWNSHIP_HEAD, Role.LEGAL_REVIEWER, Role.DEPARTMENT}

_OTHER: Final[dict[str, frozenset[Role]]] = {
    # leads and tasks: reading; their steps are in the tables of policy/lifecycle.py
    "lead.read": _READERS,
    "lead.unmask": _DESK | {Role.OFFICER, Role.SQUADRON_HEAD, Role.LEGAL_REVIEWER, Role.SUPERVISOR},
    "lead.erase_reporter": frozenset({Role.COUNTY_OFFICE}),
    "lead.set_hotline": _DESK | {Role.COUNTY_OFFICE},
    "lead.reply_hotline": _DESK | {Role.COUNTY_OFFICE, Role.TOWNSHIP_HEAD, Role.DEPARTMENT},
    "lead.record_callback": _DESK | {Role.COUNTY_OFFICE},
    "lead.share": _BETWEEN,
    "task.read": _READERS,
    # the desk's calls: taken, handed to and from 110, 119 and 120, eyes asked for, alarms answered
    "lead.take_call": _DESK,
    "lead.hand_over": _DESK,
    "lead.take_over": _DESK,
    "lead.reply_of_service": _DESK,
    "lead.ask_eyes": _DESK,
    "lead.recall_eyes": _DESK,
    "lead.acknowledge_alarm": _DESK,
    "lead.snooze_alarm": _DESK,
    # cases and evidence: reading, adding; the steps are in the tables
    "case.read": _READERS - {Role.WALL, Role.GRID_WORKER},
    "case.unmask": _FIELD | {Role.TOWNSHIP_HEAD, Role.DEPARTMENT, Role.LEGAL_REVIEWER, Role.FINANCE, Role.SUPERVISOR},
    "case.share": _BETWEEN,
    "party.erase": frozenset({Role.COUNTY_OFFICE}),
    "case.erase": frozenset({Role.COUNTY_OFFICE}),
    "case.move_goods": _FIELD | {Role.DEPARTMENT},
    "review.read": _BETWEEN | {Role.OFFICER, Role.LEGAL_REVIEWER, Role.SUPERVISOR},
    "review.hand_in_material": _FIELD | {Role.DEPARTMENT},
    # what passes between organs: reading; the steps are in the tables
    "transfer.read": _OFFICIALS,
    "assistance.read": _OFFICIALS,
    "dispute.read": _OFFICIALS,
    "criminal_referral.read": _OFFICIALS,
    "escalation.read": _OFFICIALS,
    "shared.read": _OFFICIALS,
    "call_out.read": _OFFICIALS,
    # inspections: reading, subjects and caps; the steps are in the tables
    "inspection_plan.read": _OFFICIALS,
    "inspection_draw.read": _OFFICIALS,
    "inspection_visit.read": _OFFICIALS,
    "joint_operation.read": _OFFICIALS,
    "party.register": _BETWEEN | {Role.OFFICER},
    "organ.publish_cap": frozenset({Role.TOWNSHIP_HEAD, Role.DEPARTMENT}),
    "evidence.add": _DESK | _FIELD | {Role.GRID_WORKER, Role.DEPARTMENT, Role.LEGAL_REVIEWER, Role.TOWNSHIP_HEAD},
    "evidence.link": _FIELD | {Role.DEPARTMENT, Role.TOWNSHIP_HEAD},
    "evidence.read": _READERS - {Role.WALL},
    "evidence.note": _FIELD | _DESK | {Role.DEPARTMENT, Role.LEGAL_REVIEWER, Role.TOWNSHIP_HEAD, Role.SUPERVISOR},
    "evidence.retain": frozenset({Role.COUNTY_OFFICE, Role.SUPERVISOR, Role.TOWNSHIP_HEAD}),
    # documents: made, corrected and read with the personal data they hold; numbers reserved for a team
    "paper.make": _PAPERS,
    "paper.read": _PAPERS | {Role.FINANCE, Role.COUNTY_OFFICE, Role.SUPERVISOR},
    "paper.reserve": frozenset({Role.SQUADRON_HEAD, Role.TOWNSHIP_HEAD, Role.DEPARTMENT}),
    # notices: one's own; calls a person makes because nothing else reached somebody
    "notice.read": frozenset(Role) - {Role.WALL},
    "notice.acknowledge": frozenset(Role) - {Role.WALL},
    "notice.call": _DESK | {Role.COUNTY_OFFICE, Role.SQUADRON_HEAD},
    # the shift desk: the running shift, handovers, rosters of one's own people, telephones on duty
    "shift.read": _DESK | {Role.COUNTY_OFFICE, Role.SUPERVISOR},
    "shift.note": _DESK,
    "handover.sign": _DESK,
    "handover.accept": _DESK | {Role.COUNTY_OFFICE},
    "roster.read": _BETWEEN | {Role.SUPERVISOR, Role.ADMIN},
    **{f"roster.{verb}": _PLANNERS for verb in ("plan", "end", "leave", "end_leave", "import")},
    "duty.read": _BETWEEN | {Role.SUPERVISOR, Role.ADMIN},
    "duty.set": frozenset({Role.ADMIN}),
    "duty.end": frozenset({Role.ADMIN}),
    # force and grid
    "team.read": _READERS,
    "unit.set_status": _DESK | {Role.SQUADRON_HEAD},
    "unit.position": _DESK | _FIELD | {Role.GRID_WORKER},
    # patrols: planned by the township, walked by those who may; a grid worker patrols and reports
    "patrol_plan.read": _WALKERS | _BETWEEN | {Role.SUPERVISOR},
    "patrol_plan.plan": frozenset({Role.TOWNSHIP_HEAD, Role.SQUADRON_HEAD}),
    "patrol_plan.end": frozenset({Role.TOWNSHIP_HEAD, Role.SQUADRON_HEAD}),
    "patrol.read": _WALKERS | _BETWEEN | {Role.SUPERVISOR},
    **{f"patrol.{step}": _WALKERS for step in ("start", "tick", "link_lead", "finish", "break_off")},
    "patrol.found": _DESK | {Role.OFFICER, Role.GRID_WORKER},  # who takes a lead in
    "drill.control": frozenset({Role.DISPATCHER, Role.COUNTY_OFFICE}),
    "grid.read": frozenset(Role),
    "figure.read": frozenset(Role) - {Role.GRID_WORKER},
    # what a township works with: trainings, officers of villages, posts, equipment, scenarios, secondments, guidance lists
    "staffing.read": _BETWEEN | {Role.SUPERVISOR},
    "training.record": _PLANNERS,
    **{
        f"{one}.{verb}": _STAFFING
        for one, verb in (
            ("village_officer", "name"),
            ("post_holder", "name"),
            ("equipment", "register"),
            ("secondment", "record"),
        )
    },
    **{f"{one}.end": _STAFFING for one in ("village_officer", "post_holder", "equipment", "secondment")},
    **{f"scenario.{verb}": frozenset({Role.COUNTY_OFFICE}) for verb in ("register", "end")},
    **{f"guidance.{verb}": frozenset({Role.COUNTY_OFFICE, Role.DEPARTMENT}) for verb in ("send", "end")},
    # reports of the whole county: read by who looks after all of it
    "report.read": _SUPERVISING | _DESK,
    "report.make": frozenset({Role.COUNTY_OFFICE}),
    # what-if on the force: it names people
    "posting_plan.read": frozenset({Role.COUNTY_OFFICE, Role.SUPERVISOR}),
    "posting_plan.keep": frozenset({Role.COUNTY_OFFICE}),
    "posting_plan.decide": frozenset({Role.COUNTY_OFFICE}),
    "meeting_pack.read": frozenset({Role.COUNTY_OFFICE, Role.SUPERVISOR}),
    "meeting_pack.make": frozenset({Role.COUNTY_OFFICE}),
    # supervision of files: drawn and scored by who has no part in them; mended by whose files they are
    **{f"file_draw.{verb}": _SUPERVISING for verb in ("read", "commit", "draw", "discard")},
    **{f"file_score.{verb}": _SUPERVISING for verb in ("give", "correct")},
    "file_score.read": _SUPERVISING | _FIELD | {Role.TOWNSHIP_HEAD, Role.DEPARTMENT, Role.LEGAL_REVIEWER},
    "file_score.mend": _FIELD | {Role.TOWNSHIP_HEAD, Role.DEPARTMENT},
    # supervision: cards, complaints kept from whom they are about, joint meetings, appraisals
    "card.read": _FIELD | {Role.TOWNSHIP_HEAD, Role.DEPARTMENT} | _SUPERVISING,
    **{f"card.{verb}": _SUPERVISING for verb in ("give", "withdraw")},
    "card.end": frozenset(),  # by the schedule alone
    "complaint.read": _SUPERVISING | _DESK | {Role.LEGAL_REVIEWER, Role.TOWNSHIP_HEAD, Role.DEPARTMENT},
    "complaint.take": _SUPERVISING | _DESK | {Role.LEGAL_REVIEWER},
    **{
        f"complaint.{verb}": _SUPERVISING | {Role.LEGAL_REVIEWER}
        for verb in ("look_into", "answer", "withdraw", "unmask")
    },
    "meeting.read": _OFFICIALS,
    **{f"meeting.{verb}": frozenset({Role.COUNTY_OFFICE}) for verb in ("call", "hold", "cancel", "decide")},
    "meeting.finish": frozenset({Role.COUNTY_OFFICE, Role.TOWNSHIP_HEAD, Role.DEPARTMENT}),
    "appraisal.read": _SUPERVISING | {Role.TOWNSHIP_HEAD, Role.DEPARTMENT},
    "appraisal.take": _SUPERVISING,
    "event.read": frozenset({Role.SUPERVISOR, Role.COUNTY_OFFICE, Role.DISPATCHER, Role.LEGAL_REVIEWER}),
    "event.verify": frozenset({Role.SUPERVISOR, Role.COUNTY_OFFICE}),
    "policy.read": frozenset(Role),
    # screens
    "page.wall": frozenset({Role.WALL, Role.DISPATCHER, Role.COUNTY_OFFICE, Role.TOWNSHIP_HEAD, Role.SUPERVISOR}),
    "page.console": frozenset({Role.DISPATCHER, Role.COUNTY_OFFICE, Role.SUPERVISOR}),
    "page.shift": _BETWEEN | {Role.SUPERVISOR, Role.ADMIN},
    "page.township": frozenset(
        {Role.TOWNSHIP_HEAD, Role.SQUADRON_HEAD, Role.COUNTY_OFFICE, Role.SUPERVISOR, Role.DISPATCHER}
    ),
    "page.policy": frozenset(Role),
    "page.figures": frozenset(Role) - {Role.GRID_WORKER, Role.WALL},
    "page.case": _READERS - {Role.WALL, Role.GRID_WORKER},
    "page.cases": _READERS - {Role.WALL, Role.GRID_WORKER},
    "page.review": _BETWEEN | {Role.OFFICER, Role.LEGAL_REVIEWER, Role.SUPERVISOR},
    "page.transfers": _OFFICIALS,
    "page.disputes": _OFFICIALS,
    "page.inspections": _OFFICIALS,
    "page.patrols": _WALKERS | _BETWEEN | {Role.SUPERVISOR},
    "page.drill": frozenset({Role.DISPATCHER, Role.COUNTY_OFFICE}),
    "page.office": frozenset({Role.COUNTY_OFFICE, Role.SUPERVISOR}),
    "page.reports": _SUPERVISING | _DESK,
    "page.supervision": _OFFICIALS,  # each section by its own right
    # administration: accounts, files, backups; an administrator reads no matter
    "account.manage": frozenset({Role.ADMIN}),
    "import.run": frozenset({Role.ADMIN}),
    **{
        f"figures.{verb}": frozenset({Role.ADMIN, Role.COUNTY_OFFICE})
        for verb in ("refresh", "recount", "stop_recount")
    },
    "wall.pair": frozenset({Role.ADMIN}),
}


def _of_the_tables() -> dict[str, frozenset[Role]]:
    """Who may take each step of a matter, from the tables of the rules: said once, there."""
    verbs: dict[str, frozenset[Role]] = {}
    for table in TABLES.values():
        for step in table:
            name = f"{step.matter.value}.{step.verb.value}"
            verbs[name] = verbs.get(name, frozenset()) | (step.roles - {Role.SYSTEM})
    return verbs


_SIGNED: Final = {
    **{
        f"{matter}.{verb}_paper": _OTHER[f"paper.{right}"]
        for matter in ("case", "lead")
        for verb, right in (("make", "make"), ("replace", "make"), ("open", "read"))
    },
    "case.take_volume": _OTHER["paper.read"],
    "case.seal_file": _OTHER["paper.read"],
    **{f"team.{verb}_block": _OTHER["paper.reserve"] for verb in ("reserve", "return")},
    **{
        f"{matter}.{verb}_evidence": _OTHER[f"evidence.{verb}"]
        for matter in ("case", "lead")
        for verb in ("add", "link", "note")
    },
    "lead.answer_eyes": _OTHER["evidence.add"],
    **{
        f"inspection_visit.{verb}_paper": _OTHER[f"paper.{right}"]
        for verb, right in (("make", "make"), ("open", "read"))
    },
    **{
        f"{matter}.{verb}_alarm": _OTHER[f"lead.{verb}_alarm"]
        for matter in ("task", "notice")
        for verb in ("acknowledge", "snooze")
    },
    "notice.pass_on": _OTHER["notice.call"],
    **{
        f"drill.{step}": _OTHER["drill.control"]
        for step in ("start", "stop", "pause_inject", "resume_inject", "give_inject", "skip_inject")
    },
}
"""Steps of documents, evidence, alarms and drills as the chain names them: signed by the role that was demanded."""

VERBS: Final[dict[str, frozenset[Role]]] = _OTHER | _SIGNED | _of_the_tables()


@dataclass(frozen=True, slots=True)
class Scope:
    """One role held: for an organ, in some townships of a jurisdiction (None: the whole county), for one team."""

    role: Role
    jurisdiction_id: UUID
    organ: str | None = None
    townships: frozenset[str] | None = None
    team: str | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account with what it holds and the county chosen in its session, or the system (`account_id` None)."""

    account_id: UUID | None
    name: str
    scopes: tuple[Scope, ...] = ()
    person_id: UUID | None = None
    device: bool = False
    language: str = "zh"
    theme: str | None = None
    session_id: UUID | None = None
    county_id: UUID | None = None
    system: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """Every role held anywhere."""
        return frozenset(scope.role for scope in self.scopes)

    @property
    def masked(self) -> bool:
        """Personal data is masked for everybody until an unmasking is asked for and recorded (PI 51)."""
        return True

    def acting_role(self, verb: str) -> str:
        """The role that lets this actor do `verb`, for the event."""
        if self.system:
            return "system"
        fitting = [s.role.value for s in self.scopes if s.role in VERBS.get(verb, frozenset())]
        return fitting[0] if fitting else "none"

    def organ_for(self, verb: str) -> str | None:
        """The organ on whose behalf this actor does `verb`."""
        return next((s.organ for s in self.scopes if s.role in VERBS.get(verb, frozenset())), None)


SYSTEM: Final = Actor(None, "system", system=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is acted on: its jurisdiction, townships it touches, and the team it is given to.

    Without townships it is the county's business at large, open to every township; `nowhere` says that it is one matter
    or team that lies in none of them: only who holds the whole county, or the very team, may touch it.
    """

    jurisdiction_id: UUID
    townships: frozenset[str] = field(default_factory=frozenset)
    team: str | None = None
    label: str | Name = ""
    nowhere: bool = False


def _covers(scope: Scope, subject: Subject, now: datetime | None) -> bool:
    if scope.jurisdiction_id != subject.jurisdiction_id:
        return False
    if scope.valid_to is not None and now is not None and scope.valid_to <= now:
        return False
    own_team = scope.team is None or subject.team is None or scope.team == subject.team
    return own_team and _in_area(scope, subject)


def _in_area(scope: Scope, subject: Subject) -> bool:
    if scope.townships is None:
        return True
    if subject.nowhere:
        return scope.team is not None and scope.team == subject.team
    return not subject.townships or bool(scope.townships & subject.townships)


def within(actor: Actor, subject: Subject, now: datetime) -> Actor:
    """The actor with only what it holds where `subject` lies: a role held elsewhere neither allows nor signs a step."""
    return replace(actor, scopes=tuple(scope for scope in actor.scopes if _covers(scope, subject, now)))


HANDLING: Final = frozenset({Role.OFFICER, Role.SQUADRON_HEAD})


def on_behalf(actor: Actor, organ: str) -> Actor:
    """The actor with its handling roles for the organ whose case it is: who is posted to a township works on the town's
    cases in the town's name, whoever pays him (JD 二(一)2)."""
    return replace(actor, scopes=tuple(replace(s, organ=organ) if s.role in HANDLING else s for s in actor.scopes))


def authorise(actor: Actor, verb: str, subject: Subject, now: datetime | None = None) -> Decision:
    """May `actor` do `verb` on `subject`? The answer names the role and area that allow it, or what is missing."""
    if actor.system:
        return decide([for_("reasons_access.system")])
    allowed = VERBS.get(verb)
    if allowed is None:
        raise KeyError(verb)
    holding = [scope for scope in actor.scopes if scope.role in allowed]
    if not holding:
        return decide([against("reasons_access.role", LAW_PERSONAL_DATA, verb=Word(f"verbs.{verb}"))])
    if not any(_covers(scope, subject, now) for scope in holding):
        return decide(
            [against("reasons_access.scope", LAW_PERSONAL_DATA, verb=Word(f"verbs.{verb}"), label=subject.label)]
        )
    return decide([for_("reasons_access.granted", role=Word(f"vocabulary.role.{holding[0].role.value}"))])


def demand(actor: Actor, verb: str, subject: Subject, now: datetime | None = None) -> Reason:
    """Like `authorise`, but raises a `Refusal` of kind forbidden; gives the reason that allowed it."""
    decision = authorise(actor, verb, subject, now)
    if not decision.allowed:
        reason = decision.obstacles[0]
        raise Refusal(
            "errors_access.forbidden" if actor.account_id else "errors_access.unauthenticated",
            kind="forbidden" if actor.account_id else "unauthenticated",
            clause=reason.clause,
            reasons=decision.obstacles,
            verb=Word(f"verbs.{verb}"),
            label=subject.label,
        )
    return decision.reasons[0]


def townships_of(actor: Actor, verb: str, jurisdiction_id: UUID) -> frozenset[str] | None:
    """Townships whose rows `actor` may touch with `verb`; None for all; an empty set for nothing."""
    if actor.system:
        return None
    allowed = VERBS[verb]
    found: set[str] = set()
    for scope in actor.scopes:
        if scope.role in allowed and scope.jurisdiction_id == jurisdiction_id:
            if scope.townships is None:
                return None
            found |= scope.townships
    return frozenset(found)


def in_scope(actor: Actor, verb: str, jurisdiction_id: UUID, column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The condition a query carries so that it gives only rows of the actor's townships."""
    townships = townships_of(actor, verb, jurisdiction_id)
    if townships is None:
        return true()
    return column.in_(sorted(townships)) if townships else false()
