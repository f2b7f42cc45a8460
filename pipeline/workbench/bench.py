"""The open workbench: settings, built backends, store and queue, shared by everybody in the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2

from pipeline.config import Config as Config
from pipeline.config import load_config as load_config
from pipeline.jobs import Queue
from pipeline.pool import Pool
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Workbench:
    """What the pages' use cases need; safe to share between threads."""

    config: Config
    pool: Pool
    store: Store
    queue: Queue

    @classmethod
    def open(cls, config: Config | None = None) -> Self:
        """Opens (and where needed makes) the state folder.

        Raises:
            ConfigError: a ``PLATELOOP_…`` variable cannot be used.
            StoreError: the state folder cannot be read or written.
        """
        config = config or load_config()
        return cls(config, open_pool(config), Store.open(config), Queue(config.home))

    def close(self) -> None:
        self.store.close()


def open_pool(config: Config) -> Pool:
    """A pool of backends; OpenCV is held to the same number of threads as they are."""
    cv2.setNumThreads(config.threads)
    return Pool(config)
