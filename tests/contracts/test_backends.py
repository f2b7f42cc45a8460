"""What every registered backend keeps to, whatever its stage. A new file in a stage's folder is tested by itself."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_origin

import cv2
import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import BackendUnavailable, BadSettings
from pipeline.plate.geometry import bounding_box, quad_from_box
from pipeline.plate.types import Detection, Frame, Pixels, PlateCrop, Reading, Stage
from pipeline.registry import Backend, backends
from pipeline.weights import Manifest
from tests.detectors.drawn_cars import drawn_car
from tests.readers.roboflow_peer import KEY, MODEL, serve_peer

EVERY_BACKEND = [backend for stage in Stage for backend in backends(stage).values()]
METHODS = {Stage.DETECTOR: "detect", Stage.ENHANCER: "enhance", Stage.READER: "read"}
BEFORE = ("first", "second")
"""Enhancers that a crop has passed already."""
TOLERANCE = 1e-3
"""How far a score may move when the batch does: float32 sums come in another order."""

Work = Callable[[Sequence[Pixels]], list[Any]]


def name_of(backend: Backend) -> str:
    return f"{backend.stage}-{backend.name}"


@pytest.fixture(params=EVERY_BACKEND, ids=name_of)
def backend(request: pytest.FixtureRequest) -> Backend:
    found: Backend = request.param
    return found


def cars() -> list[Pixels]:
    return [drawn_car(*size)[0] for size in [(1280, 720, 260), (640, 480, 200), (1280, 720, 300), (400, 300, 120)]]


def awkward_pictures() -> list[Pixels]:
    noise = np.random.default_rng(0).integers(0, 256, (48, 160, 3), dtype=np.uint8)
    shapes = [(1, 1), (2, 3), (1, 3000), (3000, 1), (5, 4000), (64, 224)]
    return [noise, *(np.full((*shape, 3), grey, np.uint8) for shape in shapes for grey in (0, 255))]


def item(stage: Stage, pixels: Pixels) -> Frame | PlateCrop:
    """What a backend of this stage is given: a frame, or a crop that fills its frame."""
    if stage is Stage.DETECTOR:
        return Frame(pixels, sha256="0" * 64)
    height, width = pixels.shape[:2]
    return PlateCrop(pixels, quad_from_box(0, 0, width, height), enhancers=BEFORE)


@pytest.fixture(scope="module", autouse=True)
def _hosted_reader_asks_a_peer() -> Iterator[None]:
    with serve_peer() as peer, pytest.MonkeyPatch.context() as patch:
        for name, value in {"URL": peer.url, "API_KEY": KEY, "MODEL": MODEL}.items():
            patch.setenv(f"PLATELOOP_ROBOFLOW_{name}", value)
        yield


@pytest.fixture(scope="module")
def built() -> dict[tuple[Stage, str], Any]:
    """Backends that were built already; loading weights once is enough."""
    return {}


@pytest.fixture
def work(backend: Backend, built: dict[tuple[Stage, str], Any]) -> Work:
    """Pictures in, results out; a backend that this machine cannot run is skipped with its own sentence."""
    config = load_config()
    if reason := backend.missing(config):
        pytest.skip(f"{backend.stage} '{backend.name}': {reason}")
    key = backend.stage, backend.name
    if key not in built:
        built[key] = backend.build(backend.settings(), config)
    method = getattr(built[key], METHODS[backend.stage])
    return lambda pictures: method([item(backend.stage, pixels) for pixels in pictures])


def summary(result: Any) -> tuple[Any, list[float]]:
    """What must be equal, and the numbers that must be nearly so; the time spent is neither."""
    match result:
        case PlateCrop():
            return (
                result.pixels.shape,
                result.pixels.tobytes(),
                result.lines,
                result.enhancers,
            ), result.quad.ravel().tolist()
        case Reading():
            return (result.text, result.reader, result.enhancer), [c.probability for c in result.characters]
        case list():
            numbers = [number for d in result for number in (*d.quad.ravel().tolist(), d.score)]
            return [(d.kind, d.detector) for d in result], numbers
    raise TypeError(f"no stage gives {type(result).__name__}")


def assert_same(first: Sequence[Any], second: Sequence[Any]) -> None:
    assert len(first) == len(second)
    for one, other in zip(map(summary, first), map(summary, second), strict=True):
        assert one[0] == other[0]
        assert one[1] == pytest.approx(other[1], rel=TOLERANCE, abs=TOLERANCE)


def test_its_settings_are_flat_and_each_has_a_default(backend: Backend) -> None:
    assert backend.parse_settings(backend.settings().model_dump(mode="json")) == backend.settings()
    for field in backend.settings.model_fields.values():
        assert field.annotation in (int, float, bool, str) or get_origin(field.annotation) is Literal
        assert field.description, "the page shows it beside the field"


def test_a_setting_it_does_not_know_is_refused_by_name(backend: Backend) -> None:
    with pytest.raises(BadSettings, match=f"{backend.name}.*no_such_setting"):
        backend.parse_settings({"no_such_setting": 1})


def test_it_is_usable_or_says_in_a_sentence_why_not(backend: Backend) -> None:
    config = load_config()
    if (reason := backend.missing(config)) is None:
        assert callable(getattr(backend.build(backend.settings(), config), METHODS[backend.stage]))
    else:
        assert len(reason.split()) > 3
        with pytest.raises(BackendUnavailable):
            backend.build(backend.settings(), config)


@pytest.mark.parametrize("backend", [b for b in EVERY_BACKEND if b.weights], ids=name_of)
def test_weights_that_are_not_the_manifests_are_not_opened(backend: Backend, tmp_path: Path) -> None:
    shipped = load_config().weights
    shutil.copy(shipped / "manifest.toml", tmp_path)
    for weights in backend.weights:
        (tmp_path / Manifest.load(shipped).row(weights).file).write_bytes(b"something else")
    config = load_config(weights=tmp_path)
    assert "sha256" in str(backend.missing(config))
    with pytest.raises(BackendUnavailable, match=f"{backend.name}.*sha256"):
        backend.build(backend.settings(), config)


def test_nothing_in_nothing_out(work: Work) -> None:
    assert work([]) == []


def test_a_batch_gives_what_one_by_one_gives_in_the_same_order(work: Work) -> None:
    pictures = cars()
    assert_same(work(pictures), [result for picture in pictures for result in work([picture])])
    assert_same(work(pictures[::-1]), work(pictures)[::-1])


def test_it_leaves_its_input_as_it_was(work: Work) -> None:
    pictures = cars()[:2]
    before = [picture.copy() for picture in pictures]
    work(pictures)
    assert all(np.array_equal(*pair) for pair in zip(pictures, before, strict=True))


def test_it_takes_a_picture_that_may_not_be_written_to_and_lies_scattered_in_memory(work: Work) -> None:
    picture = cars()[1]
    mirrored = picture[:, ::-1]
    mirrored.flags.writeable = False
    assert_same(work([mirrored]), work([np.ascontiguousarray(mirrored)]))


def test_awkward_pictures_get_a_result_each(backend: Backend, work: Work) -> None:
    pictures = awkward_pictures()
    results = work(pictures)
    assert len(results) == len(pictures)
    for picture, result in zip(pictures, results, strict=True):
        assert_well_formed(backend, picture, result)


def test_a_result_says_where_it_comes_from(backend: Backend, work: Work) -> None:
    pictures = cars()
    for picture, result in zip(pictures, work(pictures), strict=True):
        assert_well_formed(backend, picture, result)


def assert_well_formed(backend: Backend, picture: Pixels, result: Any) -> None:
    match backend.stage:
        case Stage.DETECTOR:
            scores = [detection.score for detection in result]
            assert scores == sorted(scores, reverse=True)
            for detection in result:
                assert isinstance(detection, Detection)
                assert (detection.detector, bool(detection.kind)) == (backend.name, True)
                assert_lies_within(detection, picture)
        case Stage.ENHANCER:
            assert isinstance(result, PlateCrop)
            assert result.enhancers == (*BEFORE, backend.name)
            assert np.array_equal(result.quad, item(backend.stage, picture).quad)
        case Stage.READER:
            assert isinstance(result, Reading)
            assert (result.reader, result.enhancer) == (backend.name, "+".join(BEFORE))
            assert result.elapsed_ms >= 0


def assert_lies_within(detection: Detection, picture: Pixels) -> None:
    """A quad may lean out of the picture by a tenth of its side, where a plate is cut, but it encloses something.

    Its corners go clockwise, else the crop would be mirrored.
    """
    height, width = picture.shape[:2]
    x1, y1, x2, y2 = bounding_box(detection.quad)
    assert -0.1 * width <= x1 < x2 <= 1.1 * width
    assert -0.1 * height <= y1 < y2 <= 1.1 * height
    assert cv2.contourArea(detection.quad, oriented=True) >= 16
