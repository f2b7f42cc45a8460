import pytest

from pipeline.analysis.differences import differences


@pytest.mark.parametrize(
    ("read", "truth", "pieces"),
    [
        ("12가3456", "12가3456", [("12가3456", "same")]),
        ("12거3456", "12가3456", [("12", "same"), ("거", "wrong"), ("3456", "same")]),
        ("12가345", "12가3456", [("12가345", "same"), ("6", "missing")]),
        ("12가34567", "12가3456", [("12가3456", "same"), ("7", "extra")]),
        ("1가3456", "12가3456", [("1", "same"), ("2", "missing"), ("가3456", "same")]),
        ("", "12가", [("12가", "missing")]),
        ("78", "12가", [("78", "wrong"), ("가", "missing")]),
        ("", "", []),
    ],
)
def test_a_text_falls_into_pieces_that_say_how_they_differ(
    read: str, truth: str, pieces: list[tuple[str, str]]
) -> None:
    assert [(piece.text, piece.difference) for piece in differences(read, truth)] == pieces
