"""What came of every labelled plate of a set: the one value that all analysis starts from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.analysis.metrics import edit_distance, plain
from pipeline.analysis.metrics import exact as same_text


class OutcomeKind(StrEnum):
    CROP = "crop"
    SCENE = "scene"
    EXTRA = "extra"
    """A box on no labelled plate."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What a plate looks like, whoever reads it. Names are those of the pipeline, "" and None where nobody can tell.

    ``height`` in pixels; ``detail`` as ``media.quality`` has it, low for blur; ``brightness`` the mean grey, 0…255;
    ``tilt`` degrees between the plate's upper and lower sides and the picture's rows, 0…90.
    """

    format: str = ""
    colour: str = ""
    height: float | None = None
    detail: float | None = None
    brightness: float | None = None
    tilt: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One plate of a labelled picture and what one recipe made of it.

    ``plate`` counts a file's labels, so that (file, plate) is the same plate in every run over the set. ``characters``
    are the probabilities of the characters of ``read``. A blank ``truth`` is readable for nobody and not scored.
    """

    file: str
    plate: int
    kind: OutcomeKind
    truth: str
    read: str
    confidence: float
    found: bool
    abstains: bool = False
    characters: tuple[float, ...] = ()
    measures: Measures = field(default_factory=Measures)

    @property
    def scored(self) -> bool:
        return self.kind is not OutcomeKind.EXTRA and bool(plain(self.truth))

    @property
    def exact(self) -> bool:
        return self.scored and same_text(self.truth, self.read)

    @property
    def edits(self) -> int:
        """Insertions, deletions and substitutions between truth and reading."""
        return edit_distance(plain(self.truth), plain(self.read)) if self.scored else 0


def hardest(outcomes: Sequence[Outcome]) -> list[int]:
    """Places of the plates that were not read right, the gravest first.

    Most edits first; of those with as many, the one whose reader was surest of itself, since nothing warned of it.
    """
    wrong = [n for n, outcome in enumerate(outcomes) if outcome.scored and not outcome.exact]
    return sorted(wrong, key=lambda n: (-outcomes[n].edits, -outcomes[n].confidence, n))
