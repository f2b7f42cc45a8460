"""What freezing answers would do, before it is done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.workbench.answer_checks import SuspiciousAnswer, suspicious_answers
from pipeline.workbench.answers import ALL_ANSWERS, AnswerFilter, find_answers, state_of
from pipeline.workbench.bench import Workbench
from pipeline.workbench.snapshots import SUSPICIOUS, sift_answers


@dataclass(frozen=True, slots=True)
class Givers:
    """Who has answered, and where, in alphabetical order; ``answers`` is how many plates have one."""

    answers: int
    reviewers: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FreezePreview:
    """``taken`` plates by state, and how many are left out by reason; ``suspicious`` ones look wrong."""

    answers: int
    taken: Mapping[str, int]
    left_out: Mapping[str, int]
    suspicious: tuple[SuspiciousAnswer, ...]

    @property
    def plates(self) -> int:
        return sum(self.taken.values())


def givers(bench: Workbench) -> Givers:
    given = [plate.review.review for plate in find_answers(bench)]
    people, places = ({its.reviewer for its in given}, {its.source for its in given})
    return Givers(len(given), tuple(sorted(people)), tuple(sorted(places)))


def preview_freeze(bench: Workbench, wanted: AnswerFilter = ALL_ANSWERS, *, check: bool = True) -> FreezePreview:
    """What would be taken and what not.

    Args:
        check: look for answers that are wrong; some milliseconds a plate.
    """
    found = suspicious_answers(bench, wanted) if check else ()
    sifted = sift_answers(bench, wanted, leave_out={its.inspection_id: SUSPICIOUS for its in found})
    doubtful = tuple(its for its in found if sifted.left_out.get(its.inspection_id) == SUSPICIOUS)
    taken = Counter(state_of(plate.review.review) for plate in sifted.taken)
    return FreezePreview(
        len(sifted.taken) + len(sifted.left_out),
        {str(state): count for state, count in taken.items()},
        sifted.reasons,
        doubtful,
    )


def answers_mark(bench: Workbench) -> str:
    """Another one whenever an answer is given or taken back."""
    return bench.store.answers.mark()
