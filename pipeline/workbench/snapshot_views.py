"""What there is to see of a snapshot: its classes, who made it, and what changed between two versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.corpus.balance import class_counts, repeats
from pipeline.corpus.snapshot import PlateState as PlateState
from pipeline.corpus.snapshot import Snapshot as Snapshot
from pipeline.corpus.snapshot import SnapshotPlate as SnapshotPlate
from pipeline.corpus.snapshot import Split as Split


@dataclass(frozen=True, slots=True)
class Balance:
    """Plates by class, the most frequent first, as they are and as they come while a reader learns."""

    plates: Mapping[str, int]
    weighted: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SnapshotView:
    """``balance`` is keyed by format, colour, letter and region; ``people`` and ``origins`` count plates."""

    snapshot: Snapshot
    balance: Mapping[str, Balance]
    people: Mapping[str, int]
    origins: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Changes:
    """From one version to another; ``relabelled`` are (before, after) of crops whose text or state is another."""

    added: tuple[SnapshotPlate, ...]
    removed: tuple[SnapshotPlate, ...]
    relabelled: tuple[tuple[SnapshotPlate, SnapshotPlate], ...]


def view_of(snapshot: Snapshot) -> SnapshotView:
    read = snapshot.readable()
    learnt = snapshot.readable(Split.TRAIN)
    weighted = [plate for plate, count in zip(learnt, repeats(learnt), strict=True) for _ in range(count)]
    as_is, as_learnt = class_counts(read), class_counts(weighted)
    return SnapshotView(
        snapshot,
        {name: Balance(as_is[name], as_learnt[name]) for name in as_is},
        dict(Counter(plate.reviewer for plate in snapshot.plates if plate.reviewer).most_common()),
        dict(Counter(plate.origin for plate in snapshot.plates if plate.origin).most_common()),
    )


def changes(before: Snapshot, after: Snapshot) -> Changes:
    """What two versions differ in, by crop."""
    old, new = ({plate.crop: plate for plate in its.plates} for its in (before, after))
    both = [(old[crop], plate) for crop, plate in new.items() if crop in old]
    return Changes(
        tuple(plate for crop, plate in new.items() if crop not in old),
        tuple(plate for crop, plate in old.items() if crop not in new),
        tuple(pair for pair in both if (pair[0].state, pair[0].text) != (pair[1].state, pair[1].text)),
    )


def crop_png(snapshot: Snapshot, plate: SnapshotPlate) -> bytes:
    """The plate's crop; empty where its file is gone meanwhile."""
    try:
        return (snapshot.folder / plate.crop).read_bytes()
    except OSError:
        return b""
