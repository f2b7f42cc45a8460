"""What training Zero-DCE means: no picture shows how it should look; four losses say what well lit is.

Losses and their weights are those of Guo et al., arXiv:2001.06826, section 3.3 and the authors' settings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.networks.zero_dce import CurveNetwork, follow
from pipeline.training.loop import Batch
from pipeline.training.samples import LabelledCrop

WELL_LIT = 0.6
"""Brightness, 0…1, that a part of a picture should have."""

_COLOUR, _EXPOSURE, _SMOOTHNESS = 5.0, 10.0, 200.0  # weights; the spatial loss has 1
_REGION, _PATCH = 4, 16  # pixels: sides of what is compared with its neighbours, of what should be well lit
_NEARLY = 0.15  # how far from WELL_LIT a picture counts as right


@dataclass(frozen=True)
class ZeroDceTask:
    """Batches hold pictures of 0…1 and targets of length 0, for there are no references.

    ``last_layer_only`` leaves all but the last convolution as they are: enough to fit other cameras.
    """

    last_layer_only: bool = False

    def about(self) -> dict[str, Any]:
        return {"last_layer_only": self.last_layer_only}

    def network(self) -> CurveNetwork:
        network = CurveNetwork()
        for layer in network.children():
            assert isinstance(layer, nn.Conv2d)
            nn.init.normal_(layer.weight, 0.0, 0.02)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
            layer.requires_grad_(layer is network.last or not self.last_layer_only)
        return network

    def example(self) -> Tensor:
        return torch.zeros(2, 3, 48, 64)

    def encode(self, crop: LabelledCrop) -> tuple[Tensor, Tensor]:
        pixels = np.ascontiguousarray(crop.pixels.transpose(2, 0, 1))
        return torch.from_numpy(pixels).float() / 255, torch.zeros(0)

    def together(self, samples: list[tuple[Tensor, Tensor]]) -> Batch:
        pictures, targets = zip(*samples, strict=True)
        return torch.stack(pictures), torch.stack(targets)

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        before = batch[0]
        curves = network(before)
        after = follow(before, curves)
        return (
            spatial_loss(before, after)
            + _COLOUR * colour_loss(after)
            + _EXPOSURE * exposure_loss(after)
            + _SMOOTHNESS * smoothness_loss(curves)
        )

    def right(self, network: nn.Module, batch: Batch) -> int:
        after = follow(batch[0], network(batch[0]))
        return int(((after.mean((1, 2, 3)) - WELL_LIT).abs() < _NEARLY).sum())


def spatial_loss(before: Tensor, after: Tensor) -> Tensor:
    """How far differences between neighbouring regions change: detail should stay. A number from 0."""
    old, new = (functional.avg_pool2d(pictures.mean(1, keepdim=True), _REGION) for pictures in (before, after))
    down, across = ((new.diff(dim=dim).abs() - old.diff(dim=dim).abs()) ** 2 for dim in (2, 3))
    # each pair is met from both of its regions, as in the paper's sum over four neighbours
    return 2 * (down.sum() + across.sum()) / new.numel()


def exposure_loss(after: Tensor) -> Tensor:
    """How far patches are from well lit, squared."""
    return ((functional.avg_pool2d(after.mean(1, keepdim=True), _PATCH) - WELL_LIT) ** 2).mean()


def colour_loss(after: Tensor) -> Tensor:
    """How far apart a picture's mean red, green and blue are: on the whole the world is grey."""
    red, green, blue = after.mean((2, 3)).unbind(1)
    return torch.sqrt((red - green) ** 4 + (green - blue) ** 4 + (blue - red) ** 4 + 1e-12).mean()


def smoothness_loss(curves: Tensor) -> Tensor:
    """How much the curves differ from pixel to pixel, squared, over all channels."""
    return 2 * sum((curves.diff(dim=dim) ** 2).mean() for dim in (2, 3)) * curves.shape[1]  # type: ignore[return-value]
