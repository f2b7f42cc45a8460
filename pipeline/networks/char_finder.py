"""The network that finds characters: YOLOv8 of ultralytics, cut to what a crop of a plate needs."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any

from torch import Tensor, nn

_LAYERS: dict[str, list[list[Any]]] = {
    "backbone": [
        [-1, 1, "Conv", [64, 3, 2]],
        [-1, 1, "Conv", [128, 3, 2]],
        [-1, 3, "C2f", [128, True]],
        [-1, 1, "Conv", [256, 3, 2]],  # 3: a cell every 8 pixels
        [-1, 6, "C2f", [256, True]],
        [-1, 1, "Conv", [512, 3, 2]],  # 5: every 16
        [-1, 6, "C2f", [512, True]],
        [-1, 1, "SPPF", [512, 5]],
    ],
    "head": [
        [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
        [[-1, 4], 1, "Concat", [1]],
        [-1, 3, "C3k2", [256, False]],  # this block makes ultralytics build the lighter head of YOLO11
        [[10], 1, "Detect", ["nc"]],
    ],
}
"""Characters are 8 to 60 pixels large: one head at a stride of 8 sees them all, and nothing coarser than 16 is needed.
Of every layer a quarter of the width and a third of the depth, as in YOLOv8n."""

_REACH = 8  # cells that a box reaches from its centre, exclusive
_LOSS = SimpleNamespace(box=5.0, cls=1.0, dfl=1.0)
"""ultralytics has 7.5, 0.5, 1.5 for its photos; which character it is counts for more here than where exactly."""


class CharacterFinder(nn.Module):
    """Pictures ``(batch, 3, height, width)`` in; boxes and classes out, a column for every cell.

    Importing ultralytics must have been prepared by :func:`~pipeline.training.export.keep_ultralytics_offline`.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        from ultralytics.nn import tasks

        build: Any = tasks.DetectionModel  # has no types
        plan = deepcopy(_LAYERS) | {"nc": classes, "depth_multiple": 0.33, "width_multiple": 0.25, "reg_max": _REACH}
        self.yolo = build(plan, ch=3, verbose=False)
        self.yolo.args = _LOSS

    def forward(self, pictures: Tensor) -> Tensor:
        """``(batch, 4 + classes, cells)`` when evaluating: centre x, centre y, width, height in pixels, then scores."""
        found: Tensor = self.yolo(pictures)[0]
        return found

    def raw(self, pictures: Tensor) -> dict[str, Any]:
        """What ultralytics' loss is computed from."""
        found = self.yolo(pictures)
        known: dict[str, Any] = found[1] if isinstance(found, tuple) else found
        return known

    def loss(self, raw: dict[str, Any], boxes: Tensor) -> Tensor:
        """Sum of the box, class and distribution losses, per picture.

        Args:
            boxes: (n, 6): picture, class, centre x, centre y, width, height; the last four as shares of the input.
        """
        raw = raw | {name: raw[name].float() for name in ("boxes", "scores")}
        wanted = {"batch_idx": boxes[:, 0], "cls": boxes[:, 1], "bboxes": boxes[:, 2:].contiguous()}
        losses, _ = self.yolo.loss(wanted, raw)
        total: Tensor = losses.sum() / len(raw["boxes"])
        return total
