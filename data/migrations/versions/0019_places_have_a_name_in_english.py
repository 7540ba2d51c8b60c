"""Cells of the grid have an English name where somebody has given one."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("grid_cell", sa.Column("name_en", sa.String(), nullable=True))
