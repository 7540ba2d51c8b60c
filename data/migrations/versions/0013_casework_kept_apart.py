"""Free texts of steps kept apart from the chain; files an erasure gives up; money that is paid back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ERASABLE = ("paper", "evidence", "case_file")


def upgrade():
    op.create_table(
        "said",
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_said_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_said")),
    )
    op.create_index(op.f("ix_said_jurisdiction_id"), "said", ["jurisdiction_id"], unique=False)
    op.create_index("ix_said_subject", "said", ["subject_id"], unique=False)
    op.create_table(
        "doomed_file",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_doomed_file_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doomed_file")),
        sa.UniqueConstraint("kind", "sha256", name=op.f("uq_doomed_file_kind_sha256")),
    )
    op.create_index(op.f("ix_doomed_file_jurisdiction_id"), "doomed_file", ["jurisdiction_id"], unique=False)
    op.create_index("ix_doomed_open", "doomed_file", ["jurisdiction_id", "destroyed_at"], unique=False)
    op.create_table(
        "refund",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("voucher", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_refund_case_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_refund_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
    )
    op.create_index(op.f("ix_refund_jurisdiction_id"), "refund", ["jurisdiction_id"], unique=False)
    op.create_index(op.f("ix_refund_case_id"), "refund", ["case_id"], unique=False)
    op.add_column("payment", sa.Column("bank", sa.String(), nullable=True))
    for table in ERASABLE:
        op.add_column(table, sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade():
    for table in ERASABLE:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("erased_at")
    with op.batch_alter_table("payment") as batch:
        batch.drop_column("bank")
    for table in ("refund", "doomed_file", "said"):
        op.drop_table(table)
