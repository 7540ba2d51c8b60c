"""Which days a changed row touches, and why a figure was counted again."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "figure_change",
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_figure_change_jurisdiction_id")
        ),
        sa.PrimaryKeyConstraint("jurisdiction_id", "source", "since", "until", name=op.f("pk_figure_change")),
    )
    op.add_column("figure_snapshot", sa.Column("cause", sa.String(), nullable=True))
    for table, name in (("task", "reported"), ("task", "ended"), ("deadline", "done"), ("deadline", "ended")):
        is_over = sa.text(f"{name}_at IS NOT NULL")
        op.create_index(
            f"ix_{table}_{name}",
            table,
            ["jurisdiction_id", f"{name}_at"],
            sqlite_where=is_over,
            postgresql_where=is_over,
        )
    op.create_index("ix_deadline_ever_due", "deadline", ["jurisdiction_id", "due_at"])
    runs = sa.text("ended_at IS NULL AND (reported_at IS NULL OR arrived_at IS NULL OR accepted_at IS NULL)")
    op.create_index("ix_task_runs", "task", ["jurisdiction_id"], sqlite_where=runs, postgresql_where=runs)
    waits = sa.text("resolved_at IS NULL AND status NOT IN ('duplicate', 'rejected', 'transferred')")
    op.create_index("ix_lead_waits", "lead", ["jurisdiction_id"], sqlite_where=waits, postgresql_where=waits)
