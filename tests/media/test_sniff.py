from __future__ import annotations

import pytest

from pipeline.media.sniff import HEAD, PICTURES, sniff
from tests.media.pictures import LOSSLESS, LOSSY, corners, file_of


def test_every_picture_format_is_known_by_its_first_bytes() -> None:
    kinds = [sniff(file_of(corners(), kind)) for kind in (*LOSSLESS, *LOSSY)]
    assert sorted(kinds) == sorted(PICTURES)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"RIFF\0\0\0\0AVI LIST", "a video"),
        (b"\x1aE\xdf\xa3webm", "a video"),
        (b"\0\0\0\x20ftypisom", "a video"),
        (b"G" + bytes(187) + b"G", "a video"),
        (b"7z\xbc\xaf\x27\x1c", "an archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office or Hangul document"),
        (b'<?xml version="1.0"?>\n<svg xmlns="">', "an SVG drawing"),
        (b"  <HTML>", "a web page"),
        (b"\xff\xd8", "a file of unknown kind"),
        ("파일,종류\n".encode("cp949"), "text"),
        (b"BMW 520d, 12\xea\xb0\x80 3456", "text"),
        (b"\x80\x00\x01", "a file of unknown kind"),
    ],
)
def test_other_files_are_put_in_words(head: bytes, expected: str) -> None:
    assert sniff(head) == expected


@pytest.mark.parametrize("start", range(3))
def test_text_cut_inside_a_character_is_still_text(start: int) -> None:
    assert sniff(("a" * start + "가" * HEAD).encode()) == "text"
