"""A case as a task of Label Studio, and an annotation as an answer. Knows the format of both and talks to nobody.

Coordinates in a task are percent of its picture, which shows an area of the source picture; ours are pixels of the
source picture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.labelling import form
from pipeline.plate.alphabet import normalise
from pipeline.plate.doubts import sentence
from pipeline.plate.geometry import bounding_box, is_convex, quad_from_box
from pipeline.plate.types import Quad, Reading
from pipeline.store.given_answers import GivenAnswer
from pipeline.store.outbox import Area, LabelTask

Json = dict[str, Any]
Size = tuple[int, int]
Points = NDArray[np.float64]

CASE = "case_id"
"""Our case's name stands in a task's data under this key: of ``data`` alone Label Studio finds tasks."""

_AROUND = 0.6
"""What an annotator sees around the plate, as a share of its longer side: enough to see what it is on."""
_REGION = "plate"
_MOVED = 0.5  # pixels of the source; less is rounding on the way


def area_around(quad: Quad, size: Size) -> Area:
    """The part (x1, y1, x2, y2) of a picture of ``size`` (width, height) that shows the plate and what is around it."""
    x1, y1, x2, y2 = bounding_box(quad)
    more = _AROUND * max(x2 - x1, y2 - y1)
    width, height = size
    left, top = max(0, min(width - 1, int(x1 - more))), max(0, min(height - 1, int(y1 - more)))
    return left, top, max(left + 1, min(width, int(x2 + more) + 1)), max(top + 1, min(height, int(y2 + more) + 1))


def task_json(task: LabelTask, name: str, shown: Size) -> Json:
    """The task of a case, with the verdict and then every other reading as predictions.

    Args:
        name: of the case, at the server.
        shown: width and height of the task's picture in pixels.
    """
    data = {
        form.PICTURE: task.picture,
        CASE: name,
        "model": task.model,
        "readings": _table(task),
        "hardness": round(task.hardness, 4),
        "reasons": [sentence(reason) for reason in task.reasons],
    }
    plate_type = task.formats[0] if task.formats else ""
    verdict = _prediction(task, shown, form.VERDICT, task.text, task.confidence, plate_type)
    others = (_prediction(task, shown, _source(reading), reading.text, reading.confidence) for reading in _others(task))
    return {"data": data, "predictions": [verdict, *others]}


def results(
    text: str, *, state: str = "", plate_type: str = "", quad: Quad | None = None, area: Area, shown: Size
) -> list[Json]:
    """What stands in a prediction or an annotation that says this; ``state`` is "", "unreadable" or "not_a_plate"."""
    made = []
    if quad is not None:
        made.append(_result(form.CORNERS, shown, {"points": _percent(quad, area), "closed": True}))
    if text:
        made.append(_result(form.TEXT, shown, {"text": [text]}))
    for control, choice in ((form.STATE, state), (form.PLATE_TYPE, plate_type)):
        if choice:
            made.append(_result(control, shown, {"choices": [choice]}))
    return made


def given_answer(annotation: Json, task: LabelTask, prefix: str, annotators: Mapping[int, str]) -> GivenAnswer | None:
    """What an annotation says; None for one that was skipped. Predictions are no annotations and never get here."""
    if annotation.get("was_cancelled"):
        return None
    found = [result for result in annotation.get("result") or () if result.get("from_name") in form.CONTROLS]
    truth = normalise(" ".join(_values(found, form.TEXT, "text")))
    states = _values(found, form.STATE, "choices")
    if states:
        state, truth = states[0], ""
    else:
        state = "" if not truth else "confirmed" if truth == task.text else "corrected"
    quad = _moved_quad(found, task)
    changed = str(annotation["updated_at"])
    return GivenAnswer(
        outside_id=f"{prefix}{annotation['id']}@{changed}",
        reviewer=_annotator(annotation.get("completed_by"), annotators),
        state=state,
        truth=truth,
        plate_type=next(iter(_values(found, form.PLATE_TYPE, "choices")), ""),
        created=changed,
        quad=() if quad is None else tuple((float(x), float(y)) for x, y in quad),
    )


def _prediction(task: LabelTask, shown: Size, model: str, text: str, score: float, plate_type: str = "") -> Json:
    found = results(text, plate_type=plate_type, quad=task.quad, area=task.area, shown=shown)
    return {"model_version": model, "score": round(score, 4), "result": found}


def _others(task: LabelTask) -> Iterator[Reading]:
    """One reading for each text that is not the verdict's, the surest."""
    best: dict[str, Reading] = {}
    for reading in sorted(task.readings, key=lambda reading: reading.confidence, reverse=True):
        if reading.text and reading.text != task.text:
            best.setdefault(reading.text, reading)
    yield from best.values()


