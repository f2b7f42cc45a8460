"""The detector's training, small: windows are drawn to their end, a run is resumed, and the result is between both."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from pipeline.config import PROJECT, load_config
from pipeline.errors import TrainingError
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.parts import SceneParts
from pipeline.synth.scenes import SceneStyle, draw_scene
from pipeline.training.plate_windows import WindowFolder, cut_window, draw_windows
from pipeline.training.yolo_plate import YoloTrainingSettings, fit
from pipeline.weights import Manifest

WANTED = WindowFolder(train=8, val=8, side=128, seed=5)
SETTINGS = YoloTrainingSettings(windows=8, validation=8, side=128, epochs=3, batch=4, seed=5)
RUN = """
import sys
from pathlib import Path
from pipeline.training.yolo_plate import YoloTrainingSettings, fit
settings = YoloTrainingSettings(windows=8, validation=8, side=128, epochs=3, batch=4, seed=5)
fit(*map(Path, sys.argv[1:3]), settings, *map(Path, sys.argv[3:5]))
"""


@pytest.fixture(scope="module")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return draw_windows(WANTED, tmp_path_factory.mktemp("windows"), SceneParts(), load_glyphs(None))


def test_windows_hold_their_plates_and_most_have_one() -> None:
    scene = draw_scene(SceneParts(), load_glyphs(None), 4, 1, SceneStyle(empty=0))
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(20):
        pixels, quads = cut_window(scene, 256, rng)
        assert pixels.shape == (256, 256, 3)
        assert all(((quad >= 0) & (quad <= 256)).all() for quad in quads)
        held += bool(quads)
    assert held >= 12


def test_a_folder_left_half_drawn_is_drawn_to_the_same_end(windows: Path, tmp_path: Path) -> None:
    half = tmp_path / "half"
    shutil.copytree(windows.parent, half)
    (half / "images" / "train" / "000003.jpg").unlink()
    draw_windows(WANTED, half, SceneParts(), load_glyphs(None))
    for path in windows.parent.glob("*/*/*"):
        assert (half / path.relative_to(windows.parent)).read_bytes() == path.read_bytes()
    with pytest.raises(TrainingError, match="holds windows of another run"):
        draw_windows(WindowFolder(8, 8, 128, 6), half, SceneParts(), load_glyphs(None))


def test_labelled_photos_stand_beside_the_windows(windows: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "data.yaml").write_text("names: [helmet, number_plate]", encoding="utf-8")
    cv2.imwrite(str(photos / "a.jpg"), np.full((50, 50, 3), 80, np.uint8))
    (photos / "a.txt").write_text("1 0.5 0.5 0.2 0.1\n0 0.1 0.1 0.1 0.1\n", encoding="utf-8")
    folder = tmp_path / "windows"
    draw_windows(WindowFolder(2, 2, 128, 5), folder, SceneParts(), load_glyphs(None), labelled=photos)
    assert (folder / "labels" / "train" / "labelled-a.txt").read_text() == "0 0.5 0.5 0.2 0.1\n"
    assert (folder / "images" / "train" / "labelled-a.jpg").is_file()


@pytest.mark.timeout(300)
def test_a_killed_run_goes_on_from_its_last_whole_epoch(windows: Path, tmp_path: Path) -> None:
    start = Manifest.load(load_config().weights).verified("yolo_plate_torch")
    folder = tmp_path / "run"
    (tmp_path / "run.py").write_text(RUN, encoding="utf-8")
    command = [sys.executable, str(tmp_path / "run.py"), str(start), str(windows), str(folder), str(tmp_path / "home")]
    process = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(PROJECT)}, start_new_session=True)
    while not (folder / "whole" / "1").is_dir():
        assert process.poll() is None, "the run ended before its first epoch"
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    last = folder / "ultralytics" / "weights" / "last.pt"
    last.write_bytes(last.read_bytes()[: last.stat().st_size // 2])  # as a kill in the middle of ultralytics' writing
    seen: list[Any] = []
    made, scores = fit(start, windows, SETTINGS, folder, tmp_path / "home", seen.append)
    assert seen[-1].epoch >= 2
    assert min(progress.epoch for progress in seen) >= 2, "the first epoch is not trained again"
    assert made.is_file()
    assert json.loads((folder / "result.json").read_text()) == scores
    again = fit(start, windows, SETTINGS, folder, tmp_path / "home", lambda progress: pytest.fail("it is finished"))
    assert again == (made, scores)
    with pytest.raises(TrainingError, match="a run with other epochs"):
        fit(start, windows, SETTINGS.model_copy(update={"epochs": 9}), folder, tmp_path / "home")
