"""Which character was taken for which, by aligning every reading with its truth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.analysis.metrics import plain

NOTHING = ""
"""On the side of the truth: a character that is not there was read. On the other: one was missed."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Confusion:
    """``counts`` by (truth, read), right ones among them; ``where`` are the places of the texts each was seen in."""

    counts: dict[Pair, int]
    where: dict[Pair, tuple[int, ...]]

    @property
    def mistakes(self) -> list[tuple[Pair, int]]:
        """The most frequent first, those as frequent by their characters."""
        wrong = [(pair, count) for pair, count in self.counts.items() if pair[0] != pair[1]]
        return sorted(wrong, key=lambda entry: (-entry[1], entry[0]))


def confusion(texts: Iterable[Pair]) -> Confusion:
    """Of (truth, read) texts."""
    counts: Counter[Pair] = Counter()
    where: dict[Pair, dict[int, None]] = {}
    for place, (truth, read) in enumerate(texts):
        for pair in aligned(plain(truth), plain(read)):
            counts[pair] += 1
            where.setdefault(pair, {})[place] = None
    return Confusion(dict(counts), {pair: tuple(places) for pair, places in where.items()})


def aligned(truth: str, read: str) -> list[Pair]:
    """The characters of both side by side, with the fewest edits; :data:`NOTHING` where one side lacks one.

    Of alignments with as few edits, the one that substitutes as far to the right as it can.
    """
    costs = _costs(truth, read)
    pairs: list[Pair] = []
    i, j = len(truth), len(read)
    while i or j:
        if i and j and costs[i][j] == costs[i - 1][j - 1] + (truth[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((truth[i], read[j]))
        elif i and costs[i][j] == costs[i - 1][j] + 1:
            i -= 1
            pairs.append((truth[i], NOTHING))
        else:
            j -= 1
            pairs.append((NOTHING, read[j]))
    return pairs[::-1]


def _costs(truth: Sequence[str], read: Sequence[str]) -> list[list[int]]:
    """Fewest edits between the first ``i`` and the first ``j`` characters (Levenshtein)."""
    costs = [list(range(len(read) + 1))]
    for i, expected in enumerate(truth, start=1):
        row = [i]
        for j, found in enumerate(read, start=1):
            row.append(min(row[-1] + 1, costs[-1][j] + 1, costs[-1][j - 1] + (expected != found)))
        costs.append(row)
    return costs
