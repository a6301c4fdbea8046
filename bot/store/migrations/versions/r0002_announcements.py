"""Subscribers, what is announced, and every letter's way."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    meta = op.create_table(
        "meta",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.String(80), nullable=False),
    )
    op.bulk_insert(meta, [{"name": "made", "value": datetime.now(UTC).isoformat()}])
    op.create_table(
        "subscribers",
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("thread", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
        sa.Column("everything", sa.Boolean, nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("regions", sa.Text, nullable=False),
        sa.Column("levels", sa.Text, nullable=False),
        sa.Column("clusters", sa.Text, nullable=False),
        sa.Column("leads", sa.Text, nullable=False),
        sa.Column("digest", sa.Integer),
        sa.Column("quiet_from", sa.Integer),
        sa.Column("quiet_until", sa.Integer),
        sa.Column("paused", sa.String(8), nullable=False),
    )
    op.create_table(
        "occasions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(120), nullable=False),
        sa.Column("revision", sa.String(24), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("id", "revision"),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("occasion", sa.String(120), nullable=False, index=True),
        sa.Column("revision", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_by", sa.String(40), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed", sa.DateTime(timezone=True)),
        sa.Column("finished", sa.DateTime(timezone=True)),
        sa.Column("asked", sa.Boolean, nullable=False),
    )
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("campaign", sa.Integer, sa.ForeignKey("campaigns.id")),
        sa.Column("occasion", sa.String(120), nullable=False),
        sa.Column("revision", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("chat", sa.BigInteger, nullable=False),
        sa.Column("thread", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("doubts", sa.Integer, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("message", sa.BigInteger),
        sa.Column("reason", sa.String(200)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("occasion", "revision", "kind", "chat", "thread"),
        sa.Index("letters_due", "state", "due"),
        sa.Index("letters_of_campaign", "campaign", "state"),
        sa.Index("letters_of_chat", "chat"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(40), nullable=False),
        sa.Column("what", sa.String(24), nullable=False),
        sa.Column("campaign", sa.Integer),
        sa.Column("about", sa.String(120), nullable=False),
        sa.Column("count", sa.Integer),
    )
    op.create_table(
        "reports",
        sa.Column("chat", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("campaign", sa.Integer, nullable=False),
        sa.Column("language", sa.String(12), nullable=False),
    )


def downgrade() -> None:
    for table in ("reports", "audit", "letters", "campaigns", "occasions", "subscribers", "meta"):
        op.drop_table(table)
