from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ConfigError
from pipeline.media import fonts
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
        found = korean_fonts(bold)
        assert all(path.is_file() for path in found)
        assert len(set(found)) == len(found)
        assert find_korean_font(bold) == (found[0] if found else None)
    assert set(korean_fonts(True)) == set(korean_fonts(False))


def test_a_font_in_ones_own_folder_will_do_where_no_better_one_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NotoSansCJKkr-Regular.otf", "NanumMyeongjoBold.ttf", "DejaVuSans.ttf", "Nanum licence.txt"):
        (tmp_path / ".fonts" / "korean").mkdir(parents=True, exist_ok=True)
        (tmp_path / ".fonts" / "korean" / name).touch()
    monkeypatch.delenv("PLATELOOP_FONT", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    for places in ("_BOLD", "_REGULAR"):
        monkeypatch.setattr(fonts, places, ())
    monkeypatch.setattr(fonts, "_FOLDERS", ("~/.fonts", "~/.local/share/fonts"))
    assert [path.name for path in korean_fonts(bold=True)] == ["NanumMyeongjoBold.ttf", "NotoSansCJKkr-Regular.otf"]
    assert [path.name for path in korean_fonts(bold=False)] == ["NotoSansCJKkr-Regular.otf", "NanumMyeongjoBold.ttf"]
