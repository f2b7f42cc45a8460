"""A candidate falls where it loses more than a point, and that is hardly chance."""

from __future__ import annotations

import pytest

from pipeline.analysis.guard import Guard, guards
from pipeline.analysis.outcome import Measures, Outcome, OutcomeKind


def outcome(n: int, right: bool, **seen: str) -> Outcome:
    read = "12가3456" if right else "12가3450"
    return Outcome(f"{n}.png", 0, OutcomeKind.CROP, "12가3456", read, 0.9, True, measures=Measures(**seen))


@pytest.mark.parametrize(
    ("n", "won", "lost", "falls"),
    [
        (20, 0, 5, False),  # a quarter, but five plates may be chance
        (20, 0, 6, True),
        (5000, 1, 20, False),  # certain, but less than half a point
        (5000, 10, 80, True),
        (100, 9, 2, False),
    ],
)
def test_a_part_falls_by_more_than_the_tolerance_and_more_than_chance(n: int, won: int, lost: int, falls: bool) -> None:
    plates = range(n)
    champion = [outcome(place, place >= won) for place in plates]
    candidate = [outcome(place, not won <= place < won + lost) for place in plates]
    whole = guards("drawn", champion, candidate)[0]
    assert (whole.won, whole.lost, whole.n, whole.champion, whole.candidate) == (won, lost, n, n - won, n - lost)
    assert whole.falls is falls


def test_every_part_that_has_a_name_is_guarded() -> None:
    plates = [outcome(0, True, format="film_8", source="gate"), outcome(1, True, format="motorcycle_new")]
    found = {(guard.by, guard.value): guard.n for guard in guards("v1", plates, plates)}
    assert found == {
        ("", ""): 2,
        ("format", "film_8"): 1,
        ("format", "motorcycle_new"): 1,
        ("lines", "1"): 1,
        ("lines", "2"): 1,
        ("source", "gate"): 1,
    }


def test_a_part_without_plates_neither_falls_nor_breaks() -> None:
    empty = Guard("v1", "", "", 0, 0, 0, 0, 0, 1.0)
    assert not empty.falls
    assert empty.intervals == ((0.0, 1.0), (0.0, 1.0))
