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
