"""The plate reader's network: a small residual CNN, a bidirectional recurrent layer, CTC.

The picture (grey, 64 pixels high) becomes a feature map of 2 rows and a column for every 4 pixels, read row after
row as one sequence: an upper line comes before a lower one, and a single line is met twice,
so that the recurrent layer learns where to write it. CRNN: Shi et al., arXiv:1507.05717.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

RecurrentCell = Literal["gru", "lstm"]


class Residual(nn.Module):
    """Two 3×3 convolutions and a shortcut; the first one may stride and widen."""

    def __init__(self, inside: int, outside: int, stride: tuple[int, int]) -> None:
        super().__init__()
        self.first = nn.Sequential(
            nn.Conv2d(inside, outside, 3, stride, 1, bias=False), nn.BatchNorm2d(outside), nn.ReLU(inplace=True)
        )
        self.second = nn.Sequential(nn.Conv2d(outside, outside, 3, 1, 1, bias=False), nn.BatchNorm2d(outside))
        self.shortcut = nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
        self.activate = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.activate(self.second(self.first(x)) + self.shortcut(x))
        return result


class CRNN(nn.Module):
    """``(batch, 1, 64, width)`` in, log-probabilities ``(batch, width / 2, classes)`` out; class 0 is the blank."""

    def __init__(self, classes: int, cell: RecurrentCell = "gru", hidden: int = 96) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 24, 5, 2, 2, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(inplace=True),  # 24 × 32 × width / 2
            Residual(24, 36, (2, 2)),  # 36 × 16 × width / 4
            Residual(36, 64, (2, 1)),  # 64 × 8 × width / 4
            Residual(64, 112, (2, 1)),  # 112 × 4 × width / 4
            nn.Conv2d(112, 128, (2, 1), (2, 1), bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(inplace=True),  # 128 × 2 × width / 4
        )
        layer = nn.GRU if cell == "gru" else nn.LSTM
        self.recurrent = layer(128, hidden, bidirectional=True, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(2 * hidden, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.write(self.features(x))

    def write(self, features: Tensor) -> Tensor:
        """From the feature map ``(batch, 128, 2, width / 4)`` to log-probabilities."""
        sequence = features.flatten(2).transpose(1, 2)  # row after row
        context, _ = self.recurrent(sequence)
        return torch.log_softmax(self.head(self.drop(context)), dim=2)


def narrowed(weights: dict[str, Tensor], hidden: int) -> dict[str, Tensor]:
    """Of a trained network, one with ``hidden`` units a direction: those that weigh most in what comes after them."""
    kept = dict(weights)
    columns = []
    for direction, suffix in enumerate(("", "_reverse")):
        back = weights[f"recurrent.weight_hh_l0{suffix}"]
        before = back.shape[1]
        ahead = weights["head.weight"][:, direction * before : (direction + 1) * before]
        weighty = back.norm(dim=0) / back.norm() + ahead.norm(dim=0) / ahead.norm()
        units = weighty.topk(min(hidden, before)).indices.sort().values
        gates = torch.cat([units + gate * before for gate in range(len(back) // before)])
        for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            kept[f"recurrent.{part}_l0{suffix}"] = weights[f"recurrent.{part}_l0{suffix}"][gates]
        kept[f"recurrent.weight_hh_l0{suffix}"] = back[gates][:, units]
        columns.append(ahead[:, units])
    return kept | {"head.weight": torch.cat(columns, dim=1)}
