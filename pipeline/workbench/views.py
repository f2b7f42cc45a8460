"""What pages and command line get to see: plain values, no rows and no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.plate.types import Detection, Doubt, Reading, StageFailure, Verdict


@dataclass(frozen=True, slots=True)
class Upload:
    """One picture that somebody brought; ``source`` says how (``upload``, ``command line``, ``example``)."""

    id: int
    name: str
    source: str
    sha256: str
    width: int
    height: int
    created: datetime


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that could not be taken; ``reason`` is a sentence that names it and says what to do."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class InspectionView:
    """One plate as the store keeps it. Its pictures come from ``inspections.crop_png`` and ``frame_jpeg``."""

    id: int
    upload: Upload
    recipe: str
    created: datetime
    detection: Detection
    lines: int
    readings: tuple[Reading, ...]
    verdict: Verdict
    failures: tuple[StageFailure, ...] = ()
    hints: tuple[Doubt, ...] = ()
    truth: str | None = None
    reviewer: str | None = None

    @property
    def text(self) -> str:
        """The truth where a person gave one, else what was read; empty means illegible."""
        return self.verdict.text if self.truth is None else self.truth


@dataclass(frozen=True, slots=True)
class PictureResult:
    """All that one recipe made of one upload; no inspections means that no plate was found.

    ``elapsed_ms`` is keyed by stage (``detect``, ``rectify``, ``read``, ``vote``); ``hints`` say where the picture
    itself is the trouble. ``from_store`` is True when it was worked before and nothing ran.
    """

    upload: Upload
    recipe: str
    inspections: tuple[InspectionView, ...]
    failures: tuple[StageFailure, ...]
    hints: tuple[Doubt, ...]
    elapsed_ms: dict[str, float]
    from_store: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to search for; the empty query finds everything, newest first.

    ``text`` matches part of the read or the corrected text (spaces and hyphens do not count); ``until`` is included.
    """

    text: str = ""
    confidence: tuple[float, float] = (0.0, 1.0)
    since: date | None = None
    until: date | None = None
    sources: tuple[str, ...] = ()
    upload_ids: tuple[int, ...] = ()
    limit: int | None = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search; ``total`` counts all that match."""

    total: int
    inspections: tuple[InspectionView, ...]
