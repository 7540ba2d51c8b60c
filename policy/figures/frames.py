"""What the figures read: the columns of every frame, checked on arrival.

All moments are timezone-aware UTC pandas timestamps, NaT where something has not happened or has no end. Columns that
end a validity (`valid_to`, `certified_to`, `employed_to`) hold the last day, any moment of it: a row holds on a day D
when it begins before D is over and does not end before D begins (days of Asia/Shanghai).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

PEOPLE: Final = (
    "person_id",  # unique
    "kind",  # PersonKind
    "home_organ_code",
    "home_organ_kind",  # OrganKind
    "home_township_code",  # the township the home organ is of or sits in (own staff, fire station), else None
    "team_field",  # professional field or None
    "certified_from",
    "certified_to",  # NaT with a certified_from: no certificate
    "employed_from",
    "employed_to",
)
CERTIFICATES: Final = (  # every one ever held: on a past day that of the day counts
    "person_id",
    "valid_from",
    "valid_to",
    "suspended_from",
    "suspended_to",  # NaT with a suspended_from: still suspended
)
POSTINGS: Final = ("person_id", "mode", "township_code", "valid_from", "valid_to", "seconded")
LEADS: Final = (
    "lead_id", "township_code", "cell_code", "source", "urgency", "domain", "item_code", "status",
    "occurred_at", "received_at", "assigned_at", "resolved_at", "assign_due_at",
)  # fmt: skip
TASKS: Final = (
    "task_id", "lead_id", "team_code", "organ_code", "township_code", "kind", "urgency", "settlement", "status",
    "assigned_at", "accepted_at", "departed_at", "arrived_at", "reported_at", "ended_at", "accept_due_at", "arrive_due_at",
)  # fmt: skip
TEAMS: Final = ("team_code", "organ_code", "township_code", "on_duty", "open_tasks")
SHIFTS: Final = ("person_id", "team_code", "township_code", "starts_at", "ends_at")

# -- the force and what it has ----------------------------------------------------------------------------------------

TRAINING: Final = (  # one row a person and session
    "session_code",
    "township_code",  # whose session it is, None: the county's
    "person_id",
    "held_at",
    "passed",
)
TOWNSHIPS: Final = ("township_code", "township_type")  # type: code of the profile's `item.township_types`
COMMUNITIES: Final = (
    "cell_code",
    "township_code",
    "valid_from",
    "valid_to",
)  # villages and communities with a grid cell
VILLAGES: Final = ("cell_code", "township_code", "valid_from", "valid_to")  # of these, from the day patrols are planned
VILLAGE_OFFICERS: Final = ("cell_code", "person_id", "valid_from", "valid_to")  # who is named for it
POSTS: Final = (  # posts and offices the plan asks for
    "township_code",
    "post",
    "needed",  # how many people in each
    "valid_from",  # as the plan's value: NaT for ever
    "valid_to",
)
POST_HOLDERS: Final = ("township_code", "post", "person_id", "valid_from", "valid_to")
EQUIPMENT: Final = (  # one row a thing
    "equipment_code",
    "township_code",
    "kind",  # `vehicle`, `pickup`, …
    "valid_from",
    "valid_to",
)
COVERAGE: Final = (  # one row a cell and shift, as things stood at the moment asked for
    "cell_code",
    "township_code",
    "settlement",  # Settlement
    "shift",  # None: units on duty now; else the shift planned
    "area",  # km²
    "leads",  # of the last `coverage.lead_days`
    "minutes",  # of the nearest unit on duty, NaN: none
)
PATROLS: Final = ("cell_code", "patrolled_at")

# -- cases and what passes between organs -----------------------------------------------------------------------------

CASES: Final = (
    "case_id", "township_code", "organ_code", "item_code",
    "procedure",  # Procedure
    "filed_at",  # NaT: on the spot, or not yet filed
    "decision_due_at",  # as recorded, with the exclusions of its field; NaT: no limit
    "decided_at",
    "closed_at",
    "ended_at",  # left its course without a decision: dropped, transferred out, referred
    "hearing_at",
    "review_required",
    "fine",  # yuan, number or Decimal; None or 0: none
    "fine_due_at",
    "paid_at",  # in full
)  # fmt: skip
REVIEWS: Final = ("review_id", "case_id", "township_code", "submitted_at", "opinion", "opinion_at")  # one row a round
REMEDIES: Final = (
    "remedy_id", "case_id", "township_code", "item_code",
    "kind",  # reconsideration, suit
    "asked_at",
    "result",  # RemedyResult
    "decided_at",
)  # fmt: skip
FILE_REVIEWS: Final = ("case_id", "township_code", "score", "scored_at")  # one row each time a file is scored
CARDS: Final = ("card_id", "person_id", "township_code", "kind", "given_at", "ended_at")  # CardKind
DEADLINES: Final = (
    "kind",  # policy.schema.DEADLINE_KINDS
    "matter",  # MatterKind
    "township_code",
    "organ_code",  # whose business it is
    "whose",  # organ, party: whose time it is
    "sense",  # latest, earliest
    "begun_at",
    "due_at",
    "done_at",
    "ended_at",  # no longer mattered
    "matter_number",
)
TRANSFERS: Final = ("transfer_id", "township_code", "from_organ", "to_organ", "sent_at", "received_at", "objected_at")
ASSISTANCE: Final = (
    "request_id", "township_code", "from_organ", "to_organ", "asked_at", "answer_due_at", "answered_at", "refused",
)  # fmt: skip
MEETINGS: Final = ("meeting_id", "held_at")  # joint meetings 联席会议
STEPS: Final = (  # one row an event
    "matter_number",
    "verb",
    "organ_code",
    "made_at",
    "entry",  # `online`, or `paper` entered afterwards
)

# -- items and inspections --------------------------------------------------------------------------------------------

DOMAINS: Final = ("domain", "valid_from", "valid_to")  # fields of enforcement that count (police and fire do not)
ITEMS: Final = (  # lists of items, one row an item, list and type of township
    "item_code",
    "domain",
    "kind",  # ItemKind: the list it stands on
    "township_type",  # None: for every type
    "valid_from",
    "valid_to",
    "first_used_at",  # when its first case was filed or decided on the spot, NaT: never
)
DELEGATIONS: Final = ("township_code", "item_code", "kind", "valid_from", "valid_to")  # what townships have taken on
SCENARIOS: Final = ("scenario_code", "valid_from", "valid_to")  # “one matter” 一件事 in use
INSPECTION_ITEMS: Final = ("item_code", "organ_code", "valid_from", "valid_to")  # published inspection items
INSPECTED_ITEMS: Final = ("visit_id", "item_code", "inspected_at")
INSPECTIONS: Final = (
    "visit_id", "subject_id", "organ_code", "township_code", "entered_at",
    "plans",  # how many plans of departments this one visit served
)  # fmt: skip
SUBJECTS: Final = ("subject_id", "credit_code", "known_at")  # whom enforcement concerns

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "people": PEOPLE,
    "certificates": CERTIFICATES,
    "postings": POSTINGS,
    "leads": LEADS,
    "tasks": TASKS,
    "teams": TEAMS,
    "shifts": SHIFTS,
    "training": TRAINING,
    "townships": TOWNSHIPS,
    "communities": COMMUNITIES,
    "villages": VILLAGES,
    "village_officers": VILLAGE_OFFICERS,
    "posts": POSTS,
    "post_holders": POST_HOLDERS,
    "equipment": EQUIPMENT,
    "coverage": COVERAGE,
    "patrols": PATROLS,
    "cases": CASES,
    "reviews": REVIEWS,
    "remedies": REMEDIES,
    "file_reviews": FILE_REVIEWS,
    "cards": CARDS,
    "deadlines": DEADLINES,
    "transfers": TRANSFERS,
    "assistance": ASSISTANCE,
    "meetings": MEETINGS,
    "steps": STEPS,
    "domains": DOMAINS,
    "items": ITEMS,
    "delegations": DELEGATIONS,
    "scenarios": SCENARIOS,
    "inspection_items": INSPECTION_ITEMS,
    "inspected_items": INSPECTED_ITEMS,
    "inspections": INSPECTIONS,
    "subjects": SUBJECTS,
}
"""Frame → columns. `tasks.ended_at`: when a task was declined, recalled or expired; `teams.on_duty`: officers on duty
now, `teams.open_tasks`: tasks not yet reported or ended; `township_code` None: unlocated lead, county-wide team."""

_MOMENT_ENDINGS: Final = ("_at", "_from", "_to")


def moments(name: str) -> tuple[str, ...]:
    """The columns of frame `name` that hold moments."""
    return tuple(column for column in COLUMNS[name] if column.endswith(_MOMENT_ENDINGS))


def require_columns(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """`frame` with exactly the columns of `name`, moments as UTC; raises ValueError naming what is missing or naive."""
    missing = [column for column in COLUMNS[name] if column not in frame.columns]
    if missing:
        raise ValueError(f"frame {name}: columns missing: {', '.join(missing)}")
    changed = {column: _utc(frame[column], name) for column in moments(name) if not _is_utc(frame[column])}
    return frame.assign(**changed) if changed else frame


def empty(name: str) -> pd.DataFrame:
    """A frame `name` without rows, with the right types."""
    return require_columns(pd.DataFrame(columns=list(COLUMNS[name])), name)


def _is_utc(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.DatetimeTZDtype) and str(column.dtype.tz) == "UTC"


def _utc(column: pd.Series, name: str) -> pd.Series:
    """Aware moments of another zone, and all-empty columns, as UTC; naive ones are refused."""
    filled = column.dropna()
    naive = pd.api.types.is_datetime64_dtype(column.dtype) or any(getattr(v, "tzinfo", True) is None for v in filled)
    if naive and len(filled):
        raise ValueError(f"frame {name}: column {column.name} has moments without a time zone")
    return pd.to_datetime(column, utc=True)
