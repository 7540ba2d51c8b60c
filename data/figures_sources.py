"""What the figures count, table by table: which frames its rows go into, and from which day on a change of a row is felt.

A figure of a past day sees a row as it stood at the end of that day (policy/figures/scope.py, `happened`). So a moment that
moves is felt from the earlier one of old and new; another fact from the row's first moment on; and neither is felt after a
row is over, where the table says what that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from policy.figures.definitions import DEFINITIONS


@dataclass(frozen=True, slots=True)
class Source:
    """A table the figures count.

    `moments` and `facts` are columns, or expressions with `{r}` for the row; a change of anything else is not felt. `over`
    is when a row has ended: only `frames` are then bounded by its last moment, `wide` ones never are. Without `moments`
    every day is touched, `new_rows` aside: they are felt from the moment they are written. `later` are facts that are felt
    from a moment of the row's own only: a fine from the decision that imposes it.
    """

    table: str
    frames: tuple[str, ...]
    moments: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    over: str | None = None
    wide: tuple[str, ...] = ()
    new_rows: bool = False
    later: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)

    @property
    def figures(self) -> frozenset[str]:
        """Figures that count rows of this table."""
        return figures_of((*self.frames, *self.wide))


def figures_of(frames: Iterable[str]) -> frozenset[str]:
    """Figures that read any of `frames`."""
    asked = set(frames)
    return frozenset(one.id for one in DEFINITIONS.values() if asked & {*one.sources, *one.adds})


_VALID: Final = ("valid_from", "valid_to")
_SETTLED: Final = "({r}.status IN ('duplicate', 'rejected', 'transferred'))"

_LEFT: Final = "CASE WHEN {r}.status IN ('dropped', 'handled_otherwise', 'transferred_out', 'referred_criminal') THEN {r}.status END"
_REVIEWED: Final = "coalesce({r}.review_required, {r}.reviewed_at IS NOT NULL)"
_REFUSED: Final = "({r}.status = 'refused')"

_LIST: Final = (
    # -- the force and what it has
    Source("organ", ("people", "tasks", "teams", "domains"), facts=("code", "kind", "field", "township_code")),
    Source(
        "person",
        ("people",),
        ("employed_from", "employed_to"),
        ("kind", "organ_id"),
    ),
    Source("certificate", ("people", "certificates"), _VALID, ("person_id", "suspended_from", "suspended_to")),
    Source("posting", ("postings",), _VALID, ("person_id", "mode", "township_code", "seconded")),
    Source("team", ("teams", "tasks", "shifts"), facts=("code", "organ_id", "township_code", "kind")),
    Source("shift", ("shifts", "teams"), ("starts_at", "ends_at"), ("person_id", "team_id"), over="ends_at"),
    Source("training", ("training",), ("held_at",), ("code", "township_code")),
    Source(
        "training_result",
        ("training",),
        ("(SELECT t.held_at FROM training t WHERE t.id = {r}.training_id)",),
        ("training_id", "person_id", "passed"),
    ),
    Source("village_officer", ("village_officers",), _VALID, ("cell_code", "person_id")),
    Source("post_holder", ("post_holders",), _VALID, ("township_code", "post", "person_id")),
    Source("equipment", ("equipment",), _VALID, ("code", "township_code", "kind")),
    Source("scenario", ("scenarios",), _VALID, ("code",)),
    Source("grid_cell", ("villages", "communities", "townships"), _VALID, ("code", "level", "parent_code", "township_code")),
    Source("patrol_plan", ("villages",), ("valid_from",)),
    Source("patrol_visit", ("patrols",), ("visited_at",), ("cell_code",)),
    # -- the loop
    Source(
        "lead",
        ("leads",),
        ("received_at", "assigned_at", "resolved_at", "assign_due_at"),
        ("number", "township_code", "cell_code", "urgency", "domain", "item_id", "occurred_at", "source", _SETTLED),
        over="resolved_at",
        wide=("tasks",),
    ),
    Source(
        "task",
        ("tasks", "teams"),
        ("assigned_at", "accepted_at", "departed_at", "arrived_at", "reported_at", "ended_at", "accept_due_at",
         "arrive_due_at"),
        ("number", "lead_id", "team_id", "township_code", "kind", "urgency", "settlement"),
        over="coalesce({r}.reported_at, {r}.ended_at)",
    ),
    Source(
        "deadline",
        ("deadlines",),
        ("begun_at", "due_at", "done_at", "ended_at"),
        ("kind", "matter", "matter_id", "township_code", "organ_code", "whose", "sense"),
        over="coalesce({r}.done_at, {r}.ended_at)",
        wide=("cases",),
    ),
    Source(
        "event",
        ("steps", "subjects", "transfers", "cases"),
        ("at",),
        ("organ", "verb", "subject_id", "matter", "role", "facts"),
    ),
    # -- cases and what passes between organs
    Source(
        "case_file",
        ("cases", "reviews", "remedies", "items", "file_reviews"),
        ("proposed_at", "filed_at", "decided_at", "closed_at", "paid_at", "hearing_at"),
        ("number", "township_code", "organ_code", "item_id", _LEFT),
        later={"decided_at": ("procedure", "fine", _REVIEWED)},
    ),
    Source(
        "case_review",
        ("reviews",),
        ("submitted_at", "opinion_at"),
        ("number", "case_id", "township_code", "opinion"),
    ),
    Source("remedy", ("remedies",), ("asked_at", "decided_at"), ("case_id", "kind", "result")),
    Source("file_score", ("file_reviews",), ("scored_at",), ("case_id", "score")),
    Source("conduct_card", ("cards",), ("given_at", "ended_at", "ends_at"), ("number", "person_id", "township_code", "kind")),
    Source(
        "transfer",
        ("transfers",),
        ("sent_at", "received_at", "first_received_at"),
        ("number", "township_code", "from_organ", "to_organ"),
    ),
    Source(
        "assistance",
        ("assistance",),
        ("asked_at", "answer_due_at", "answered_at"),
        ("number", "township_code", "from_organ", "to_organ", _REFUSED),
    ),
    Source("meeting", ("meetings",), ("held_at",), ("number",)),
    # -- items and inspections
    Source("item_field", ("domains",), facts=("code", "enforcing_body")),
    Source(
        "item",
        ("items", "leads", "cases", "inspection_items", "delegations", "remedies"),
        facts=("code", "domain", "enforcing_body", "published_on"),
    ),
    Source("delegation", ("delegations", "items"), _VALID, ("item_id", "township_code", "kind")),
    Source(
        "inspection_visit",
        ("inspections", "inspected_items"),
        ("entered_at",),
        ("party_id", "organ_code", "township_code", "plans", "items"),
    ),
    Source("party", ("subjects",), facts=("credit_code", "kind", "merged_into_id"), new_rows=True),
)  # fmt: skip

SOURCES: Final[dict[str, Source]] = {one.table: one for one in _LIST}
