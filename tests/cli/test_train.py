"""Drawing and training from the command line; the loop itself is tested in tests/training."""

import json

import pytest

from pipeline.corpus.labels import read_labels
from tests.cli.command import run


def test_drawn_plates_come_with_labels_that_evaluate_reads(home, tmp_path):
    folder = tmp_path / "plates"
    done = run("synth", "plates", "--out", folder, "--count", 3, "--seed", 4)
    assert (done.returncode, done.stderr) == (0, "")
    labels = read_labels(folder / "labels.csv")
    assert labels.problems == []
    assert [its[0].kind for its in labels.by_file.values()] == ["plate_crop"] * 3
    assert all(its[0].text for its in labels.by_file.values())


def test_a_run_lies_in_the_state_folder_where_no_other_is_named(home):
    checkpoint = home / "training" / "crnn" / "last.ckpt"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.write_bytes(b"of no use")
    done = run("train", "crnn", "--samples", 64)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"{checkpoint} cannot be resumed from" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(("--set", "colour=red"), "colour='red'"), (("--samples", "3"), "--samples")],
)
def test_wrong_use_exits_2_with_a_sentence(home, arguments, complaint):
    done = run("train", "corners", *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert complaint in " ".join(done.stderr.replace("│", "").split())


def test_a_folder_that_cannot_be_written_is_a_sentence(home, tmp_path):
    (tmp_path / "file").touch()
    done = run("synth", "plates", "--out", tmp_path / "file" / "plates", "--count", 1)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert done.stderr.startswith(f"error: {tmp_path}/file/plates cannot be written or read (Not a directory); check")


def test_drawn_scenes_come_with_labels_in_every_form_and_a_sheet(home, tmp_path):
    folder, sheet = tmp_path / "scenes", tmp_path / "sheet.png"
    size = ("--width", 640, "--height", 360)
    done = run("synth", "scenes", "--out", folder, "--count", 3, "--seed", 2, "--sheet", sheet, *size)
    assert (done.returncode, done.stderr) == (0, "")
    names = [f"00000{number}" for number in range(3)]
    for form, suffix in (
        ("images", "jpg"),
        ("labels", "txt"),
        ("labels-corners", "txt"),
        ("voc", "xml"),
        ("icdar", "txt"),
    ):
        assert sorted(path.name for path in (folder / form).iterdir()) == [f"{name}.{suffix}" for name in names]
    table = json.loads((folder / "coco.json").read_text(encoding="utf-8"))
    labels = read_labels(folder / "labels.csv")
    assert labels.problems == []
    counted = sum(len(its) for its in labels.by_file.values())
    assert len(table["annotations"]) == counted > 0
    assert all(label.corners for its in labels.by_file.values() for label in its)
    assert sheet.read_bytes().startswith(b"\x89PNG")


def test_a_format_that_does_not_exist_is_refused_with_those_that_do(home, tmp_path):
    done = run("synth", "plates", "--out", tmp_path, "--format", "purple")
    assert done.returncode == 2
    assert "there is no format 'purple'; there are: film_8" in " ".join(done.stderr.replace("│", "").split())


def test_labels_and_images_belong_together(home, tmp_path):
    (tmp_path / "labels.csv").touch()
    done = run("train", "crnn", "--labels", tmp_path / "labels.csv")
    assert (done.returncode, "belong together" in done.stderr) == (2, True)
