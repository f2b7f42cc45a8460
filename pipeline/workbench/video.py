"""The plates of a video, as a job: frames at a step, plates grouped by what they read, the clearest picture of each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel

from pipeline.analysis.metrics import edit_distance
from pipeline.config import Config
from pipeline.errors import NotFound
from pipeline.flow.inspect_image import inspect_frames
from pipeline.media.decode import VIDEO_SUFFIXES, video_frames, video_size
from pipeline.media.decode import is_video_name as is_video_name
from pipeline.media.draw import encode_png
from pipeline.media.quality import clarity
from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Frame, Quad
from pipeline.store.faults import folder_fault
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.plates import find_plates, inspect_stored
from pipeline.workbench.recipes import DEFAULT_RECIPE, choose_recipe
from pipeline.workbench.views import JobState

KIND = "video_plates"
SOURCE = "video"
ENDINGS = tuple(suffix.removeprefix(".") for suffix in VIDEO_SUFFIXES)
STEPS, STEP = (0.2, 0.5, 1.0, 2.0), 0.5
"""Seconds between frames that one can choose; with half a second a car that passes a gate is seen some four times."""
_QUICK_RECIPE = "fast"
_LOOK_BACK = 200  # jobs
_KEPT_SECONDS = 24 * 3600.0
"""A video whose job was stopped or failed is kept so long for another try."""


class Sighting(BaseModel):
    """The clearest look at one plate; ``clarity`` is sharpness × height, ``box`` x1, y1, x2, y2 in pixels."""

    text: str
    index: int
    seconds: float
    clarity: float
    box: tuple[float, float, float, float]
    confidence: float
    sure: bool
    seen: int = 1

    def with_other(self, other: Sighting) -> Sighting:
        """One sighting of what was seen in both: the clearer one, and the counts of both."""
        clearer = max(self, other, key=lambda sighting: sighting.clarity)
        return clearer.model_copy(
            update={"seen": self.seen + other.seen, "sure": self.sure or other.sure, "text": self.text}
        )


def start_video(bench: Workbench, name: str, data: bytes, step: float = STEP) -> int:
    """Keeps a video for the worker and starts the job; gives its id, that of an earlier one where it did the same.

    Args:
        step: seconds between the frames that are looked at.

    Raises:
        MediaError: the video cannot be opened, or is beyond the limits; nothing is kept then.
        StoreError: the state folder cannot be written.
    """
    path = _keep(bench.config, name, data)
    try:
        size = video_size(path, name, **_limits(bench.config))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    arguments = {"file": path.name, "name": name, "step": step}
    if known := _done_before(bench, arguments):
        path.unlink(missing_ok=True)
        return known
    return jobs.start(bench, KIND, arguments, about={"name": name}, total=round(size.seconds))


def plates_of(bench: Workbench, job_id: int) -> tuple[int, ...] | None:
    """The plates that a job has found, none where it was deleted; None while it has not come to its end."""
    try:
        job = jobs.get(bench, job_id)
    except NotFound:
        return ()
    return tuple((job.result or {}).get("plates", ())) if job.state == JobState.DONE else None


def name_of(bench: Workbench, job_id: int) -> str:
    """Of the video that a job looks through; "" where the job was deleted."""
    try:
        return str(jobs.get(bench, job_id).arguments["name"])
    except NotFound:
        return ""


@jobs.handler(KIND)
def video_plates(bench: Workbench, job: JobContext) -> Json:
    """Looks through the frames quickly, then reads the clearest frame of each plate with the default recipe.

    The result holds the ids of the ``plates`` that were found and counts the ``frames`` that were looked at. The video
    itself is not kept.
    """
    path, name, step = _folder(bench.config) / job.arguments["file"], job.arguments["name"], job.arguments["step"]
    total = round(video_size(path, name, **_limits(bench.config)).seconds)
    saved: Json = {"sightings": [], "frames": 0, "index": -1, "seconds": 0.0} | job.saved
    sightings = [Sighting.model_validate(row) for row in saved["sightings"]]
    count = saved["frames"]
    for frame in video_frames(path, name, step=step, start=saved["seconds"], **_limits(bench.config)):
        if frame.index <= saved["index"]:
            continue
        sightings = gather([*sightings, *_look(bench, frame)])
        count += 1
        job.say(_clock(frame.seconds))
        rows = [sighting.model_dump() for sighting in sightings]
        standing = {"sightings": rows, "frames": count, "index": frame.index, "seconds": frame.seconds}
        job.checkpoint(standing, min(total, round(frame.seconds)))
    certain = [sighting for sighting in sightings if sighting.sure or sighting.seen > 1]
    plates = list(dict.fromkeys(_store(bench, path, name, step, certain, job)))
    job.progress(total, total)
    path.unlink(missing_ok=True)
    return {"plates": plates, "count": len(plates), "frames": count}


def gather(sightings: Iterable[Sighting]) -> list[Sighting]:
    """One sighting for each plate: texts that differ in one character are one plate's, named by the commoner text."""
    same: dict[str, Sighting] = {}
    for sighting in sightings:
        same[sighting.text] = same[sighting.text].with_other(sighting) if sighting.text in same else sighting
    plates: list[Sighting] = []
    for sighting in sorted(same.values(), key=lambda s: (s.sure, s.seen, s.confidence), reverse=True):
        near = next((n for n, known in enumerate(plates) if edit_distance(known.text, sighting.text) <= 1), None)
        if near is None:
            plates.append(sighting)
        else:
            plates[near] = plates[near].with_other(sighting)
    return plates


