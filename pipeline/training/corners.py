"""What training the corner network means: boxes as a detector draws them, corners as shares of the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.networks.corners import CornerNetwork
from pipeline.networks.view import VIEW_HEIGHT, VIEW_WIDTH, look, to_shares
from pipeline.plate.geometry import Box, bounding_box
from pipeline.plate.types import Quad
from pipeline.training.loop import Batch, half_precision
from pipeline.training.samples import LabelledCrop

_LOOSE = 0.07
"""How far a detector's box is off on each side: deviation as a share of that side."""

_GOOD = 0.03
"""Mean distance of the corners, as a share of the plate's width, that counts as right."""


@dataclass(frozen=True)
class CornerTask:
    """Batches are (pictures, targets); a target is the eight shares and the box's height over its width."""

    def about(self) -> dict[str, Any]:
        return {}

    def network(self) -> CornerNetwork:
        return CornerNetwork()

    def example(self) -> Tensor:
        return torch.zeros(2, 1, VIEW_HEIGHT, VIEW_WIDTH)

    def encode(self, crop: LabelledCrop) -> tuple[Tensor, Tensor]:
        box = _as_detected(crop.quad, crop.index)
        aspect = (box[3] - box[1]) / (box[2] - box[0])
        target = np.append(to_shares(crop.quad, box), np.float32(aspect))
        return torch.from_numpy(look(crop.pixels, box)), torch.from_numpy(target)

    def together(self, samples: list[tuple[Tensor, Tensor]]) -> Batch:
        pictures, targets = zip(*samples, strict=True)
        return torch.stack(pictures), torch.stack(targets)

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        pictures, targets = batch
        corners = cast(CornerNetwork, network)
        with half_precision(pictures.device):
            features = corners.features(pictures)
        return functional.smooth_l1_loss(corners.place(features.float()), targets[:, :8], beta=0.02)

    def right(self, network: nn.Module, batch: Batch) -> int:
        return int((corner_errors(network(batch[0]), batch[1]) < _GOOD).sum())


def corner_errors(found: Tensor, targets: Tensor) -> Tensor:
    """Mean distance of the corners as a share of the plate's width, ``(batch,)``."""
    scale = torch.stack([torch.ones_like(targets[:, 8]), targets[:, 8]], 1)[:, None]  # in box widths, both ways
    true = targets[:, :8].reshape(-1, 4, 2) * scale
    distances = torch.linalg.norm(found.reshape(-1, 4, 2) * scale - true, dim=2).mean(1)
    errors: Tensor = distances / torch.linalg.norm(true[:, 1] - true[:, 0], dim=1)
    return errors


def _as_detected(quad: Quad, index: int) -> Box:
    """The box around a quad, each side a little off: the same for the same index."""
    x1, y1, x2, y2 = bounding_box(quad)
    off = np.random.default_rng((5, index)).normal(0, _LOOSE, 4).clip(-0.16, 0.16)
    width, height = x2 - x1, y2 - y1
    left, top, right, bottom = (float(share) for share in off * (width, height, width, height))
    return x1 + left, y1 + top, x2 + right, y2 + bottom
