import pytest

from pipeline.analysis.duel import duel, mcnemar
from tests.analysis.runs import outcome


@pytest.mark.parametrize(
    ("won", "lost", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (1, 9, 22 / 1024), (5, 5, 1.0), (3, 10, 2 * 378 / 8192)],
)
def test_the_exact_p_by_hand(won, lost, p):
    assert mcnemar(won, lost) == pytest.approx(p)
    assert mcnemar(lost, won) == mcnemar(won, lost)


def test_large_counts_stay_exact():
    assert mcnemar(1000, 1000) == 1.0
    assert mcnemar(900, 1100) == pytest.approx(8.5e-6, rel=0.02)


def test_plates_are_compared_one_by_one():
    truths = ("12가3456", "34나5678", "56다7890", "78라1234")
    first = [outcome(t, r) for t, r in zip(truths, (truths[0], truths[1], "", ""), strict=True)]
    second = [outcome(t, r) for t, r in zip(truths, (truths[0], "", truths[2], ""), strict=True)]
    second.append(outcome("99마9999", "99마9999"))
    found = duel(first, second)
    assert found.both_right == (("12가3456.png", 0),)
    assert found.won == (("34나5678.png", 0),)
    assert found.lost == (("56다7890.png", 0),)
    assert found.both_wrong == (("78라1234.png", 0),)
    assert (found.p, found.alone) == (1.0, 1)
