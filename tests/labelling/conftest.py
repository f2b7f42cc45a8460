from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.workbench.bench import Workbench
from tests.conftest import LabelStudio
from tests.labelling.cases import Annotator


@pytest.fixture
def config(label_studio: LabelStudio, tmp_path: Path) -> Config:
    """A state folder of its own, and a project of its own on the one server of all tests."""
    return Config(
        home=tmp_path / "home",
        label_studio_url=label_studio.url,
        label_studio_token=label_studio.token,
        label_studio_project=f"test {secrets.token_hex(4)}",
    )


@pytest.fixture
def bench(config: Config) -> Iterator[Workbench]:
    opened = Workbench.open(config)
    yield opened
    opened.close()


@pytest.fixture
def annotator(label_studio: LabelStudio) -> Annotator:
    return Annotator(label_studio.url, label_studio.token)
