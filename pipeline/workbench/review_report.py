"""What the lead of those who answer sees: who has done what, how far they agree, what waits and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain

import numpy as np

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Agreement, Annotator, Backlog, StoredCase

BINS = 10


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """``oldest`` is the open case that waits longest; ``hardness`` counts open cases in tenths from 0 to 1.

    ``reasons`` counts the open cases that have each reason, by its code, the most frequent first.
    """

    backlog: Backlog
    annotators: tuple[Annotator, ...]
    agreement: Agreement
    oldest: StoredCase | None
    hardness: tuple[int, ...]
    reasons: tuple[tuple[str, int], ...]


def report(bench: Workbench) -> ReviewReport:
    cases = bench.store.cases.list(closed=False)
    people, agreement = bench.store.annotators.everybody()
    bins = Counter(min(int(case.flag.hardness * BINS), BINS - 1) for case in cases)
    codes = Counter(chain.from_iterable({reason.code for reason in case.flag.reasons} for case in cases))
    return ReviewReport(
        bench.store.cases.backlog(),
        people,
        agreement,
        min(cases, key=lambda case: (case.created, case.id), default=None),
        tuple(bins[n] for n in range(BINS)),
        tuple(codes.most_common()),
    )


def ask_again(bench: Workbench, share: float, seed: int) -> int:
    """Has a share of the answered cases answered a second time, each by somebody else; gives their number.

    Raises:
        StoreError: the state folder cannot be written.
    """
    closed = [case.id for case in bench.store.cases.list(closed=True)]
    count = round(share * len(closed))
    drawn = np.random.default_rng(seed).choice(closed, count, replace=False).tolist() if count else []
    bench.store.cases.ask_again(drawn)
    return count
