"""Column types that take and give the values of ``pipeline.plate``, on any database."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import numpy as np
from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.types import TypeDecorator

from pipeline.plate.types import Quad


class Moment(TypeDecorator[datetime]):
    """An instant: an aware datetime goes in, one in UTC comes out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone, got {value!r}")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # SQLite keeps no time zone; what was written is UTC.
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class Corners(TypeDecorator[Quad]):
    """A quad as four pairs of numbers; float32 survives the round trip exactly."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Quad | None, dialect: Dialect) -> Any:
        return None if value is None else value.tolist()

    def process_result_value(self, value: Any, dialect: Dialect) -> Quad | None:
        return None if value is None else np.array(value, dtype=np.float32)


class Values(TypeDecorator[Any]):
    """A dataclass, or a tuple or dict of them, as JSON; ``kind`` is its type."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return self._adapter.validate_python(value)


def clean_text(text: str) -> str:
    """NFC, and without what no database takes: halves of characters from undecodable file names."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode("utf-8")
