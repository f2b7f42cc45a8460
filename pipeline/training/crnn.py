"""Trains the plate reader on a stream of labelled crops.

Everything random is a function of the seed and the step, so a run that is killed and resumed ends
with the same weights as one that was not.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from pipeline.errors import TrainingError
from pipeline.networks.crnn import CRNN, RecurrentCell
from pipeline.networks.ctc import BLANK, greedy, prepare
from pipeline.plate.alphabet import CHARACTERS
from pipeline.training import checkpoint
from pipeline.training.samples import SampleSource


class CRNNTraining(BaseModel):
    """Settings of one run. ``samples`` may be changed when a run is resumed, the rest may not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int = Field(800_000, ge=64, description="labelled crops to train on, each seen once")
    batch: int = Field(64, ge=1, le=4096)
    rate: float = Field(1.5e-3, gt=0, le=1, description="highest learning rate")
    decay: float = Field(0.3, ge=0, le=1, description="share of the run, at its end, in which the rate falls to 0")
    seed: int = 1
    cell: RecurrentCell = "gru"
    validate_every: int = Field(500, ge=1, description="steps between validations and checkpoints")
    validation: int = Field(1024, ge=16, description="held-back crops")
    workers: int = Field(1, ge=1, le=64, description="processes that draw samples")
    threads: int = Field(1, ge=1, le=64)


@dataclass(frozen=True, slots=True)
class Progress:
    """One line of a run's log. Shares lie in 0…1; ``exact`` and ``val_loss`` are of the averaged weights."""

    step: int
    steps: int
    loss: float
    val_loss: float
    exact: float
    samples_per_second: float


class _Crops(Dataset[tuple[Tensor, Tensor]]):
    def __init__(self, source: SampleSource, start: int, end: int, classes: dict[str, int]) -> None:
        self.source, self.start, self.end, self.classes = source, start, end, classes

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        pixels, text = self.source.sample(self.start + index)
        return torch.from_numpy(prepare(pixels)), torch.tensor([self.classes[char] for char in text])


def _together(samples: list[tuple[Tensor, Tensor]]) -> tuple[Tensor, Tensor, Tensor]:
    pictures, targets = zip(*samples, strict=True)
    return torch.stack(pictures), torch.cat(targets), torch.tensor([len(target) for target in targets])


