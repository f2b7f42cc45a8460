"""Images, uploads, results, inspections and reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)
_SHA256 = sa.String(64)


def _parent(name: str, target: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target, ondelete="CASCADE"), nullable=False, index=True)


def upgrade() -> None:
    op.create_table(
        "images",
        sa.Column("sha256", _SHA256, primary_key=True),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("image_sha256", _SHA256, sa.ForeignKey("images.sha256", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.UniqueConstraint("image_sha256", "name", "source"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "results",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("image_sha256", _SHA256, sa.ForeignKey("images.sha256", ondelete="CASCADE"), nullable=False),
        sa.Column("recipe", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("plates", sa.Integer, nullable=False),
        sa.Column("failed", sa.Boolean, nullable=False),
        sa.Column("failures", sa.JSON, nullable=False),
        sa.Column("elapsed_ms", sa.JSON, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.UniqueConstraint("image_sha256", "fingerprint"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "inspections",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("result_id", "results.id"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False, index=True),
        sa.Column("confidence", sa.Double, nullable=False, index=True),
        sa.Column("flagged", sa.Boolean, nullable=False),
        sa.Column("created", _MOMENT, nullable=False, index=True),
        sa.Column("crop_sha256", _SHA256, nullable=False, index=True),
        sa.Column("formats", sa.JSON, nullable=False),
        sa.Column("doubts", sa.JSON, nullable=False),
        sa.Column("failures", sa.JSON, nullable=False),
        sa.Column("hints", sa.JSON, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("detector", sa.Text, nullable=False),
        sa.Column("quad", sa.JSON, nullable=False),
        sa.Column("crop_quad", sa.JSON, nullable=False),
        sa.Column("crop_lines", sa.Integer, nullable=False),
        sa.Column("enhancers", sa.JSON, nullable=False),
        sa.Column("slots", sa.JSON, nullable=False),
        sa.Column("readings", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, primary_key=True),
        _parent("inspection_id", "inspections.id"),
        sa.Column("truth", sa.Text, nullable=False),
        sa.Column("quad", sa.JSON),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sqlite_autoincrement=True,
    )
