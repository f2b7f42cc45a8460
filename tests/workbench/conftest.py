from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.flow.recipe import BUILT_IN, Recipe, Step
from pipeline.workbench.bench import Workbench
from tests.flow import small_backends

SMALL = Recipe(name="thorough", detector=Step(name="white_boxes"), readers=(Step(name="parrot"),))


@pytest.fixture
def bench(home: Path) -> Iterator[Workbench]:
    """An open workbench on an empty state folder, with the real recipes."""
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The default recipe made of backends that work in no time and break when told to."""
    small_backends.install(monkeypatch)
    monkeypatch.setitem(BUILT_IN, "thorough", SMALL)
