from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.plate.types import Character, Reading
from pipeline.store.columns import Corners, Moment, Values, clean_text

SQLITE = sqlite.dialect()


def test_a_moment_becomes_utc_and_stays_the_same_instant() -> None:
    seoul = datetime(2026, 3, 2, 8, 30, tzinfo=timezone(timedelta(hours=9)))
    bound = Moment().process_bind_param(seoul, SQLITE)
    assert bound == seoul
    assert bound.tzinfo is UTC


@pytest.mark.parametrize("kept", [datetime(2026, 3, 2), datetime(2026, 3, 2, tzinfo=UTC)])
def test_a_moment_is_utc_whether_or_not_the_database_keeps_time_zones(kept: datetime) -> None:
    assert Moment().process_result_value(kept, postgresql.dialect()) == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        Moment().process_bind_param(datetime(2026, 3, 2), SQLITE)


def test_corners_keep_every_bit() -> None:
    quad = np.random.default_rng(3).uniform(-10, 4000, (4, 2)).astype(np.float32)
    back = Corners().process_result_value(Corners().process_bind_param(quad, SQLITE), SQLITE)
    assert back is not None
    assert back.dtype == np.float32
    np.testing.assert_array_equal(back, quad)


def test_values_come_back_as_they_went_in() -> None:
    readings = (Reading((Character("가", 0.1 + 0.2),), "crnn", "contrast", 3.5), Reading((), "crnn"))
    column = Values(tuple[Reading, ...])
    assert column.process_result_value(column.process_bind_param(readings, SQLITE), SQLITE) == readings


def test_a_name_is_composed_and_fit_for_any_database() -> None:
    assert clean_text(unicodedata.normalize("NFD", "주차장")) == "주차장"
    assert clean_text(b"\xff.jpg".decode("utf-8", "surrogateescape")) == "?.jpg"
