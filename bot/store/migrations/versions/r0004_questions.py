"""The questions that people ask, without who asked them, for the editors of the base."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questions",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("text", sa.String(200), primary_key=True),
        sa.Column("language", sa.String(12), primary_key=True),
        sa.Column("band", sa.String(8), primary_key=True),
        sa.Column("entry", sa.String(80), primary_key=True),
        sa.Column("times", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("questions")
