"""What the last answer was about may be a list with many criteria."""

import sqlalchemy as sa
from alembic import op

revision = "r0006"
down_revision = "r0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contexts") as contexts:
        contexts.alter_column("entry", type_=sa.Text, existing_type=sa.String(80), existing_nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("contexts") as contexts:
        contexts.alter_column("entry", type_=sa.String(80), existing_type=sa.Text, existing_nullable=False)
