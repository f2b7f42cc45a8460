import pytest

from pipeline.analysis.reliability import reliability, right_characters


def test_bins_tell_what_was_stated_and_what_was_right() -> None:
    found = reliability([0.95] * 4 + [0.15] * 2, [True, True, True, False, False, False], bins=10)
    assert [(b.n, b.stated, b.right) for b in found.bins] == [
        (2, pytest.approx(0.15), 0.0),
        (4, pytest.approx(0.95), 0.75),
    ]
    assert found.error == pytest.approx((2 * 0.15 + 4 * 0.2) / 6)


def test_certainty_falls_into_the_last_bin() -> None:
    (only,) = reliability([1.0], [True], bins=10).bins
    assert (only.low, only.high) == (0.9, 1.0)


def test_nothing_stated_is_no_error() -> None:
    assert reliability([], []).error == 0


@pytest.mark.parametrize(
    ("truth", "read", "right"),
    [
        ("12가3456", "12가3456", "1111111"),
        ("12가3456", "12나3456", "1101111"),
        ("123가4567", "12가4567", "1111111"),
        ("12가3456", "121가3456", "11011111"),
        ("외교 321-678", "외교321678", "11111111"),
        ("12가3456", "", ""),
    ],
)
def test_a_character_is_right_in_its_place(truth: str, read: str, right: str) -> None:
    assert right_characters(truth, read) == [mark == "1" for mark in right]
