from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline import registry
from pipeline.config import load_config
from pipeline.plate.types import Stage
from pipeline.pool import Pool
from tests.flow.small_backends import register_all


@pytest.fixture(autouse=True)
def _small_backends(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The small backends beside the real ones, for one test."""
    for stage in Stage:
        registry.backends(stage)
    monkeypatch.setattr(registry, "_backends", dict(registry._backends))
    register_all()
    yield


@pytest.fixture
def pool() -> Pool:
    return Pool(load_config())
