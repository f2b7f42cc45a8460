"""Plates × chains of enhancers × readers: each cell is computed once, whoever asks, and kept by content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from time import perf_counter

from pipeline.errors import BackendUnavailable, MediaError, NotFound
from pipeline.flow.attempt import enhance_crops, prepare, read_crops
from pipeline.media.decode import LONGEST_SIDE, decode
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import PlateCrop, Reading, Stage, StageFailure
from pipeline.store import CellKey, Enhancement, EnhancementKey
from pipeline.workbench.bench import Workbench
from pipeline.workbench.plates import Plate
from pipeline.workbench.ways import Way, guess_cost, import_cost

_QUICK, _SLOW, _MOST = 0.25, 1.0, 16
"""A batch that took less than so many seconds is followed by a larger one, one that took longer by a smaller."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared; the chains and readers can all run.

    Raises:
        BackendUnavailable: one of them lacks something; the message says what.
    """

    plates: tuple[Plate, ...]
    chains: tuple[Way, ...]
    readers: tuple[Way, ...]

    def __post_init__(self) -> None:
        for way in (*self.chains, *self.readers):
            if way.missing:
                raise BackendUnavailable(f"{way.stage} '{way.key}' cannot run: {way.missing}")

    def cells(self) -> Iterator[tuple[Plate, Way, Way]]:
        return product(self.plates, self.chains, self.readers)

    @property
    def size(self) -> int:
        return len(self.plates) * len(self.chains) * len(self.readers)


@dataclass(frozen=True, slots=True)
class Grid:
    """What is known of a comparison so far; it fills while :func:`compute` runs.

    Both are keyed by content, as in the store, so plates of which the same picture is known twice share their cells.
    """

    comparison: Comparison
    enhancements: dict[EnhancementKey, Enhancement]
    results: dict[CellKey, Reading | StageFailure]

    def enhancement(self, plate: Plate, chain: Way) -> Enhancement | None:
        return self.enhancements.get((plate.crop_sha256, chain.fingerprint))

    def result(self, plate: Plate, chain: Way, reader: Way) -> Reading | StageFailure | None:
        return self.results.get((plate.crop_sha256, chain.fingerprint, reader.fingerprint))

    @property
    def done(self) -> int:
        """How many of the comparison's cells are known."""
        return sum(self.result(*cell) is not None for cell in self.comparison.cells())

    @property
    def failed(self) -> int:
        return sum(isinstance(self.result(*cell), StageFailure) for cell in self.comparison.cells())


def known(bench: Workbench, comparison: Comparison) -> Grid:
    """What the store holds of it already; runs nothing."""
    crops = [plate.crop_sha256 for plate in comparison.plates]
    chains = [chain.fingerprint for chain in comparison.chains]
    readers = [reader.fingerprint for reader in comparison.readers]
    kept = bench.store.comparisons
    return Grid(comparison, kept.enhancements(crops, chains), kept.cells(crops, chains, readers))


