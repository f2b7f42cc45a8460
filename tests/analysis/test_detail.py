"""Detail is kept, or lost by a known amount."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.analysis.detail import DetailKept, detail_kept, mean_detail
from pipeline.plate.types import Pixels


@pytest.fixture
def texture() -> Pixels:
    noise = np.random.default_rng(1).integers(40, 140, (60, 90, 3), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.0), np.uint8)


def test_the_same_picture_has_kept_everything(texture: Pixels) -> None:
    kept = detail_kept(texture, texture)
    assert (kept.gradient, kept.structure) == pytest.approx((1, 1), abs=1e-4)


def test_brighter_with_more_contrast_loses_nothing(texture: Pixels) -> None:
    kept = detail_kept(texture, np.asarray(texture * 1.5 + 20, np.uint8))
    assert kept.gradient > 0.99
    assert kept.structure > 0.98


def test_half_the_contrast_is_half_the_gradient_and_nearly_all_of_the_structure(texture: Pixels) -> None:
    kept = detail_kept(texture, np.asarray(texture * 0.5 + 60, np.uint8))
    assert kept.gradient == pytest.approx(0.5, abs=0.04)
    assert kept.structure > 0.9


def test_blur_and_clipping_lose_both(texture: Pixels) -> None:
    for worse in (cv2.GaussianBlur(texture, (0, 0), 3), np.clip(texture.astype(int) + 170, 0, 255).astype(np.uint8)):
        kept = detail_kept(texture, np.asarray(worse, np.uint8))
        assert kept.gradient < 0.6
        assert kept.structure < 0.9


def test_inside_a_mask_only_what_lies_there_counts(texture: Pixels) -> None:
    spoiled = texture.copy()
    spoiled[:, 45:] = 90
    left = np.zeros(texture.shape[:2], bool)
    left[:, :40] = True
    assert detail_kept(texture, spoiled, left).gradient == pytest.approx(1, abs=1e-4)
    assert detail_kept(texture, spoiled, ~left).gradient < 0.2


def test_a_flat_picture_cannot_lose_detail() -> None:
    flat = np.full((20, 20, 3), 50, np.uint8)
    assert detail_kept(flat, flat + 100) == DetailKept(1.0, 1.0)


def test_pictures_of_two_sizes_are_refused(texture: Pixels) -> None:
    with pytest.raises(ValueError, match="scale one to the other"):
        detail_kept(texture, texture[:-1])


def test_the_mean_counts_each_picture_alike() -> None:
    assert mean_detail([DetailKept(1.0, 0.5), DetailKept(0.5, 1.0)]) == DetailKept(0.75, 0.75)
    assert mean_detail([]) == DetailKept(1.0, 1.0)
