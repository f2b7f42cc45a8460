"""Finds a plate's four corners inside the box a detector drew around it.

A small CNN looks at the box with a border around it (grey, 64 × 128) and gives the corners as shares of that view.
"""

from __future__ import annotations

from torch import Tensor, nn

from pipeline.networks.crnn import Residual


class CornerNetwork(nn.Module):
    """``(batch, 1, 64, 128)`` in, ``(batch, 8)`` out: x, y of the corners, 0…1 across the view, reading order."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 5, 2, 2, bias=False),
            nn.BatchNorm2d(16),
            nn.ReLU(inplace=True),  # 16 × 32 × 64
            Residual(16, 32, (2, 2)),  # 32 × 16 × 32
            Residual(32, 64, (2, 2)),  # 64 × 8 × 16
            Residual(64, 96, (2, 2)),  # 96 × 4 × 8
        )
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(96 * 4 * 8, 96), nn.ReLU(inplace=True), nn.Linear(96, 8))

    def forward(self, x: Tensor) -> Tensor:
        return self.place(self.features(x))

    def place(self, features: Tensor) -> Tensor:
        """From the feature map ``(batch, 96, 4, 8)`` to corners."""
        corners: Tensor = self.head(features)
        return corners + 0.5