class CRNNTrainer:
    """A run in a folder of its own: ``last.ckpt``, ``log.jsonl``, ``settings.json``."""

    def __init__(self, settings: CRNNTraining) -> None:
        self.settings = settings
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.steps = settings.samples // settings.batch

    def fit(
        self,
        samples: SampleSource,
        held_back: SampleSource,
        folder: Path,
        report: Callable[[Progress], None] = lambda progress: None,
        start_from: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Train until ``settings.samples`` are seen, from the folder's checkpoint if there is one.

        ``start_from`` is a trained state (see :func:`trained_state`) to go on from in a new run.
        Returns the final state.

        Raises:
            TrainingError: the folder belongs to a run with other settings or samples.
        """
        torch.set_num_threads(self.settings.threads)
        state = self._resume(folder, samples.version, start_from)
        network, averaged, optimizer = self._networks(state)
        characters: list[str] = state["characters"]
        classes = {char: index + 1 for index, char in enumerate(characters)}
        validation = _together(
            [_Crops(held_back, 0, self.settings.validation, classes)[i] for i in range(self.settings.validation)]
        )
        recent, since, seen = 0.0, time.monotonic(), 0
        for step, batch in self._batches(samples, state["step"], classes):
            recent += self._step(step, batch, network, averaged, optimizer)
            seen += 1
            if (step + 1) % self.settings.validate_every and step + 1 < self.steps:
                continue
            val_loss, exact = self._validate(averaged, validation)
            speed = seen * self.settings.batch / (time.monotonic() - since)
            progress = Progress(step + 1, self.steps, recent / seen, val_loss, exact, speed)
            state |= {
                "step": step + 1,
                "network": network.state_dict(),
                "averaged": averaged.state_dict(),
                "optimizer": optimizer.state_dict(),
                "exact": exact,
            }
            checkpoint.save(folder, state)
            with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(asdict(progress)) + "\n")
            report(progress)
            recent, since, seen = 0.0, time.monotonic(), 0
        return state

    def _resume(self, folder: Path, data_version: str, start_from: dict[str, Any] | None) -> dict[str, Any]:
        settings = self.settings.model_dump(
            exclude={"samples", "decay", "threads", "workers", "validate_every", "validation"}
        )
        state = checkpoint.load(folder)
        if state is None:
            state = {
                "step": 0,
                "settings": settings,
                "data": data_version,
                "characters": list(CHARACTERS),
                "exact": 0.0,
            }
            if start_from:
                state |= {key: start_from[key] for key in ("characters", "averaged")} | {
                    "network": start_from["averaged"]
                }
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "settings.json").write_text(self.settings.model_dump_json(indent=1), encoding="utf-8")
        if state["settings"] != settings or state["data"] != data_version:
            raise TrainingError(
                f"{folder} holds a run with other settings or samples ({state['settings']}, {state['data']}); "
                "name another folder or the same settings"
            )
        return state

    def _networks(self, state: dict[str, Any]) -> tuple[CRNN, CRNN, torch.optim.AdamW]:
        torch.manual_seed(self.settings.seed)
        network = CRNN(len(state["characters"]) + 1, self.settings.cell)
        averaged = copy.deepcopy(network)
        network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        averaged.to(self.device)
        optimizer = torch.optim.AdamW(network.parameters(), lr=self.settings.rate, weight_decay=0.02)
        if "network" in state:
            network.load_state_dict(state["network"])
            averaged.load_state_dict(state["averaged"])
        if "optimizer" in state:
            optimizer.load_state_dict(state["optimizer"])
        return network, averaged.eval(), optimizer

    def _batches(
        self, source: SampleSource, step: int, classes: dict[str, int]
    ) -> Iterator[tuple[int, tuple[Tensor, ...]]]:
        crops = _Crops(source, step * self.settings.batch, self.steps * self.settings.batch, classes)
        loader = DataLoader(
            crops,
            batch_size=self.settings.batch,
            num_workers=self.settings.workers,
            collate_fn=_together,
            multiprocessing_context="spawn",  # a fork after OpenCV or torch started threads can hang
            prefetch_factor=8,
        )
        return zip(itertools.count(step), loader, strict=False)

    def rate_at(self, step: int) -> float:
        """Warm up, stay, then fall to 0 along a cosine."""
        warm_up = min(500, self.steps // 10 + 1)
        left = (self.steps - step) / max(1.0, self.steps * self.settings.decay)
        fall = 1.0 if left >= 1 else 0.5 - 0.5 * math.cos(math.pi * left)
        return self.settings.rate * min(1.0, (step + 1) / warm_up) * fall

    def _step(
        self, step: int, batch: tuple[Tensor, ...], network: CRNN, averaged: CRNN, optimizer: torch.optim.AdamW
    ) -> float:
        torch.manual_seed(self.settings.seed * 1_000_003 + step)
        for group in optimizer.param_groups:
            group["lr"] = self.rate_at(step)
        network.train()
        loss = self._loss(network, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        self._average(step, network, averaged)
        return float(loss.detach())

    @torch.no_grad()
    def _average(self, step: int, network: CRNN, averaged: CRNN) -> None:
        """A moving average of the weights reads better than the last ones."""
        share = max(0.001, 1 / (step + 1)) if step < 1000 else 0.001
        for kept, new in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.lerp_(new, share)
            else:
                kept.copy_(new)

    def _loss(self, network: CRNN, batch: tuple[Tensor, ...]) -> Tensor:
        pictures, targets, lengths = (part.to(self.device) for part in batch)
        with torch.autocast(self.device.type, torch.bfloat16):
            features = network.features(pictures.contiguous(memory_format=torch.channels_last))
        written = network.write(features.float()).transpose(0, 1)
        steps = torch.full((len(lengths),), written.shape[0], dtype=torch.long)
        return functional.ctc_loss(written, targets, steps, lengths, blank=BLANK, zero_infinity=True)

    @torch.no_grad()
    def _validate(self, network: CRNN, held_back: tuple[Tensor, Tensor, Tensor]) -> tuple[float, float]:
        """(loss, share of crops read exactly)."""
        pictures, targets, lengths = held_back
        ends = lengths.cumsum(0).tolist()
        loss, right = 0.0, 0
        for start in range(0, len(pictures), 128):
            stop = min(start + 128, len(pictures))
            part = targets[ends[start] - int(lengths[start]) : ends[stop - 1]]
            loss += float(self._loss(network, (pictures[start:stop], part, lengths[start:stop]))) * (stop - start)
            written = network(pictures[start:stop].to(self.device)).cpu().numpy()
            for row, end in zip(range(start, stop), ends[start:stop], strict=True):
                truth = targets[end - int(lengths[row]) : end].numpy()
                right += bool(np.array_equal(greedy(written[row - start]), truth))
        return loss / len(pictures), right / len(pictures)
