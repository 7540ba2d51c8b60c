"""The keys a profile may set: kind, units and shape, declared once; the loader and the JSON Schema both read this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from policy.text import say

Kind = Literal["number", "integer", "flag", "text", "texts", "record", "records", "deadline"]
Shape = Mapping[str, str]

TIME_UNITS: Final = ("minute", "hour", "working_day", "calendar_day", "month", "year")
UNITS: Final = (
    *TIME_UNITS,
    "share",
    "count",
    "yuan",
    "per_year",
    "per_half_year",
    "per_day_share",
    "metre",
    "km_per_hour",
    "factor",
    "weight",
    "deadline",
    "none",
)

# Field notation: "text", "integer", "number", "flag", "date", "texts", "table"; "a|b|c" is a closed choice; a "?" before it makes it optional.
NAMED: Final[Shape] = {"code": "text", "name_zh": "text", "name_en": "text"}
DEADLINE: Final[Shape] = {
    "amount": "integer",
    "unit": "|".join(TIME_UNITS),
    "start": "text",
    "end": "text",
    "whose": "organ|party",
    "sense": "?latest|earliest",
    "rolls": "?flag",
    "rolls_ground": "?text",
    "stops": "?texts",
    "extension": "?table",
}
EXTENSION: Final[Shape] = {"amount": "integer", "unit": "|".join(TIME_UNITS), "times": "integer"}


@dataclass(frozen=True, slots=True)
class Key:
    """One declared key: what kind of value, in which units, of what shape."""

    name: str
    kind: Kind
    units: tuple[str, ...] = ("none",)
    shape: Shape = field(default_factory=dict)

    def meaning(self, lang: str = "zh") -> str:
        """What the key says, in one line, from the catalogue."""
        return say(f"policy.key.{self.name}", lang)


def _share(*names: str) -> list[Key]:
    return [Key(name, "number", ("share",)) for name in names]


def _count(*names: str, unit: str = "count") -> list[Key]:
    return [Key(name, "integer", (unit,)) for name in names]


def _time(unit: str, *names: str) -> list[Key]:
    return [Key(name, "integer", (unit,)) for name in names]


def _number(unit: str, *names: str) -> list[Key]:
    return [Key(name, "number", (unit,)) for name in names]


def _flag(*names: str) -> list[Key]:
    return [Key(name, "flag") for name in names]


def _text(*names: str) -> list[Key]:
    return [Key(name, "text") for name in names]


def _texts(*names: str) -> list[Key]:
    return [Key(name, "texts") for name in names]


def _records(name: str, **shape: str) -> Key:
    return Key(name, "records", ("none",), dict(NAMED) | shape)


def _rows(name: str, **shape: str) -> Key:
    return Key(name, "records", ("none",), shape)


def _record(name: str, unit: str = "none", **shape: str) -> Key:
    return Key(name, "record", (unit,), shape)


def _deadlines(*kinds: str) -> list[Key]:
    return [Key(f"deadline.{kind}", "deadline", ("deadline",), DEADLINE) for kind in kinds]


DEADLINE_KINDS: Final = (
    "transfer", "transfer_urgent", "transfer_answer", "preservation", "sealing", "hearing_request", "hearing_notice",
    "decision", "service", "payment", "cash_to_organ", "cash_to_bank", "publication_withdrawal", "reminder_to_court",
    "court_application", "reconsideration", "reconsideration_untold", "suit", "suit_after_reconsideration",
    "criminal_head", "criminal_send", "criminal_police", "criminal_forward", "criminal_retry", "criminal_review",
    "criminal_procurator", "criminal_goods", "compulsion_report", "limitation", "limitation_serious", "joint_meeting",
    "statement", "major_penalty_filing", "escalation_answer", "assistance_answer", "complaint_answer",
    "supervision_answer", "police_support",
)  # fmt: skip

HEAD: Final = {"head_zh": "?text", "head_en": "?text", "deputy_zh": "?text", "deputy_en": "?text"}

_ALL: Final[tuple[Key, ...]] = (
    # grid and force: G1 – G16
    _records("grid.levels", **HEAD, work_zh="?text", work_en="?text"),
    _records("grid.regions"),
    _record("grid.general_head", name_zh="text", name_en="text"),
    *_text("grid.workers_from"),
    *_texts("grid_worker.may", "grid_worker.reports_to", "auxiliary.may"),
    _records("network.levels"),
    _records("loop.stages", states="texts"),
    _records("loop.patrol_stages"),
    *_share("village_officer.share"),
    _records("team.parts"),
    _records("team.posts", held_by_zh="?text", held_by_en="?text", minimum="?integer"),
    _records("team.offices", duty_zh="?text", duty_en="?text"),
    _records("organ.tree", parent="?text", kind="?text", count="?integer", organ_zh="?text", organ_en="?text"),
    _records("teams.professional", department_zh="?text", department_en="?text", domains="?texts"),
    _records("squadron.domains", domains="texts"),
    *_share("sink_down.team_share", "sink_down.force_share", "sink_down.minimum_left"),
    _records("sink_down.modes"),
    _record("sink_down.counting", postings="texts", people="texts", covering="text", home_squadrons="?flag"),
    _record("sink_down.management", name_zh="text", name_en="text", managed_by="township|department|shared"),
    *_flag("sink_down.home_items_only", "sink_down.with_township_officer", "secondment.needs_approval"),
    _rows("sink_down.seed_modes", department_zh="text", department_en="?text", mode="stationed|covering"),
    *_count("officers.minimum", "officers.minimum_compulsion", "officers.minimum_referral"),
    *_flag("officers.certificate_required"),
    *_count("training.per_year", unit="per_year"),
    *_count("equipment.vehicles"),
    *_texts("equipment.devices", "equipment.rooms"),
    *_text("appointment.squadron_head"),
    # items: I1 – I11
    _records("item.kinds", enforced_in_name_of="township|entrusting_organ|department"),
    *_texts("item.reserved_penalties", "item.county_only_fields", "item.not_counted", "publication.content"),
    _rows("item.domains", body_zh="text", field_zh="text", count="integer", department_zh="text"),
    _rows("item.headings", body_zh="text", fields="?integer", count="integer"),
    *_count("item.assessments", unit="per_year"),
    *_text("item.assessed_by", "item.open_matters_on_takeback", "item.catalogue"),
    *_flag("item.taken_on_whole", "item.first_case_joint"),
    *_texts("discretion.outside_needs"),
    *_share("inspection.coverage", "credit.coverage"),
    # leads and dispatch: D1 – D14
    *_texts("lead.sources", "intake.channels"),
    *_time("minute", "lead.assign.normal", "lead.assign.urgent", "lead.assign.emergency"),
    *_time("minute", "task.accept.normal", "task.accept.urgent", "task.accept.emergency"),
    *_time("minute", "response.urban", "response.other", "callout.acknowledge"),
    *_texts("response.urban_classes"),
    *_number("km_per_hour", "travel.speed.urban", "travel.speed.other"),
    *_number("factor", "travel.detour"),
    _record("recommendation.weights", "weight", travel="number", domain="number", load="number", local="number"),
    _record("duplicates.window", minutes="integer", metres="integer", similarity="number"),
    *_flag("dispatch.several_teams"),
    _rows("routing.complexity", when="text", to="text", when_zh="text", when_en="text"),
    *_time("calendar_day", "patrol.cycle", "inspection.merge_window", "inspection.repeat_window"),
    *_count("inspection.cap", "inspection.special", unit="per_year"),
    *_flag("inspection.random", "inspection.published_items_only"),
    *_texts("inspection.cap_exceptions", "inspection.frequency_by"),
    _records("inspection.outcomes", next="text"),
    _rows("acts.by_kind", act="inspect|penalise|compel", organ_zh="text", organ_en="text"),
    # case procedure: C1 – C23
    *_number("yuan", "case.simple.citizen", "case.simple.organisation", "case.cash.maximum"),
    *_number("per_day_share", "case.surcharge.daily"),
    *_share("case.surcharge.cap"),
    *_text("case.finding", "review.required", "review.order", "review.body"),
    *_texts("hearing.kinds"),
    *_number("yuan", "hearing.threshold.citizen", "hearing.threshold.organisation"),
    _records("review.triggers", derived="flag"),
    *_number("yuan", "review.threshold.citizen", "review.threshold.organisation"),
    _records("review.materials"),
    _records("review.points"),
    _records("review.opinions", next="text"),
    *_flag("review.separate_persons", "review.material_asked_once", "review.first_timer_qualified"),
    *_texts("review.outside"),
    _records("escalation.grounds"),
    *_text("escalation.organ"),
    *_count("documents.standard"),
    _records("documents.list"),
    *_deadlines(*DEADLINE_KINDS),
    # between organs: X1 – X10
    *_texts("transfer.materials", "transfer.flow"),
    *_flag("transfer.no_onward", "transfer.stop_ongoing"),
    _records("assistance.grounds"),
    _rows(
        "dispute.ladder", organ_zh="text", organ_en="text", verb="negotiate|coordinate|decide|designate", scope="?text"
    ),
    _records("sharing.kinds"),
    *_text("sharing.excluded", "meeting.convened_by", "joint_operation.consent_of"),
    *_count("meeting.joint", unit="per_half_year"),
    *_flag("meeting.regular", "joint_operation.consult_township"),
    _record("leading_group", head_zh="text", head_en="text", deputy_zh="?text", office_zh="?text", office_en="?text"),
    _records("mediation.parts"),
    # supervision and appraisal: S1 – S10
    _records("file_review.cycle", interval="month|quarter|year"),
    *_count("file_review.best", "file_review.worst", "figures.small_group"),
    _records("cards", effect="warn|suspend|revoke", blocks="flag"),
    *_flag("appraisal.money_counts"),
    _record("appraisal.weights", "weight"),
    _rows("reminder.ladder", at="number", after="?flag", verb="remind|urge|escalate", to="text"),
    *_text("figures.refresh_at"),
    *_time("calendar_day", "coverage.lead_days"),
    *_texts("supervision.means", "supervision.roles"),
    # platform: P1 – P20
    _records("data.portals"),
    _records("data.businesses"),
    _records("data.centre"),
    *_texts("data.mechanisms", "exchange.platforms"),
    *(Key(f"target.F{n:02d}", "number", ("share", "count", "per_year", "per_half_year", "yuan")) for n in range(1, 27)),
)

KEYS: Final[Mapping[str, Key]] = {key.name: key for key in _ALL}


def fits(kind: str, node: Any) -> bool:
    """Whether `node` is of the field kind (`text`, `integer`, `a|b` …, with or without a leading `?`)."""
    kind = kind.removeprefix("?")
    if "|" in kind:
        return node in kind.split("|")
    return _FITS[kind](node)


def _is_number(node: Any) -> bool:
    return isinstance(node, int | float) and not isinstance(node, bool)


def _is_texts(node: Any) -> bool:
    return isinstance(node, list | tuple) and bool(node) and all(isinstance(part, str) and part for part in node)


_FITS: Final[Mapping[str, Callable[[Any], bool]]] = {
    "text": lambda node: isinstance(node, str) and bool(node.strip()),
    "integer": lambda node: isinstance(node, int) and not isinstance(node, bool),
    "number": _is_number,
    "flag": lambda node: isinstance(node, bool),
    "texts": _is_texts,
    "table": lambda node: isinstance(node, Mapping),
    "date": lambda node: isinstance(node, date),
}
