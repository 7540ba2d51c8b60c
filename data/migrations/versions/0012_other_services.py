"""Calls taken, and hand-over to and from 110, 119 and 120."""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    pass


def downgrade():
    pass
