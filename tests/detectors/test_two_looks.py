"""The detectors that look twice: vehicles then plates, a small picture then large pieces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.detectors.small_then_large import SmallThenLargeDetector, SmallThenLargeSettings
from pipeline.detectors.vehicle_then_plate import VehicleThenPlateDetector, VehicleThenPlateSettings
from pipeline.plate.geometry import bounding_box, box_iou
from pipeline.plate.types import Detection, Frame, Pixels
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.parts import load_scene_parts
from pipeline.synth.scenes import Scene, SceneStyle, View, draw_scene


@pytest.fixture(scope="module")
def scene(shared: Path) -> Scene:
    """Cut-out cars at a gate, by day: a drawn car is none to a network that learned from photos."""
    folder = shared / "data" / "scene-parts"
    style = SceneStyle(1280, 720, (View.GATE,), ("long_7", "film_8"), empty=0, night=0, spoiled=False)
    return draw_scene(load_scene_parts(folder, folder), load_glyphs(None), 6, 1, style)


def small_then_large(pixels: Pixels, **settings: Any) -> list[Detection]:
    return SmallThenLargeDetector(SmallThenLargeSettings(**settings), load_config()).detect([Frame(pixels, "")])[0]


def vehicle_then_plate(pixels: Pixels, **settings: Any) -> list[Detection]:
    return VehicleThenPlateDetector(VehicleThenPlateSettings(**settings), load_config()).detect([Frame(pixels, "")])[0]


@pytest.mark.parametrize("detect", [small_then_large, vehicle_then_plate])
def test_each_plate_is_found_where_it_is_with_its_corners(detect: Any, scene: Scene) -> None:
    found = detect(scene.pixels)
    assert found == sorted(found, key=lambda plate: -plate.score)
    assert {plate.detector for plate in found} == {detect.__name__}
    for plate in scene.plates:
        best = max(found, key=lambda f: box_iou(bounding_box(f.quad), bounding_box(plate.quad)))
        off = np.linalg.norm(best.quad - plate.quad, axis=1).mean()
        assert off < 0.08 * np.linalg.norm(plate.quad[1] - plate.quad[0])


def test_what_the_second_look_does_not_confirm_is_no_plate(scene: Scene) -> None:
    proposed = small_then_large(scene.pixels, propose=0.05, confidence=0.3)
    assert len(proposed) >= len(scene.plates)
    assert small_then_large(scene.pixels, propose=0.05, confidence=1.0) == []


def test_without_vehicles_there_are_no_plates(scene: Scene) -> None:
    assert vehicle_then_plate(scene.pixels, vehicle_confidence=1.0) == []
    assert vehicle_then_plate(np.full((480, 640, 3), 90, np.uint8)) == []


def test_a_car_has_one_plate(scene: Scene) -> None:
    assert len(vehicle_then_plate(scene.pixels, most=1)) <= 1
