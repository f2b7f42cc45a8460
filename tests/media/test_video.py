"""Frames of videos."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import BrokenVideo, EmptyFile, MediaError, NotAVideo, VideoTooLarge
from pipeline.media.decode import is_video_name, video_frames, video_size
from pipeline.media.draw import encode_jpeg
from pipeline.plate.types import Frame
from tests.media.videos import greys, write_video


def frames_of(path: Path, step: float = 0.5, **changed: float) -> list[Frame]:
    limits = {"max_pixels": 10_000, "max_seconds": 60} | changed
    return list(video_frames(path, "clip", step=step, **limits))


@pytest.mark.parametrize("ending", ["mp4", "avi"])
def test_frames_come_at_a_step_with_their_times(tmp_path: Path, ending: str) -> None:
    frames = frames_of(write_video(tmp_path / f"a.{ending}", greys(25)))
    assert [frame.index for frame in frames] == [0, 5, 10, 15, 20]
    assert [round(frame.seconds, 2) for frame in frames] == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert [abs(int(frame.pixels.mean()) - 8 * frame.index) < 6 for frame in frames] == [True] * 5
    assert frames[0].pixels.shape == (48, 64, 3)


def test_colours_are_rgb(tmp_path: Path) -> None:
    red = np.zeros((48, 64, 3), np.uint8)
    red[..., 0] = 220
    (frame,) = frames_of(write_video(tmp_path / "a.avi", [red]))
    assert frame.pixels[..., 0].mean() > 200
    assert frame.pixels[..., 1:].mean() < 30


def test_whoever_goes_on_from_a_moment_gets_the_same_frames(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(30), rate=7.0)
    whole = frames_of(path, 0.4)
    for n in (1, 4):
        rest = frames_of(path, 0.4, start=whole[n].seconds)
        assert [frame.index for frame in rest] == [frame.index for frame in whole[n:]]


def test_a_header_tells_size_and_length(tmp_path: Path) -> None:
    size = video_size(write_video(tmp_path / "a.mp4", greys(25)), max_pixels=10_000, max_seconds=60)
    assert (size.width, size.height, round(size.seconds, 1)) == (64, 48, 2.5)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    with pytest.raises(EmptyFile, match="clip is empty"):
        frames_of(tmp_path / "a.mp4")


def test_what_is_no_video_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_bytes(encode_jpeg(greys(1)[0]))
    with pytest.raises(NotAVideo, match="clip is not a video but JPEG; give an MP4"):
        frames_of(tmp_path / "a.mp4")
    (tmp_path / "b.mp4").write_text("#EXTM3U\nhttp://127.0.0.1/a.ts\n")
    with pytest.raises(NotAVideo, match="but text"):
        frames_of(tmp_path / "b.mp4")


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be opened"):
        frames_of(tmp_path / "none.mp4")


def test_a_video_without_its_table_is_broken(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "a.mp4", greys(25)).read_bytes()
    (tmp_path / "half.mp4").write_bytes(whole[: len(whole) // 3])  # the table stands at the end
    with pytest.raises(BrokenVideo, match="no picture in it can be decoded; copy it again"):
        frames_of(tmp_path / "half.mp4")
    (tmp_path / "noise.mp4").write_bytes(whole[:64] + np.random.default_rng(0).bytes(5000))
    with pytest.raises(BrokenVideo):
        frames_of(tmp_path / "noise.mp4")


def test_of_a_video_that_breaks_off_the_frames_before_come_through(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 256, (48, 64, 3), dtype=np.uint8) for _ in range(40)]
    whole = write_video(tmp_path / "a.avi", noise).read_bytes()
    (tmp_path / "half.avi").write_bytes(whole[: len(whole) // 2])
    seen = frames_of(tmp_path / "half.avi")
    assert 0 < len(seen) < len(frames_of(tmp_path / "a.avi"))


def test_a_video_beyond_the_limits_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", greys(25))
    with pytest.raises(VideoTooLarge, match=r"clip has 64×48 pixels, more than the 3,000 allowed"):
        frames_of(path, max_pixels=3000)
    with pytest.raises(VideoTooLarge, match=r"clip lasts 2 s, longer than the 1 s allowed"):
        frames_of(path, max_seconds=1)


def test_videos_are_told_by_their_names() -> None:
    assert is_video_name("나들이.MP4")
    assert not is_video_name("a.jpg")
