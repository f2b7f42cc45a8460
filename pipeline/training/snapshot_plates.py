"""The plates of a snapshot as readers learn from them."""

from __future__ import annotations

import hashlib

from pipeline.corpus.balance import repeats
from pipeline.corpus.snapshot import Snapshot, Split
from pipeline.training.labelled import LabelledPlate


def to_labelled_plates(snapshot: Snapshot, split: Split) -> tuple[LabelledPlate, ...]:
    """The read plates of a split, each once, in the snapshot's order."""
    return tuple(LabelledPlate(snapshot.folder / plate.crop, None, plate.text) for plate in snapshot.readable(split))


def training_plates(snapshot: Snapshot, split: Split = Split.TRAIN) -> tuple[LabelledPlate, ...]:
    """The read plates of a split, the rarer ones several times, in an order that mixes them.

    :class:`~pipeline.training.labelled.LabelledSource` changes a plate each time it comes, so what is rare is made
    more by augmentation and not by copies.
    """
    plates = snapshot.readable(split)
    counted = repeats(plates)
    once = to_labelled_plates(snapshot, split)
    drawn = [(n, plate) for plate, count in zip(once, counted, strict=True) for n in range(count)]
    return tuple(plate for _, plate in sorted(drawn, key=lambda entry: _place(*entry)))


def _place(n: int, plate: LabelledPlate) -> bytes:
    return hashlib.sha256(f"{n} {plate.picture.name}".encode()).digest()