def compute(bench: Workbench, grid: Grid, again: bool = False) -> Iterator[None]:
    """Works what the grid lacks, puts it in there and into the store; yields whenever there is more to see.

    What is cheap comes first, on every plate before the next combination; a batch begins with one plate and grows
    while it is quick. A backend that breaks leaves its failure in its cells, and the others go on. Whoever stops
    asking loses nothing that is in the grid.

    Args:
        again: cells that failed are worked again.

    Raises:
        StoreError: the state folder cannot be written.
    """
    plates = list({plate.crop_sha256: plate for plate in grid.comparison.plates}.values())
    work = _Work(bench, grid, again)
    for chain, reader in _cheap_first(bench, grid.comparison):
        waiting = [plate for plate in plates if work.lacks(plate, chain, reader)]
        if waiting:
            prepare(Stage.ENHANCER, chain.steps, bench.pool)
            prepare(Stage.READER, reader.steps, bench.pool)
        size = 1
        while waiting:
            batch, waiting = waiting[:size], waiting[size:]
            start = perf_counter()
            work.work(batch, chain, reader)
            yield
            spent = perf_counter() - start
            size = min(_MOST, size * 2) if spent < _QUICK else max(1, size // 2) if spent > _SLOW else size


@dataclass(frozen=True, slots=True)
class Picture:
    """A stored crop, enhanced or not, in full resolution."""

    png: bytes
    width: int
    height: int


def picture(bench: Workbench, sha256: str) -> Picture | None:
    """None where it was deleted meanwhile."""
    try:
        png = bench.store.blobs.get(sha256)
        frame = decode(png, max_pixels=LONGEST_SIDE**2)
        return Picture(png, frame.width, frame.height)
    except (NotFound, MediaError):
        return None


def _cheap_first(bench: Workbench, comparison: Comparison) -> list[tuple[Way, Way]]:
    """Every combination, by what it cost when it last ran, or by a guess, and by what has to be loaded for it."""
    store = bench.store.comparisons
    measured = store.chain_costs([way.fingerprint for way in comparison.chains])
    measured |= store.reader_costs([way.fingerprint for way in comparison.readers])
    costs = {
        way.fingerprint: import_cost(way) + (measured.get(way.fingerprint) or guess_cost(way, bench.config))
        for way in (*comparison.chains, *comparison.readers)
    }
    pairs = product(comparison.chains, comparison.readers)
    return sorted(pairs, key=lambda pair: costs[pair[0].fingerprint] + costs[pair[1].fingerprint])


class _Work:
    """Takes plates through a chain and a reader, and keeps what comes of it."""

    def __init__(self, bench: Workbench, grid: Grid, again: bool) -> None:
        self._bench = bench
        self._grid = grid
        self._again = again
        self._tried: set[EnhancementKey] = set()

    def lacks(self, plate: Plate, chain: Way, reader: Way) -> bool:
        result = self._grid.result(plate, chain, reader)
        return result is None or (self._again and isinstance(result, StageFailure))

    def work(self, plates: Sequence[Plate], chain: Way, reader: Way) -> None:
        """The plates have different crops."""
        enhanced = self._enhanced(plates, chain)
        results = {sha256: made for sha256, made in enhanced.items() if isinstance(made, StageFailure)}
        crops = {sha256: made for sha256, made in enhanced.items() if isinstance(made, PlateCrop)}
        start = perf_counter()
        readings = dict(zip(crops, read_crops(list(crops.values()), reader.steps[0], self._bench.pool), strict=True))
        each = (perf_counter() - start) * 1000 / max(1, len(crops))
        made = {(sha, chain.fingerprint, reader.fingerprint): made for sha, made in (results | readings).items()}
        self._bench.store.comparisons.keep_cells(made, each)
        self._grid.results.update(made)

    def _enhanced(self, plates: Sequence[Plate], chain: Way) -> dict[str, PlateCrop | StageFailure]:
        """What the chain makes of each plate, by the crop's sha256; what it made before comes from the store."""
        results: dict[str, PlateCrop | StageFailure] = {}
        waiting: dict[str, PlateCrop] = {}
        for plate in plates:
            kept = self._grid.enhancement(plate, chain)
            if kept and not self._to_be_tried(plate, chain, kept):
                picture = str(kept.picture_sha256)
                results[plate.crop_sha256] = kept.failure or self._open(picture, kept.lines, kept.enhancers)
            elif isinstance(crop := self._open(plate.crop_sha256, plate.crop_lines), StageFailure):
                results[plate.crop_sha256] = crop
                self._grid.enhancements[plate.crop_sha256, chain.fingerprint] = Enhancement(None, 0, (), 0.0, crop)
            else:
                waiting[plate.crop_sha256] = crop
        start = perf_counter()
        made = enhance_crops(list(waiting.values()), chain.steps, self._bench.pool)
        each = (perf_counter() - start) * 1000 / max(1, len(waiting))
        for sha256, crop in zip(waiting, made, strict=True):
            key = sha256, chain.fingerprint
            self._grid.enhancements[key] = self._bench.store.comparisons.keep_enhancement(key, crop, each)
            results[sha256] = crop
        return results

    def _to_be_tried(self, plate: Plate, chain: Way, kept: Enhancement) -> bool:
        """Whether a chain that failed is to run again: once, not for every reader."""
        key = plate.crop_sha256, chain.fingerprint
        if not (self._again and kept.failure) or key in self._tried:
            return False
        self._tried.add(key)
        return True

    def _open(self, sha256: str, lines: int, enhancers: tuple[str, ...] = ()) -> PlateCrop | StageFailure:
        try:
            pixels = decode(self._bench.store.blobs.get(sha256), "the crop", max_pixels=LONGEST_SIDE**2).pixels
        except (NotFound, MediaError) as error:
            return StageFailure("rectify", "store", str(error))
        height, width = pixels.shape[:2]
        return PlateCrop(pixels, quad_from_box(0, 0, width, height), lines, enhancers)
