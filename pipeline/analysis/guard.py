"""Whether a candidate may take the champion's place: on nothing that is guarded may it read worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.analysis.duel import mcnemar
from pipeline.analysis.metrics import wilson
from pipeline.analysis.outcome import Outcome
from pipeline.analysis.slices import Slicing, slices

TOLERANCE = 0.01
"""Share of a part's plates that may be lost on balance: the proof of the loop allows old families one point."""
CHANCE = 0.05
"""A loss likelier than this by chance alone is no proof of one."""

GUARDED = (Slicing.FORMAT, Slicing.COLOUR, Slicing.LINES, Slicing.SIZE, Slicing.SOURCE)


@dataclass(frozen=True, slots=True)
class Guard:
    """One part of a test on which both have read the same ``n`` plates.

    ``by`` and ``value`` are its slicing and slice, "" for the whole test. ``champion`` and ``candidate`` count what
    each read exactly; only the candidate did so on ``won`` plates, only the champion on ``lost``. ``p`` is McNemar's,
    exact and two-sided.
    """

    test: str
    by: str
    value: str
    n: int
    champion: int
    candidate: int
    won: int
    lost: int
    p: float

    @property
    def drop(self) -> float:
        """Share of the plates lost on balance; negative where there is a gain."""
        return (self.lost - self.won) / self.n if self.n else 0.0

    @property
    def falls(self) -> bool:
        """Lost beyond the tolerance, and hardly by chance: both, since of few plates a point is less than one, and
        of many even a tenth of a point is certain."""
        return self.drop > TOLERANCE and self.p < CHANCE

    @property
    def intervals(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Wilson's, 95 %, of what the champion and the candidate read."""
        return wilson(self.champion, self.n), wilson(self.candidate, self.n)


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """A candidate beside the champion of that moment, both named by their versions.

    ``tests`` are the sets both have read, the frozen ones by their titles. ``speed`` is the candidate's time for a
    plate over the champion's, the median of pairs that were read one after the other.
    """

    candidate: str
    champion: str
    champion_sha256: str
    tests: tuple[str, ...]
    guards: tuple[Guard, ...]
    speed: float
    created: datetime

    @property
    def wholes(self) -> tuple[Guard, ...]:
        """Each test as a whole."""
        return tuple(guard for guard in self.guards if not guard.by)

    @property
    def fallen(self) -> tuple[Guard, ...]:
        return tuple(guard for guard in self.guards if guard.falls)


def guards(test: str, champion: Sequence[Outcome], candidate: Sequence[Outcome]) -> list[Guard]:
    """The test as a whole, then every part of it that has a name; the plates stand in the same order in both."""
    whole = [place for place, outcome in enumerate(champion) if outcome.scored]
    found = [_guard(test, "", "", whole, champion, candidate)]
    for by in GUARDED:
        parts = (part for part in slices(champion, by) if part.value)
        found += [_guard(test, by, part.value, part.members, champion, candidate) for part in parts]
    return found


def _guard(
    test: str, by: str, value: str, places: Sequence[int], champion: Sequence[Outcome], candidate: Sequence[Outcome]
) -> Guard:
    pairs = [(champion[place].exact, candidate[place].exact) for place in places]
    won = sum(ours and not theirs for theirs, ours in pairs)
    lost = sum(theirs and not ours for theirs, ours in pairs)
    right = sum(theirs for theirs, _ in pairs), sum(ours for _, ours in pairs)
    return Guard(test, str(by), value, len(pairs), *right, won, lost, mcnemar(won, lost))