def _table(task: LabelTask) -> dict[str, str]:
    """Every reading in a line, the verdict first; a reader that looked several times has a number."""
    lines = {form.VERDICT: _line(task.text, task.confidence)}
    for reading in task.readings:
        source, again = _source(reading), 1
        while source in lines:
            again += 1
            source = f"{_source(reading)} {again}"
        lines[source] = _line(reading.text, reading.confidence)
    return lines


def _source(reading: Reading) -> str:
    return f"{reading.reader}, {reading.enhancer}" if reading.enhancer else reading.reader


def _line(text: str, confidence: float) -> str:
    return f"{text or '–'} ({100 * confidence:.1f} %)"


def _result(control: str, shown: Size, value: Json) -> Json:
    """The parts of one plate bear one id: the corners are the region that the others speak of."""
    width, height = shown
    return {
        "id": f"{_REGION}-{control}",
        "from_name": control,
        "to_name": form.PICTURE,
        "type": form.CONTROLS[control],
        "original_width": width,
        "original_height": height,
        "image_rotation": 0,
        "value": value,
    }


def _values(found: Sequence[Json], control: str, key: str) -> list[str]:
    values = [result["value"].get(key) or [] for result in found if result["from_name"] == control]
    return [str(text) for texts in values for text in ([texts] if isinstance(texts, str) else texts)]


def _annotator(who: object, annotators: Mapping[int, str]) -> str:
    number = who.get("id") if isinstance(who, dict) else who
    return annotators.get(number, f"annotator {number}") if isinstance(number, int) else "annotator"


def _percent(quad: Quad, area: Area) -> list[list[float]]:
    x1, y1, x2, y2 = area
    share = (quad.astype(np.float64) - (x1, y1)) / (x2 - x1, y2 - y1) * 100
    corners: list[list[float]] = share.tolist()
    return corners


def _moved_quad(found: Sequence[Json], task: LabelTask) -> Quad | None:
    """The corners that were marked last, where they are others than ours; None where nobody can tell which they are."""
    marked = [result for result in found if result["from_name"] in (form.CORNERS, form.BOX)]
    quad = _quad(marked[-1], task.area) if marked else None
    if quad is None or not is_convex(quad) or float(np.abs(quad - task.quad).max()) < _MOVED:
        return None
    return quad


def _quad(result: Json, area: Area) -> Quad | None:
    value = result["value"]
    x1, y1, x2, y2 = area
    size = np.array((x2 - x1, y2 - y1), np.float64)
    if result["from_name"] == form.CORNERS:
        points = value.get("points") or []
        if len(points) != 4:
            return None
        corners = np.array(points, np.float64) / 100 * size
        corners = corners if result.get("id") == f"{_REGION}-{form.CORNERS}" else _as_read(corners)
    else:
        corners = _turned_box(value, size)
    quad: Quad = (corners + np.array((x1, y1))).astype(np.float32)
    return quad


def _turned_box(value: Json, size: Points) -> Points:
    """A rectangle is turned clockwise around its top-left corner, in pixels and not in percent."""
    start = np.array((value["x"], value["y"]), np.float64) / 100 * size
    width, height = np.array((value["width"], value["height"]), np.float64) / 100 * size
    angle = np.deg2rad(float(value.get("rotation") or 0))
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    corners: Points = quad_from_box(0, 0, 1, 1).astype(np.float64) * (width, height) @ turn.T + start
    return corners


def _as_read(corners: Points) -> Points:
    """Clockwise from the corner nearest to the picture's top-left, in whatever order they were set."""
    middle = corners.mean(axis=0)
    order = np.argsort(np.arctan2(*(corners - middle).T[::-1]))
    clockwise = corners[order]
    return np.roll(clockwise, -int(clockwise.sum(axis=1).argmin()), axis=0)