def _look(bench: Workbench, frame: Frame) -> Iterator[Sighting]:
    """The plates of one frame that read as something."""
    recipe = choose_recipe(bench.config, _QUICK_RECIPE)
    for inspection in inspect_frames([frame], recipe, bench.pool)[0].inspections:
        verdict, quad = inspection.verdict, inspection.detection.quad
        if verdict.text:
            yield Sighting(
                text=verdict.text,
                index=frame.index,
                seconds=frame.seconds,
                clarity=clarity(frame, quad),
                box=_box(quad),
                confidence=verdict.confidence,
                sure=not verdict.abstains,
            )


def _box(quad: Quad) -> Box:
    left, top, right, bottom = (float(side) for side in bounding_box(quad))
    return left, top, right, bottom


def _store(
    bench: Workbench, path: Path, name: str, step: float, sightings: Sequence[Sighting], job: JobContext
) -> Iterator[int]:
    """Keeps the frames of these sightings as pictures with all their plates; gives the id of each sighting's plate."""
    by_frame: dict[int, list[Sighting]] = {}
    for sighting in sightings:
        by_frame.setdefault(sighting.index, []).append(sighting)
    recipe = choose_recipe(bench.config, DEFAULT_RECIPE)
    frames = video_frames(path, name, step=step, **_limits(bench.config)) if by_frame else iter(())
    for frame in frames:
        job.check()
        for sighting in by_frame.pop(frame.index, ()):
            near = [
                (box_iou(bounding_box(stored.inspection.detection.quad), sighting.box), stored.id)
                for stored in inspect_stored(bench, _add(bench, frame, name), recipe).inspections
            ]
            if near and max(near)[0] > 0:
                yield max(near)[1]
        if not by_frame:
            return


def _add(bench: Workbench, frame: Frame, name: str) -> Frame:
    """Keeps a frame of a video as a picture of its own."""
    png = encode_png(frame.pixels)
    kept = Frame(frame.pixels, hashlib.sha256(png).hexdigest(), frame.index, frame.seconds)
    bench.store.uploads.add(f"{name} {_clock(frame.seconds)}.png", png, kept, SOURCE)
    return kept


def _keep(config: Config, name: str, data: bytes) -> Path:
    """The video as a file of the state folder, and those gone that jobs have left there long ago."""
    folder = _folder(config)
    ending = next((suffix for suffix in VIDEO_SUFFIXES if name.lower().endswith(suffix)), "")
    path = folder / f"{hashlib.sha256(data).hexdigest()}{ending}"
    try:
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > _KEPT_SECONDS:
                old.unlink(missing_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise folder_fault(error, config.home) from error
    return path


def _done_before(bench: Workbench, arguments: Json) -> int | None:
    """The job that found the plates of the same video, where they are all still there."""
    for row in jobs.finished(bench, _LOOK_BACK):
        if row.kind != KIND or row.state != JobState.DONE:
            continue
        job = jobs.get(bench, row.id)
        plates = (job.result or {}).get("plates", ())
        if job.arguments == arguments and len(find_plates(bench, plates)) == len(plates):
            return row.id
    return None


def _folder(config: Config) -> Path:
    return config.home / "videos"


def _limits(config: Config) -> dict[str, int]:
    return {"max_pixels": config.max_pixels, "max_seconds": config.max_video_seconds}


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
