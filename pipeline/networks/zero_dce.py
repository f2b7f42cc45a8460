"""Zero-DCE's network: it looks at a picture and gives the curves that light each pixel well.

Guo et al., "Zero-Reference Deep Curve Estimation for Low-Light Image Enhancement", CVPR 2020, arXiv:2001.06826.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

CURVES = 8
"""Times a pixel passes a curve, as in the paper."""


class CurveNetwork(nn.Module):
    """``(batch, 3, height, width)`` of 0…1 in, curves ``(batch, 3 * CURVES, height, width)`` of -1…1 out.

    Seven convolutions that keep the size, the last three fed by the first ones, too.
    """

    def __init__(self, channels: int = 32) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, channels, 3, padding=1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)
        self.third = nn.Conv2d(channels, channels, 3, padding=1)
        self.fourth = nn.Conv2d(channels, channels, 3, padding=1)
        self.fifth = nn.Conv2d(2 * channels, channels, 3, padding=1)
        self.sixth = nn.Conv2d(2 * channels, channels, 3, padding=1)
        self.last = nn.Conv2d(2 * channels, 3 * CURVES, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        first = torch.relu(self.first(x))
        second = torch.relu(self.second(first))
        third = torch.relu(self.third(second))
        fourth = torch.relu(self.fourth(third))
        fifth = torch.relu(self.fifth(torch.cat([third, fourth], 1)))
        sixth = torch.relu(self.sixth(torch.cat([second, fifth], 1)))
        return torch.tanh(self.last(torch.cat([first, sixth], 1)))


def follow(pictures: Tensor, curves: Tensor) -> Tensor:
    """The pictures, 0…1, sent through their curves: ``x + a (x² - x)`` for each ``a`` in turn."""
    for a in curves.chunk(CURVES, dim=1):
        pictures = pictures + a * (pictures * pictures - pictures)
    return pictures
