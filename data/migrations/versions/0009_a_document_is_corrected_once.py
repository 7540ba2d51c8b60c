"""A document is corrected by one other at most."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index(op.f("ix_paper_replaces_id"), "paper", ["replaces_id"], unique=True)


def downgrade():
    op.drop_index(op.f("ix_paper_replaces_id"), table_name="paper")
