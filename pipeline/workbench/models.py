"""Versions of our networks: keeping a trained one, making it the one that serves, taking that back.

The store remembers everything; ``models/promoted.toml`` of the state folder, which everybody who reads plates looks
at, follows from it and is written anew whenever the two differ.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import MissingWeights, PromotionRefused, StoreError
from pipeline.store import Promotion as Promotion
from pipeline.store import StoredVersion as StoredVersion
from pipeline.store.models import PROMOTE, ROLL_BACK, version_label
from pipeline.training.tasks import Network
from pipeline.weights import MODELS, SHIPPED, Manifest, WeightsRow, laid_over, lay_over, sha256_of
from pipeline.workbench.bench import Workbench

_LICENCE = "AGPL-3.0-or-later"
_FILES = {"served": "onnx", "trainable": "safetensors"}


@dataclass(frozen=True, slots=True)
class Champion:
    """What serves now: ``version`` is None for the shipped weights, ``label`` its name."""

    network: str
    version: StoredVersion | None
    label: str
    sha256: str
    promotion: Promotion | None


def register(
    bench: Workbench, network: Network, folder: Path, origin: str, training_id: int | None = None
) -> StoredVersion:
    """Keeps the files that a training left in ``folder`` as the next version, a candidate. Once for each training.

    Args:
        origin: a line that says what it was made from.

    Raises:
        MissingWeights: the folder holds no finished run.
        StoreError: the state folder cannot be written.
    """
    for known in bench.store.models.versions(network):
        if training_id is not None and known.training_id == training_id:
            return known
    made = {kind: folder / f"{network}.{suffix}" for kind, suffix in _FILES.items()}
    for file in made.values():
        if not file.is_file():
            raise MissingWeights(f"{file} is not there; let the training come to its end")
    number = bench.store.models.next_number(network)
    home = bench.config.home / MODELS / version_label(network, number)
    try:
        home.mkdir(parents=True, exist_ok=True)
        for file in made.values():
            _copy(file, home / file.name)
    except OSError as error:
        raise StoreError(f"{home} cannot be written ({error}); make room, or make it writable") from error
    sums = {kind: sha256_of(home / file.name) for kind, file in made.items()}
    return bench.store.models.add(network, number, sums["served"], sums["trainable"], origin, training_id)


def find_version(bench: Workbench, label: str) -> StoredVersion:
    """The version of that name, such as "crnn-3".

    Raises:
        MissingWeights: lists the names that exist.
    """
    known = {version.label: version for version in bench.store.models.versions()}
    if label not in known:
        raise MissingWeights(f"there is no version '{label}'; there are: {', '.join(known) or 'none'}")
    return known[label]


def versions(bench: Workbench, network: str | None = None) -> tuple[StoredVersion, ...]:
    """Newest first."""
    return bench.store.models.versions(network)


def history(bench: Workbench, network: str) -> tuple[Promotion, ...]:
    """What served when, newest first."""
    return bench.store.models.history(network)


def retire(bench: Workbench, version_id: int, retired: bool = True) -> StoredVersion:
    """Offers a version no longer, or again.

    Raises:
        NotFound: no such version.
    """
    return bench.store.models.retire(version_id, retired)


def trainable_file(bench: Workbench, network: str, label: str) -> Path:
    """What one trains on from the version of that name, or from the shipped one; verified.

    Raises:
        MissingWeights, WeightsMismatch: it is gone from the disk, or is another.
    """
    name = f"{network}_trainable"
    if label == SHIPPED:
        return Manifest.load(bench.config.weights).verified(name)
    row = _rows(find_version(bench, label))[0]
    return Manifest(bench.config.home / MODELS, (row,)).verified(name)


def served_file(bench: Workbench, version: StoredVersion) -> Path:
    """The ONNX file of a version, verified.

    Raises:
        MissingWeights, WeightsMismatch: it is gone from the disk, or is another.
    """
    row = _rows(version)[1]
    return Manifest(bench.config.home / MODELS, (row,)).verified(version.network)


def champion(bench: Workbench, network: str) -> Champion:
    """What serves now. Where the files of the promoted version are damaged, that is the shipped weights.

    Raises:
        MissingWeights: there is no readable manifest of the shipped weights, or it has no such network.
    """
    settle(bench)
    manifest = Manifest.of(bench.config)
    label, sha256 = manifest.version(network), manifest.row(network).sha256
    serving = _stack(bench, network)
    if serving and (version := bench.store.models.get(serving[-1].version_id or 0)).label == label:
        return Champion(network, version, label, sha256, serving[-1])
    return Champion(network, None, label, sha256, None)


def problems(bench: Workbench) -> tuple[str, ...]:
    """Why promoted versions do not serve although they shall; empty where all is well."""
    return Manifest.of(bench.config).problems


def refusal(bench: Workbench, version: StoredVersion) -> str:
    """Why a version may not be promoted without a reason; "" where nothing speaks against it."""
    now = champion(bench, version.network)
    made = version.comparison
    if made is None or made.champion_sha256 != now.sha256:
        return f"{version.label} was not compared with {now.label}, which serves now; compare them, or give a reason"
    if made.fallen:
        parts = ", ".join(f"{guard.test} {guard.value}".strip() for guard in made.fallen)
        return f"{version.label} reads worse than {now.label} on: {parts}; train on, or give a reason"
    return ""


def promote(bench: Workbench, version_id: int, reviewer: str, reason: str = "") -> Champion:
    """Makes a version the one that serves, in every process, from the next picture on. What was read stays.

    Raises:
        PromotionRefused: something guarded would be read worse, or nobody knows, and there is no reason.
        NotFound: no such version.
        MissingWeights, WeightsMismatch: its files are gone from the disk, or are others.
        StoreError: the state folder cannot be written.
    """
    version = bench.store.models.get(version_id)
    served_file(bench, version)
    if champion(bench, version.network).version == version:
        return champion(bench, version.network)
    if not reason.strip() and (why := refusal(bench, version)):
        raise PromotionRefused(why)
    bench.store.models.promote(version.network, version.id, PROMOTE, reviewer, reason.strip())
    return champion(bench, version.network)


def rollback(bench: Workbench, network: str, reviewer: str, reason: str = "") -> Champion:
    """Makes the version that served before the last promotion serve again; before the first, that is the shipped one.

    Raises:
        PromotionRefused: the shipped weights serve already.
        StoreError: the state folder cannot be written.
    """
    serving = _stack(bench, network)
    if not serving:
        raise PromotionRefused(f"the shipped '{network}' serves already; there is nothing to take back")
    before = serving[-2].version_id if len(serving) > 1 else None
    bench.store.models.promote(network, before, ROLL_BACK, reviewer, reason.strip())
    return champion(bench, network)


def settle(bench: Workbench) -> None:
    """Brings the list of promoted weights in line with the store: after a kill between the two, or when it is damaged.

    Raises:
        StoreError: the state folder cannot be written.
    """
    networks = dict.fromkeys(event.network for event in bench.store.models.history())
    serving = [stack[-1].version_id for network in networks if (stack := _stack(bench, network))]
    rows = [row for number in serving if number for row in _rows(bench.store.models.get(number))]
    home = bench.config.home
    if laid_over(home) == tuple(rows):
        return
    try:
        lay_over(home, rows)
    except OSError as error:
        raise StoreError(f"{home / MODELS} cannot be written ({error}); make it writable, or make room") from error


def label_of(bench: Workbench, version_id: int | None) -> str:
    return SHIPPED if version_id is None else bench.store.models.get(version_id).label


def _stack(bench: Workbench, network: str) -> Sequence[Promotion]:
    """The promotions that were not taken back, the newest last."""
    stack: list[Promotion] = []
    for event in reversed(bench.store.models.history(network)):
        if event.kind == PROMOTE:
            stack.append(event)
        elif stack:
            stack.pop()
    return stack


def _rows(version: StoredVersion) -> tuple[WeightsRow, WeightsRow]:
    """What is laid over the shipped rows: the trainable weights, and what serves."""
    trainable, made = f"{version.network}_trainable", "the Training page"

    def row(name: str, kind: str, sha256: str, source: str) -> WeightsRow:
        file = f"{version.label}/{version.network}.{_FILES[kind]}"
        return WeightsRow(name, file, sha256, _LICENCE, version.origin, source, made)

    return (
        row(trainable, "trainable", version.trainable_sha256, ""),
        row(version.network, "served", version.sha256, trainable),
    )


def _copy(source: Path, target: Path) -> None:
    """Whole and on the disk, or not at all."""
    beside = target.with_name(target.name + ".part")
    shutil.copyfile(source, beside)
    with beside.open("rb") as stream:
        os.fsync(stream.fileno())
    beside.replace(target)
