"""The grammar as an automaton over characters, for a decoder that writes a plate from left to right.

It knows formats, letters, regions and districts; of numbers it knows only how many digits they have, and any
district goes with any region. So it accepts every text that :func:`~pipeline.plate.grammar.parse` matches, and
some whose numbers were never issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TypeAlias

from pipeline.plate.alphabet import DIGITS, REGIONS
from pipeline.plate.districts import DISTRICTS
from pipeline.plate.formats import FORMATS, Part, PlateFormat

# What may still follow: for each place, the texts that can stand there. A state is a set of these.
_Rest: TypeAlias = tuple[frozenset[str], ...]
_State: TypeAlias = frozenset[_Rest]

_DIGIT = frozenset(DIGITS)


class GrammarAutomaton:
    """Deterministic; states are small integers. Built when first asked, a few milliseconds."""

    start = 0

    def __init__(self, formats: Iterable[PlateFormat], patterns: Iterable[Sequence[str]] = ()) -> None:
        """``patterns`` are further kinds: for each place, the characters that may stand there."""
        self._formats = tuple(formats)
        self._patterns = tuple(tuple(frozenset(place) for place in pattern) for pattern in patterns)

    def step(self, state: int, char: str) -> int | None:
        """Where ``char`` leads, None where no plate goes on with it."""
        return self._table[0][state].get(char)

    def is_final(self, state: int) -> bool:
        """Whether the text so far is a whole plate."""
        return self._table[1][state]

    def following(self, state: int) -> frozenset[str]:
        """The characters that some plate goes on with."""
        return frozenset(self._table[0][state])

    def accepts(self, text: str) -> bool:
        """Whether ``text``, normalised, is a whole plate."""
        state: int | None = self.start
        for char in text:
            state = None if state is None else self.step(state, char)
        return state is not None and self.is_final(state)

    @cached_property
    def _table(self) -> tuple[list[dict[str, int]], list[bool]]:
        """For each state, where each character leads, and whether it is final."""
        states: list[_State] = [frozenset(chain(self._patterns, *(_places(format) for format in self._formats)))]
        numbers = {states[0]: self.start}
        steps: list[dict[str, int]] = []
        for state in states:  # grows while it is walked
            steps.append({})
            for char in sorted({text[0] for rest in state if rest for text in rest[0]}):
                after = frozenset(left for rest in state for left in _after(rest, char))
                if after not in numbers:
                    numbers[after] = len(states)
                    states.append(after)
                steps[-1][char] = numbers[after]
        return steps, [() in state for state in states]


def _places(format: PlateFormat) -> Iterator[_Rest]:
    """The whole text of ``format``, once for each number of digits its code can have."""
    serial = (_DIGIT,) * sum(format.serial_digits)
    for digits in {row.digits for row in format.codes} or {0}:
        texts: dict[Part, _Rest] = {
            Part.REGION: (frozenset(REGIONS),),
            Part.DISTRICT: (frozenset(DISTRICTS),),
            Part.WORD: (frozenset(format.words),),
            Part.LETTER: (frozenset(char for row in format.letters for char in row.chars),),
            Part.CODE: (_DIGIT,) * digits,
            Part.SERIAL: serial,
        }
        yield tuple(place for part in format.parts for place in texts[part])


def _after(rest: _Rest, char: str) -> Iterator[_Rest]:
    """What may follow once ``char`` is written, if it can be written here."""
    if not rest:
        return
    tails = {text[1:] for text in rest[0] if text[0] == char}
    if "" in tails:
        yield rest[1:]
    if unfinished := frozenset(tails - {""}):
        yield (unfinished, *rest[1:])


GRAMMAR_AUTOMATON = GrammarAutomaton(FORMATS.values())
