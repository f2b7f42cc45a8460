from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.detectors.yolo_corners import YoloCornersDetector, YoloCornersSettings
from pipeline.detectors.yolo_plate import YoloPlateDetector, YoloPlateSettings
from pipeline.flow.inspect_image import MARGIN
from pipeline.media.rectify import rectify
from pipeline.plate.types import Detection, Frame, Pixels, Quad
from tests.detectors.drawn_cars import drawn_car


def turned_car(degrees: float) -> tuple[Pixels, Quad]:
    """A car in a picture that was turned, and the true corners of its plate."""
    picture, (x1, y1, x2, y2) = drawn_car(1280, 720, 260)
    turn = cv2.getRotationMatrix2D((640, 432), degrees, 1.0)
    seen = cv2.warpAffine(picture, turn, (1280, 720), borderMode=cv2.BORDER_REPLICATE)
    corners = np.array([[(x1, y1), (x2, y1), (x2, y2), (x1, y2)]], np.float64)
    return np.asarray(seen, np.uint8), np.asarray(cv2.transform(corners, turn)[0], np.float32)


def corners_of(picture: Pixels, **settings: Any) -> Detection:
    detector = YoloCornersDetector(YoloCornersSettings(**settings), load_config())
    ((detection,),) = detector.detect([Frame(picture, sha256="0" * 64)])
    return detection


def distance(found: Quad, truth: Quad) -> float:
    """Mean distance of the corners as a share of the plate's width."""
    width = np.linalg.norm(truth[1] - truth[0])
    return float(np.linalg.norm(found - truth, axis=1).mean() / width)


@pytest.mark.parametrize("degrees", [-12, 0, 12])
def test_the_corners_follow_a_tilted_plate(degrees: float) -> None:
    picture, truth = turned_car(degrees)
    assert distance(corners_of(picture).quad, truth) < 0.06


def test_corners_that_agree_too_little_with_the_box_leave_the_box() -> None:
    picture, _ = turned_car(12)
    box = YoloPlateDetector(YoloPlateSettings(), load_config()).detect([Frame(picture, sha256="0" * 64)])[0][0]
    detection = corners_of(picture, agreement=1)
    assert np.array_equal(detection.quad, box.quad)
    assert (detection.score, detection.detector) == (box.score, "yolo_corners")


@pytest.mark.parametrize(
    "corners",
    [
        [(0.2, 0.2), (0.5, 0.18), (0.8, 0.2), (0.8, 0.8)],  # nearly on one line
        [(0.2, 0.2), (0.25, 0.2), (0.8, 0.8), (0.75, 0.8)],  # a sliver across the box
        [(0.2, 0.2), (0.2, 0.8), (0.8, 0.8), (0.8, 0.2)],  # a mirror image
    ],
)
def test_corners_that_no_plate_has_leave_the_box_and_still_give_a_crop(
    corners: list[tuple[float, float]], monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, _ = turned_car(0)
    frame = Frame(picture, sha256="0" * 64)
    detector = YoloCornersDetector(YoloCornersSettings(), load_config())
    shares = np.array([corners], np.float32).reshape(1, 8)
    monkeypatch.setattr(detector, "_session", SimpleNamespace(run=lambda *_: [shares]))
    ((detection,),) = detector.detect([frame])
    ((box,),) = YoloPlateDetector(YoloPlateSettings(), load_config()).detect([frame])
    assert np.array_equal(detection.quad, box.quad)
    assert rectify(frame, detection.quad, margin=MARGIN).pixels.size


def test_a_picture_without_a_plate_has_no_corners() -> None:
    detector = YoloCornersDetector(YoloCornersSettings(), load_config())
    assert detector.detect([Frame(np.full((480, 640, 3), 90, np.uint8), sha256="0" * 64)]) == [[]]
