from __future__ import annotations

import logging
import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import BackendUnavailable, BadSettings, ServiceFailed
from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe, Step
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Frame, Pixels, PlateCrop, Reading, Stage
from pipeline.pool import Pool
from pipeline.registry import find_backend
from tests.readers.roboflow_peer import KEY, MODEL, WORKFLOW, Mishap, RoboflowPeer, prediction, serve_peer, text_for

NOWHERE = b'{"predictions": [{"class": "1", "confidence": 1, "x": NaN, "y": 1, "width": 1, "height": 1}]}'
QUICK = {"timeout": 0.6, "tries": 2, "per_second": 1000.0}


@pytest.fixture
def peer(monkeypatch: pytest.MonkeyPatch) -> Iterator[RoboflowPeer]:
    with serve_peer() as running:
        monkeypatch.setenv("PLATELOOP_ROBOFLOW_URL", running.url)
        monkeypatch.setenv("PLATELOOP_ROBOFLOW_API_KEY", KEY)
        monkeypatch.setenv("PLATELOOP_ROBOFLOW_MODEL", MODEL)
        yield running


def picture(width: int = 240, height: int = 60) -> Pixels:
    return np.full((height, width, 3), 200, np.uint8)


def read(*pictures: Pixels, **settings: object) -> list[Reading]:
    backend = find_backend(Stage.READER, "roboflow")
    reader = backend.build(backend.parse_settings(QUICK | settings), load_config())
    found: list[Reading] = reader.read(
        [PlateCrop(pixels, quad_from_box(0, 0, pixels.shape[1], pixels.shape[0])) for pixels in pictures]
    )
    return found


def test_boxes_of_a_model_become_a_text_from_left_to_right(peer: RoboflowPeer) -> None:
    [reading] = read(picture(), confidence=0.25)
    assert reading.text == text_for(picture())
    assert {character.probability for character in reading.characters} == {0.9}
    assert peer.paths == [f"/{MODEL}?confidence=0.25"]


def test_many_crops_are_asked_about_at_once_and_come_back_in_order(peer: RoboflowPeer) -> None:
    pictures = [picture(width, 40) for width in range(50, 62)]
    assert [reading.text for reading in read(*pictures)] == [text_for(pixels) for pixels in pictures]
    assert len(peer.requests) == len(pictures)


def test_two_lines_are_read_from_the_upper_to_the_lower_and_a_stacked_region_before_what_follows(
    peer: RoboflowPeer,
) -> None:
    upper = [prediction(char, 60 + 25 * n, 20, 24, 30) for n, char in enumerate("서울12")]
    lower = [prediction(char, 30 + 40 * n, 75, 38, 60) for n, char in enumerate("가3456")]
    peer.predict = lambda pixels: {"predictions": lower + upper}
    assert read(picture(240, 110))[0].text == "서울12가3456"
    stacked = [prediction("기", 19, 45, 24, 26), prediction("경", 20, 17, 24, 26)]
    rest = [prediction(char, 60 + 30 * n, 30, 28, 52) for n, char in enumerate("12바3456")]
    peer.predict = lambda pixels: {"predictions": rest + stacked}
    assert read(picture())[0].text == "경기12바3456"


def test_boxes_that_are_no_characters_unsure_or_on_the_same_character_are_left_out(peer: RoboflowPeer) -> None:
    found = [prediction(char, 20 + 30 * n, 30, 28, 50) for n, char in enumerate("12가3456")]
    twice = prediction("7", 21, 30, 28, 50, confidence=0.5)
    plate, unsure = prediction("license-plate", 120, 30, 240, 60), prediction("9", 230, 30, 20, 50, confidence=0.1)
    peer.predict = lambda pixels: {"predictions": [plate, twice, *found, unsure]}
    assert read(picture())[0].text == "12가3456"


def test_one_box_may_hold_a_region_of_two_syllables(peer: RoboflowPeer) -> None:
    signs = [
        prediction("서울", 30, 30, 50, 50),
        *(prediction(c, 70 + 25 * n, 30, 24, 50) for n, c in enumerate("12가3456")),
    ]
    peer.predict = lambda pixels: {"predictions": signs}
    assert read(picture())[0].text == "서울12가3456"


