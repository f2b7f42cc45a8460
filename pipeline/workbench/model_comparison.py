"""A candidate beside the champion on the same plates, read in one run: what is won, what is lost, and the time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import prod
from statistics import median
from time import perf_counter

from pipeline.analysis.guard import Guard as Guard
from pipeline.analysis.guard import ModelComparison as ModelComparison
from pipeline.analysis.guard import guards
from pipeline.analysis.outcome import Outcome, OutcomeKind
from pipeline.errors import PromotionRefused
from pipeline.networks.plate_networks import open_reader
from pipeline.networks.text import PlateNetwork
from pipeline.plate.types import Pixels
from pipeline.store import StoredVersion
from pipeline.weights import Manifest
from pipeline.workbench.bench import Workbench
from pipeline.workbench.model_tests import ModelTest
from pipeline.workbench.models import champion, served_file
from pipeline.workbench.outcomes import measure_crop

_BATCH = 16
_LOOKS = 3  # as the thorough recipe reads


def compare(
    bench: Workbench,
    version_id: int,
    tests: Sequence[ModelTest],
    progress: Callable[[int, int], None] = lambda done, total: None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> StoredVersion:
    """Has both read all plates of all tests, and keeps what came of it with the version.

    Args:
        progress: called with plates done and plates in all; what it raises ends the comparison.

    Raises:
        NotFound: no such version.
        PromotionRefused: there is nothing to compare on.
        MissingWeights, WeightsMismatch: files of one of them are gone from the disk, or are others.
    """
    version = bench.store.models.get(version_id)
    total = sum(test.count for test in tests)
    if not total:
        raise PromotionRefused(f"there are no plates to compare {version.label} on; choose a data set with test plates")
    serving = champion(bench, version.network)
    theirs = open_reader(version.network, Manifest.of(bench.config).verified(version.network), bench.config.threads)
    ours = open_reader(version.network, served_file(bench, version), bench.config.threads)
    found: list[Guard] = []
    ratios: list[float] = []
    done = 0
    for test in tests:
        first: list[Outcome] = []
        second: list[Outcome] = []
        for start in range(0, test.count, _BATCH):
            progress(done, total)
            places = range(start, min(start + _BATCH, test.count))
            batch, ratio = _read_batch(test, places, theirs, ours, swapped=bool(start // _BATCH % 2))
            for their, our in batch:
                first.append(their)
                second.append(our)
            ratios.append(ratio)
            done += len(places)
        found += guards(test.name, first, second)
    progress(done, total)
    made = ModelComparison(
        version.label,
        serving.label,
        serving.sha256,
        tuple(test.name for test in tests),
        tuple(found),
        round(median(ratios[1:] or ratios), 3),  # the first batch warms both up
        now(),
    )
    return bench.store.models.compared(version.id, made)


def _read_batch(
    test: ModelTest, places: Sequence[int], theirs: PlateNetwork, ours: PlateNetwork, swapped: bool
) -> tuple[list[tuple[Outcome, Outcome]], float]:
    """(what each made of every plate, our time over theirs); who reads first takes turns."""
    plates = [test.plate(place) for place in places]
    pictures = [frame.pixels for _, frame in plates]
    read: dict[int, list[tuple[str, float]]] = {}
    spent: dict[int, float] = {}
    for which in (1, 0) if swapped else (0, 1):
        started = perf_counter()
        read[which] = list(_texts((theirs, ours)[which], pictures))
        spent[which] = perf_counter() - started
    outcomes = []
    for n, (label, frame) in enumerate(plates):
        text, confidence = read[0][n]
        their = Outcome(
            label.file,
            places[n],
            OutcomeKind.CROP,
            label.text,
            text,
            confidence,
            True,
            measures=measure_crop(label, frame),
        )
        outcomes.append((their, replace(their, read=read[1][n][0], confidence=read[1][n][1])))
    return outcomes, spent[1] / max(spent[0], 1e-9)


def _texts(network: PlateNetwork, pictures: Sequence[Pixels]) -> Iterator[tuple[str, float]]:
    for guess in network.read(pictures, _LOOKS):
        yield guess.text, prod(guess.probabilities) if guess.text else 0.0
