"""Keeps built backends: one per (stage, name, settings, weights), each behind a lock of its own."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pipeline.config import Config
from pipeline.plate.types import Stage
from pipeline.registry import BackendSettings, find_backend
from pipeline.weights import Manifest

PoolKey = tuple[Stage, str, str, tuple[str, ...]]


@dataclass(slots=True)
class _Place:
    """Where one backend is kept. Whoever holds the lock builds it or uses it; ``built`` is None before that."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    built: Any = None


class Pool:
    """Built backends, shared by all threads; the least recently used goes when it is full.

    A backend is built under its own lock, so a slow one keeps only those waiting who want the same.
    """

    def __init__(self, config: Config, capacity: int = 24) -> None:
        self.config = config
        self.capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[PoolKey, _Place] = OrderedDict()

    @contextmanager
    def borrow(self, stage: Stage, name: str, settings: BackendSettings) -> Iterator[Any]:
        """The backend, for this thread alone while the block runs.

        Raises:
            UnknownBackend, BackendUnavailable: from the registry.
        """
        backend = find_backend(stage, name)
        manifest = Manifest.of(self.config) if backend.weights else None
        shas = tuple(manifest.row(weights).sha256 for weights in backend.weights) if manifest else ()
        place = self._place((stage, name, settings.model_dump_json(), shas))
        with place.lock:
            if place.built is None:
                place.built = backend.build(settings, self.config)
            yield place.built

    def _place(self, key: PoolKey) -> _Place:
        with self._lock:
            place = self._kept.setdefault(key, _Place())
            self._kept.move_to_end(key)
            while len(self._kept) > self.capacity:
                self._kept.popitem(last=False)
        return place
