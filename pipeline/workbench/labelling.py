"""Cases to a Label Studio and answers back: what one has to know, and what can be done."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.errors import NotConnected
from pipeline.labelling.connection import find_connection
from pipeline.labelling.form import UNREADABLE
from pipeline.labelling.pictures import answer_results
from pipeline.labelling.pull import Pulled as Pulled
from pipeline.labelling.pull import pull as pull_answers
from pipeline.labelling.push import Pushed as Pushed
from pipeline.labelling.push import push as push_cases
from pipeline.labelling.session import Greeting as Greeting
from pipeline.labelling.session import greet, open_session
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.views import LabelProject, LabelTask, OutboxCounts, TaskState

PUSH, PULL = "push_cases", "pull_answers"
_LOCK = "labelling.lock"


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands, as far as it is known here: nobody is asked.

    ``url`` is "" where no Label Studio is known, and ``missing`` then says what to do. ``user`` and ``password`` open
    the pages of one that was started here. ``project`` is None before the first push.
    """

    url: str
    missing: str
    user: str
    password: str
    project: LabelProject | None
    counts: OutboxCounts

    @property
    def project_url(self) -> str:
        return f"{self.url}/projects/{self.project.number}/data" if self.url and self.project else ""

    def task_url(self, task: LabelTask) -> str:
        """Where one sees the task; "" where it is not there."""
        return f"{self.project_url}?task={task.number}" if self.project_url and task.number else ""


def standing(bench: Workbench) -> Standing:
    project = bench.store.outbox.newest_project()
    counts = bench.store.outbox.counts(project.id if project else None)
    try:
        found = find_connection(bench.config)
    except NotConnected as error:
        return Standing("", str(error), "", "", project, counts)
    return Standing(found.url, "", found.user, found.password, project, counts)


def test(bench: Workbench) -> Greeting:
    """Asks the server everything that a push needs, and changes nothing.

    Raises:
        LabellingError: it cannot be used; the message says why and what to do.
    """
    return greet(bench.config)


def push(
    bench: Workbench,
    case_ids: Sequence[int] | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Pushed:
    """Makes a task of every open case that has none yet, or of those named; goes on where one was interrupted.

    Raises:
        LabellingError: the server cannot be used; what was not sent waits for the next push.
        StoreError: the state folder cannot be written.
    """
    outbox = bench.store.outbox
    with _alone(bench), open_session(bench.config, outbox) as session:
        outbox.queue(session.project.id, case_ids)
        return push_cases(session, outbox, bench.store.blobs, bench.config, progress)


def pull(bench: Workbench, progress: Callable[[int], None] = lambda seen: None) -> Pulled:
    """Brings in the answers that were given, changed or deleted since the last pull.

    Raises:
        LabellingError: the server cannot be used; the next pull brings what this one did not.
        StoreError: the state folder cannot be written.
    """
    outbox = bench.store.outbox
    with _alone(bench), open_session(bench.config, outbox) as session:
        return pull_answers(session, outbox, bench.store.outside_answers, progress)


def rehearse(bench: Workbench, said: Mapping[int, str]) -> int:
    """Answers as an annotator would, through the server and not past it; for proofs and benchmarks.

    Args:
        said: for each inspection the text of its plate, "" for one that cannot be read.

    Returns:
        The number of answers given: those of inspections without a task are left out.

    Raises:
        LabellingError: the server cannot be used.
    """
    outbox = bench.store.outbox
    with open_session(bench.config, outbox) as session:
        rows = [row for row in outbox.list(session.project.id, TaskState.THERE) if row.inspection_id in said]
        for row in rows:
            text = said[row.inspection_id]
            session.client.annotate(row.number or 0, answer_results(row, text, UNREADABLE if not text else ""))
    return len(rows)


def remove_project(bench: Workbench) -> None:
    """Deletes the project with all its tasks and answers, there and not here; for proofs and benchmarks.

    Raises:
        LabellingError: the server cannot be used.
    """
    with open_session(bench.config, bench.store.outbox) as session:
        session.client.delete_project(session.project.number)


def call_back(bench: Workbench, address: str, path: str) -> None:
    """Has the server call ``address`` on every answer; those of before, with ``path`` in them, are called no longer.

    Raises:
        LabellingError: the server cannot be used.
        StoreError: the state folder cannot be written.
    """
    with open_session(bench.config, bench.store.outbox) as session:
        session.client.call_back(session.project.number, address, path)


def start_push(bench: Workbench, case_ids: Sequence[int] | None = None) -> int:
    """Has the worker push, and gives the job's id; that of an equal one where such a one waits or runs."""
    return jobs.start(bench, PUSH, {"cases": None if case_ids is None else list(case_ids)})


def start_pull(bench: Workbench) -> int:
    """Has the worker pull, and gives the job's id; that of an equal one where such a one waits or runs."""
    return jobs.start(bench, PULL, {})


@jobs.handler(PUSH)
def work_push(bench: Workbench, job: JobContext) -> Json:
    """The outbox is its checkpoint. The result counts the cases ``sent``, ``known`` there already and ``refused``."""
    done = push(bench, job.arguments["cases"], job.progress)
    return {"sent": done.sent, "known": done.known, "refused": done.refused}


@jobs.handler(PULL)
def work_pull(bench: Workbench, job: JobContext) -> Json:
    """The result counts the answers ``added`` and ``withdrawn``, and the cases ``disputed``."""
    done = pull(bench, lambda seen: job.progress(seen, 0))
    return {"added": done.added, "withdrawn": done.withdrawn, "disputed": done.disputed}


def tasks(bench: Workbench, *states: TaskState, limit: int | None = 200) -> tuple[LabelTask, ...]:
    """Rows of the outbox in any of those states."""
    project = bench.store.outbox.newest_project()
    return bench.store.outbox.list(project.id, *states, limit=limit) if project else ()


def disputed(bench: Workbench) -> tuple[LabelTask, ...]:
    """Cases about which people disagree; none of their answers counts until they agree."""
    project = bench.store.outbox.newest_project()
    return bench.store.outbox.disputed(project.id) if project else ()


@contextmanager
def _alone(bench: Workbench) -> Iterator[None]:
    """One push or pull at a time for a state folder, so that two pushes never send the same."""
    with (bench.config.home / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
