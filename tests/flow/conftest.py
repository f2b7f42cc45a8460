from __future__ import annotations

import pytest

from pipeline.config import load_config
from pipeline.pool import Pool
from tests.flow import small_backends


@pytest.fixture(autouse=True)
def _small_backends(monkeypatch: pytest.MonkeyPatch) -> None:
    small_backends.install(monkeypatch)


@pytest.fixture
def pool() -> Pool:
    return Pool(load_config())
