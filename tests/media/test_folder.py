from __future__ import annotations

import logging
import os
import unicodedata
from pathlib import Path

import pytest

from pipeline.errors import MediaError
from pipeline.media.decode import decode
from pipeline.media.folder import image_files
from tests.media.pictures import LIMIT, corners, file_of


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def names_below(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in image_files([folder])]


def test_pictures_are_found_at_any_depth_in_natural_order(tmp_path: Path) -> None:
    touch(tmp_path, "10.jpg", "9.JPEG", "day 10/a.png", "day 2/b.heic", "day 2/c.webp")
    assert names_below(tmp_path) == ["9.JPEG", "10.jpg", "day 2/b.heic", "day 2/c.webp", "day 10/a.png"]


def test_other_and_hidden_files_are_skipped(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "labels.csv", "clip.mp4", ".b.jpg", "._a.jpg", ".cache/c.jpg", "Thumbs.db")
    assert names_below(tmp_path) == ["a.jpg"]


def test_a_named_file_comes_through_whatever_it_is_called(tmp_path: Path) -> None:
    touch(tmp_path, "clip.mp4", ".hidden.jpg", "sub/a.jpg")
    paths = [tmp_path / "clip.mp4", tmp_path / "sub", tmp_path / ".hidden.jpg"]
    assert image_files(paths) == [tmp_path / "clip.mp4", tmp_path / "sub" / "a.jpg", tmp_path / ".hidden.jpg"]


def test_a_folder_that_is_itself_hidden_is_searched_when_named(tmp_path: Path) -> None:
    touch(tmp_path, ".photos/a.jpg")
    assert names_below(tmp_path / ".photos") == ["a.jpg"]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    touch(tmp_path, "sub/a.jpg")
    (tmp_path / "sub" / "again").symlink_to(tmp_path, target_is_directory=True)
    assert names_below(tmp_path) == ["sub/a.jpg"]


def test_a_link_to_a_folder_is_searched_when_named(tmp_path: Path) -> None:
    touch(tmp_path, "photos/a.jpg")
    (tmp_path / "link").symlink_to(tmp_path / "photos", target_is_directory=True)
    assert names_below(tmp_path / "link") == ["a.jpg"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_does_not_stop_the_run(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    assert names_below(tmp_path) == ["a.jpg"]
    with pytest.raises(MediaError, match=r"pipe\.jpg is neither a file nor a folder"):
        image_files([tmp_path / "pipe.jpg"])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_korean_names_are_opened_as_they_stand_on_disk(tmp_path: Path, form: str) -> None:
    name = unicodedata.normalize(form, "서울 번호판.png")
    (tmp_path / name).write_bytes(file_of(corners(), "PNG"))
    (found,) = image_files([tmp_path])
    assert decode(found, max_pixels=LIMIT).width == corners().shape[1]


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_names_left_in_cp949_by_unzip_are_found_and_shown_in_korean(tmp_path: Path) -> None:
    raw = os.path.join(os.fsencode(tmp_path), "번호판.png".encode("cp949"))
    with open(raw, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
    (found,) = image_files([tmp_path])
    with pytest.raises(MediaError, match=r"번호판\.png begins like a PNG"):
        decode(found, max_pixels=LIMIT)


def test_a_missing_path_is_named_before_any_folder_is_walked(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    with pytest.raises(MediaError, match=r"gone does not exist; check the path"):
        image_files([tmp_path, tmp_path / "gone"])


def test_a_folder_that_cannot_be_read_is_told_and_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        pytest.skip("the superuser may read every folder")
    touch(tmp_path, "a.jpg", "locked/b.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        with caplog.at_level(logging.WARNING):
            assert names_below(tmp_path) == ["a.jpg"]
        assert "locked cannot be read (Permission denied) and is left out" in caplog.text
    finally:
        (tmp_path / "locked").chmod(0o700)
