"""Personal data is sealed: names, numbers, telephones, addresses are encrypted under a key of their row."""

import sqlalchemy as sa
from alembic import op

from data.keyring import keyring
from data.models.sealed import bound

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

PARTY = ("name", "identity_number", "representative", "phone", "address")
LEAD = ("reporter_name", "reporter_phone")
STORED = {"name": "person_name"}
BATCH = 1_000


def _table(name, plain):
    columns = [sa.Column(f"{STORED.get(column, column)}_sealed", sa.LargeBinary()) for column in plain]
    return sa.table(
        name,
        sa.Column("id", sa.Uuid()),
        sa.Column("jurisdiction_id", sa.Uuid()),
        sa.Column("kind", sa.String()),
        sa.Column("data_key", sa.LargeBinary()),
        sa.Column("public_name", sa.String()),
        sa.Column("name_digest", sa.String()),
        sa.Column("identity_digest", sa.String()),
        *(sa.Column(column, sa.String()) for column in plain),
        *columns,
    )


def _sealed(name, row, personal):
    """The columns of one row as they are stored from now on."""
    place, key = row.jurisdiction_id, row.id
    wrapped, cipher = keyring().fresh(bound(name, "data_key", place, key))
    stored = {"row_id": key, "data_key": wrapped}
    for column, text in personal.items():
        kept = STORED.get(column, column)
        stored[f"{kept}_sealed"] = None if text is None else cipher.seal(text.encode(), bound(name, kept, place, key))
    return stored


def _lead(row):
    return _sealed("lead", row, {column: getattr(row, column) for column in LEAD})


def _party(row):
    person = row.kind == "citizen"
    personal = {column: getattr(row, column) for column in PARTY} | ({} if person else {"name": None})
    number = row.identity_number
    return _sealed("party", row, personal) | {
        "public_name": None if person else row.name,
        "name_digest": keyring().digest("name", row.jurisdiction_id, row.name) if person and row.name else None,
        "identity_digest": keyring().digest("identity", row.jurisdiction_id, number) if number else None,
    }


def _seal(name, plain, sealed):
    table, connection = _table(name, plain), op.get_bind()
    told = sa.or_(*(table.c[column].is_not(None) for column in plain))
    extra = [table.c.kind] if name == "party" else []
    query = sa.select(table.c.id, table.c.jurisdiction_id, *extra, *(table.c[column] for column in plain)).where(told)
    rows = connection.execute(query).all()
    for start in range(0, len(rows), BATCH):
        stored = [sealed(row) for row in rows[start : start + BATCH]]
        values = {column: sa.bindparam(column) for column in stored[0] if column != "row_id"}
        connection.execute(sa.update(table).where(table.c.id == sa.bindparam("row_id")).values(values), stored)


def upgrade():
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.add_column(sa.Column("data_key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("public_name", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("name_digest", sa.String(), nullable=True))
        for column in PARTY:
            batch_op.add_column(sa.Column(f"{STORED.get(column, column)}_sealed", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.add_column(sa.Column("data_key", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
        for column in LEAD:
            batch_op.add_column(sa.Column(f"{column}_sealed", sa.LargeBinary(), nullable=True))

    _seal("party", PARTY, _party)
    _seal("lead", LEAD, _lead)

    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index("ix_party_number")
        for column in PARTY:
            batch_op.drop_column(column)
        batch_op.create_index("ix_party_name", ["jurisdiction_id", "name_digest"], unique=False)
    with op.batch_alter_table("lead", schema=None) as batch_op:
        for column in LEAD:
            batch_op.drop_column(column)
