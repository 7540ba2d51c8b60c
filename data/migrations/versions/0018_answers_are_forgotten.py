"""Answers kept under an Idempotency-Key are forgotten after a while: they are looked up by when they were given."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_answered_at", "answered", ["jurisdiction_id", "at"])
