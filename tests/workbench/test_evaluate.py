import pytest

from pipeline.flow.recipe import find_recipe
from pipeline.workbench.evaluate import evaluate, read_labels
from tests.flow.small_backends import TEXT
from tests.workbench.pictures import BLACK, RED, WHITE, png

pytestmark = pytest.mark.usefixtures("small")

# The small detector finds (24, 16)–(96, 24) on a white picture of 120×40, the small reader reads TEXT.
PLATE = "24,16,96,24"


def report_on(bench, folder, *rows, **colours):
    for name, colour in colours.items():
        (folder / f"{name}.png").write_bytes(png(colour))
    head = "file,kind,plate_text,x1,y1,x2,y2,source"
    (folder / "labels.csv").write_text("\n".join((head, *rows)), encoding="utf-8")
    seen = []
    labels = read_labels(folder / "labels.csv")
    report = evaluate(labels, folder, find_recipe("thorough"), bench.pool, lambda: seen.append(1))
    assert len(seen) == len(labels.by_file)
    return report


def test_crops_are_scored_by_the_reader_alone(bench, tmp_path):
    rows = (f"a.png,plate_crop,{TEXT},,,,,here", "b.png,plate_crop,34나5678,,,,,here")
    report = report_on(bench, tmp_path, *rows, a=WHITE, b=BLACK)
    assert (report.crops.n, report.crops.exact) == (2, 1)
    assert [(miss.file, miss.truth, miss.read) for miss in report.misses] == [("b.png", "34나5678", TEXT)]
    assert report.ms["scenes"] == {}


def test_scenes_are_scored_end_to_end(bench, tmp_path):
    rows = (
        f"a.png,scene,{TEXT},{PLATE},here",
        "a.png,scene,,0,0,9,9,here",
        f"b.png,scene,34나5678,{PLATE},there",
        "c.png,scene,56다7890,0,0,9,9,there",
        f"d.png,ignore,,{PLATE},there",
    )
    report = report_on(bench, tmp_path, *rows, a=WHITE, b=BLACK, c=WHITE, d=WHITE)
    scenes = report.scenes
    assert (scenes.plates, scenes.found, scenes.readable, scenes.exact, scenes.extra) == (4, 1, 3, 1, 1)
    assert [(miss.truth, miss.read) for miss in report.misses] == [("34나5678", ""), ("56다7890", "")]
    assert {source: scores.scenes.plates for source, scores in report.by_source.items()} == {"here": 2, "there": 2}
    assert report.ms["scenes"]["detect"] > 0


def test_what_could_not_be_scored_is_named(bench, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"?")
    rows = (f"gone.png,scene,,{PLATE},", f"broken.png,plate_crop,{TEXT},,,,,", f"red.png,scene,,{PLATE},")
    report = report_on(bench, tmp_path, *rows, red=RED)
    assert (report.crops.n, report.crops.exact) == (1, 0)  # what cannot be opened is a miss
    assert (report.scenes.plates, report.scenes.found) == (2, 0)
    broken, gone, failed = report.problems
    assert "gone.png cannot be opened" in gone
    assert "broken.png" in broken
    assert failed == "detector 'white_boxes' failed: RuntimeError: red is not for me"
