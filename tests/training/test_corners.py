"""The corner network's samples: shares of the view lead back to the corners, errors are measured in plate widths."""

import numpy as np
import torch

from pipeline.networks.view import VIEW_HEIGHT, VIEW_WIDTH, look, to_quad, to_shares
from pipeline.plate.geometry import bounding_box
from pipeline.training.corners import CornerTask, corner_errors
from pipeline.training.samples import LabelledCrop, SynthSource

QUAD = np.asarray([(40, 30), (160, 50), (156, 84), (36, 62)], np.float32)


def test_shares_of_the_view_lead_back_to_the_corners() -> None:
    box = bounding_box(QUAD)
    assert np.abs(to_quad(to_shares(QUAD, box), box) - QUAD).max() < 1e-3


def test_the_view_shows_the_box_in_its_middle() -> None:
    pixels = np.zeros((120, 200, 3), np.uint8)
    pixels[40:80, 60:140] = 255
    view = look(pixels, (60, 40, 140, 80))
    assert view.shape == (1, VIEW_HEIGHT, VIEW_WIDTH)
    assert view[0, VIEW_HEIGHT // 2, VIEW_WIDTH // 2] > 0 > view[0, 2, 2]


def test_a_box_that_leaves_the_picture_still_gives_a_view() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    for box in [(-20.0, -10.0, 20.0, 12.0), (35.0, 25.0, 90.0, 60.0), (100.0, 100.0, 140.0, 110.0)]:
        assert np.isfinite(look(pixels, box)).all()


def test_a_shift_by_three_hundredths_of_the_width_is_measured_as_that() -> None:
    crop = LabelledCrop(np.zeros((120, 200, 3), np.uint8), "12가3456", QUAD, 7)
    _, target = CornerTask().encode(crop)
    assert torch.allclose(corner_errors(target[None, :8], target[None]), torch.zeros(1), atol=1e-6)
    width = float(np.linalg.norm(QUAD[1] - QUAD[0]))
    along = (QUAD[1] - QUAD[0]) / width
    shifted = LabelledCrop(crop.pixels, crop.text, (QUAD + 0.03 * width * along).astype(np.float32), 7)
    _, moved = CornerTask().encode(shifted)
    # the box moved along with the quad, so the shares stay; what differs is measured against the first target
    assert torch.allclose(moved[:8], target[:8], atol=1e-5)
    off = target[:8].clone()
    off[0::2] += 0.03 * torch.linalg.norm((target[2:4] - target[0:2]) * torch.stack([torch.ones(()), target[8]]))
    assert torch.allclose(corner_errors(off[None], target[None]), torch.tensor([0.03]), atol=1e-4)


def test_the_same_sample_gives_the_same_box() -> None:
    source = SynthSource(3)
    first, again = (CornerTask().encode(source.sample(5)) for _ in range(2))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
