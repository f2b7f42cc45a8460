"""Zero-DCE's losses say what well lit is; its samples and its last layer are what they should be."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from pipeline.config import load_config
from pipeline.errors import TrainingError
from pipeline.networks.zero_dce import CURVES, CurveNetwork, follow
from pipeline.training.exposures import SIDE, ExposureSource
from pipeline.training.files import load_trainable, save_trainable
from pipeline.training.loop import TrainingSettings
from pipeline.training.zero_dce import ZeroDceTask, colour_loss, exposure_loss, smoothness_loss, spatial_loss
from pipeline.workbench.train_enhancer import train_zero_dce


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three photos of one's own: drawn gradients with noise."""
    folder = tmp_path / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(3):
        ramp = np.linspace(10, 120 + 40 * number, 120)[None, :, None] + rng.normal(0, 8, (90, 120, 3))
        cv2.imwrite(str(folder / f"{number}.png"), ramp.clip(0, 255).astype(np.uint8))
    return folder


def test_curves_of_nought_change_nothing_and_negative_ones_lighten() -> None:
    picture = torch.full((1, 3, 8, 8), 0.2)
    assert torch.equal(follow(picture, torch.zeros(1, 3 * CURVES, 8, 8)), picture)
    lit = follow(picture, torch.full((1, 3 * CURVES, 8, 8), -0.5))
    assert (lit > 0.7).all()
    assert (lit <= 1).all()


def test_the_losses_are_nothing_for_what_they_ask_and_more_the_further_from_it() -> None:
    grey = torch.full((2, 3, 64, 64), 0.6)
    assert float(exposure_loss(grey)) == pytest.approx(0, abs=1e-6)
    assert float(exposure_loss(grey - 0.4)) == pytest.approx(0.16, abs=1e-4)
    assert float(colour_loss(grey)) < 1e-5
    assert float(colour_loss(grey * torch.tensor([1.0, 0.8, 0.5])[None, :, None, None])) > 0.01
    assert float(smoothness_loss(torch.ones(1, 3 * CURVES, 8, 8))) == 0
    noise = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    assert float(spatial_loss(noise, noise + 0.1)) == pytest.approx(0, abs=1e-6)
    assert float(spatial_loss(noise, noise * 0.5)) > 0


def test_a_sample_depends_on_seed_and_index_alone(photos: Path) -> None:
    source = ExposureSource(3, (photos,), own=True)
    first, again, other = source.sample(5).pixels, source.sample(5).pixels, source.sample(6).pixels
    assert first.shape == (SIDE, SIDE, 3)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_half_of_the_samples_are_darker_than_any_photo(photos: Path) -> None:
    source = ExposureSource(4, (photos,), own=True)
    means = [source.sample(index).pixels.mean() for index in range(200)]
    assert 0.3 < np.mean(np.asarray(means) < 40) < 0.7


def test_a_folder_without_pictures_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="holds no pictures"):
        ExposureSource(1, (tmp_path,), own=True).sample(0)


@pytest.mark.timeout(300)
def test_the_last_layer_alone_is_fitted_to_ones_own_photos(photos: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    before = CurveNetwork().state_dict()
    start = save_trainable(ZeroDceTask().about(), before, tmp_path / "start.safetensors")
    settings = TrainingSettings(samples=64, batch=16, validation=16, validate_every=4)
    made = train_zero_dce(
        load_config(), settings, tmp_path / "run", images=photos, start_from=start, last_layer_only=True
    )
    about, after = load_trainable(made.trainable)
    assert about == {"last_layer_only": True}
    changed = {name for name, weights in after.items() if not torch.equal(weights, before[name])}
    assert changed == {"last.weight", "last.bias"}
    assert 0 < made.detail.gradient <= 1
    with pytest.raises(TrainingError, match="name them: --start-from FILE"):
        train_zero_dce(load_config(), settings, tmp_path / "other", images=photos, last_layer_only=True)
