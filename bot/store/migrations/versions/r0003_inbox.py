"""The inbox: updates committed before Telegram is told that they came, and what is owed for them."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counted = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "arrivals",
        sa.Column("update", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "inbox",
        sa.Column("number", counted, primary_key=True),
        sa.Column("update", sa.BigInteger, nullable=False),
        sa.Column("lane", sa.String(40), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("too_fast", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.Integer),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Index("inbox_lane", "lane", "number"),
    )
    op.create_table(
        "outgoing",
        sa.Column("update", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("lane", sa.String(40), nullable=False, index=True),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("question", sa.BigInteger),
        sa.Column("effect", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.Integer),
    )


def downgrade() -> None:
    for table in ("outgoing", "inbox", "arrivals"):
        op.drop_table(table)