@pytest.mark.parametrize(
    ("output", "shape"),
    [
        ("", lambda text: {"plate": text}),
        ("", lambda text: {"drawn": {"type": "base64", "value": "AAAA"}, "lines": [text[:3], text[3:]]}),
        ("second", lambda text: {"first": "99허9999", "second": f"{text[:3]} {text[3:]}"}),
    ],
)
def test_a_workflow_may_write_the_text_itself(peer: RoboflowPeer, output: str, shape: object) -> None:
    peer.run = lambda pixels: shape(text_for(pixels))  # type: ignore[operator]
    pictures = [picture(100 + n) for n in range(10)]
    readings = read(*pictures, workflow=WORKFLOW, output=output, unstated=0.7)
    assert [reading.text for reading in readings] == [text_for(pixels) for pixels in pictures]
    assert {character.probability for reading in readings for character in reading.characters} == {0.7}
    assert peer.paths == [f"/infer/workflows/{WORKFLOW}"] * 2, "eight pictures in one request, two in the next"


def test_a_workflow_may_find_characters_wherever_it_puts_them(peer: RoboflowPeer) -> None:
    boxes = [prediction(char, 20 + 30 * n, 30, 28, 50) for n, char in enumerate("12가3456")]
    peer.run = lambda pixels: {"count": 7, "model": {"predictions": {"image": {"width": 1}, "predictions": boxes}}}
    assert read(picture(), workflow=WORKFLOW)[0].text == "12가3456"


def test_nothing_found_is_an_empty_reading(peer: RoboflowPeer) -> None:
    peer.predict = lambda pixels: {"predictions": []}
    assert read(picture())[0].characters == ()


def test_a_large_crop_is_made_smaller_before_it_is_sent(peer: RoboflowPeer) -> None:
    peer.predict = lambda pixels: {"predictions": [prediction(str(pixels.shape[1] // 1000), 10, 10, 10, 10)]}
    noise = np.random.default_rng(0).integers(0, 256, (600, 4000, 3), dtype=np.uint8)
    assert read(cv2.blur(noise, (9, 9)))[0].text == "1"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"PLATELOOP_ROBOFLOW_API_KEY": ""}, "PLATELOOP_ROBOFLOW_API_KEY"),
        ({"PLATELOOP_ROBOFLOW_MODEL": ""}, "PLATELOOP_ROBOFLOW_MODEL"),
    ],
)
def test_without_a_key_or_a_model_it_says_what_it_lacks(
    peer: RoboflowPeer, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], says: str
) -> None:
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    backend = find_backend(Stage.READER, "roboflow")
    assert says in (backend.missing(load_config()) or "")
    with pytest.raises(BackendUnavailable, match=says):
        read(picture())
    assert peer.requests == []


def test_a_recipe_may_name_its_own_model_where_the_installation_has_none(
    peer: RoboflowPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PLATELOOP_ROBOFLOW_MODEL")
    assert read(picture(), model=MODEL)[0].text == text_for(picture())


def test_a_name_that_leads_elsewhere_is_refused(peer: RoboflowPeer) -> None:
    for name in ("plates", "a/b/c", "a/3?api_key=1", "../3", "//host/3"):
        with pytest.raises(BadSettings, match="model"):
            read(picture(), model=name)


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (401, "PLATELOOP_ROBOFLOW_API_KEY"), (403, "PLATELOOP_ROBOFLOW_API_KEY"), (404, "does not know"), (413, "413"),
        (302, "302"), (418, "418"),
    ],
)  # fmt: skip
def test_a_refusal_is_told_in_a_sentence_and_not_tried_again(peer: RoboflowPeer, status: int, says: str) -> None:
    peer.mishaps = [Mishap(status, {"Location": "http://127.0.0.1:9/elsewhere"}, b'{"message": "no"}')]
    with pytest.raises(ServiceFailed, match=says):
        read(picture())
    assert len(peer.requests) == 1


def test_a_wrong_key_and_a_model_that_is_not_there_are_refused_by_the_peer_itself(
    peer: RoboflowPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ServiceFailed, match=r"'no-such/1' \(404\)"):
        read(picture(), model="no-such/1")
    monkeypatch.setenv("PLATELOOP_ROBOFLOW_API_KEY", "another-key")
    with pytest.raises(ServiceFailed, match="refuses the API key"):
        read(picture())


def test_it_waits_as_long_as_the_service_asks_and_tries_again(peer: RoboflowPeer) -> None:
    peer.mishaps = [Mishap(429, {"Retry-After": "1"})]
    assert read(picture())[0].text == text_for(picture())
    (first, *_), (second, *_) = peer.requests
    assert 1.0 <= second - first < 2.5


