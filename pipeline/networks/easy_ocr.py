"""EasyOCR's recognition network ("generation 2"), its own module: VGG features, two bidirectional LSTMs, a CTC head.

CRNN: Shi et al., arXiv:1507.05717; EasyOCR by JaidedAI, Apache-2.0.
"""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor, nn

from pipeline.errors import BackendUnavailable


class EasyOCRNetwork(nn.Module):
    """``(batch, 1, height, width)`` in, log-probabilities ``(batch, width / 4 - 1, classes)`` out; class 0 is blank.

    Raises:
        BackendUnavailable: the package easyocr is not installed.
    """

    def __init__(self, classes: int) -> None:
        super().__init__()
        try:
            from easyocr.model.vgg_model import Model  # type: ignore[import-untyped]
        except ImportError as error:
            raise BackendUnavailable("EasyOCR's network needs its package; run: pip install easyocr") from error
        self.model: Any = Model(input_channel=1, output_channel=256, hidden_size=256, num_class=classes)

    def forward(self, x: Tensor) -> Tensor:
        features = self.model.FeatureExtraction(x)
        sequence = features.mean(2).transpose(1, 2)  # what its AdaptiveAvgPool does, and ONNX can express
        written = self.model.Prediction(self.model.SequenceModeling(sequence))
        return torch.log_softmax(cast(Tensor, written), dim=2)
