"""Trains the plate detector with ultralytics' trainer, on windows of drawn scenes and labelled photos."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from pipeline.errors import TrainingError
from pipeline.training.export import keep_ultralytics_offline

_RUN = "ultralytics"
_WHOLE = "whole"
_SCORES = "scores.json"
_DONE = "result.json"


class YoloTrainingSettings(BaseModel):
    """Settings of one run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    windows: int = Field(6000, ge=8, description="windows of drawn scenes to train on, each seen once an epoch")
    validation: int = Field(300, ge=8, description="held-back windows")
    side: int = Field(512, ge=128, le=1280, multiple_of=32, description="pixels of a window's side")
    epochs: int = Field(3, ge=1, le=1000)
    batch: int = Field(16, ge=1, le=512)
    rate: float = Field(5e-4, gt=0, le=1, description="highest learning rate")
    keep: float = Field(0.5, ge=0, lt=1, description="share of the starting weights in the result, against forgetting")
    seed: int = Field(1, ge=0)
    threads: int = Field(1, ge=1, le=64)


class YoloProgress(BaseModel):
    """``map50`` and ``map`` (0.5…0.95) are of the held-back windows after the epoch, 0 while it goes on."""

    epoch: int
    epochs: int
    done: float
    """Share of the epoch, 0…1."""
    loss: float
    map50: float = 0.0
    map: float = 0.0


def fit(
    start_from: Path,
    data: Path,
    settings: YoloTrainingSettings,
    folder: Path,
    offline: Path,
    report: Callable[[YoloProgress], None] = lambda progress: None,
) -> tuple[Path, dict[str, float]]:
    """Trains on from ``start_from``, or goes on with the last whole epoch of the run in ``folder``.

    Args:
        start_from: a ``.pt`` of ours; it is unpickled, so never a stranger's.
        data: the ``data.yaml`` of a YOLO folder.
        offline: where ultralytics may keep its settings.

    Returns:
        The weights, ``keep`` of them the ones it started from, and the run's scores on the held-back windows before
        these were mixed in.

    Raises:
        TrainingError: the folder holds a run with other settings.
    """
    keep_ultralytics_offline(offline)
    import torch
    from ultralytics.models import YOLO

    _check_same_run(folder, settings)
    best, last = (folder / _RUN / "weights" / f"{name}.pt" for name in ("best", "last"))
    whole = folder / _WHOLE
    result = folder / "plate-yolov8n.pt"
    if (folder / _DONE).is_file():
        return result, json.loads((folder / _DONE).read_text(encoding="utf-8"))
    torch.set_num_threads(settings.threads)
    epoch = max((int(path.name) for path in whole.glob("*") if path.name.isdigit()), default=0)
    if epoch:  # ultralytics writes its files in place, so a kill may have left half of one
        shutil.copytree(whole / str(epoch), last.parent, dirs_exist_ok=True)
    model = YOLO(last if epoch else start_from)
    state: dict[str, Any] = {"batches": 0}

    def after_batch(trainer: Any) -> None:
        state["batches"] += 1
        if state["batches"] % 10 == 0:
            done = (state["batches"] % len(trainer.train_loader)) / len(trainer.train_loader)
            report(YoloProgress(epoch=trainer.epoch + 1, epochs=trainer.epochs, done=done, loss=_sum(trainer.tloss)))

    def after_epoch(trainer: Any) -> None:
        state["batches"] = 0
        scores = _scores(trainer)
        report(
            YoloProgress(
                epoch=trainer.epoch + 1,
                epochs=trainer.epochs,
                done=1.0,
                loss=_sum(trainer.tloss),
                map50=scores.get("mAP50(B)", 0.0),
                map=scores.get("mAP50-95(B)", 0.0),
            )
        )

    model.add_callback("on_train_batch_end", after_batch)
    model.add_callback("on_fit_epoch_end", after_epoch)
    model.add_callback("on_model_save", lambda trainer: _keep_whole(trainer, whole))
    if 0 < epoch < settings.epochs:
        model.train(resume=True, device=_device())
    elif not epoch:
        model.train(
            data=str(data), epochs=settings.epochs, imgsz=settings.side, batch=settings.batch, device=_device(),
            project=str(folder.absolute()), name=_RUN, exist_ok=True, seed=settings.seed, workers=0, amp=False,
            plots=False, verbose=False, optimizer="AdamW", lr0=settings.rate, lrf=0.02, cos_lr=True, warmup_epochs=0.1,
            warmup_bias_lr=0.0, mosaic=0.0, fliplr=0.0, scale=0.25, translate=0.1, degrees=4.0, erasing=0.0,
            patience=0,
        )  # fmt: skip
    scores: dict[str, float] = json.loads((whole / str(settings.epochs) / _SCORES).read_text(encoding="utf-8"))
    mix(start_from, best, settings.keep, result)
    (folder / _DONE).write_text(json.dumps(scores), encoding="utf-8")
    return result, scores


def mix(start: Path, trained: Path, keep: float, out: Path) -> None:
    """Between two networks of one kind, weight by weight: what the training gained without what it forgot.

    Wortsman et al., Robust fine-tuning of zero-shot models, CVPR 2022.
    """
    from ultralytics.models import YOLO

    model: Any = YOLO(start)
    other: Any = YOLO(trained)
    old, new = model.model.float().state_dict(), other.model.float().state_dict()
    mixed = {
        name: value * keep + new[name] * (1 - keep) if value.is_floating_point() else value
        for name, value in old.items()
    }
    model.model.load_state_dict(mixed)
    model.model.half()
    model.save(out)


def _scores(trainer: Any) -> dict[str, float]:
    return {name.split("/")[-1]: float(value) for name, value in trainer.metrics.items() if "metrics/" in name}


def _keep_whole(trainer: Any, whole: Path) -> None:
    """Copies the files of an epoch to where no kill finds half of them: written beside, then renamed."""
    kept = whole / str(trainer.epoch + 1)
    beside = kept.with_suffix(".part")
    shutil.rmtree(beside, ignore_errors=True)
    shutil.copytree(trainer.last.parent, beside)
    (beside / _SCORES).write_text(json.dumps(_scores(trainer)), encoding="utf-8")
    for path in beside.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
    beside.rename(kept)
    for other in whole.iterdir():
        if other != kept:
            shutil.rmtree(other)


def _sum(losses: Any) -> float:
    """The sum of ultralytics' losses, which are a dict in its newer versions and a tensor in the older."""
    return float(sum(losses.values()) if isinstance(losses, dict) else losses.sum())


def _device() -> str:
    import torch

    return "0" if torch.cuda.is_available() else "cpu"


def _check_same_run(folder: Path, settings: YoloTrainingSettings) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "settings.json"
    wanted = settings.model_dump(exclude={"threads"})
    if not path.is_file():
        path.write_text(json.dumps(wanted, indent=1), encoding="utf-8")
    elif (known := json.loads(path.read_text(encoding="utf-8"))) != wanted:
        differing = ", ".join(name for name, value in wanted.items() if known.get(name) != value)
        raise TrainingError(f"{folder} holds a run with other {differing}; name another folder or the same settings")
