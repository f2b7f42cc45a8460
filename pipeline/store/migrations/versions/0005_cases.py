"""Cases for people to look at; where an answer was given, and that it was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("reviews", sa.Column("source", sa.Text, nullable=False, server_default="workbench"))
    op.add_column("reviews", sa.Column("outside_id", sa.Text, nullable=False, server_default=""))
    op.add_column("reviews", sa.Column("withdrawn", _MOMENT))
    op.create_index("ix_reviews_outside_id", "reviews", ["outside_id"])
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "inspection_id",
            sa.Integer,
            sa.ForeignKey("inspections.id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("hardness", sa.Double, nullable=False),
        sa.Column("likeness", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("claimed_by", sa.Text, nullable=False),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("closed", _MOMENT, index=True),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("skipped_by", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
