"""What the county office keeps: staffing, supervision, plans of postings and reports."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "appraisal",
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_code", sa.String(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("profile_digest", sa.String(), nullable=False),
        sa.Column("restatement", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_appraisal_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
        sa.UniqueConstraint(
            "jurisdiction_id",
            "period",
            "subject_kind",
            "subject_code",
            "restatement",
            name=op.f("uq_appraisal_jurisdiction_id_period_subject_kind_subject_code_restatement"),
        ),
    )
    with op.batch_alter_table("appraisal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appraisal_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("complainant_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("about_organ", sa.String(), nullable=True),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("matter_number", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("founded", sa.Boolean(), nullable=True),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("card_number", sa.String(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_complaint_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_complaint_jurisdiction_id_number")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "equipment",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_equipment_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_equipment")),
        sa.UniqueConstraint("jurisdiction_id", "code", name=op.f("uq_equipment_jurisdiction_id_code")),
    )
    with op.batch_alter_table("equipment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_equipment_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "file_draw",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("population_sha256", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("seed_source", sa.String(), nullable=True),
        sa.Column("beacon_name", sa.String(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn", sa.JSON(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_file_draw_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_draw")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_file_draw_jurisdiction_id_number")),
    )
    with op.batch_alter_table("file_draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_draw_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "meeting",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_meeting_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_meeting_jurisdiction_id_number")),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "posting_plan",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("changed_by_hand", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_posting_plan_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_plan")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_posting_plan_jurisdiction_id_number")),
    )
    with op.batch_alter_table("posting_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_plan_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "report",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("business_date", sa.Date(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_report_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "jurisdiction_id",
            "kind",
            "business_date",
            "language",
            "edition",
            "media_type",
            name=op.f("uq_report_edition"),
        ),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "scenario",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_scenario_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.UniqueConstraint("jurisdiction_id", "code", name=op.f("uq_scenario_jurisdiction_id_code")),
    )
    with op.batch_alter_table("scenario", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scenario_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "training",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=True),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.Double(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_training_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training")),
        sa.UniqueConstraint("jurisdiction_id", "code", name=op.f("uq_training_jurisdiction_id_code")),
    )
    with op.batch_alter_table("training", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "meeting_decision",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("owner_organ", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_meeting_decision_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_meeting_decision_meeting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_decision")),
    )
    with op.batch_alter_table("meeting_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meeting_decision_jurisdiction_id"), ["jurisdiction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_meeting_decision_meeting_id"), ["meeting_id"], unique=False)
        batch_op.create_index("ix_meeting_decision_open", ["jurisdiction_id", "done_at", "due_on"], unique=False)

    op.create_table(
        "conduct_card",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("matter_number", sa.String(), nullable=True),
        sa.Column("ground_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("clause", sa.String(), nullable=True),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_conduct_card_jurisdiction_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conduct_card_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_card")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_conduct_card_jurisdiction_id_number")),
    )
    with op.batch_alter_table("conduct_card", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conduct_card_jurisdiction_id"), ["jurisdiction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_conduct_card_person_id"), ["person_id"], unique=False)

    op.create_table(
        "post_holder",
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_post_holder_jurisdiction_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_holder_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_holder")),
    )
    with op.batch_alter_table("post_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_holder_jurisdiction_id"), ["jurisdiction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_post_holder_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_post_holder_township", ["jurisdiction_id", "township_code"], unique=False)

    op.create_table(
        "training_result",
        sa.Column("training_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_training_result_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_training_result_person_id")),
        sa.ForeignKeyConstraint(["training_id"], ["training.id"], name=op.f("fk_training_result_training_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_result")),
        sa.UniqueConstraint("training_id", "person_id", name=op.f("uq_training_result_training_id_person_id")),
    )
    with op.batch_alter_table("training_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_training_result_jurisdiction_id"), ["jurisdiction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_result_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_training_result_training_id"), ["training_id"], unique=False)

    op.create_table(
        "village_officer",
        sa.Column("cell_code", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_village_officer_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_village_officer_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_village_officer")),
    )
    with op.batch_alter_table("village_officer", schema=None) as batch_op:
        batch_op.create_index("ix_village_officer_cell", ["jurisdiction_id", "cell_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_village_officer_jurisdiction_id"), ["jurisdiction_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_village_officer_person_id"), ["person_id"], unique=False)

    op.create_table(
        "secondment",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("works_at", sa.String(), nullable=True),
        sa.Column("posted_until", sa.Date(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_secondment_jurisdiction_id")),
        sa.ForeignKeyConstraint(["posting_id"], ["posting.id"], name=op.f("fk_secondment_posting_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secondment")),
        sa.UniqueConstraint("posting_id", name=op.f("uq_secondment_posting_id")),
    )
    with op.batch_alter_table("secondment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_secondment_jurisdiction_id"), ["jurisdiction_id"], unique=False)

    op.create_table(
        "file_score",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("draw_number", sa.String(), nullable=True),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("reviewer_code", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_file_score_case_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_file_score_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_score")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_file_score_jurisdiction_id_number")),
    )
    with op.batch_alter_table("file_score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_score_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_score_jurisdiction_id"), ["jurisdiction_id"], unique=False)
