"""From a video to its plates."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from pipeline.errors import MediaError, NotAVideo
from pipeline.jobs import JobContext, Stopped
from pipeline.plate.types import Pixels
from pipeline.store import JobState
from pipeline.synth.scenes import draw_example_scene
from pipeline.workbench import jobs, video
from pipeline.workbench.bench import Workbench
from pipeline.workbench.plates import find_plates
from pipeline.workbench.video import Sighting, gather, start_video, video_plates
from tests.media.videos import write_video


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, set[str]]:
    """Two scenes, each first out of focus and then clear; and the texts of their plates."""
    scenes = [draw_example_scene(number) for number in (1, 4)]
    frames = [frame for scene in scenes for frame in _focusing(scene.pixels)]
    path = write_video(tmp_path_factory.mktemp("drive") / "a.mp4", frames, rate=2.0)
    return path.read_bytes(), {plate.text for scene in scenes for plate in scene.plates}


def _focusing(pixels: Pixels) -> Iterator[Pixels]:
    for blur in (2.0, 0.0):
        yield np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur), np.uint8) if blur else pixels


def attempt(bench: Workbench, job_id: int) -> JobContext:
    job = bench.store.jobs.claim(job_id, "mine")
    assert job is not None
    return JobContext(job, "mine", bench.store.jobs)


def finish(bench: Workbench, context: JobContext, result: dict[str, object]) -> None:
    bench.store.jobs.finish(context.id, "mine", JobState.DONE, context.now(), result)


def test_each_plate_of_a_video_is_kept_once_from_its_clearest_frame(
    bench: Workbench, drive: tuple[bytes, set[str]]
) -> None:
    data, texts = drive
    job_id = start_video(bench, "drive.mp4", data)
    assert video.plates_of(bench, job_id) is None
    context = attempt(bench, job_id)
    made = video_plates(bench, context)
    finish(bench, context, made)

    plates = find_plates(bench, made["plates"])
    assert {plate.text for plate in plates} == texts
    assert {plate.name for plate in plates} == {"drive.mp4 0:00.5.png", "drive.mp4 0:01.5.png"}
    assert made["frames"] == 4
    assert {upload.source for upload in bench.store.uploads.list()} == {"video"}
    assert video.plates_of(bench, job_id) == tuple(made["plates"])
    assert list((bench.config.home / "videos").iterdir()) == []

    assert start_video(bench, "drive.mp4", data) == job_id  # it was worked before, and its plates are there
    bench.store.inspections.delete(plates[0].id)
    assert start_video(bench, "drive.mp4", data) != job_id


def test_a_stopped_job_goes_on_with_the_frame_after(bench: Workbench, drive: tuple[bytes, set[str]]) -> None:
    data, texts = drive
    job_id = start_video(bench, "drive.mp4", data)
    first = attempt(bench, job_id)
    jobs.stop(bench, job_id)
    with pytest.raises(Stopped):
        video_plates(bench, first)
    assert first.saved["frames"] == 1
    bench.store.jobs.finish(job_id, "mine", JobState.STOPPED, first.now())

    jobs.retry(bench, job_id)
    made = video_plates(bench, attempt(bench, job_id))
    assert {plate.text for plate in find_plates(bench, made["plates"])} == texts
    assert made["frames"] == 4


def test_what_cannot_be_opened_starts_no_job_and_leaves_no_file(bench: Workbench) -> None:
    with pytest.raises(NotAVideo):
        start_video(bench, "notes.mp4", b"dear diary")
    assert jobs.recent(bench) == ()
    assert list((bench.config.home / "videos").iterdir()) == []


def test_a_video_that_is_gone_fails_in_words(bench: Workbench, drive: tuple[bytes, set[str]]) -> None:
    job_id = start_video(bench, "drive.mp4", drive[0])
    for path in (bench.config.home / "videos").iterdir():
        path.unlink()
    with pytest.raises(MediaError, match=r"drive\.mp4 cannot be opened"):
        video_plates(bench, attempt(bench, job_id))


def test_a_name_leads_nowhere_outside_of_its_folder(bench: Workbench, drive: tuple[bytes, set[str]]) -> None:
    start_video(bench, "../../etc/x.mp4", drive[0])
    (kept,) = (bench.config.home / "videos").iterdir()
    assert kept.suffix == ".mp4"
    assert len(kept.stem) == 64


def test_a_deleted_job_has_no_plates(bench: Workbench) -> None:
    assert video.plates_of(bench, 99) == ()


def sighting(text: str, clarity: float = 1.0, sure: bool = True, index: int = 0) -> Sighting:
    return Sighting(
        text=text, index=index, seconds=index / 2, clarity=clarity, box=(0, 0, 9, 3), confidence=0.9, sure=sure
    )


def test_looks_at_one_plate_become_one_sighting_with_the_clearest_look() -> None:
    (one,) = gather([sighting("12가3456", 1.0, index=0), sighting("12가3456", 3.0, index=1), sighting("12가3456", 2.0)])
    assert (one.text, one.index, one.clarity, one.seen) == ("12가3456", 1, 3.0, 3)


def test_a_text_that_differs_in_one_character_is_the_commoner_one_misread() -> None:
    looks = [sighting("12가3456"), sighting("12가3456"), sighting("12가3458", 9.0, sure=False, index=7)]
    assert [(one.text, one.index, one.seen) for one in gather(looks)] == [("12가3456", 7, 3)]
    assert {one.text for one in gather([sighting("12가3456"), sighting("34나5678")])} == {"12가3456", "34나5678"}
