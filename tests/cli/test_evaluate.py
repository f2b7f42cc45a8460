import json

import pytest

from pipeline.corpus.formats import LabelledPicture, LabelledQuad, voc
from pipeline.media.draw import encode_png
from pipeline.synth.scenes import draw_example_scene
from tests.cli.command import run

HEAD = "file,kind,plate_text,x1,y1,x2,y2,source"


@pytest.fixture
def labelled(tmp_path):
    """A folder with one drawn scene whose plate is labelled, and a table with two lines that cannot be used."""
    scene = draw_example_scene(1)
    (tmp_path / "scene.png").write_bytes(encode_png(scene.pixels))
    (plate,) = scene.plates
    box = ",".join(f"{number:.0f}" for number in (*plate.quad.min(axis=0), *plate.quad.max(axis=0)))
    rows = (HEAD, f"scene.png,scene,{plate.text},{box},drawn", "gone.png,plate_crop,x,,,,,", "scene.png,scene,,a,,,,")
    (tmp_path / "labels.csv").write_text("\n".join(rows), encoding="utf-8-sig")
    return tmp_path


def test_a_folder_is_scored_and_what_is_wrong_with_its_table_is_named(home, labelled):
    done = run("evaluate", labelled / "labels.csv", "--images", labelled, "--json", labelled / "report.json")
    assert done.returncode == 0
    assert "gone.png cannot be opened" in done.stderr
    assert "line 4: x1='a' is no number" in done.stderr
    report = json.loads((labelled / "report.json").read_text(encoding="utf-8"))
    assert (report["crops"]["n"], report["crops"]["exact"]) == (1, 0)
    counted = {name: report["scenes"][name] for name in ("plates", "found", "readable", "exact", "extra")}
    assert counted == {"plates": 1, "found": 1, "readable": 1, "exact": 1, "extra": 0}
    assert list(report["by_source"]) == ["", "drawn"]
    assert report["misses"] == [{"file": "gone.png", "truth": "x", "read": ""}]
    assert "drawn" in done.stdout


def test_a_folder_without_any_of_the_pictures_exits_1(home, tmp_path):
    (tmp_path / "labels.csv").write_text(f"{HEAD}\ngone.png,plate_crop,x,,,,,", encoding="utf-8")
    assert run("evaluate", tmp_path / "labels.csv", "--images", tmp_path).returncode == 1


def test_a_table_of_something_else_is_a_sentence(home, tmp_path):
    (tmp_path / "labels.csv").write_text("name,colour\na,b", encoding="utf-8")
    done = run("evaluate", tmp_path / "labels.csv", "--images", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "lacks the columns file, kind, plate_text" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("gone.csv", "--images", "."),
        ("README.md", "--images", "gone"),
        ("README.md",),
        ("README.md", "--images", ".", "--json", "gone/report.json"),
        ("README.md", "--images", ".", "--recipe", "slow"),
    ],
)
def test_wrong_use_exits_2(home, arguments):
    done = run("evaluate", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)


def test_the_real_photos_are_read_as_well_as_promised(home, shared, tmp_path):
    real = shared / "data" / "real"
    done = run("evaluate", real / "labels.csv", "--images", real, "--json", tmp_path / "report.json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (report["crops"]["n"], report["scenes"]["plates"], report["scenes"]["readable"]) == (99, 38, 30)
    assert report["crops"]["exact"] >= 60
    assert report["scenes"]["exact"] >= 15
    wrong = 99 - report["crops"]["exact"] + 30 - report["scenes"]["exact"]
    assert len(report["misses"]) == wrong
    assert sum(scores["crops"]["n"] for scores in report["by_source"].values()) == 99


def test_a_folder_is_scored_whichever_way_it_is_labelled(home, labelled, tmp_path):
    (labelled / "labels.csv").unlink()
    scene = draw_example_scene(1)
    height, width = scene.pixels.shape[:2]
    picture = LabelledPicture("scene.png", width, height, (LabelledQuad(scene.plates[0].quad, scene.plates[0].text),))
    (labelled / "scene.xml").write_text(voc(picture), encoding="utf-8")
    done = run("evaluate", labelled, "--json", labelled / "report.json")
    assert (done.returncode, done.stderr) == (0, "")
    scenes = json.loads((labelled / "report.json").read_text(encoding="utf-8"))["scenes"]
    assert (scenes["plates"], scenes["found"], scenes["exact"], scenes["extra"]) == (1, 1, 1, 0)


def test_contradictory_classes_stop_it_with_a_sentence(home, labelled):
    (labelled / "labels.csv").unlink()
    for name, classes in (("train", "[plate, bus]"), ("valid", "[bus, plate]")):
        (labelled / name).mkdir()
        (labelled / name / "data.yaml").write_text(f"names: {classes}", encoding="utf-8")
    (labelled / "scene.txt").write_text("0 0.5 0.5 0.1 0.1", encoding="utf-8")
    done = run("evaluate", labelled)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "train/data.yaml and valid/data.yaml give the classes in different orders: 0 is ‘plate’" in done.stderr
