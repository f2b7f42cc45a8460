"""What a chain does to finding vehicles and plates, as numbers and as a word."""

from __future__ import annotations

from pipeline.analysis.detail import DetailKept
from pipeline.analysis.detections import FoundBox
from pipeline.analysis.downstream import Effect, Measured, Task, detail_effect, effects

PLATE, ELSEWHERE = (0.0, 0.0, 40.0, 10.0), (50.0, 50.0, 90.0, 60.0)
SEES = Measured((100, 100), plates=(FoundBox(PLATE, 0.9), FoundBox(ELSEWHERE, 0.1)))
SEES_NONE = Measured((100, 100))
SEES_WRONG = Measured((100, 100), plates=(FoundBox(ELSEWHERE, 0.8),))


def plates(before, after, truths=None):
    [[vehicles, found]] = effects(before, [after], truths or [None] * len(before))
    assert (vehicles.task, vehicles.effect) == (Task.VEHICLES, Effect.UNCLEAR)
    return found


def test_plates_lost_in_ten_pictures_are_a_loss() -> None:
    found = plates([SEES] * 10, [SEES_NONE] * 10)
    assert (found.before.count, found.after.count, found.effect) == (10, 0, Effect.HURTS)
    assert found.before.confidence == 0.9
    assert found.before.precision is None
    assert plates([SEES_NONE] * 10, [SEES] * 10).effect is Effect.HELPS


def test_a_few_losses_only_point_that_way_and_one_says_nothing() -> None:
    assert plates([SEES] * 8, [SEES_NONE] * 4 + [SEES] * 4).effect is Effect.MAY_HURT
    assert plates([SEES] * 8, [SEES_NONE] + [SEES] * 7).effect is Effect.UNCLEAR


def test_where_plates_are_labelled_a_box_too_many_is_no_gain() -> None:
    found = plates([SEES_NONE] * 10, [SEES_WRONG] * 10, [[PLATE]] * 10)
    assert (found.after.count, found.after.right, found.after.precision) == (10, 0, 0)
    assert found.effect is Effect.HURTS


def test_a_picture_on_which_a_chain_fails_does_not_count_for_it() -> None:
    found = plates([SEES] * 3, [SEES, SEES, Measured((100, 100), failure="out of memory")])
    assert (found.paired.n, found.before.count, found.differences) == (2, 2, (0, 0, 0))


def test_detail_is_the_mean_of_pictures_that_have_it() -> None:
    seen = [Measured((9, 9), kept=DetailKept(share, 0.5), inside=None) for share in (0.8, 1.0)]
    assert detail_effect(seen).kept == DetailKept(0.9, 0.5)
    assert detail_effect(seen).lost
    assert not detail_effect(seen, inside=True).lost
