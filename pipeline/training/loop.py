"""The loop all our networks are trained in: a stream of labelled crops, checkpoints, a log, exact resumption.

Everything random is a function of the seed and the step, so a run that is killed and resumed ends with the same
weights as one that was not.
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
from typing import Any, Protocol

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from pipeline.errors import TrainingError
from pipeline.training import checkpoint
from pipeline.training.progress import Progress as Progress
from pipeline.training.samples import LabelledCrop, SampleSource

Batch = tuple[Tensor, ...]
"""Pictures first."""

CHANGEABLE = {"samples", "decay", "threads", "workers", "validate_every", "validation"}
"""Settings that a resumed run may have otherwise than it began with."""


class TrainingSettings(BaseModel):
    """Settings of one run, whatever the network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    samples: int = Field(640_000, ge=64, description="labelled crops to train on, each seen once")
    batch: int = Field(64, ge=1, le=4096)
    rate: float = Field(1.5e-3, gt=0, le=1, description="highest learning rate")
    decay: float = Field(0.3, ge=0, le=1, description="share of the run, at its end, in which the rate falls to 0")
    seed: int = 1
    validate_every: int = Field(500, ge=1, description="steps between validations and checkpoints")
    validation: int = Field(1024, ge=16, description="held-back crops")
    workers: int = Field(1, ge=1, le=64, description="processes that draw samples")
    threads: int = Field(1, ge=1, le=64)


@dataclass(frozen=True, slots=True)
class HeldBack:
    """``count`` samples that are not trained on."""

    samples: SampleSource
    count: int


class Task(Protocol):
    """What differs from network to network. Must pickle: worker processes encode the samples."""

    def about(self) -> dict[str, Any]:
        """What one must know to build the task again: its own arguments, as JSON can hold them."""
        ...

    def network(self) -> nn.Module: ...

    def example(self) -> Tensor:
        """Pictures of the shape the network takes."""
        ...

    def encode(self, crop: LabelledCrop) -> tuple[Tensor, Tensor]:
        """(picture, target)"""
        ...

    def together(self, samples: list[tuple[Tensor, Tensor]]) -> Batch: ...

    def loss(self, network: nn.Module, batch: Batch) -> Tensor: ...

    def right(self, network: nn.Module, batch: Batch) -> int:
        """How many samples of a batch the network gets right."""
        ...


class _Crops(Dataset[tuple[Tensor, Tensor]]):
    def __init__(self, task: Task, source: SampleSource, start: int, end: int) -> None:
        self.task, self.source, self.start, self.end = task, source, start, end

    def __len__(self) -> int:
        return self.end - self.start

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self.task.encode(self.source.sample(self.start + index))


