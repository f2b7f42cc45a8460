"""What training the character finder means: a box and a class for each character, ultralytics' loss, none missed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from pipeline.config import load_config
from pipeline.errors import TrainingError
from pipeline.networks.char_finder import CharacterFinder
from pipeline.networks.char_yolo import INPUT_HEIGHT, INPUT_WIDTH, Sighting, prepare, sightings
from pipeline.plate.alphabet import CHARACTERS
from pipeline.training.export import keep_ultralytics_offline
from pipeline.training.loop import Batch, half_precision
from pipeline.training.samples import LabelledCrop

_LEAST_SEEN = 0.3
"""Share of a character's box inside the picture from which it is to be found."""

_SHARED_LAYERS = 7  # from the picture to the second block at a stride of 16, as in YOLOv8n


@dataclass(frozen=True)
class CharacterTask:
    """Batches are (pictures, boxes); a box is (picture, class, centre x, centre y, width, height), in shares."""

    characters: tuple[str, ...] = CHARACTERS

    def about(self) -> dict[str, Any]:
        return {"characters": list(self.characters)}

    def network(self) -> CharacterFinder:
        keep_ultralytics_offline(load_config().home / "ultralytics")
        return CharacterFinder(len(self.characters))

    def example(self) -> Tensor:
        return torch.zeros(2, 3, INPUT_HEIGHT, INPUT_WIDTH)

    def encode(self, crop: LabelledCrop) -> tuple[Tensor, Tensor]:
        """
        Raises:
            TrainingError: nobody knows where the crop's characters are.
        """
        if crop.boxes is None:
            raise TrainingError(f"'{crop.text}' comes without its characters' boxes; train char_yolo on drawn plates")
        height, width = crop.pixels.shape[:2]
        boxes, seen = _upright((crop.boxes / (width, height)).astype(np.float32))
        classes = np.asarray([self.characters.index(char) for char in crop.text], np.float32)
        target = np.concatenate([classes[:, None], boxes], axis=1)[seen]
        return torch.from_numpy(prepare(crop.pixels)), torch.from_numpy(target.astype(np.float32))

    def together(self, samples: list[tuple[Tensor, Tensor]]) -> Batch:
        pictures, targets = zip(*samples, strict=True)
        owners = [torch.full((len(target), 1), float(n)) for n, target in enumerate(targets)]
        return torch.stack(pictures), torch.cat([torch.cat(pair, 1) for pair in zip(owners, targets, strict=True)])

    def loss(self, network: nn.Module, batch: Batch) -> Tensor:
        pictures, boxes = batch
        finder = cast(CharacterFinder, network)
        with half_precision(pictures.device):
            raw = finder.raw(pictures)
        return finder.loss(raw, boxes)

    def right(self, network: nn.Module, batch: Batch) -> int:
        """Pictures in which every character was found for what it is, and nothing else."""
        heads, boxes = network(batch[0]).detach().cpu().numpy(), batch[1].cpu().numpy()
        return sum(_all_found(sightings(head), boxes[boxes[:, 0] == n, 1:]) for n, head in enumerate(heads))


def plate_detector_start(task: CharacterTask, detector: Path, seed: int) -> dict[str, Tensor]:
    """Weights to start from: the layers that the plate detector has, too, know edges and strokes already.

    Args:
        detector: the ``.pt`` of the plate detector; it is unpickled, so never a stranger's.
    """
    torch.manual_seed(seed)
    weights = task.network().state_dict()
    from ultralytics.models import YOLO

    known: Any = YOLO(detector)
    for name, value in known.model.float().state_dict().items():
        ours = f"yolo.{name}"
        if int(name.split(".")[1]) < _SHARED_LAYERS and weights[ours].shape == value.shape:
            weights[ours] = value.clone()
    return weights


def _upright(quads: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Each character's box (n, 4) as centre x, centre y, width, height, cut at the picture, and which are in sight.

    A tilted character's box is as wide as its edges reach, not as its corners do, so that neighbours do not overlap.
    """
    centres = quads.mean(axis=1)
    widths = np.abs(quads[:, 1] - quads[:, 0] + quads[:, 2] - quads[:, 3])[:, 0] / 2
    heights = np.abs(quads[:, 3] - quads[:, 0] + quads[:, 2] - quads[:, 1])[:, 1] / 2
    half = np.stack([widths, heights], axis=1) / 2
    low, high = (centres - half).clip(0, 1), (centres + half).clip(0, 1)
    sides = high - low
    seen = sides.prod(axis=1) >= _LEAST_SEEN * (4 * half.prod(axis=1))
    return np.concatenate([(low + high) / 2, sides], axis=1), seen


def _all_found(found: list[Sighting], wanted: NDArray[np.float32]) -> bool:
    """Whether the likely ones among ``found`` are ``wanted`` (n, 5): class, then the box in shares."""
    likely = [sighting for sighting in found if sighting.present > 0.5]
    if len(likely) != len(wanted):
        return False
    places = np.asarray([sighting.box[:2] for sighting in likely], np.float64).reshape(-1, 2)
    places /= INPUT_WIDTH, INPUT_HEIGHT
    for number, x, y, width, height in wanted.tolist():
        inside = (np.abs(places - (x, y)) < (width / 2, height / 2)).all(axis=1)
        if not any(int(likely[n].classes.argmax()) == number for n in np.flatnonzero(inside)):
            return False
    return True
