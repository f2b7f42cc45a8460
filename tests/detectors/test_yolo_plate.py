from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from pipeline.analysis.metrics import FoundPlate, LabelledPlate, match_plates
from pipeline.config import load_config
from pipeline.detectors.yolo_plate import YoloPlateDetector, YoloPlateSettings
from pipeline.media.decode import decode
from pipeline.plate.geometry import Box, bounding_box, box_iou
from pipeline.plate.types import Detection, Frame, Pixels
from tests.detectors.drawn_cars import drawn_car


def detect(*pictures: Pixels, **settings: Any) -> list[list[Detection]]:
    detector = YoloPlateDetector(YoloPlateSettings(**settings), load_config())
    return detector.detect([Frame(picture, sha256="0" * 64) for picture in pictures])


@pytest.mark.parametrize("size", [(400, 300, 120), (640, 480, 200), (720, 960, 180), (1280, 720, 260)])
def test_a_plate_is_found_where_it_was_drawn(size: tuple[int, int, int]) -> None:
    picture, plate = drawn_car(*size)
    ((detection,),) = detect(picture)
    assert detection.kind == "plate"
    assert box_iou(bounding_box(detection.quad), plate) > 0.5


def test_trimming_moves_each_side_inwards_by_a_part_of_the_height() -> None:
    picture, _ = drawn_car(1280, 720, 260)
    ((whole,),), ((trimmed,),) = detect(picture, trim=0), detect(picture, trim=0.2)
    x1, y1, x2, y2 = bounding_box(whole.quad)
    inwards = 0.2 * (y2 - y1)
    assert bounding_box(trimmed.quad) == pytest.approx(
        (x1 + inwards, y1 + inwards, x2 - inwards, y2 - inwards), abs=0.01
    )


def test_a_box_higher_than_wide_is_no_plate() -> None:
    picture, _ = drawn_car(1280, 720, 260)
    squeezed = np.asarray(cv2.resize(picture, (240, 1280)), dtype=np.uint8)
    assert detect(squeezed, confidence=0.01) == [[]]


def test_a_stricter_confidence_finds_no_more() -> None:
    picture, _ = drawn_car(1280, 720, 260)
    ((detection,),) = detect(picture)
    assert detect(picture, confidence=min(1.0, detection.score + 0.01)) == [[]]


@pytest.mark.parametrize(("settings", "least", "most_extra"), [({}, 34, 2), ({"size": 640, "confidence": 0.2}, 33, 2)])
def test_nearly_every_plate_of_the_real_scenes_is_found(
    shared: Path, settings: dict[str, float], least: int, most_extra: int
) -> None:
    images, boxes = shared / "data" / "real", defaultdict[str, list[Box]](list)
    with (images / "labels.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            if row["kind"] == "scene":
                x1, y1, x2, y2 = (float(row[corner]) for corner in ("x1", "y1", "x2", "y2"))
                boxes[row["file"]].append((x1, y1, x2, y2))
    detector = YoloPlateDetector(YoloPlateSettings.model_validate(settings), load_config())
    found = detector.detect([decode(images / file, max_pixels=load_config().max_pixels) for file in boxes])
    matches = [
        match_plates([LabelledPlate(box, "") for box in labelled], [FoundPlate(d.quad, d.score, "") for d in made])
        for labelled, made in zip(boxes.values(), found, strict=True)
    ]
    assert sum(len(match.pairs) for match in matches) == 38
    assert sum(found is not None for match in matches for _, found in match.pairs) >= least
    assert sum(len(match.extra) for match in matches) <= most_extra