class TrainingLoop:
    """A run in a folder of its own: ``last.ckpt``, ``log.jsonl``, ``settings.json``."""

    def __init__(self, task: Task, settings: TrainingSettings) -> None:
        self.task, self.settings = task, settings
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.steps = settings.samples // settings.batch

    def fit(
        self,
        samples: SampleSource,
        held_back: SampleSource,
        folder: Path,
        report: Callable[[Progress], None] = lambda progress: None,
        start_from: dict[str, Tensor] | None = None,
        *,
        beside: HeldBack | None = None,
        watch: Callable[[int, float], None] = lambda step, loss: None,
    ) -> dict[str, Any]:
        """Train until ``settings.samples`` are seen, from the folder's checkpoint if there is one.

        Returns the final state: ``about`` and ``averaged`` weights, ``right``, ``data``.

        Args:
            report: called with each line of the log, once its checkpoint is kept. What it raises ends the run, to be
                gone on with later; so does what ``watch`` raises.
            start_from: trained weights to go on from in a new run.
            beside: other held-back samples that the log tells of.
            watch: called after every step with the number of steps done and its loss.

        Raises:
            TrainingError: the folder belongs to a run with other settings or samples.
        """
        torch.set_num_threads(self.settings.threads)
        state = self._resume(folder, samples.version, start_from)
        network, averaged, optimizer = self._networks(state)
        validation = self._first(held_back, self.settings.validation)
        other = self._first(beside.samples, beside.count) if beside else []
        recent, since, seen = 0.0, time.monotonic(), 0
        for step, batch in self._batches(samples, state["step"]):
            loss = self._step(step, batch, network, averaged, optimizer)
            recent += loss
            seen += 1
            watch(step + 1, loss)
            if (step + 1) % self.settings.validate_every and step + 1 < self.steps:
                continue
            val_loss, right = self._validate(averaged, validation)
            speed = seen * self.settings.batch / (time.monotonic() - since)
            known = self._validate(averaged, other)[1] if other else None
            progress = Progress(step + 1, self.steps, recent / seen, val_loss, right, speed, known)
            state |= {"step": step + 1, "right": right, "optimizer": optimizer.state_dict()}
            state |= {"network": network.state_dict(), "averaged": averaged.state_dict()}
            checkpoint.save(folder, state)
            with (folder / "log.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(asdict(progress)) + "\n")
            report(progress)
            recent, since, seen = 0.0, time.monotonic(), 0
        return state

    def right(self, weights: dict[str, Tensor], samples: SampleSource, count: int) -> float:
        """The share of the first ``count`` samples that a network with these weights gets right."""
        network = self.task.network()
        network.load_state_dict(weights)
        return self._validate(network.to(self.device).eval(), self._first(samples, count))[1]

    def _resume(self, folder: Path, data_version: str, start_from: dict[str, Tensor] | None) -> dict[str, Any]:
        whole = {
            "settings": self.settings.model_dump(exclude=CHANGEABLE),
            "about": self.task.about(),
            "data": data_version,
        }
        state = checkpoint.load(folder)
        if state is None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "settings.json").write_text(self.settings.model_dump_json(indent=1), encoding="utf-8")
            trained = {"network": start_from, "averaged": start_from} if start_from else {}
            return whole | {"step": 0, "right": 0.0} | trained
        if differing := [name for name, value in whole.items() if state.get(name) != value]:
            raise TrainingError(
                f"{folder} holds a run with other {', '.join(differing)}; name another folder or the same settings"
            )
        return state

    def _networks(self, state: dict[str, Any]) -> tuple[nn.Module, nn.Module, torch.optim.AdamW]:
        torch.manual_seed(self.settings.seed)
        network = self.task.network()
        averaged = copy.deepcopy(network).to(self.device).eval()
        network = network.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = torch.optim.AdamW(network.parameters(), lr=self.settings.rate, weight_decay=0.02)
        if "network" in state:
            network.load_state_dict(state["network"])
            averaged.load_state_dict(state["averaged"])
        if "optimizer" in state:
            optimizer.load_state_dict(state["optimizer"])
        return network, averaged, optimizer

    def _batches(self, source: SampleSource, step: int) -> Iterator[tuple[int, Batch]]:
        crops = _Crops(self.task, source, step * self.settings.batch, self.steps * self.settings.batch)
        loader = DataLoader(
            crops,
            batch_size=self.settings.batch,
            num_workers=self.settings.workers,
            collate_fn=self.task.together,
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
        self, step: int, batch: Batch, network: nn.Module, averaged: nn.Module, optimizer: torch.optim.AdamW
    ) -> float:
        torch.manual_seed(self.settings.seed * 1_000_003 + step)
        for group in optimizer.param_groups:
            group["lr"] = self.rate_at(step)
        network.train()
        loss = self.task.loss(network, self._on_device(batch))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        _average(step, network, averaged)
        return float(loss.detach())

    def _on_device(self, batch: Batch) -> Batch:
        pictures, *rest = (part.to(self.device) for part in batch)
        return pictures.contiguous(memory_format=torch.channels_last), *rest

    def _first(self, samples: SampleSource, count: int) -> list[Batch]:
        held = _Crops(self.task, samples, 0, count)
        crops = [held[index] for index in range(len(held))]
        return [self.task.together(crops[start : start + 128]) for start in range(0, len(crops), 128)]

    @torch.no_grad()
    def _validate(self, network: nn.Module, batches: list[Batch]) -> tuple[float, float]:
        """(loss, share of samples that are right)."""
        loss, right, count = 0.0, 0, 0
        for batch in map(self._on_device, batches):
            loss += float(self.task.loss(network, batch)) * len(batch[0])
            right += self.task.right(network, batch)
            count += len(batch[0])
        return loss / count, right / count


def half_precision(device: torch.device) -> torch.autocast:
    """bfloat16 where the machine computes in it; a processor that imitates it takes ten times as long as without."""
    able = device.type != "cpu" or bool(torch.cpu.get_capabilities().get("avx512_bf16"))
    return torch.autocast(device.type, torch.bfloat16, enabled=able)


@torch.no_grad()
def _average(step: int, network: nn.Module, averaged: nn.Module) -> None:
    """A moving average of the weights is better than the last ones."""
    share = max(0.001, 9 / (step + 9))  # at the start, the last tenth of the run counts
    for kept, new in zip(averaged.state_dict().values(), network.state_dict().values(), strict=True):
        if kept.dtype.is_floating_point:
            kept.lerp_(new, share)
        else:
            kept.copy_(new)
