import csv
import shutil

import cv2
import pytest

from pipeline.config import load_config
from pipeline.workbench.evaluate import read_labels
from pipeline.workbench.tune import draw_degraded
from pipeline.workbench.versus import adopt_strengths, compare_readers, measure_strengths, readings_to_make


@pytest.fixture
def quick(monkeypatch):
    """Two readers of our own; the others take too long for a test."""
    monkeypatch.setattr("pipeline.workbench.versus.usable_readers", lambda config: (["char_yolo", "crnn"], {}))


@pytest.mark.usefixtures("quick", "home")
def test_every_way_of_reading_is_scored_on_the_same_plates():
    made = []
    found = compare_readers(load_config(), 24, progress=made.append)
    scores = {score.way: score for score in found.sets["drawn"]}
    assert {"crnn", "char_yolo", "crnn, auto", "majority of texts", "ensemble without crnn", "ensemble"} <= set(scores)
    assert {"crnn framings=3", "crnn framings=3, deblur", "char_yolo, deblur"} <= set(scores), "as the recipe reads"
    assert {score.n for score in scores.values()} == {24}
    assert all(score.exact + score.won - score.lost == scores["ensemble"].exact for score in scores.values())
    assert sum(made) == readings_to_make(load_config(), 24)


@pytest.mark.usefixtures("quick", "home")
def test_labelled_crops_are_read_as_well(tmp_path):
    crops, texts = draw_degraded(load_config(), 3, 5)
    for number, crop in enumerate(crops):
        cv2.imwrite(str(tmp_path / f"{number}.png"), crop.pixels[..., ::-1])
    with (tmp_path / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["file", "kind", "plate_text"])
        rows.writerows([f"{number}.png", "plate_crop", text] for number, text in enumerate(texts))
        rows.writerow(["gone.png", "plate_crop", "12가3456"])
    found = compare_readers(load_config(), 16, read_labels(tmp_path / "labels.csv"), tmp_path)
    assert {score.n for score in found.sets["real"]} == {3}


@pytest.mark.usefixtures("quick")
def test_measured_strengths_are_shipped_with_their_origin(home, tmp_path):
    weights = tmp_path / "weights"
    weights.mkdir()
    real = load_config()
    for name in ("crnn.onnx", "char_yolo.onnx", "manifest.toml"):
        shutil.copy(real.weights / name, weights)
    config = real.model_copy(update={"weights": weights})
    strengths = measure_strengths(config, 200, ["crnn", "char_yolo"])
    adopt_strengths(config, strengths, 200, "a command")
    assert set(strengths.companies) == {"char_yolo+crnn"}
    assert "200 degraded plates" in (weights / "manifest.toml").read_text(encoding="utf-8")
