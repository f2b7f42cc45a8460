"""What the people who answer have done, and how far they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.store.engine import Database
from pipeline.store.tables import CaseRecord, ReviewRecord


@dataclass(frozen=True, slots=True)
class Annotator:
    """``done`` counts the plates they answered, by state; ``left`` the open cases they may still be given.

    Of the ``shared`` plates that others answered, too, they ``agreed`` with all others on some.
    """

    name: str
    done: dict[str, int]
    left: int
    skipped: int
    shared: int
    agreed: int
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A plate with different answers: who says what; "" for a plate that nobody can read."""

    inspection_id: int
    answers: tuple[tuple[str, str, str], ...]
    """Name, state, truth."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """``shared`` plates have the answers of two people or more; ``disagreements`` are those that differ."""

    shared: int
    disagreements: tuple[Disagreement, ...]

    @property
    def share(self) -> float | None:
        """None where no plate has two answers."""
        return 1 - len(self.disagreements) / self.shared if self.shared else None


class Annotators:
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def everybody(self) -> tuple[tuple[Annotator, ...], Agreement]:
        """Everybody who has answered, skipped or holds a case, the busiest first, and how far they agree."""
        answers = self._answers()
        with self._database.read() as session:
            waiting = session.execute(
                select(CaseRecord.skipped_by, CaseRecord.claimed_by, CaseRecord.claimed_until).where(
                    CaseRecord.closed.is_(None)
                )
            ).all()
        now = self._clock()
        held = [name if until and until > now else "" for _, name, until in waiting]
        names = {name for plate in answers.values() for name in plate} | set(held) - {""}
        names |= {name for skipped, _, _ in waiting for name in skipped}
        found = [_annotator(name, answers, [skipped for skipped, _, _ in waiting], held) for name in names]
        return tuple(sorted(found, key=lambda one: (-sum(one.done.values()), one.name))), _agreement(answers)

    def _answers(self) -> dict[int, dict[str, ReviewRecord]]:
        """Of each plate, everybody's newest answer that was not withdrawn. A blank name is nobody's."""
        rows = select(ReviewRecord).where(ReviewRecord.withdrawn.is_(None), ReviewRecord.reviewer != "")
        found: defaultdict[int, dict[str, ReviewRecord]] = defaultdict(dict)
        with self._database.read() as session:
            for record in session.scalars(rows.order_by(ReviewRecord.id)):
                found[record.inspection_id][record.reviewer] = record
            session.expunge_all()
        return found


def _annotator(
    name: str, answers: dict[int, dict[str, ReviewRecord]], skipped: list[tuple[str, ...]], held: list[str]
) -> Annotator:
    theirs = [plate for plate in answers.values() if name in plate]
    done: defaultdict[str, int] = defaultdict(int)
    for plate in theirs:
        done[plate[name].state] += 1
    shared = [plate for plate in theirs if len(plate) > 1]
    left = sum(name not in those and holder in ("", name) for those, holder in zip(skipped, held, strict=True))
    return Annotator(
        name,
        dict(done),
        left,
        sum(name in those for those in skipped),
        len(shared),
        sum(len(_said(plate)) == 1 for plate in shared),
        max((plate[name].created for plate in theirs), default=None),
    )


def _agreement(answers: dict[int, dict[str, ReviewRecord]]) -> Agreement:
    shared = {number: plate for number, plate in answers.items() if len(plate) > 1}
    differ = [
        Disagreement(number, tuple((name, record.state, record.truth) for name, record in plate.items()))
        for number, plate in shared.items()
        if len(_said(plate)) > 1
    ]
    return Agreement(len(shared), tuple(differ))


def _said(plate: dict[str, ReviewRecord]) -> set[tuple[str, str]]:
    """The different answers: a text, whoever had to correct the reading for it, or why there is none."""
    return {("", record.truth) if record.truth else (record.state, "") for record in plate.values()}
