"""Leads, cases and items are looked up by what a day's figures ask for: a plan is never led through all that is open or over."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index("ix_lead_resolved", "lead")
    _where("ix_lead_resolved", "lead", ["jurisdiction_id", "resolved_at"], "resolved_at IS NOT NULL")
    op.drop_index("ix_case_item", "case_file")
    op.create_index("ix_case_item", "case_file", ["item_id", "decided_at", "filed_at", "jurisdiction_id"])
    op.create_index("ix_case_proposed", "case_file", ["jurisdiction_id", "proposed_at"])
    _where("ix_case_closed", "case_file", ["jurisdiction_id", "closed_at"], "closed_at IS NOT NULL")
    _where("ix_case_paid", "case_file", ["jurisdiction_id", "paid_at"], "paid_at IS NOT NULL")
    _where("ix_case_runs", "case_file", ["jurisdiction_id"], "closed_at IS NULL")


def _where(name, table, columns, condition):
    which = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=which, postgresql_where=which)
