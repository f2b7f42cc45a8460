"""One verdict opened: every reading of a plate, what each is worth beside the others, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.ensemble.strength import Strengths, load_strengths
from pipeline.ensemble.vote import Emphasis as Emphasis
from pipeline.ensemble.vote import decide
from pipeline.media.decode import LONGEST_SIDE, decode
from pipeline.plate.colour import estimate_colour
from pipeline.plate.geometry import quad_size
from pipeline.plate.types import Ballot, PlateColour, Reading, StageFailure, Verdict
from pipeline.workbench import compare, inspections, wire
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Comparison
from pipeline.workbench.plates import find_plates
from pipeline.workbench.views import StoredInspection
from pipeline.workbench.ways import UNCHANGED, Way, chains, readers

Source = tuple[str, str]
"""A reader and what its picture was enhanced by."""


@dataclass(frozen=True, slots=True)
class Votes:
    """A stored plate with its readings, the surest first; ``failures`` are of readers that could not read it.

    ``asked`` are the readings that the recipe of the stored verdict had.
    """

    stored: StoredInspection
    readings: tuple[Reading, ...]
    failures: tuple[StageFailure, ...]
    asked: frozenset[Source]
    colour: PlateColour
    strengths: Strengths

    @property
    def silent(self) -> tuple[Reading, ...]:
        """Readings that saw nothing, and have no vote."""
        return tuple(reading for reading in self.readings if not reading.characters)

    @property
    def voting(self) -> tuple[Reading, ...]:
        return tuple(reading for reading in self.readings if reading.characters)


@dataclass(frozen=True, slots=True)
class Jury:
    """Who may be asked about a plate: all readers and chains of enhancers, also those that cannot run."""

    readers: tuple[Way, ...]
    chains: tuple[Way, ...]

    def usual_readers(self) -> list[str]:
        """Those that can run here and send nothing away."""
        return [way.key for way in self.readers if not (way.missing or way.remote)]


def jury(bench: Workbench) -> Jury:
    return Jury(readers(bench, {}), chains(bench, {}))


def ask(
    bench: Workbench, inspection_id: int, reader_keys: Sequence[str], chain_keys: Sequence[str] = (UNCHANGED,)
) -> Iterator[float]:
    """Has a plate read by these readers after these chains where it was not yet; yields the share done.

    Raises:
        StoreError: the state folder cannot be written.
    """
    comparison = _comparison(bench, inspection_id, reader_keys, chain_keys)
    if comparison is None:
        return
    grid = compare.known(bench, comparison)
    if grid.done < comparison.size:
        for _ in compare.compute(bench, grid):
            yield grid.done / comparison.size


def open_votes(
    bench: Workbench, inspection_id: int, reader_keys: Sequence[str], chain_keys: Sequence[str] = (UNCHANGED,)
) -> Votes:
    """What is known of a plate: the readings of its stored verdict, and of these readers after these chains.

    Raises:
        NotFound: no such inspection.
        PictureGone: its crop is gone from the disk.
        WeightsError: what was measured of the readers cannot be used.
    """
    stored = inspections.get(bench, inspection_id)
    found = {(reading.reader, reading.enhancer): reading for reading in stored.inspection.readings}
    asked = frozenset(found)
    failures: list[StageFailure] = list(stored.inspection.failures)
    if comparison := _comparison(bench, inspection_id, reader_keys, chain_keys):
        for made in compare.known(bench, comparison).results.values():
            if isinstance(made, StageFailure):
                failures.append(made)
            else:
                found.setdefault((made.reader, made.enhancer), made)
    ordered = sorted(found.values(), key=lambda reading: -reading.confidence)
    crop = decode(bench.store.blobs.get(stored.crop_sha256), "the crop", max_pixels=LONGEST_SIDE**2)
    colour, _ = estimate_colour(crop.pixels)
    unlike = tuple(dict.fromkeys(failures))
    return Votes(stored, tuple(ordered), unlike, asked, colour, load_strengths(bench.config.weights))


def verdict(votes: Votes, emphasis: Emphasis | None = None) -> Verdict:
    """What the readings come to; ``emphasis`` is what a person makes of them."""
    width, height = quad_size(votes.stored.inspection.detection.quad)
    return decide(votes.readings, votes.colour, width / height, votes.strengths, emphasis)


def worth(votes: Votes, ballot: Ballot) -> float:
    """How often such a ballot was right on drawn plates: the reader's probability, corrected by what was measured."""
    return votes.strengths.of(ballot.reader).probability(ballot)


def is_measured(votes: Votes, emphasis: Emphasis | None = None) -> bool:
    """Whether this company of readers was measured together, so that its confidence is calibrated."""
    voting = [r.reader for r in votes.voting if (emphasis or {}).get((r.reader, r.enhancer), 1.0) > 0]
    return len(voting) < 2 or votes.strengths.company(voting) is not None


def readings_json(votes: Votes) -> str:
    """Every reading as indented JSON."""
    return wire.ReadingsJson(
        id=votes.stored.id, readings=[wire.reading_json(reading) for reading in votes.readings]
    ).model_dump_json(indent=2)


def _comparison(
    bench: Workbench, inspection_id: int, reader_keys: Sequence[str], chain_keys: Sequence[str]
) -> Comparison | None:
    """None where the plate is gone or nothing that was asked for can run."""
    all_of = jury(bench)
    asked = tuple(way for way in all_of.readers if way.key in reader_keys and not way.missing)
    after = tuple(way for way in all_of.chains if way.key in chain_keys and not way.missing)
    plates = find_plates(bench, [inspection_id])
    return Comparison(plates, after, asked) if plates and asked and after else None
