"""Which plates a person is to look at: the hardest, of many kinds, or those that somebody chose."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.analysis.hardness import Evidence, Hardness, hardness
from pipeline.analysis.known import KnownTexts
from pipeline.plate.doubts import doubt
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Backlog, Flag, StoredCase

BY_HAND = "by hand"


LEAST, LIMIT, DIVERSITY = 0.5, 200, 0.1
"""What is usual: least hardness, new cases at most, and how fast cases of one kind lose worth."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """``cases`` are the new ones; of the ``seen`` plates ``hard`` ones were hard enough."""

    cases: tuple[int, ...]
    seen: int
    hard: int


def flag_hard(
    bench: Workbench,
    limit: int = LIMIT,
    least: float = LEAST,
    sources: Sequence[str] = (),
    diversity: float = DIVERSITY,
) -> Flagged:
    """Opens a case for each of the hardest plates that nobody has answered and that have none yet.

    Only the newest result of each picture counts. 10,000 plates take two or three seconds.

    Args:
        limit: new cases at most.
        least: least hardness, 0…1.
        sources: only pictures that came this way; all where it is empty.
        diversity: as :func:`choose` has it.

    Raises:
        StoreError: the state folder cannot be written.
    """
    known = KnownTexts(bench.store.cases.known_texts())
    judged = [(each.inspection_id, _judge(each.evidence, known)) for each in bench.store.cases.candidates(sources)]
    hard = [(number, made) for number, made in judged if made.score >= least]
    waiting = bench.store.cases.likenesses()
    flags = [_flag(*each) for each in choose(hard, limit, diversity, waiting)]
    return Flagged(bench.store.cases.flag(flags), len(judged), len(hard))


def choose(
    judged: Sequence[tuple[int, Hardness]], limit: int, diversity: float = DIVERSITY, waiting: Mapping[str, int] = {}
) -> list[tuple[int, Hardness]]:
    """The hardest, so that no one kind fills the queue: greedily, the worthiest next.

    The worth of a plate is its score × (1 + n) ** -diversity, where n of its likeness were taken before or wait
    already; 0 asks for hardness alone. With the 0.1 that is usual, a hundred of a kind lower it to 0.63: a kind that is
    hard throughout, such as one that the reader never saw, still gets most of the answers, and the last places go to
    others.

    Args:
        judged: id and hardness of each plate; of equals, the first goes first.
        waiting: how many of a likeness are in the queue already.
    """
    kinds: defaultdict[str, list[tuple[int, Hardness]]] = defaultdict(list)
    for number, made in sorted(judged, key=lambda each: each[1].score):  # the hardest stand last, to be popped
        kinds[made.likeness].append((number, made))
    taken = Counter(waiting)
    chosen: list[tuple[int, Hardness]] = []

    def worth(kind: str) -> float:
        return kinds[kind][-1][1].score * float((1 + taken[kind]) ** -diversity)

    heap = [(-worth(kind), kind) for kind in kinds]
    heapq.heapify(heap)
    while heap and len(chosen) < limit:
        _, kind = heapq.heappop(heap)
        chosen.append(kinds[kind].pop())
        taken[kind] += 1
        if kinds[kind]:
            heapq.heappush(heap, (-worth(kind), kind))
    return chosen


def flag_plates(bench: Workbench, inspection_ids: Sequence[int], origin: str = BY_HAND) -> tuple[int, ...]:
    """Opens a case for each of these plates that has none, however sure it is, and gives the ids of the new ones.

    Plates that have their answer count, too: whoever asks wants a second look.

    Raises:
        StoreError: the state folder cannot be written.
    """
    known = KnownTexts(bench.store.cases.known_texts())
    candidates = bench.store.cases.chosen(inspection_ids)
    flags = [_flag(each.inspection_id, _judge(each.evidence, known), origin) for each in candidates]
    return bench.store.cases.flag(flags)


def flag_selection(bench: Workbench, selection_id: int) -> tuple[int, ...]:
    """Opens a case for each plate of a selection that has none; plates that were never stored have no inspection.

    Raises:
        NotFound: no such selection.
        StoreError: the state folder cannot be written.
    """
    selection = bench.store.selections.get(selection_id)
    return flag_plates(bench, selection.inspections, selection.name)


def case_of(bench: Workbench, inspection_id: int) -> StoredCase | None:
    """The case of a plate, open or closed."""
    return bench.store.cases.of_inspections([inspection_id]).get(inspection_id)


def open_cases(bench: Workbench, limit: int | None = None) -> tuple[StoredCase, ...]:
    """Those that wait for an answer, the hardest first."""
    return bench.store.cases.list(closed=False, limit=limit)


def backlog(bench: Workbench) -> Backlog:
    return bench.store.cases.backlog()


def _judge(seen: Evidence, known: KnownTexts) -> Hardness:
    return hardness(seen, known.beside(seen.text))


def _flag(number: int, made: Hardness, origin: str = "hardness") -> Flag:
    reasons = made.reasons if origin == "hardness" else (doubt("by_hand"), *made.reasons)
    return Flag(number, made.score, reasons, made.likeness, origin)
