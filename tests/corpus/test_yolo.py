from pathlib import Path

import pytest

from pipeline.corpus.yolo import find_yolo_pictures
from pipeline.errors import TrainingError


def make(folder: Path, names: str, lines: str) -> Path:
    for name in ("images", "labels"):
        (folder / name).mkdir(parents=True)
    (folder / "data.yaml").write_text(f"names: {names}\n", encoding="utf-8")
    (folder / "images" / "a.jpg").write_bytes(b"not opened here")
    (folder / "labels" / "a.txt").write_text(lines, encoding="utf-8")
    return folder


@pytest.mark.parametrize("names", ["{0: helmet, 3: number_plate}", "[helmet, rider, no_helmet, License-Plate]"])
def test_the_class_is_taken_by_its_name_whatever_its_number(tmp_path: Path, names: str) -> None:
    folder = make(tmp_path, names, "0 0.1 0.1 0.1 0.1\n3 0.5 0.5 0.2 0.1\n\n")
    ((picture, lines),) = find_yolo_pictures(folder, "plate")
    assert (picture.name, lines) == ("a.jpg", ["0 0.5 0.5 0.2 0.1"])


@pytest.mark.parametrize(
    ("names", "lines", "complaint"),
    [
        ("{0: helmet, 1: person}", "", "has no class 'plate'; it has: helmet, person"),
        ("7", "", "must name the classes"),
        ("[plate]", "0 0.5 0.5 0.2\n", "line 1: '0 0.5 0.5 0.2' is not: class"),
        ("[plate]", "0 0.5 1.5 0.2 0.1\n", "line 1"),
    ],
)
def test_what_cannot_be_told_is_refused_by_name(tmp_path: Path, names: str, lines: str, complaint: str) -> None:
    folder = make(tmp_path, names, lines)
    if names == "7":
        (folder / "data.yaml").write_text("7\n", encoding="utf-8")
    with pytest.raises(TrainingError, match=complaint):
        list(find_yolo_pictures(folder, "plate"))


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    folder = make(tmp_path, "[plate]", "")
    (folder / "labels" / "a.txt").unlink()
    with pytest.raises(TrainingError, match="holds no picture with a"):
        list(find_yolo_pictures(folder, "plate"))