@pytest.mark.parametrize("status", [429, 500, 503])
def test_after_its_tries_it_gives_up(peer: RoboflowPeer, status: int) -> None:
    peer.mishaps = [Mishap(status)] * 5
    with pytest.raises(ServiceFailed, match=str(status)):
        read(picture())
    assert len(peer.requests) == QUICK["tries"]


@pytest.mark.parametrize(
    ("mishap", "says"),
    [
        (Mishap(hang=1.5), "ReadTimeoutError"),
        (Mishap(drip=True), "not complete after 0.6 s"),
        (Mishap(drip=True, body=b" " * 4_000_000), "larger than 16 MB"),
        (Mishap(body=b'{"predictions": ['), "no JSON"),
        (Mishap(body=b"[" * 100_000), "no JSON"),
        (Mishap(body=b"\xff\xfe<html>"), "no JSON"),
        (Mishap(body=b'{"predictions": [{"class": "cat", "confidence": 0.9}]}'), "no boxes"),
        (Mishap(body=NOWHERE), "no boxes"),
        (Mishap(body=b'{"top": "cat", "inference_id": "1234567"}'), "no boxes of characters"),
        (Mishap(body=b"7"), "no boxes of characters"),
    ],
)  # fmt: skip
def test_an_answer_that_is_late_endless_or_senseless_is_told_in_a_sentence(
    peer: RoboflowPeer, mishap: Mishap, says: str
) -> None:
    peer.mishaps = [mishap] * 2
    started = time.monotonic()
    with pytest.raises(ServiceFailed, match=says):
        read(picture())
    assert time.monotonic() - started < 5


def test_a_workflow_that_answers_for_fewer_pictures_or_lacks_the_output_is_told_in_a_sentence(
    peer: RoboflowPeer,
) -> None:
    peer.mishaps = [Mishap(body=b'{"outputs": []}')]
    with pytest.raises(ServiceFailed, match="one output for each of 1 pictures"):
        read(picture(), workflow=WORKFLOW)
    with pytest.raises(ServiceFailed, match="no output 'text'; there are: plate"):
        read(picture(), workflow=WORKFLOW, output="text")


def test_a_service_that_nobody_runs_is_told_in_a_sentence(
    peer: RoboflowPeer, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    monkeypatch.setenv("PLATELOOP_ROBOFLOW_URL", f"http://127.0.0.1:{free_port}")
    with pytest.raises(ServiceFailed, match="could not be asked"):
        read(picture())


def test_requests_keep_to_the_rate(peer: RoboflowPeer) -> None:
    read(*[picture()] * 4, per_second=10.0)
    times = sorted(at for at, *_ in peer.requests)
    assert times[-1] - times[0] >= 0.28


def test_a_service_that_fails_costs_only_its_own_reading(peer: RoboflowPeer) -> None:
    peer.mishaps = [Mishap(500)] * 9
    frame = Frame(picture(), "0" * 64)
    recipe = Recipe(name="both", detector=None, readers=(Step(name="crnn"), Step(name="roboflow", settings=QUICK)))
    [result] = inspect_frames([frame], recipe, Pool(load_config()))
    [inspection] = result.inspections
    assert [reading.reader for reading in inspection.readings] == ["crnn"]
    [failure] = inspection.failures
    assert (failure.stage, failure.backend) == ("reader", "roboflow")
    assert "try again later" in failure.reason


def test_the_key_goes_to_the_service_in_a_header_and_shows_up_nowhere_else(
    peer: RoboflowPeer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    read(picture())
    read(picture(), workflow=WORKFLOW)
    peer.mishaps = [Mishap(401, body=KEY.encode()), Mishap(hang=1.5), Mishap(hang=1.5), Mishap(body=KEY.encode())]
    failures = []
    for _ in range(3):
        with pytest.raises(ServiceFailed) as failure:
            read(picture())
        failures.append(f"{failure.value!r} {failure.value.__cause__!r}")
    assert all(headers["Authorization"] == f"Bearer {KEY}" for _, _, headers, _ in peer.requests)
    config = load_config()
    backend = find_backend(Stage.READER, "roboflow")
    recipe = Recipe(name="r", detector=None, readers=(Step(name="roboflow"),))
    shown = [*peer.paths, caplog.text, *failures, repr(config), config.model_dump_json(), str(backend.settings())]
    assert not [text for text in shown if KEY in text]
    assert recipe.fingerprint(config)
