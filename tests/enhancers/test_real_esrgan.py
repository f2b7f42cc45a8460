from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.downloads import find_download
from pipeline.enhancers.real_esrgan import RealEsrganEnhancer, RealEsrganSettings
from pipeline.errors import BackendUnavailable
from pipeline.flow.recipe import Recipe, Step
from pipeline.networks.onnx import open_session
from pipeline.networks.super_resolution import export_upscaler
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.types import Pixels, PlateCrop, Stage
from pipeline.registry import find_backend
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import PhotoStyle, photograph
from pipeline.weights import Manifest


def enhanced(pixels: Pixels, seen: tuple[int, int] | None = None) -> Pixels:
    """The crop enlarged; ``seen`` is the plate's width and height in the picture, if not the crop's."""
    width, height = seen or (pixels.shape[1], pixels.shape[0])
    crop = PlateCrop(pixels, quad_from_box(0, 0, width, height))
    return RealEsrganEnhancer(RealEsrganSettings(), load_config()).enhance([crop])[0].pixels


@pytest.fixture(scope="module")
def plate() -> Pixels:
    style = PhotoStyle(tilted=0.0, hard=0.0, blank=0.0)
    return photograph(load_glyphs(None), (), 3, 1, style).pixels


def small(pixels: Pixels, width: int) -> Pixels:
    size = (width, round(pixels.shape[0] * width / pixels.shape[1]))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def test_a_small_plate_comes_out_four_times_as_large_and_nearer_to_what_it_was_than_interpolated(plate: Pixels) -> None:
    seen = small(plate, plate.shape[1] // 4)
    made = enhanced(seen)
    height, width = seen.shape[:2]
    assert made.shape == (4 * height, 4 * width, 3)
    target = cv2.resize(plate, (4 * width, 4 * height), interpolation=cv2.INTER_AREA).astype(float)
    linear = cv2.resize(seen, (4 * width, 4 * height), interpolation=cv2.INTER_LINEAR)
    assert np.abs(made - target).mean() < np.abs(linear - target).mean()


def test_a_crop_that_was_only_scaled_up_is_scaled_down_before(plate: Pixels) -> None:
    seen = small(plate, 80)
    scaled_up = np.asarray(cv2.resize(seen, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC), np.uint8)
    height, width = seen.shape[:2]
    assert enhanced(scaled_up, (width, height)).shape[0] == pytest.approx(1.2 * 4 * height, abs=4)


def test_what_comes_out_is_bounded_and_a_larger_picture_is_handed_on() -> None:
    wide = np.random.default_rng(0).integers(0, 256, (200, 700, 3), dtype=np.uint8)
    made = enhanced(wide)
    assert made.shape[0] * made.shape[1] <= 390_000
    huge = np.zeros((2000, 3000, 3), np.uint8)
    assert enhanced(huge) is huge


def test_a_variant_that_is_not_here_says_how_to_get_it_and_the_backend_stays_usable(tmp_path: Path) -> None:
    config = load_config(home=tmp_path / "home", shared=tmp_path / "shared")
    backend = find_backend(Stage.ENHANCER, "real_esrgan")
    settings = backend.parse_settings({"variant": "x4plus"})
    sentence = "weights 'x4plus' are not here; fetch them: python -m pipeline weights fetch x4plus"
    assert backend.missing(config) is None
    assert sentence in str(backend.missing(config, settings))
    with pytest.raises(BackendUnavailable, match="fetch x4plus"):
        backend.build(settings, config)
    recipe = Recipe(
        name="sharp",
        detector=None,
        chains=((Step(name="real_esrgan", settings={"variant": "x4plus"}),),),
        readers=(Step(name="crnn"),),
    )
    assert sentence in str(recipe.missing(config))


@pytest.mark.parametrize("variant", ["general-x4v3", "x4plus"])
def test_the_variants_of_the_shared_folder_enlarge_too(variant: str, shared: Path, tmp_path: Path) -> None:
    config = load_config(home=tmp_path)
    backend = find_backend(Stage.ENHANCER, "real_esrgan")
    enhancer = backend.build(backend.parse_settings({"variant": variant}), config)
    crop = PlateCrop(np.full((12, 40, 3), (200, 160, 20), np.uint8), quad_from_box(0, 0, 40, 12))
    (made,) = enhancer.enhance([crop])
    assert made.pixels.shape == (48, 160, 3)
    assert made.pixels.mean((0, 1)) == pytest.approx((200, 160, 20), abs=12)


def test_weights_of_a_variant_that_are_another_file_are_not_opened(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / find_download("x4plus").file).write_bytes(b"a stranger's pickle")
    config = load_config(home=tmp_path)
    backend = find_backend(Stage.ENHANCER, "real_esrgan")
    with pytest.raises(BackendUnavailable, match=r"has sha256 .*, known is 4fa0d38905f7…; fetch it again"):
        backend.build(backend.parse_settings({"variant": "x4plus"}), config)


def test_the_shipped_network_is_the_export_of_the_shipped_weights(tmp_path: Path) -> None:
    manifest = Manifest.load(load_config().weights)
    made = export_upscaler(manifest.verified("real_esrgan_torch"), tmp_path / "made.onnx")
    picture = np.random.default_rng(0).random((1, 3, 20, 30), np.float32)
    first, second = (
        open_session(path, 1).run(None, {"pictures": picture})[0] for path in (made, manifest.verified("real_esrgan"))
    )
    assert np.abs(first - second).max() < 1e-4
