"""Cases become tasks: each exactly once, wherever a push was interrupted.

A row of the outbox is marked before it is sent and settled after; what is found marked is looked up at the server
before anything is sent again. Only a server that is still busy with what we gave up waiting for can make a task twice;
so what was sent more than once is looked at again in the end, and by every pull.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.config import Config
from pipeline.errors import MediaError, NotFound, ServerFailed
from pipeline.labelling.client import PICTURES_AT_ONCE, prediction_problems
from pipeline.labelling.pictures import cut_out, shown_size
from pipeline.labelling.session import Session
from pipeline.labelling.tasks import Json, area_around, task_json
from pipeline.media.decode import decode
from pipeline.plate.types import Frame
from pipeline.store.blobs import Blobs
from pipeline.store.outbox import Area, LabelTask, Outbox, TaskState

Progress = Callable[[int, int], None]
"""How many rows of how many are settled."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """``sent`` tasks were made, ``known`` ones found there; ``refused`` cases cannot be sent, as their rows say."""

    sent: int
    known: int
    refused: int


def push(session: Session, outbox: Outbox, blobs: Blobs, config: Config, progress: Progress) -> Pushed:
    """Sends everything that waits, in batches.

    Raises:
        LabellingError: the server cannot be used any longer; what is not sent yet waits.
        StoreError: the state folder cannot be written.
    """
    pusher = _Pusher(session, outbox, blobs, config)
    known = pusher.look_up(outbox.list(session.project.id, TaskState.SENDING))
    total = len(outbox.list(session.project.id, TaskState.WAITING))
    sent = refused = 0
    progress(0, total)
    while batch := outbox.list(session.project.id, TaskState.WAITING, limit=PICTURES_AT_ONCE):
        made = pusher.send(batch)
        sent, refused = sent + made, refused + len(batch) - made
        progress(sent + refused, total)
    pusher.remove_doubles()
    return Pushed(sent, known, refused)


class _Pusher:
    def __init__(self, session: Session, outbox: Outbox, blobs: Blobs, config: Config) -> None:
        self._session = session
        self._client = session.client
        self._project = session.project
        self._outbox = outbox
        self._blobs = blobs
        self._max_pixels = config.max_pixels
        self._sent_again: set[str] = set()

    def look_up(self, rows: Sequence[LabelTask]) -> int:
        """Settles rows of which nobody knows whether they are there; gives the number of those that are."""
        names = {row.id: self._project.name_of(row.case_id) for row in rows}
        found = self._client.find(self._project.number, list(names.values()))
        self._outbox.settle({row: found[name][0]["id"] if name in found else None for row, name in names.items()})
        return sum(name in found for name in names.values())

    def send(self, batch: Sequence[LabelTask]) -> int:
        """Makes the tasks of a batch; gives the number of those that are there afterwards."""
        ready = self._with_pictures(batch)
        tasks = {row.id: self._task(row) for row in ready}
        wrong = prediction_problems(self._session.configuration, list(tasks.values()))
        self._outbox.refuse({row.id: wrong[name] for row in ready if (name := self._name(row)) in wrong})
        going = [row for row in ready if self._name(row) not in wrong]
        self._sent_again |= {self._name(row) for row in going if row.attempts}
        self._outbox.sending([row.id for row in going])
        self._client.send(self._project.number, [tasks[row.id] for row in going])
        there = self.look_up(going)
        if there < len(going):
            raise ServerFailed(
                f"Label Studio at {self._client.url} took {len(going)} tasks and has {there} of them; see its log, "
                "then push again"
            )
        return there

    def remove_doubles(self) -> None:
        """Of what was sent more than once one task stays: the oldest, and any that somebody has answered."""
        for tasks in self._client.find(self._project.number, sorted(self._sent_again)).values():
            for task in tasks[1:]:
                if not task["annotations"]:
                    self._client.delete(task["id"])

    def _name(self, row: LabelTask) -> str:
        return self._project.name_of(row.case_id)

    def _task(self, row: LabelTask) -> Json:
        return task_json(row, self._name(row), shown_size(row.area))

    def _with_pictures(self, batch: Sequence[LabelTask]) -> tuple[LabelTask, ...]:
        """The rows again, once the server has their pictures; without those whose picture cannot be opened."""
        pictures: dict[int, tuple[bytes, Area]] = {}
        problems: dict[int, str] = {}
        frame: Frame | None = None
        for row in sorted((row for row in batch if not row.picture), key=lambda row: row.sha256):
            try:
                if frame is None or frame.sha256 != row.sha256:
                    frame = decode(
                        self._blobs.get(row.sha256), f"the picture of case {row.case_id}", max_pixels=self._max_pixels
                    )
                area = area_around(row.quad, row.size)
                pictures[row.id] = cut_out(frame, area), area
            except (NotFound, MediaError) as error:
                problems[row.id] = str(error)
        self._outbox.refuse(problems)
        self._upload(batch, pictures)
        left = [row.case_id for row in batch if row.id not in problems]
        return tuple(self._outbox.of_cases(self._project.id, left).values())

    def _upload(self, batch: Iterable[LabelTask], pictures: dict[int, tuple[bytes, Area]]) -> None:
        names = {row.id: self._name(row) for row in batch if row.id in pictures}
        if not names:
            return
        paths = self._client.upload(self._project.number, {name: pictures[row][0] for row, name in names.items()})
        self._outbox.uploaded({row: (paths[name], pictures[row][1]) for row, name in names.items()})
