"""The open workbench: settings, store and built backends, shared by everybody in the process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pipeline.config import Config
from pipeline.pool import Pool
from pipeline.store import Store


@dataclass(frozen=True, slots=True)
class Workbench:
    """What every use case needs; safe to share between threads.

    """

    config: Config
    pool: Pool
    store: Store

    @classmethod
    def open(cls, config: Config | None = None) -> Self:
        """Opens (and where needed creates) the state folder.

        Raises:
            ConfigError: a ``PLATELOOP_…`` variable cannot be used.
            StoreError: the state folder cannot be read or written.
        """
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError
