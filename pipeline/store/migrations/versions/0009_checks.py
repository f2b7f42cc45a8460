"""Checks of what enhancing does to finding vehicles and plates, and what was measured for them."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_MOMENT = sa.DateTime(timezone=True)
_SHA256 = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("fingerprint", _SHA256, nullable=False, index=True),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("finished", _MOMENT),
        sa.Column("chains", sa.JSON, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
        sa.Column("pictures", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "measurements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("picture_sha256", _SHA256, nullable=False),
        sa.Column("fingerprint", _SHA256, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("measured", sa.JSON, nullable=False),
        sa.UniqueConstraint("picture_sha256", "fingerprint"),
    )
