"""Scenes drawn by our own generator, for an empty workbench."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.synth.scenes import draw_example_scene
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredUpload

SOURCE = "example"


def add_examples(bench: Workbench, count: int = 4, seed: int = 0) -> Iterator[StoredUpload]:
    """Draws and stores ``count`` scenes with the source ``example``; the same seed draws the same scenes."""
    for number in range(seed, seed + count):
        data = encode_jpeg(draw_example_scene(number).pixels)
        frame = decode(data, max_pixels=bench.config.max_pixels)
        yield bench.store.uploads.add(f"example {number + 1}.jpg", data, frame, SOURCE)
