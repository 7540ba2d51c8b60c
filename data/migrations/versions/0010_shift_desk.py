"""The shift desk: who handed over what to whom, and when."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "duty_contact",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("organ_code", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_duty_contact_jurisdiction_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_contact_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_contact")),
    )
    op.create_index(op.f("ix_duty_contact_jurisdiction_id"), "duty_contact", ["jurisdiction_id"])
    op.create_index("ix_duty_contact_organ", "duty_contact", ["jurisdiction_id", "organ_code"])

    op.create_table(
        "shift_note",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_shift_note_account_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_shift_note_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_note")),
    )
    op.create_index(op.f("ix_shift_note_jurisdiction_id"), "shift_note", ["jurisdiction_id"])
    op.create_index("ix_shift_note_at", "shift_note", ["jurisdiction_id", "at"])

    op.create_table(
        "handover",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("leader", sa.String(), nullable=True),
        sa.Column("crew", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("matters", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by"], ["account.id"], name=op.f("fk_handover_accepted_by")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_handover_jurisdiction_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["account.id"], name=op.f("fk_handover_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("jurisdiction_id", "number", name=op.f("uq_handover_jurisdiction_id_number")),
        sa.UniqueConstraint("jurisdiction_id", "starts_at", name=op.f("uq_handover_jurisdiction_id_starts_at")),
    )
    op.create_index(op.f("ix_handover_jurisdiction_id"), "handover", ["jurisdiction_id"])

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("called_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("result", sa.String(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_notice_contact_id"), "duty_contact", ["contact_id"], ["id"])


def downgrade():
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_notice_contact_id"), type_="foreignkey")
        for name in ("result", "called_at", "contact_id"):
            batch_op.drop_column(name)
    for name in ("handover", "shift_note", "duty_contact"):
        op.drop_table(name)
