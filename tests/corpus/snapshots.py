"""Small snapshots, written as the real ones are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pipeline.corpus.snapshot import PlateState, Snapshot, SnapshotPlate, Split
from pipeline.corpus.snapshot_writer import SnapshotWriter
from pipeline.corpus.split import split_texts
from pipeline.media.draw import encode_png

WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CORNERS = ((20.0, 30.0), (140.0, 32.0), (139.0, 61.0), (21.0, 60.0))


def write(datasets: Path, texts: Sequence[str], name: str = "gate", known: dict[str, Split] | None = None) -> Snapshot:
    """A picture of noise with one plate for each text; a blank text is a plate that nobody can read."""
    splits = split_texts([text for text in texts if text], name, known)
    datasets.mkdir(parents=True, exist_ok=True)
    with SnapshotWriter(datasets, name) as writer:
        plates = [_plate(datasets, writer, n, text, splits.get(text, Split.TRAIN)) for n, text in enumerate(texts)]
        return writer.finish(plates, WHEN, {"answers_disagree": 2})


def _plate(datasets: Path, writer: SnapshotWriter, n: int, text: str, split: Split) -> SnapshotPlate:
    pixels = np.random.default_rng(n).integers(0, 256, (90, 160, 3), dtype=np.uint8)
    source = datasets / f"{n}.png"
    source.write_bytes(encode_png(pixels))
    crop = writer.add_crop(encode_png(np.ascontiguousarray(pixels[30:60, 20:140])))
    picture = writer.add_picture(source, 160, 90, share=False)
    source.unlink()
    state = PlateState.READ if text else PlateState.UNREADABLE
    return SnapshotPlate(
        crop, picture, CORNERS, state, text, split, "film_8", "white", 1, "gate", "workbench", "kim", n
    )
