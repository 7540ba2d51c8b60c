"""Inspections: plans, draws, visits, joint operations, the caps organs have published."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "inspection_cap",
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("cap", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_inspection_cap_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_cap")),
    )
    op.create_table(
        "inspection_draw",
        sa.Column("plan_number", sa.String(), nullable=False),
        sa.Column("algorithm", sa.String(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("subjects_wanted", sa.Integer(), nullable=False),
        sa.Column("inspectors_wanted", sa.Integer(), nullable=False),
        sa.Column("population_sha256", sa.String(), nullable=False),
        sa.Column("committed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.String(), nullable=True),
        sa.Column("seed_source", sa.String(), nullable=True),
        sa.Column("beacon_name", sa.String(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_subjects", sa.JSON(), nullable=False),
        sa.Column("drawn_inspectors", sa.JSON(), nullable=False),
        sa.Column("discarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("course", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_inspection_draw_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_draw")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_inspection_draw_jurisdiction_id_number")),
    )
    op.create_table(
        "inspection_plan",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approval", sa.String(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filing", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("course", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_inspection_plan_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_plan")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_inspection_plan_jurisdiction_id_number")),
    )
    op.create_table(
        "inspection_visit",
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("organs", sa.JSON(), nullable=False),
        sa.Column("plans", sa.JSON(), nullable=False),
        sa.Column("draws", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("agreed", sa.JSON(), nullable=False),
        sa.Column("cap_exception", sa.String(), nullable=True),
        sa.Column("exception_reason", sa.String(), nullable=True),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("operation", sa.String(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice", sa.String(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("guidance", sa.String(), nullable=True),
        sa.Column("informed", sa.String(), nullable=True),
        sa.Column("report", sa.String(), nullable=True),
        sa.Column("lead_number", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("course", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_inspection_visit_jurisdiction_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_inspection_visit_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_visit")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_inspection_visit_jurisdiction_id_number")),
    )
    op.create_table(
        "joint_operation",
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("participants", sa.JSON(), nullable=False),
        sa.Column("townships", sa.JSON(), nullable=False),
        sa.Column("heard", sa.JSON(), nullable=False),
        sa.Column("consent", sa.String(), nullable=True),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("results", sa.String(), nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=True),
        sa.Column("course", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_joint_operation_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joint_operation")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_joint_operation_jurisdiction_id_number")),
    )
    op.create_index(op.f("ix_inspection_cap_jurisdiction_id"), "inspection_cap", ["jurisdiction_id"], unique=False)
    op.create_index(
        "ix_inspection_cap_organ", "inspection_cap", ["jurisdiction_id", "organ_code", "year"], unique=False
    )
    op.create_index(op.f("ix_inspection_draw_jurisdiction_id"), "inspection_draw", ["jurisdiction_id"], unique=False)
    op.create_index(op.f("ix_inspection_plan_jurisdiction_id"), "inspection_plan", ["jurisdiction_id"], unique=False)
    op.create_index("ix_inspection_plan_period", "inspection_plan", ["jurisdiction_id", "begins_on"], unique=False)
    op.create_index("ix_inspection_visit_day", "inspection_visit", ["jurisdiction_id", "visit_on"], unique=False)
    op.create_index(op.f("ix_inspection_visit_jurisdiction_id"), "inspection_visit", ["jurisdiction_id"], unique=False)
    op.create_index(op.f("ix_inspection_visit_party_id"), "inspection_visit", ["party_id"], unique=False)
    op.create_index(op.f("ix_joint_operation_jurisdiction_id"), "joint_operation", ["jurisdiction_id"], unique=False)
