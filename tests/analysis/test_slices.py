import pytest

from pipeline.analysis.outcome import OutcomeKind, hardest
from pipeline.analysis.slices import Slicing, bins, slices, value_of
from pipeline.analysis.summary import summarise
from tests.analysis.runs import outcome, seen


def test_a_slice_counts_its_own_plates():
    plates = [
        outcome("12가3456", "12가3456", measures=seen(colour="white", height=20.0)),
        outcome("34나5678", "34나5679", measures=seen(colour="white", height=64.0)),
        outcome("56다7890", "", measures=seen(height=15.9)),
        outcome("", "12가3456", measures=seen(colour="white")),
    ]
    white, unknown = slices(plates, Slicing.COLOUR)
    assert (white.value, white.n, white.exact, white.members) == ("white", 2, 1, (0, 1))
    assert white.cer == 1 / 14
    assert white.interval == pytest.approx((0.0945, 0.9055), abs=1e-3)
    assert (unknown.value, unknown.n, unknown.exact, unknown.cer) == ("", 1, 0, 1.0)
    assert [(part.value, part.n) for part in slices(plates, Slicing.SIZE)] == [("< 16", 1), ("16–24", 1), ("≥ 64", 1)]


@pytest.mark.parametrize(
    ("by", "measures", "value"),
    [
        (Slicing.SIZE, seen(height=16.0), "16–24"),
        (Slicing.BLUR, seen(detail=0.1), "< 0.13"),
        (Slicing.BRIGHTNESS, seen(brightness=255.0), "≥ 192"),
        (Slicing.TILT, seen(tilt=4.9), "2–5"),
        (Slicing.TILT, seen(), ""),
        (Slicing.SOURCE, seen(source="gate"), "gate"),
        (Slicing.FORMAT, seen(format="film_8"), "film_8"),
    ],
)
def test_every_plate_has_its_bin(by, measures, value):
    assert value_of(measures, by) == value
    assert value in ("", *bins(by)) or not bins(by)


def test_the_worst_come_first_and_of_these_the_ones_that_were_sure():
    plates = [
        outcome("12가3456", "12가3456", 0.1),
        outcome("12가3456", "12가3457", 0.5),
        outcome("12가3456", "12가3458", 0.9),
        outcome("12가3456", "", 0.0),
        outcome("", "7", 0.9, kind=OutcomeKind.EXTRA),
    ]
    assert hardest(plates) == [3, 2, 1]


def test_the_headline_by_hand():
    scene = {"kind": OutcomeKind.SCENE}
    plates = [
        outcome("12가3456", "12가3456", 0.9, **scene),
        outcome("12 가-3456", "12가3457", 0.9, abstains=True, **scene),
        outcome("12가3456", "", 0.0, abstains=True, **scene),
        outcome("", "", 0.0, **scene),
        outcome("", "99", 0.3, kind=OutcomeKind.EXTRA, found=True),
        outcome("34나5678", "34나5678", 0.7),
    ]
    whole = summarise(plates)
    assert (whole.n, whole.exact, whole.plates, whole.found, whole.extra) == (4, 2, 4, 2, 1)
    assert (whole.answered, whole.answered_right) == (2, 2)
    assert whole.cer == 8 / 28
    assert whole.exact_interval == pytest.approx((0.150, 0.850), abs=1e-3)
    # bins of 1/15: 0.9 twice, one of them right; 0.7 once, right
    assert whole.calibration == pytest.approx((2 * 0.4 + 1 * 0.3) / 3)


def test_a_run_without_plates_has_no_share():
    assert summarise([]).share == 0.0
