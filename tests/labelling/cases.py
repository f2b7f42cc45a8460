"""Cases without a network that reads: pictures of noise with a plate's verdict, and people who answer about them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import httpx
import numpy as np

from pipeline.labelling.pictures import shown_size
from pipeline.labelling.tasks import Json, results
from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.plate.doubts import doubt
from pipeline.plate.types import Character, Detection, FrameResult, Inspection, PlateCrop, Quad, Reading, Verdict
from pipeline.store import Flag, LabelTask
from pipeline.workbench.bench import Workbench

SIZE = (320, 180)


def text_of(number: int) -> str:
    return f"12가{number:04d}"


def quad_of(number: int) -> Quad:
    """A slanted plate, elsewhere in every picture."""
    left, top = 30 + number % 150, 20 + number % 90
    return np.array([(left, top), (left + 100, top + 6), (left + 98, top + 32), (left - 2, top + 26)], np.float32)


def inspection_of(number: int) -> Inspection:
    text, quad = text_of(number), quad_of(number)
    read = Reading(tuple(Character(char, 0.9) for char in text), "crnn", "unchanged", sure_from=0.94)
    other = Reading(tuple(Character(char, 0.6) for char in f"72가{number:04d}"), "char_yolo", "unchanged")
    crop = PlateCrop(np.full((16, 64, 3), number % 256, np.uint8), quad)
    return Inspection(
        Detection(quad, "plate", 0.9, "yolo_corners"), crop, (read, other), Verdict(text, 0.5, (), ("long_7",))
    )


def add_cases(bench: Workbench, count: int, first: int = 1) -> list[int]:
    """Cases whose plates read ``text_of(first)`` and so on; gives their ids in that order."""
    flags = []
    for number in range(first, first + count):
        pixels = np.random.default_rng(number).integers(0, 256, (SIZE[1], SIZE[0], 3), dtype=np.uint8)
        data = encode_jpeg(pixels)
        frame = decode(data, max_pixels=10**7)
        bench.store.uploads.add(f"{number}.jpg", data, frame, "test")
        result = FrameResult(frame.sha256, (inspection_of(number),))
        stored = bench.store.results.save(result, "thorough", "f1" * 32)
        flags.append(Flag(stored.inspections[0].id, 0.5, (doubt("illegible"),)))
    return list(bench.store.cases.flag(flags))


class Annotator:
    """Somebody who answers through Label Studio's own API, with a token of their own."""

    def __init__(self, url: str, token: str) -> None:
        self._http = httpx.Client(
            base_url=url, headers={"Authorization": f"Token {token}"}, trust_env=False, timeout=60
        )

    def answer(self, task: LabelTask, text: str, **more: Any) -> int:
        """Gives the annotation's number."""
        return int(self._ask("POST", f"/api/tasks/{task.number}/annotations/", result=said(task, text, **more))["id"])

    def skip(self, task: LabelTask) -> None:
        self._ask("POST", f"/api/tasks/{task.number}/annotations/", result=said(task, task.text), was_cancelled=True)

    def change(self, annotation: int, task: LabelTask, text: str, **more: Any) -> None:
        self._ask("PATCH", f"/api/annotations/{annotation}/", result=said(task, text, **more))

    def take_back(self, annotation: int) -> None:
        self._http.delete(f"/api/annotations/{annotation}/").raise_for_status()

    def delete_task(self, task: LabelTask) -> None:
        self._http.delete(f"/api/tasks/{task.number}/").raise_for_status()

    def make(self, project: int, data: Json) -> None:
        """Another task with the same data."""
        self._ask("POST", "/api/tasks/", project=project, data=data)

    def personal_token(self) -> str:
        """A token of the newer kind: a JWT with which one gets others that hold for minutes."""
        return str(self._ask("POST", "/api/token/")["token"])

    def tasks(self, project: int) -> list[Json]:
        found = self._http.get("/api/tasks", params={"project": project, "fields": "all", "page_size": 5000})
        found.raise_for_status()
        tasks: list[Json] = found.json()["tasks"]
        return tasks

    def hooks(self, project: int) -> list[str]:
        """The addresses that the server calls."""
        found = self._http.get("/api/webhooks/", params={"project": project})
        found.raise_for_status()
        return [hook["url"] for hook in found.json()]

    def _ask(self, method: str, path: str, **body: Any) -> Json:
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, answer.text
        said: Json = answer.json()
        return said


def said(task: LabelTask, text: str, quad: Quad | None = None, **more: Any) -> list[Json]:
    quad = task.quad if quad is None else quad
    return results(text, quad=quad, area=task.area, shown=shown_size(task.area), **more)


def names(tasks: Sequence[Json]) -> list[str]:
    return sorted(str(task["data"]["case_id"]) for task in tasks)


def settings_of(bench: Workbench) -> dict[str, str]:
    """The environment of a process that shall have the same settings."""
    config = bench.config
    return os.environ | {
        "PLATELOOP_HOME": str(config.home),
        "PLATELOOP_LABEL_STUDIO_URL": config.label_studio_url,
        "PLATELOOP_LABEL_STUDIO_TOKEN": config.label_studio_token.get_secret_value(),
        "PLATELOOP_LABEL_STUDIO_PROJECT": config.label_studio_project,
    }
