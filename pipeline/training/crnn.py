"""What training the plate reader means: texts into classes, CTC loss, exact reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from pipeline.networks.crnn import CRNN, RecurrentCell
from pipeline.networks.ctc import BLANK, INPUT_HEIGHT, INPUT_WIDTH, greedy, prepare
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.patterns import Pattern
from pipeline.training.loop import Batch, half_precision
from pipeline.training.samples import LabelledCrop


@dataclass(frozen=True)
class ReaderTask:
    """Batches are (pictures, classes of all texts one after another, length of each text).

    ``patterns`` are kinds of plates beyond the built-in formats; they change nothing in training, but are kept with
    the weights for the decoder. ``hidden`` and ``width`` are those of weights that do not tell theirs.
    """

    cell: RecurrentCell = "gru"
    characters: tuple[str, ...] = CHARACTERS
    patterns: tuple[Pattern, ...] = ()
    hidden: int = 96
    width: int = INPUT_WIDTH
    """Of a picture, in pixels."""

    def about(self) -> dict[str, Any]:
        learnt = {"patterns": [list(pattern) for pattern in self.patterns]} if self.patterns else {}
        shape = {"cell": self.cell, "hidden": self.hidden, "width": self.width}
        return {**shape, "characters": list(self.characters), **learnt}

    def network(self) -> CRNN:
        return CRNN(len(self.characters) + 1, self.cell, self.hidden)

    def example(self) -> Tensor:
        return torch.zeros(2, 1, INPUT_HEIGHT, self.width)

    def encode(self, crop: LabelledCrop) -> tuple[Tensor, Tensor]:
        classes = [self.characters.index(char) + 1 for char in crop.text]
        return torch.from_numpy(prepare(crop.pixels, self.width)), torch.tensor(classes, dtype=torch.long)

    def together(self, samples: list[tuple[Tensor, Tensor]]) -> Batch:
        pictures, targets = zip(*samples, strict=True)
        return torch.stack(pictures), torch.cat(targets), torch.tensor([len(target) for target in targets])

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        pictures, targets, lengths = batch
        reader = cast(CRNN, network)
        with half_precision(pictures.device):
            features = reader.features(pictures)
        written = reader.write(features.float()).transpose(0, 1)
        steps = torch.full((len(lengths),), written.shape[0], dtype=torch.long)
        return functional.ctc_loss(written, targets, steps, lengths, blank=BLANK, zero_infinity=True)

    def right(self, network: nn.Module, batch: Batch) -> int:
        pictures, targets, lengths = batch
        texts = torch.split(targets.cpu(), lengths.tolist())
        written = network(pictures).cpu().numpy()
        return sum(np.array_equal(greedy(rows), text.numpy()) for rows, text in zip(written, texts, strict=True))
