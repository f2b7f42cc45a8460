import json
import os
import signal
import subprocess

import pytest

from pipeline.config import load_config
from pipeline.media.draw import encode_jpeg, encode_png
from pipeline.plate.grammar import FORMATS
from pipeline.store import Store
from pipeline.synth.scenes import draw_example_scene
from tests.cli.command import COMMAND, run


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A picture drawn by our own generator that shows one plate."""
    path = tmp_path_factory.mktemp("scene") / "차 1.jpg"
    path.write_bytes(encode_jpeg(draw_example_scene(1).pixels))
    return path


def read_json(*arguments):
    done = run("read", "--json", "--recipe", "fast", *arguments)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def test_json_is_one_object_a_picture_and_line(home, scene):
    done, (picture,) = read_json(scene)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(picture) == ["file", "plates", "failures", "ms", "models"]
    assert (picture["file"], picture["failures"]) == (str(scene), [])
    assert picture["ms"]["detect"] > 0
    assert picture["ms"]["read"] > 0
    (plate,) = picture["plates"]
    assert list(plate) == ["text", "confidence", "abstains", "characters", "quad", "formats", "doubts"]
    assert "".join(character["char"] for character in plate["characters"]) == plate["text"]
    assert all(0 <= character["probability"] <= 1 for character in plate["characters"])
    assert (len(plate["quad"]), len(plate["quad"][0])) == (4, 2)
    assert set(plate["formats"]) <= set(FORMATS)


def test_a_drawn_plate_is_read_right(home, scene):
    _, (picture,) = read_json(scene)
    assert [plate["text"] for plate in picture["plates"]] == [draw_example_scene(1).plates[0].text]


def test_without_json_it_is_a_table(home, scene):
    done = run("read", "--recipe", "fast", scene)
    assert done.returncode == 0
    assert draw_example_scene(1).plates[0].text in done.stdout
    assert done.stdout.splitlines()[0].endswith(str(scene))


def test_a_broken_file_is_named_and_the_others_are_read(home, scene, tmp_path):
    (tmp_path / "a.jpg").write_bytes(scene.read_bytes()[:2000])
    (tmp_path / "b.jpg").write_bytes(scene.read_bytes())
    done, pictures = read_json(tmp_path, tmp_path / "gone.jpg")
    assert done.returncode == 0
    failures = {picture["file"]: [failure["reason"] for failure in picture["failures"]] for picture in pictures}
    assert failures[str(tmp_path / "b.jpg")] == []
    for name in ("a.jpg", "gone.jpg"):
        (reason,) = failures[str(tmp_path / name)]
        assert name in reason
        assert reason in done.stderr


def test_it_exits_1_when_no_picture_could_be_opened(home, tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"?")
    assert run("read", tmp_path).returncode == 1
    assert run("read", tmp_path / "gone.jpg").returncode == 1
    (tmp_path / "a.jpg").unlink()
    empty = run("read", tmp_path)
    assert (empty.returncode, empty.stderr) == (1, f"error: there are no pictures in {tmp_path}\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "Missing argument 'PATH'"),
        (("x.jpg", "--recipe", "slow"), "there is no recipe 'slow'; there are: thorough, fast, ensemble"),
        (("x.jpg", "--set", "reader.crnn.beam=0"), "beam='0' cannot be used"),
        (("x.jpg", "--set", "reader.crnn"), "write it as"),
        (("x.jpg", "--colour"), "No such option: --colour"),
    ],
)
def test_wrong_use_exits_2_with_a_sentence(home, arguments, complaint):
    done = run("read", *arguments)
    assert done.returncode == 2
    assert complaint in " ".join(done.stderr.replace("│", "").split())
    assert "Traceback" not in done.stderr


def test_crops_are_plates_already(home, tmp_path):
    scene = draw_example_scene(1)
    quad = scene.plates[0].quad
    (left, top), (right, bottom) = quad.min(axis=0).astype(int), quad.max(axis=0).astype(int)
    (tmp_path / "plate.png").write_bytes(encode_png(scene.pixels[top:bottom, left:right]))
    _, (picture,) = read_json("--crops", tmp_path)
    (plate,) = picture["plates"]
    assert plate["quad"] == [[0, 0], [right - left, 0], [right - left, bottom - top], [0, bottom - top]]
    assert plate["text"] == scene.plates[0].text


def test_what_was_read_is_stored_as_the_pages_do_and_not_worked_again(home, scene):
    _, first = read_json(scene)
    _, second = read_json(scene)
    assert first == second  # the milliseconds too: they are those of the first time
    store = Store.open(load_config())
    rows, total = store.inspections.search()
    store.close()
    assert (total, rows[0].source, rows[0].text) == (1, "command line", first[0]["plates"][0]["text"])


def test_no_store_leaves_no_state_folder(home, scene):
    assert run("read", "--no-store", "--recipe", "fast", scene).returncode == 0
    assert not home.exists()


def test_a_state_folder_that_cannot_be_opened_is_said_and_done_without(tmp_path, scene):
    (tmp_path / "file").touch()
    done = run("read", "--recipe", "fast", scene, PLATELOOP_HOME=str(tmp_path / "file" / "home"))
    assert done.returncode == 0
    assert "results are not kept" in done.stderr
    assert draw_example_scene(1).plates[0].text in done.stdout


def test_a_setting_that_cannot_be_used_is_a_sentence(home, scene):
    done = run("read", "--recipe", "fast", scene, PLATELOOP_THREADS="many")
    assert done.returncode == 1
    assert done.stderr.startswith("error: PLATELOOP_THREADS='many' cannot be used")


def test_korean_comes_out_whatever_the_locale(home, scene):
    done = run("read", "--no-store", "--recipe", "fast", scene, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert draw_example_scene(1).plates[0].text in done.stdout


def test_a_closed_pipe_ends_it_quietly(home, scene, tmp_path):
    for n in range(12):
        (tmp_path / f"{n}.jpg").write_bytes(scene.read_bytes() + bytes([n]))
    piped = subprocess.run(
        f'{" ".join(COMMAND)} read --json --recipe fast "{tmp_path}" | head -1',
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(piped.stdout)
    assert piped.stderr == ""


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_ends_it_quietly(home, scene, tmp_path):
    for n in range(200):  # what is said of them all does not fit into a pipe, so it cannot end before it is interrupted
        (tmp_path / f"{n}.jpg").write_bytes(scene.read_bytes() + bytes([n]))
    running = subprocess.Popen(
        [*COMMAND, "read", "--json", "--recipe", "fast", str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )
    assert json.loads(running.stdout.readline())
    running.send_signal(signal.SIGINT)
    _, complaints = running.communicate(timeout=30)
    assert (running.returncode, complaints) == (130, "")


def test_the_real_photos_are_read(home, shared):
    done, pictures = read_json(shared / "data" / "real" / "woochang", shared / "data" / "real" / "seukcho")
    assert done.returncode == 0
    assert sum(bool(plate["text"]) for picture in pictures for plate in picture["plates"]) >= 4
