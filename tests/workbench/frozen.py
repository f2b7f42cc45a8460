"""A data set of drawn plates."""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.corpus.snapshot import PlateState, SnapshotPlate, Split
from pipeline.corpus.snapshot_writer import SnapshotWriter
from pipeline.media.draw import encode_png
from pipeline.store import StoredSnapshot
from pipeline.training.samples import SynthSource
from pipeline.workbench.bench import Workbench


def freeze_drawn(bench: Workbench, count: int) -> StoredSnapshot:
    """``count`` drawn plates, which take turns in the three splits."""
    plates = []
    with SnapshotWriter(bench.config.datasets_folder, "drawn") as writer:
        for n in range(count):
            crop = SynthSource(6).sample(n)
            name = writer.add_crop(encode_png(crop.pixels))
            corners = tuple((float(x), float(y)) for x, y in crop.quad)
            split = list(Split)[n % 3]
            plates.append(SnapshotPlate(name, name, corners, PlateState.READ, crop.text, split))
        return bench.store.snapshots.add(writer.finish(plates, datetime.now(UTC), {}))
