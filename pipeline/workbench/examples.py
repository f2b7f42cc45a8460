"""Scenes drawn by our own generator, for an empty workbench."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredUpload


def add_examples(bench: Workbench, count: int = 4, seed: int = 0) -> Iterator[StoredUpload]:
    """Draws and stores ``count`` scenes with the source ``example``; the same seed draws the same scenes."""
    raise NotImplementedError
