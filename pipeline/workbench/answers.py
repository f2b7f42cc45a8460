"""The answers that may go into a data set, and how one becomes a plate of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from pipeline.corpus.snapshot import Corners, PlateState
from pipeline.ensemble.rank import rank_formats
from pipeline.errors import DegenerateQuad
from pipeline.flow.inspect_image import MARGIN
from pipeline.media.decode import decode
from pipeline.media.draw import encode_png
from pipeline.media.rectify import rectify
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.colour import estimate_colour
from pipeline.plate.geometry import quad_size
from pipeline.plate.grammar import parse
from pipeline.plate.types import PlateCrop, Quad, Review
from pipeline.store import AnsweredPlate as AnsweredPlate
from pipeline.store import StoredReview
from pipeline.workbench.bench import Workbench

_STATES = {"unreadable": PlateState.UNREADABLE, "not_a_plate": PlateState.NOT_A_PLATE}
_LETTERS = frozenset(CHARACTERS)


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Which answers; the empty filter takes all. ``since`` is included, ``sources`` are where they were given.

    ``cases`` takes only plates that were flagged for review, ``ids`` only those inspections.
    """

    since: datetime | None = None
    sources: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    cases: bool = False
    ids: tuple[int, ...] | None = None

    def takes(self, plate: AnsweredPlate) -> bool:
        given = plate.review
        return (
            (self.since is None or given.created >= self.since)
            and (not self.sources or given.review.source in self.sources)
            and (not self.reviewers or given.review.reviewer in self.reviewers)
            and (plate.is_case or not self.cases)
        )


ALL_ANSWERS = AnswerFilter()


def find_answers(bench: Workbench, wanted: AnswerFilter = ALL_ANSWERS) -> tuple[AnsweredPlate, ...]:
    """Every plate whose answer counts and is wanted, in the order in which they were read."""
    return tuple(plate for plate in bench.store.answers.list(wanted.ids) if wanted.takes(plate))


def state_of(given: Review) -> PlateState:
    """An answer without a text says that nobody can read it, whatever it calls itself."""
    return _STATES.get(given.state, PlateState.READ if given.truth else PlateState.UNREADABLE)


def is_writable(text: str) -> bool:
    """Whether all of its characters are those of plates; a reader can learn no others."""
    return set(text) <= _LETTERS


def quad_of(plate: AnsweredPlate) -> Quad:
    """Where it lies in its picture: where the person says, else where it was found."""
    corrected = plate.review.review.quad
    return plate.quad if corrected is None else corrected


def crop_of(bench: Workbench, plate: AnsweredPlate) -> tuple[bytes, PlateCrop]:
    """The plate as readers get it, PNG and pixels: cut anew where a person has moved its corners.

    Corners that enclose nothing are not believed.

    Raises:
        NotFound: the picture or the crop is gone from the disk.
    """
    corrected = plate.review.review.quad
    if corrected is not None:
        frame = decode(bench.store.blobs.get(plate.image_sha256), max_pixels=bench.config.max_pixels)
        try:
            crop = rectify(frame, corrected, margin=MARGIN)
        except DegenerateQuad:
            pass
        else:
            return encode_png(crop.pixels), crop
    png = bench.store.blobs.get(plate.crop_sha256)
    return png, PlateCrop(decode(png, max_pixels=bench.config.max_pixels).pixels, plate.quad, plate.lines)


def look_of(text: str, crop: PlateCrop) -> tuple[str, str]:
    """(format, colour): what the text is by the grammar and the plate's look, "" for none; and the background's."""
    colour, _ = estimate_colour(crop.pixels)
    width, height = quad_size(crop.quad)
    matches = rank_formats(parse(text).matches, colour, width / max(height, 1e-6) or None) if text else ()
    return (matches[0].format.name if matches else ""), colour.value


def quad_from(corners: Corners) -> Quad:
    return np.array(corners, np.float32)


def corners_of(quad: Quad) -> Corners:
    return tuple((float(x), float(y)) for x, y in quad)


def rivals_of(plate: AnsweredPlate) -> tuple[StoredReview, ...]:
    """What others answered to the same plate, where it says something else."""
    own = (state_of(plate.review.review), plate.review.review.truth)
    return tuple(its for its in plate.others if (state_of(its.review), its.review.truth) != own)
