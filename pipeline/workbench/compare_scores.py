"""Which enhancer helps which reader: exact match and confidence over the plates of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from pipeline.analysis.differences import Difference as Difference
from pipeline.analysis.differences import Piece as Piece
from pipeline.analysis.differences import differences as differences
from pipeline.analysis.metrics import exact
from pipeline.plate.types import Reading
from pipeline.workbench.compare import Grid
from pipeline.workbench.plates import Plate
from pipeline.workbench.ways import UNCHANGED, Way


@dataclass(frozen=True, slots=True)
class Score:
    """One chain with one reader over the plates that both it and the unchanged crops have a reading of.

    ``right`` of ``judged`` were read exactly as the truth, or else the verdict, says; ``right_unchanged`` of the same
    without enhancement. ``confidence`` is the mean, ``gain`` how much of it the chain brought, both over ``read``.
    """

    chain: Way
    reader: Way
    read: int
    judged: int
    right: int
    right_unchanged: int
    confidence: float
    gain: float

    @property
    def share(self) -> float | None:
        return self.right / self.judged if self.judged else None

    @property
    def share_gain(self) -> float | None:
        return (self.right - self.right_unchanged) / self.judged if self.judged else None


def scores(grid: Grid) -> tuple[Score, ...]:
    """One for every chain with every reader, in the order of the comparison."""
    chains, readers = grid.comparison.chains, grid.comparison.readers
    unchanged = next((chain for chain in chains if chain.key == UNCHANGED), None)
    return tuple(_score(grid, chain, reader, unchanged or chain) for chain, reader in product(chains, readers))


def _score(grid: Grid, chain: Way, reader: Way, unchanged: Way) -> Score:
    pairs = [
        (plate, made, before)
        for plate in grid.comparison.plates
        if isinstance(made := grid.result(plate, chain, reader), Reading)
        and isinstance(before := grid.result(plate, unchanged, reader), Reading)
    ]
    judged = [(plate, made, before) for plate, made, before in pairs if plate.reference]
    count = max(1, len(pairs))
    confidence = sum(made.confidence for _, made, _ in pairs) / count
    return Score(
        chain,
        reader,
        len(pairs),
        len(judged),
        sum(is_right(plate, made) is True for plate, made, _ in judged),
        sum(is_right(plate, before) is True for plate, _, before in judged),
        confidence,
        confidence - sum(before.confidence for _, _, before in pairs) / count,
    )


def is_right(plate: Plate, made: object) -> bool | None:
    """Whether a reading says what the plate's truth, or else its verdict, says; None where neither says anything."""
    if not isinstance(made, Reading) or not plate.reference:
        return None
    return exact(plate.reference, made.text)


def sort_chains(grid: Grid, plate: Plate, reader: Way) -> Sequence[Way]:
    """The chains by how well a reader reads one plate with them: right ones first, then the surest."""

    def rank(chain: Way) -> tuple[bool, float]:
        made = grid.result(plate, chain, reader)
        return is_right(plate, made) is not True, -(made.confidence if isinstance(made, Reading) else -1.0)

    return sorted(grid.comparison.chains, key=rank)


def sort_plates(grid: Grid, reader: Way) -> Sequence[Plate]:
    """The plates by how a reader reads them over all chains: the hardest first."""

    def rank(plate: Plate) -> tuple[int, float]:
        made = [grid.result(plate, chain, reader) for chain in grid.comparison.chains]
        readings = [reading for reading in made if isinstance(reading, Reading)]
        right = sum(is_right(plate, reading) is True for reading in readings)
        return right, sum(reading.confidence for reading in readings) / max(1, len(readings))

    return sorted(grid.comparison.plates, key=rank)
