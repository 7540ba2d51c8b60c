"""The keys a profile may set: kind, units and shape, declared once; the loader and the JSON Schema both read this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policy.schema_fields import DEADLINE, EXTENSION, NAMED, TIME_UNITS, UNITS, Key, Shape, fits
from policy.travel import ROADS, TERRAINS
from policy.vocabulary import CardKind, ItemKind, LeadSource, LeadStatus, OrganKind, PenaltyKind, PostingMode, TaskKind
from policy.vocabulary_inspection import SubjectCredit, SubjectRisk

__all__ = ["DEADLINE_KINDS", "EXTENSION", "KEYS", "TIME_UNITS", "UNITS", "Key", "Shape", "fits"]


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


def _choice(name: str, *options: str, many: bool = False) -> Key:
    return Key(name, "texts" if many else "text", ("none",), {"*": ("[]" if many else "") + "|".join(options)})


def _records(name: str, **shape: str) -> Key:
    return Key(name, "records", ("none",), dict(NAMED) | shape)


def _lists(*names: str) -> list[Key]:
    """Lists whose entries have a code and a name in both languages, and nothing more."""
    return [_records(name) for name in names]


def _named(*names: str) -> list[Key]:
    """One thing with its name in both languages."""
    return [_record(name, name_zh="text", name_en="text") for name in names]


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
    "supervision_answer", "police_support", "filing",
)  # fmt: skip

BY_HAND: Final = ("report", "dissuade", "gather_information", "publicity", "support")
HEAD: Final = {"head_zh": "?text", "head_en": "?text", "deputy_zh": "?text", "deputy_en": "?text"}

_ALL: Final[tuple[Key, ...]] = (
    # grid and force: G1 – G16
    _records("grid.levels", **HEAD, work_zh="?text", work_en="?text", itself="?flag"),
    _records("grid.regions"),
    _record("grid.general_head", name_zh="text", name_en="text"),
    *_text("grid.workers_from"),
    _choice("grid_worker.may", *TaskKind, *BY_HAND, many=True),
    _choice("auxiliary.may", *TaskKind, *BY_HAND, many=True),
    *_texts("grid_worker.reports_to"),
    _records("network.levels"),
    _records("loop.stages", states="[]" + "|".join(LeadStatus)),
    _records("loop.patrol_stages"),
    *_share("village_officer.share"),
    *_named("team.name", "officers.certificate", "callout.form", "discretion.standard"),
    *_lists("officers.eligible", "officers.not_eligible", "recusal.grounds", "patrol.aims", "patrol.people"),
    *_text("recusal.decided_by"),
    _records("team.parts", count="?integer"),
    _records("team.posts", held_by_zh="?text", held_by_en="?text", minimum="?integer"),
    _records("team.offices", duty_zh="?text", duty_en="?text"),
    _records("organ.tree", parent="?text", kind="?text", count="?integer", organ_zh="?text", organ_en="?text"),
    _records("organ.duties", duty_zh="text", duty_en="text"),
    _records("teams.professional", department_zh="?text", department_en="?text", domains="?texts"),
    _records("squadron.domains", domains="texts", fields_zh="?texts"),
    *_share("sink_down.team_share", "sink_down.force_share", "sink_down.minimum_left"),
    _records("sink_down.modes", code="|".join(PostingMode)),
    _record("sink_down.counting", postings="texts", people="texts", covering="text", home_squadrons="?flag"),
    _record("sink_down.management", name_zh="text", name_en="text", managed_by="township|department|shared"),
    *_flag("sink_down.home_items_only", "sink_down.with_township_officer", "sink_down.guidance"),
    *_flag("secondment.needs_approval", "item.alike_within_type", "item.leaves_department"),
    _rows("sink_down.seed_modes", department_zh="text", department_en="?text", mode="|".join(PostingMode)),
    *_count("officers.minimum", "officers.minimum_compulsion", "officers.minimum_referral"),
    *_flag("officers.certificate_required"),
    *_count("training.per_year", unit="per_year"),
    *_count("equipment.vehicles", "equipment.pickups"),
    *_named("equipment.marking"),
    *_texts("equipment.devices", "equipment.rooms", "training.organised_by", "appraisal.favours"),
    *_text("appointment.squadron_head"),
    # items: I1 – I11
    _records(
        "item.kinds",
        code="|".join(ItemKind),
        enforced_in_name_of="township|entrusting_organ|department",
        cited="?text",
    ),
    _choice("item.otherwise", "department", "bureau"),
    _choice("item.reserved_penalties", *PenaltyKind, many=True),
    _choice("item.police_penalties", *PenaltyKind, many=True),
    *_texts("item.county_only_fields", "item.not_counted", "publication.content"),
    _rows(
        "item.domains", body_zh="text", field_zh="text", count="integer", department_zh="text", department_en="?text"
    ),
    _rows("item.headings", body_zh="text", fields="?integer", count="integer"),
    *_count("item.assessments", unit="per_year"),
    *_text("item.assessed_by", "item.assessment_reported_to", "item.catalogue"),
    _choice("item.open_matters_on_takeback", "finish", "hand_over"),
    *_flag("item.taken_on_whole", "item.first_case_joint", "item.assessed_regularly", "discretion.published"),
    *_lists("item.delegation_principles", "item.adjusted_by", "publication.channels"),
    *_lists("item.selection_factors", "item.township_types", "training.forms", "offsite.forms"),
    *_text("publication.reviewed_by"),
    *_texts("discretion.outside_needs"),
    *_share("inspection.coverage", "credit.coverage"),
    # leads and dispatch: D1 – D14
    _choice("lead.sources", *LeadSource, many=True),
    *_texts("intake.channels"),
    *_time("minute", "lead.assign.normal", "lead.assign.urgent", "lead.assign.emergency"),
    *_time("minute", "task.accept.normal", "task.accept.urgent", "task.accept.emergency"),
    *_time("minute", "response.urban", "response.other", "callout.acknowledge"),
    *_texts("response.urban_classes"),
    *_lists("drill.participants"),
    *_number("km_per_hour", "travel.speed.urban", "travel.speed.other", "travel.speed.walking"),
    _record("travel.roads", "km_per_hour", **dict.fromkeys(ROADS, "number")),
    _record("travel.detour", "factor", **dict.fromkeys(("urban", *TERRAINS), "number")),
    _choice("travel.terrain", *TERRAINS),
    _record("recommendation.weights", "weight", travel="number", domain="number", load="number", local="number"),
    _record("duplicates.window", minutes="integer", metres="integer", similarity="number"),
    *_flag("dispatch.several_teams"),
    *_texts("dispatch.sent", "lead.evidence"),
    _rows("routing.complexity", when="text", to="text", when_zh="text", when_en="text", cited="?text"),
    *_time("calendar_day", "patrol.cycle", "inspection.merge_window", "inspection.repeat_window"),
    *_count("inspection.cap", "inspection.special", unit="per_year"),
    *_flag("inspection.random", "inspection.published_items_only"),
    *_texts("inspection.cap_exceptions", "inspection.frequency_by"),
    _records("inspection.outcomes", next="text"),
    _record("inspection.draw_weights", "weight", **dict.fromkeys((*SubjectRisk, *SubjectCredit), "integer")),
    _records("inspection.division", organ_zh="text", organ_en="text", by="?township|department", cited="?text"),
    *_lists("inspection.steps", "inspection.documents", "inspection.notice", "warning.sources"),
    *_texts("inspection.only_by", "inspection.not_by", "inspection.instead"),
    *_text("inspection.special_approved_by", "inspection.plans_reported_to"),
    *_flag("inspection.once_for_all", "inspection.own_area"),
    _rows("acts.by_kind", act="inspect|penalise|compel", organ_zh="text", organ_en="text", cited="?text"),
    # case procedure: C1 – C23
    *_number("yuan", "case.simple.citizen", "case.simple.organisation", "case.cash.maximum"),
    *_number("per_day_share", "case.surcharge.daily"),
    *_share("case.surcharge.cap"),
    _choice("case.finding", "before_filing", "after_investigation"),
    *_text("case.finding_by", "major_penalty.filed_by", "documents.provided_by", "documents.seal"),
    _records("case.filing_steps", organ_zh="text", organ_en="text"),
    _rows("case.routing", when="text", to="text", when_zh="text", when_en="text"),
    *_texts("case.cash.otherwise", "case.surcharge.not_counted", "case.collective", "compulsion.barred"),
    *_flag("case.collection_separate", "case.fine_once", "compulsion.entrustable", "criminal.penalty_instead"),
    *_lists("case.course", "case.notice", "case.lenient", "offsite.conditions", "record.stages", "record.forms"),
    *_lists("procedure.systems", "procedure.lists", "procedure.internal_rules", "remedies.reconsideration_first"),
    _records("criminal.materials", where_any="?flag"),
    *_named("procedure.manual", "remedies.reconsideration_organ", "remedies.court"),
    _record("compulsion.night", begins="text", ends="text"),
    _choice("review.required", "listed", "every_ordinary"),
    _choice("review.order", "before_notice", "after_hearing"),
    *_text("review.body"),
    _choice("hearing.kinds", *PenaltyKind, "large_fine", "other_heavy", "by_other_law", many=True),
    *_number("yuan", "hearing.threshold.citizen", "hearing.threshold.organisation"),
    _records("review.triggers", derived="flag"),
    *_number("yuan", "review.threshold.citizen", "review.threshold.organisation"),
    *_number("yuan", "review.confiscation.citizen", "review.confiscation.organisation"),
    _records("review.materials"),
    _records("review.points"),
    _records("review.opinions", next="text", when_zh="?text", when_en="?text"),
    *_flag("review.separate_persons", "review.material_asked_once", "review.first_timer_qualified"),
    *_texts("review.outside"),
    _records("escalation.grounds"),
    *_text("escalation.organ", "escalation.raised_by", "escalation.supervised_by"),
    *_count("documents.standard"),
    _records("documents.list"),
    *_deadlines(*DEADLINE_KINDS),
    # between organs: X1 – X10
    *_texts("transfer.materials", "transfer.flow"),
    *_flag("transfer.no_onward", "transfer.stop_ongoing", "transfer.copied_both_ways", "evidence.mutual"),
    *_time("year", "evidence.kept"),
    *_named("transfer.platform", "transfer.receipt", "assistance.on_refusal"),
    _rows("transfer.routes", when="text", to="text", when_zh="text", when_en="text"),
    *_lists("transfer.after_acceptance", "assistance.refusal_grounds"),
    *_texts("assistance.refusal", "meeting.members"),
    *_text("obstruction.handled_by", "joint_operation.proposed_by"),
    *_lists("joint_operation.participants"),
    _records("assistance.grounds"),
    _rows(
        "dispute.ladder",
        organ_zh="text",
        organ_en="text",
        verb="negotiate|coordinate|decide|designate",
        scope="?text",
        seat="?parties|office|" + "|".join(OrganKind),
    ),
    _records("sharing.kinds"),
    *_text("sharing.excluded", "meeting.convened_by", "joint_operation.consent_of"),
    *_count("meeting.joint", unit="per_half_year"),
    *_flag("meeting.regular", "joint_operation.consult_township"),
    _record(
        "leading_group",
        head_zh="text",
        head_en="text",
        deputy_zh="?text",
        office_zh="?text",
        office_en="?text",
        office_head_zh="?text",
        office_head_en="?text",
        members_zh="?texts",
    ),
    _records("mediation.parts"),
    # supervision and appraisal: S1 – S10
    _records("file_review.cycle", interval="month|quarter|year"),
    _record("file_review.drawn", "count", month="?integer", quarter="?integer", year="?integer"),
    _records("file_review.headings", points="integer"),
    *_count("file_review.best", "file_review.worst", "figures.small_group"),
    _records(
        "cards",
        code="|".join(CardKind),
        effect="warn|suspend|revoke",
        blocks="flag",
        days="?integer",
        after="?integer",
        within_days="?integer",
        becomes="?" + "|".join(CardKind),
    ),
    *_flag("appraisal.money_counts", "appraisal.penalty_quota", "personal_data.masked"),
    *_time("year", "personal_data.retention"),
    *_named("appraisal.part_of"),
    *_texts("complaint.taken_by", "file_review.by"),
    *_lists("supervision.measures", "supervision.instruments", "appraisal.awards"),
    _record("appraisal.weights", "weight"),
    _rows(
        "reminder.ladder",
        at="number",
        after="?flag",
        verb="remind|urge|escalate",
        to="handler|township_head|county_office",
    ),
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
