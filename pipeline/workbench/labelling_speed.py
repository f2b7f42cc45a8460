"""What a push and a pull take, beside what the server takes for the same requests with everything made ready before."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import cv2
import numpy as np
from pydantic import BaseModel, SecretStr

from pipeline.config import Config
from pipeline.labelling.client import PICTURES_AT_ONCE
from pipeline.labelling.connection import find_connection
from pipeline.labelling.pictures import cut_out, shown_size
from pipeline.labelling.session import Session, open_session
from pipeline.labelling.tasks import area_around, task_json
from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Character, Detection, FrameResult, Inspection, PlateCrop, Reading, Verdict
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import Flag, LabelTask, TaskState

_WIDTH, _HEIGHT = 1280, 720


class LabellingTiming(BaseModel):
    """Seconds; the bare ones are those of the requests alone."""

    cases: int
    push: float
    push_bare: float
    pull: float
    pull_bare: float


def measure_labelling(config: Config, count: int, tell: Callable[[str], None]) -> LabellingTiming:
    """Pushes drawn cases into a project made for it, answers them, pulls; the project is deleted in the end.

    Raises:
        LabellingError: there is no Label Studio, or it cannot be used.
    """
    found = find_connection(config)
    with TemporaryDirectory() as home:
        settings = {
            "home": Path(home),
            "label_studio_url": found.url,
            "label_studio_token": SecretStr(found.token),
            "label_studio_project": f"PlateLoop benchmark {secrets.token_hex(4)}",
        }
        with closing(Workbench.open(config.model_copy(update=settings))) as bench:
            tell("drawing pictures")
            bench.store.cases.flag([_add(bench, number) for number in range(count)])
            with open_session(bench.config, bench.store.outbox) as session:
                try:
                    return _measure(bench, session, count, tell)
                finally:
                    session.client.delete_project(session.project.number)


def _measure(bench: Workbench, session: Session, count: int, tell: Callable[[str], None]) -> LabellingTiming:
    tell("pushing")
    start = perf_counter()
    labelling.push(bench)
    push = perf_counter() - start
    rows = labelling.tasks(bench, TaskState.THERE, limit=None)
    tell("the same requests alone")
    push_bare = _push_bare(bench, session, rows)
    tell("answering")
    labelling.rehearse(bench, {row.inspection_id: row.text for row in rows})
    tell("pulling")
    start = perf_counter()
    pulled = labelling.pull(bench)
    pull = perf_counter() - start
    start = perf_counter()
    session.client.annotators()
    for _ in session.client.changed(session.project.number, None):
        pass
    pull_bare = perf_counter() - start
    assert pulled.added == count
    figures = {"push": push, "push_bare": push_bare, "pull": pull, "pull_bare": pull_bare}
    return LabellingTiming(cases=count, **{name: round(seconds, 2) for name, seconds in figures.items()})


def _push_bare(bench: Workbench, session: Session, rows: Sequence[LabelTask]) -> float:
    """Seconds for uploads, imports and look-ups in the batches of a push; what is sent is made ready before."""
    client, project = session.client, session.project
    other = client.create_project(f"PlateLoop benchmark {secrets.token_hex(4)}")
    made = list(_ready(bench, rows))
    ready = [made[start : start + PICTURES_AT_ONCE] for start in range(0, len(made), PICTURES_AT_ONCE)]
    try:
        start = perf_counter()
        for batch in ready:
            names = {project.name_of(row.case_id): picture for row, picture in batch}
            client.upload(other.number, names)
            tasks = [task_json(row, project.name_of(row.case_id), shown_size(row.area)) for row, _ in batch]
            client.send(other.number, tasks)
            client.find(other.number, list(names))
        return perf_counter() - start
    finally:
        client.delete_project(other.number)


def _ready(bench: Workbench, rows: Sequence[LabelTask]) -> Iterator[tuple[LabelTask, bytes]]:
    for row in rows:
        frame = decode(bench.store.blobs.get(row.sha256), max_pixels=bench.config.max_pixels)
        yield row, cut_out(frame, area_around(row.quad, row.size))


def _add(bench: Workbench, number: int) -> Flag:
    """A picture with a plate's verdict and two other readings, as hard plates have them."""
    generator = np.random.default_rng(number)
    pixels = cv2.resize(generator.integers(0, 256, (45, 80, 3), dtype=np.uint8), (_WIDTH, _HEIGHT))
    left, top = int(generator.integers(50, 1000)), int(generator.integers(50, 600))
    cv2.rectangle(pixels, (left, top), (left + 160, top + 40), (240, 240, 240), -1)
    cv2.putText(pixels, f"12 {number:04d}", (left + 8, top + 30), cv2.FONT_HERSHEY_SIMPLEX, 1, (20, 20, 20), 3)
    data = encode_jpeg(np.asarray(pixels, np.uint8))
    frame = decode(data, max_pixels=bench.config.max_pixels)
    bench.store.uploads.add(f"{number}.jpg", data, frame, "benchmark")
    quad = quad_from_box(left, top, left + 160, top + 40)
    texts = (f"12가{number:04d}", f"12거{number:04d}", f"72가{number:04d}")
    readings = tuple(Reading(tuple(Character(char, 0.9) for char in text), f"reader {text[:3]}") for text in texts)
    crop = PlateCrop(frame.pixels[top : top + 40, left : left + 160].copy(), quad)
    inspection = Inspection(
        Detection(quad, "plate", 0.9, "drawn"), crop, readings, Verdict(texts[0], 0.5, (), ("long_7",))
    )
    made = bench.store.results.save(FrameResult(frame.sha256, (inspection,)), "benchmark", "0" * 64)
    return Flag(made.inspections[0].id, 0.5, ())
