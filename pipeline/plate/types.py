"""The values that travel through the house.

Pixels are always RGB uint8 ``(height, width, 3)``. A quad is float32 ``(4, 2)``: x, y in pixels
of its frame, clockwise from the plate's top-left as one reads it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
Quad: TypeAlias = NDArray[np.float32]


class Stage(StrEnum):
    """The places on the way where a backend can be chosen."""

    DETECTOR = "detector"
    ENHANCER = "enhancer"
    READER = "reader"


class PlateColour(StrEnum):
    """The background a plate's format is told by."""

    WHITE = "white"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    LIGHT_GREEN = "light_green"
    ORANGE = "orange"
    NAVY = "navy"
    UNKNOWN = "unknown"


def check_pixels(pixels: Pixels) -> None:
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise ValueError(f"pixels must be RGB uint8 (height, width, 3), got {pixels.dtype} {pixels.shape}")


def check_quad(quad: Quad) -> None:
    if quad.dtype != np.float32 or quad.shape != (4, 2) or not np.isfinite(quad).all():
        raise ValueError(f"a quad must be finite float32 (4, 2), got {quad.dtype} {quad.shape}")


def check_probability(value: float, what: str) -> None:
    if not 0.0 <= value <= 1.0:
        raise ValueError(f"{what} must lie in 0…1, got {value}")


@dataclass(frozen=True, slots=True)
class Frame:
    """One still picture, or one picture of a video."""

    pixels: Pixels
    sha256: str
    index: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        check_pixels(self.pixels)

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Detection:
    """Something found in a frame; ``kind`` is plate, vehicle, rider, helmet, …"""

    quad: Quad
    kind: str
    score: float
    detector: str

    def __post_init__(self) -> None:
        check_quad(self.quad)
        check_probability(self.score, "a detection's score")


@dataclass(frozen=True, slots=True)
class PlateCrop:
    """A rectified plate. ``lines`` is 1 or 2, or 0 where it is not known."""

    pixels: Pixels
    quad: Quad
    lines: int = 0
    enhancers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_pixels(self.pixels)
        check_quad(self.quad)
        if self.lines not in (0, 1, 2):
            raise ValueError(f"a plate has 1 or 2 lines (0: not known), got {self.lines}")


@dataclass(frozen=True, slots=True)
class Character:
    char: str
    probability: float

    def __post_init__(self) -> None:
        if len(self.char) != 1 or self.char != unicodedata.normalize("NFC", self.char):
            raise ValueError(f"a character is one NFC code point, got {self.char!r}")
        check_probability(self.probability, "a character's probability")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader saw on one crop; no characters means it saw nothing.

    ``sure_from`` is the confidence from which 99 % of the reader's texts are right, 0 where nobody measured it.
    ``whole`` is the probability that the whole text is right where the reader knows it better than by multiplying: in
    a blurred picture characters are wrong together. ``alternatives`` are other texts it took for possible, with the
    probability of each, best first; together with ``whole`` they come to 1 at most.
    """

    characters: tuple[Character, ...]
    reader: str
    enhancer: str = ""
    elapsed_ms: float = 0.0
    sure_from: float = 0.0
    whole: float | None = None
    alternatives: tuple[tuple[str, float], ...] = ()

    @property
    def text(self) -> str:
        return "".join(c.char for c in self.characters)

    @property
    def confidence(self) -> float:
        """Probability that every character is right, 0 for an empty reading."""
        if not self.characters:
            return 0.0
        return self.whole if self.whole is not None else self.product

    @property
    def product(self) -> float:
        """The characters' probabilities multiplied: the confidence if they were right or wrong independently."""
        return float(np.prod([c.probability for c in self.characters]))


@dataclass(frozen=True, slots=True)
class StageFailure:
    """A backend that raised: data, shown beside what the others did."""

    stage: str
    backend: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ballot:
    """One reading's vote for one slot; an empty ``char`` says that the slot is not there.

    ``others`` are characters the reader took for possible there, with the probability of each. ``weight`` says how
    much the ballot counts: 1 as it is, 0 not at all.
    """

    reader: str
    enhancer: str
    char: str
    probability: float
    others: tuple[tuple[str, float], ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class SlotVote:
    """One character of the verdict with every ballot cast for its slot.

    ``rivals`` are the likeliest other characters, an empty one for no character at all, with the probability of each.
    """

    char: str
    probability: float
    ballots: tuple[Ballot, ...] = ()
    rivals: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What PlateLoop says the plate reads: empty text means illegible.

    ``formats`` are names from the grammar, best first; ``doubts`` are codes with their arguments,
    put into words by whoever shows them; ``alternatives`` are the likeliest other texts, with the probability of each.
    """

    text: str
    confidence: float
    slots: tuple[SlotVote, ...] = ()
    formats: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    alternatives: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        check_probability(self.confidence, "a verdict's confidence")

    @property
    def abstains(self) -> bool:
        """Whether the text is a guess to be looked at, not an answer to be relied on."""
        return not self.text or any(doubt.code == "abstains" for doubt in self.doubts)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to look again. ``code`` is a key of the words, ``about`` its arguments."""

    code: str
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Inspection:
    """One plate of one frame, end to end."""

    detection: Detection
    crop: PlateCrop
    readings: tuple[Reading, ...]
    verdict: Verdict
    failures: tuple[StageFailure, ...] = ()
    hints: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Which weights worked under a name: their version ("shipped", "crnn-3") and their sha256."""

    weights: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class FrameResult:
    """All that one recipe made of one frame; ``elapsed_ms`` is keyed by stage, ``models`` are those that worked."""

    sha256: str
    inspections: tuple[Inspection, ...]
    failures: tuple[StageFailure, ...] = ()
    elapsed_ms: dict[str, float] = field(default_factory=dict)
    models: tuple[ModelUse, ...] = ()

    @property
    def all_failures(self) -> tuple[StageFailure, ...]:
        """Those of the frame, then those of its plates."""
        return sum((inspection.failures for inspection in self.inspections), self.failures)


@dataclass(frozen=True, slots=True)
class Review:
    """A person's answer about one inspection, kept beside the raw reading.

    ``state`` says what it makes of the reading: "confirmed" or "corrected", or with an empty ``truth`` "unreadable" or
    "not_a_plate". ``source`` says where it was given: "workbench", "label_studio".
    """

    inspection_id: int
    truth: str
    reviewer: str
    state: str = "corrected"
    quad: Quad | None = None
    source: str = "workbench"
