from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.media.fonts import find_korean_font, korean_fonts


def test_a_font_named_by_the_user_comes_before_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = korean_fonts()
    mine = tmp_path / "mine.ttf"
    mine.touch()
    monkeypatch.setenv("PLATELOOP_FONT", str(mine))
    assert find_korean_font() == find_korean_font(bold=True) == mine
    assert korean_fonts() == (mine, *installed)


def test_a_named_font_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_FONT", str(tmp_path / "gone.ttf"))
    with pytest.raises(
        ConfigError, match=r"PLATELOOP_FONT='.*gone\.ttf' is no file; name a font with Hangul, or unset"
    ):
        find_korean_font()


def test_every_font_is_a_file_and_stands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLATELOOP_FONT", raising=False)
    for bold in (False, True):
        fonts = korean_fonts(bold)
        assert all(path.is_file() for path in fonts)
        assert len(set(fonts)) == len(fonts)
        assert find_korean_font(bold) == (fonts[0] if fonts else None)
    assert set(korean_fonts(True)) == set(korean_fonts(False))
