"""The queue of ids. It may be lost at any time: the worker fills it again from the rows of the store."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path

from huey import SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from pipeline.errors import StoreError

_TASK = "work"
_log = logging.getLogger(__name__)


class _IdOnly(Serializer):  # type: ignore[misc]  # huey has no types
    """A message is the job's id in digits, where huey would pickle a task: a file must not be able to hold code."""

    def _serialize(self, data: Message) -> bytes:
        return str(data.args[0]).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(id=data.decode(), name=f"{__name__}.{_TASK}", args=(int(data),), kwargs={})


class Queue:
    """Huey on an SQLite file of its own; another of its storages, such as Redis, would change only this file."""

    def __init__(self, home: Path) -> None:
        """
        Raises:
            StoreError: the state folder cannot be written.
        """
        path = home / "queue.db"
        try:
            self.huey = _open(path)
        except sqlite3.OperationalError as error:
            raise StoreError(f"{path} cannot be written ({error}); make it writable, or free some space") from error
        except sqlite3.DatabaseError:
            _log.warning("%s is damaged and is made anew; nothing is lost with it", path)
            path.unlink()
            self.huey = _open(path)
        self._work: Callable[[int], None] | None = None
        self._task = self.huey.task(name=_TASK)(self._run)

    def put(self, job_id: int, *, first: bool = False) -> None:
        """Queue an id, before all others where it had its turn already.

        Where that fails it is logged only, as the worker looks for waiting rows itself.
        """
        try:
            self._task(job_id, priority=int(first))
        except sqlite3.Error as error:
            _log.warning("job %d could not be put into the queue (%s); the worker will find it", job_id, error)

    def ids(self) -> set[int]:
        """The ids that wait in the queue."""
        try:
            return {int(data) for data in self.huey.storage.enqueued_items()}
        except sqlite3.Error as error:
            raise StoreError(f"the queue cannot be read ({error}); restart the worker") from error

    def work_with(self, work: Callable[[int], None]) -> None:
        """Say what huey's consumer does with an id."""
        self._work = work

    def _run(self, job_id: int) -> None:
        if self._work is None:
            raise RuntimeError("only the worker works")
        self._work(job_id)


def _open(path: Path) -> SqliteHuey:
    return SqliteHuey("jobs", filename=str(path), results=False, serializer=_IdOnly(), timeout=10)
