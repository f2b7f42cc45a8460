"""Trainings, the versions they made and which of them served when; which models made a result; the schedule."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("results", sa.Column("models", sa.JSON, nullable=False, server_default="[]"))
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("snapshot_id", sa.Integer, sa.ForeignKey("snapshots.id", ondelete="SET NULL")),
        sa.Column("snapshot", sa.Text, nullable=False),
        sa.Column("base", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("folder", sa.Text, nullable=False),
        sa.Column("job_id", sa.Integer),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("finished", _MOMENT),
        sa.Column("result", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("network", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False, index=True),
        sa.Column("trainable_sha256", sa.String(64), nullable=False),
        sa.Column("training_id", sa.Integer, sa.ForeignKey("trainings.id", ondelete="SET NULL"), index=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("comparison", sa.JSON),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("retired", _MOMENT),
        sa.UniqueConstraint("network", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("network", sa.Text, nullable=False, index=True),
        sa.Column("version_id", sa.Integer, sa.ForeignKey("versions.id")),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "schedules",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("pull_minutes", sa.Integer, nullable=False),
        sa.Column("retrain_answers", sa.Integer, nullable=False),
        sa.Column("data_set", sa.Text, nullable=False),
        sa.Column("settings", sa.JSON, nullable=False),
        sa.Column("pulled", _MOMENT),
        sa.Column("retrained", _MOMENT),
    )
