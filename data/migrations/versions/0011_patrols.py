"""Patrol plans per village grid and what was walked; drills, which have a database of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "drill",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("scenario", sa.String(), nullable=False),
        sa.Column("cell_code", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_drill_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill")),
        sa.UniqueConstraint("number", name=op.f("uq_drill_number")),
    )
    op.create_index(op.f("ix_drill_jurisdiction_id"), "drill", ["jurisdiction_id"])
    op.create_table(
        "drill_inject",
        sa.Column("drill_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["drill_id"], ["drill.id"], name=op.f("fk_drill_inject_drill_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_drill_inject_jurisdiction_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_drill_inject_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_inject")),
        sa.UniqueConstraint("drill_id", "place", name=op.f("uq_drill_inject_drill_id_place")),
    )
    op.create_index(op.f("ix_drill_inject_jurisdiction_id"), "drill_inject", ["jurisdiction_id"])
    op.create_table(
        "patrol",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_patrol_jurisdiction_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_patrol_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_patrol_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_patrol_jurisdiction_id_number")),
    )
    op.create_index("ix_patrol_begun", "patrol", ["jurisdiction_id", "started_at"])
    op.create_index(op.f("ix_patrol_jurisdiction_id"), "patrol", ["jurisdiction_id"])
    op.create_index(op.f("ix_patrol_person_id"), "patrol", ["person_id"])
    op.create_index(op.f("ix_patrol_team_id"), "patrol", ["team_id"])
    op.create_index(op.f("ix_patrol_township_code"), "patrol", ["township_code"])
    op.create_table(
        "patrol_plan",
        sa.Column("cell_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("per", sa.String(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_patrol_plan_jurisdiction_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_patrol_plan_person_id")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_patrol_plan_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_plan")),
        sa.UniqueConstraint(
            "jurisdiction_id",
            "cell_code",
            "valid_from",
            name=op.f("uq_patrol_plan_jurisdiction_id_cell_code_valid_from"),
        ),
    )
    op.create_index(op.f("ix_patrol_plan_jurisdiction_id"), "patrol_plan", ["jurisdiction_id"])
    op.create_index(op.f("ix_patrol_plan_township_code"), "patrol_plan", ["township_code"])
    op.create_table(
        "patrol_lead",
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_patrol_lead_jurisdiction_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_patrol_lead_lead_id")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_lead_patrol_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_lead")),
        sa.UniqueConstraint("lead_id", name=op.f("uq_patrol_lead_lead_id")),
    )
    op.create_index(op.f("ix_patrol_lead_jurisdiction_id"), "patrol_lead", ["jurisdiction_id"])
    op.create_index(op.f("ix_patrol_lead_patrol_id"), "patrol_lead", ["patrol_id"])
    op.create_table(
        "patrol_visit",
        sa.Column("patrol_id", sa.Uuid(), nullable=False),
        sa.Column("cell_code", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_patrol_visit_jurisdiction_id")),
        sa.ForeignKeyConstraint(["patrol_id"], ["patrol.id"], name=op.f("fk_patrol_visit_patrol_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patrol_visit")),
        sa.UniqueConstraint("patrol_id", "cell_code", name=op.f("uq_patrol_visit_patrol_id_cell_code")),
    )
    op.create_index(op.f("ix_patrol_visit_jurisdiction_id"), "patrol_visit", ["jurisdiction_id"])
    op.create_index("ix_patrol_visit_time", "patrol_visit", ["jurisdiction_id", "visited_at"])


def downgrade():
    for name in ("drill_inject", "drill", "patrol_lead", "patrol_visit", "patrol", "patrol_plan"):
        op.drop_table(name)
