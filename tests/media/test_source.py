from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import MediaError
from pipeline.media.source import decode_name, display_name, natural_key, open_source


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_korean_names_are_decoded_from_utf_8_and_cp949(encoding: str) -> None:
    assert decode_name("똠방각하 서울.jpg".encode(encoding)) == "똠방각하 서울.jpg"


def test_a_name_in_no_known_encoding_is_still_shown() -> None:
    assert decode_name(b"\xff\xfe.jpg") == "��.jpg"


def test_decomposed_names_are_composed() -> None:
    assert decode_name(unicodedata.normalize("NFD", "차량.png").encode()) == "차량.png"
    assert display_name(b"", unicodedata.normalize("NFD", "차량.png")) == "차량.png"


def test_a_path_whose_bytes_are_no_utf_8_can_be_printed() -> None:
    path = Path(os.fsdecode("번호판.jpg".encode("cp949")))
    assert display_name(path) == "번호판.jpg"


def test_bytes_without_a_name_are_called_the_file() -> None:
    assert display_name(b"abc") == "the file"


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"^the table cannot be opened .*; check the path"):
        open_source(tmp_path / "gone.csv", "the table")


def test_numbers_in_names_sort_as_numbers() -> None:
    names = ["차10.jpg", "차2.jpg", "차1.jpg", "B.jpg", "a.jpg", "007.jpg", "7.jpg", "8.jpg"]
    assert sorted(names, key=natural_key) == [
        "007.jpg",
        "7.jpg",
        "8.jpg",
        "a.jpg",
        "B.jpg",
        "차1.jpg",
        "차2.jpg",
        "차10.jpg",
    ]


@given(st.lists(st.text()))
def test_any_names_can_be_sorted(names: list[str]) -> None:
    assert sorted(sorted(names, key=natural_key)) == sorted(names)


def test_a_name_of_ten_thousand_digits_can_be_sorted() -> None:
    assert natural_key("1" * 10_000) > natural_key("2")
