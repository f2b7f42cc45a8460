"""What chains of enhancers and readers made of crops, and saved recipes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MOMENT = sa.DateTime(timezone=True)
_SHA256 = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "enhancements",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("crop_sha256", _SHA256, nullable=False),
        sa.Column("chain", _SHA256, nullable=False),
        sa.Column("picture_sha256", _SHA256, index=True),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("enhancers", sa.JSON, nullable=False),
        sa.Column("elapsed_ms", sa.Double, nullable=False),
        sa.Column("failure", sa.JSON),
        sa.Column("created", _MOMENT, nullable=False),
        sa.UniqueConstraint("crop_sha256", "chain"),
    )
    op.create_table(
        "cells",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("crop_sha256", _SHA256, nullable=False),
        sa.Column("chain", _SHA256, nullable=False),
        sa.Column("reader", _SHA256, nullable=False),
        sa.Column("elapsed_ms", sa.Double, nullable=False),
        sa.Column("reading", sa.JSON),
        sa.Column("failure", sa.JSON),
        sa.Column("created", _MOMENT, nullable=False),
        sa.UniqueConstraint("crop_sha256", "chain", "reader"),
    )
    op.create_table(
        "recipes",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("recipe", sa.JSON, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
    )
