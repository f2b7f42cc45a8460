"""Keeps built backends: one per (stage, name, settings, weights), each behind a lock of its own."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.config import Config
from pipeline.plate.types import Stage
from pipeline.registry import BackendSettings, find_backend
from pipeline.weights import Manifest

PoolKey = tuple[Stage, str, str, tuple[str, ...]]


class Pool:
    """Built backends, shared by all threads; the least recently used goes when it is full."""

    def __init__(self, config: Config, capacity: int = 12) -> None:
        self.config = config
        self.capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[PoolKey, tuple[threading.Lock, Any]] = OrderedDict()

    @contextmanager
    def borrow(self, stage: Stage, name: str, settings: BackendSettings) -> Iterator[Any]:
        """The backend, for this thread alone while the block runs.

        Raises:
            UnknownBackend, BackendUnavailable: from the registry.
        """
        backend = find_backend(stage, name)
        manifest = Manifest.load(self.config.weights) if backend.weights else None
        shas = tuple(manifest.row(weights).sha256 for weights in backend.weights) if manifest else ()
        key: PoolKey = (stage, name, settings.model_dump_json(), shas)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (threading.Lock(), backend.build(settings, self.config))
                while len(self._kept) > self.capacity:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            lock, built = self._kept[key]
        with lock:
            yield built
