"""Projects of a Label Studio, and the outbox of cases that are to be tasks there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "label_projects",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("born", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("pulled_to", _MOMENT),
        sa.Column("pulled", _MOMENT),
        sa.Column("created", _MOMENT, nullable=False),
        sa.UniqueConstraint("number", "born"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "label_tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("case_id", sa.Integer, sa.ForeignKey("cases.id", ondelete="CASCADE"), nullable=False),
        sa.Column(
            "project_id", sa.Integer, sa.ForeignKey("label_projects.id", ondelete="CASCADE"), nullable=False, index=True
        ),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("number", sa.BigInteger),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("picture", sa.Text, nullable=False),
        sa.Column("disputed", sa.Boolean, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
        sa.Column("area", sa.JSON, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.UniqueConstraint("case_id", "project_id"),
        sqlite_autoincrement=True,
    )
