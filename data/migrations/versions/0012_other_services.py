"""Calls taken, hand-over to and from 110, 119 and 120, requests for a photograph, alarms somebody has answered."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LEAD, ACCOUNT, PLACE = ("lead_id", "lead"), ("account_id", "account"), ("jurisdiction_id", "jurisdiction")


def _keyed(table, *references):
    return [
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, other in (*references, PLACE)
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _index(table, *columns):
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)


def upgrade():
    op.create_table(
        "call",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("attached", sa.Boolean(), nullable=False),
        sa.Column("caller_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_digest", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keyed("call", LEAD, ACCOUNT),
    )
    _index("call", "jurisdiction_id", "lead_id")
    op.create_index("ix_call_phone", "call", ["jurisdiction_id", "phone_digest", "taken_at"], unique=False)
    op.create_table(
        "service_hand_over",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(), nullable=True),
        sa.Column("came_as", sa.String(), nullable=True),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keyed("service_hand_over", LEAD, ACCOUNT),
        sa.UniqueConstraint("jurisdiction_id", "came_as", name=op.f("uq_service_hand_over_jurisdiction_id_came_as")),
    )
    _index("service_hand_over", "jurisdiction_id", "lead_id")
    op.create_table(
        "eyes_request",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Double(), nullable=True),
        sa.Column("same_cell", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("photographs", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keyed("eyes_request", LEAD, ("team_id", "team"), ACCOUNT),
    )
    _index("eyes_request", "jurisdiction_id", "lead_id")
    op.create_table(
        "alarm_answer",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("alarm", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        *_keyed("alarm_answer", ACCOUNT),
        sa.UniqueConstraint("account_id", "alarm", name=op.f("uq_alarm_answer_account_id_alarm")),
    )
    _index("alarm_answer", "jurisdiction_id")


def downgrade():
    for table in ("alarm_answer", "eyes_request", "service_hand_over", "call"):
        op.drop_table(table)
