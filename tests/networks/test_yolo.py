from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.config import load_config
from pipeline.media.decode import decode
from pipeline.networks.yolo import STRIDE, TRAINED_SIZE, Letterbox, YoloNetwork, decode_head
from pipeline.plate.geometry import box_iou
from pipeline.training.export import keep_ultralytics_offline
from pipeline.weights import Manifest
from tests.detectors.drawn_cars import drawn_car

CONFIDENCE, OVERLAP = 0.25, 0.45


@pytest.fixture(scope="module")
def network() -> YoloNetwork:
    config = load_config()
    return YoloNetwork(Manifest.load(config.weights).verified("yolo_plate"), config.threads)


sides = st.integers(1, 6000)


@given(sides, sides, st.integers(10, 64).map(lambda n: n * STRIDE))
def test_the_input_is_a_multiple_of_the_stride_just_large_enough(width: int, height: int, size: int) -> None:
    letterbox = Letterbox.fit(width, height, size)
    for scaled, padded in zip(letterbox.scaled, letterbox.padded, strict=True):
        assert padded % STRIDE == 0
        assert 1 <= scaled <= padded < scaled + STRIDE
    assert max(letterbox.scaled) <= size


@given(sides, sides)
def test_a_box_around_the_scaled_picture_is_a_box_around_the_picture(width: int, height: int) -> None:
    letterbox = Letterbox.fit(width, height, 960)
    (left, top), (right, bottom) = letterbox.offset, np.add(letterbox.offset, letterbox.scaled)
    undone = letterbox.undo(np.array([[left, top, right, bottom]], dtype=np.float32))
    tolerance = 0.5 / letterbox.scale + 0.01  # the scaled sides are whole pixels
    assert undone[0] == pytest.approx([0, 0, width, height], abs=tolerance)


def test_the_picture_lies_centred_on_grey() -> None:
    letterbox = Letterbox.fit(1280, 720, 640)
    padded = letterbox.apply(np.full((720, 1280, 3), 255, np.uint8))
    assert padded.shape == (384, 640, 3)
    assert (padded[12:372] == 255).all()
    assert (padded[:12] == 114).all()
    assert (padded[372:] == 114).all()


@pytest.mark.parametrize(("long_side", "seen"), [(200, 400), (400, TRAINED_SIZE), (800, 800), (3000, 960)])
def test_a_small_picture_is_enlarged_twofold_at_most_and_not_beyond_the_trained_size(long_side: int, seen: int) -> None:
    assert max(Letterbox.fit(long_side, long_side // 2, 960).scaled) == seen


def head_of(*boxes: tuple[float, float, float, float, float]) -> NDArray[np.float32]:
    return np.array(boxes, dtype=np.float32).reshape(-1, 5).T


def test_of_boxes_on_one_plate_the_surest_stays_and_the_best_comes_first() -> None:
    boxes, scores = decode_head(
        head_of((50, 20, 40, 10, 0.6), (52, 20, 40, 10, 0.7), (200, 20, 40, 10, 0.8)), 0.25, 0.45
    )
    assert boxes.tolist() == [[180, 15, 220, 25], [32, 15, 72, 25]]
    assert scores == pytest.approx([0.8, 0.7])


def test_below_the_confidence_there_is_no_box() -> None:
    boxes, scores = decode_head(head_of((50, 20, 40, 10, 0.2)), 0.25, 0.45)
    assert boxes.shape == (0, 4)
    assert scores.shape == (0,)


def test_pictures_of_many_sizes_keep_their_order(network: YoloNetwork) -> None:
    cars = [drawn_car(1280, 720, 260), drawn_car(640, 480, 200), drawn_car(1280, 720, 200), drawn_car(720, 960, 180)]
    found = network.find([picture for picture, _ in cars] * 3, 640, CONFIDENCE, OVERLAP)
    assert len(found) == 12
    for (boxes, _), (_, plate) in zip(found, cars * 3, strict=True):
        assert box_iou(tuple(boxes[0].tolist()), plate) > 0.5


def test_boxes_are_those_of_ultralytics_on_every_real_scene(network: YoloNetwork, shared: Path) -> None:
    config = load_config()
    keep_ultralytics_offline(config.home / "ultralytics")
    from ultralytics.models import YOLO

    reference = YOLO(Manifest.load(config.weights).verified("yolo_plate_torch"))
    images = shared / "data" / "real"
    rows = [line.split(",") for line in (images / "labels.csv").read_text(encoding="utf-8").splitlines()]
    pictures = [
        decode(images / file, max_pixels=config.max_pixels).pixels
        for file in sorted({row[0] for row in rows if row[1] == "scene"})
    ]
    assert len(pictures) == 30
    found = network.find(pictures, 640, CONFIDENCE, OVERLAP)
    for picture, (boxes, scores) in zip(pictures, found, strict=True):
        (expected,) = reference.predict(
            np.ascontiguousarray(picture[..., ::-1]),  # ultralytics takes BGR
            imgsz=640,
            conf=CONFIDENCE,
            iou=OVERLAP,
            device="cpu",
            verbose=False,
        )
        pixel = max(1.0, max(picture.shape) / 640)  # of the network's input
        np.testing.assert_allclose(scores, expected.boxes.conf.numpy(), atol=0.01)
        np.testing.assert_allclose(boxes, expected.boxes.xyxy.numpy(), atol=pixel)
