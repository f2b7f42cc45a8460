"""Runs over labelled sets, their plates, and selections of plates."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)
_SHA256 = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("set_fingerprint", _SHA256, nullable=False, index=True),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("recipe_json", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("problems", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("finished", _MOMENT),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "run_items",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("run_id", sa.Integer, sa.ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("plate", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("truth", sa.Text, nullable=False),
        sa.Column("read", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("exact", sa.Boolean, nullable=False),
        sa.Column("found", sa.Boolean, nullable=False),
        sa.Column("abstains", sa.Boolean, nullable=False),
        sa.Column("characters", sa.JSON, nullable=False),
        sa.Column("measures", sa.JSON, nullable=False),
        sa.Column("crop_sha256", _SHA256, index=True),
        sa.Column("shape", sa.LargeBinary, nullable=False),
        sa.Column("image_sha256", _SHA256, sa.ForeignKey("images.sha256", ondelete="CASCADE"), index=True),
        sa.Column("inspection_id", sa.Integer, sa.ForeignKey("inspections.id", ondelete="SET NULL"), index=True),
        sa.Column("elapsed_ms", sa.Double, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.UniqueConstraint("run_id", "file", "plate"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "selections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("items", sa.JSON, nullable=False),
        sa.Column("inspections", sa.JSON, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
