"""Answers come back: those of tasks that changed since the last pull, by our case's id and never by position."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.labelling.session import Session
from pipeline.labelling.tasks import CASE, Json, given_answer
from pipeline.store.outbox import LabelTask, Outbox
from pipeline.store.outside_answers import Brought, OutsideAnswers, TaskAnswers

_OVERLAP = timedelta(minutes=2)
"""A transaction of the server may end after one that began later; what is looked at twice changes nothing."""

Progress = Callable[[int], None]
"""How many tasks were looked at."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """``tasks`` changed there since the last pull; ``added`` answers count now and ``withdrawn`` ones no longer.

    ``disputed`` counts, of these tasks, those about which people disagree; ``gone`` tasks were deleted there.
    """

    tasks: int
    added: int
    withdrawn: int
    disputed: int
    gone: int


def pull(session: Session, outbox: Outbox, answers: OutsideAnswers, progress: Progress) -> Pulled:
    """Brings our answers in line with theirs. An interrupted pull is done again by the next.

    Raises:
        LabellingError: the server cannot be used.
        StoreError: the state folder cannot be written.
    """
    client, project = session.client, session.project
    since = project.pulled_to and project.pulled_to - _OVERLAP
    annotators = client.annotators()
    newest = project.pulled_to
    seen = added = withdrawn = disputed = 0
    doubles: list[int] = []
    for page in client.changed(project.number, since):
        brought, extra = _bring(session, outbox, answers, page, annotators)
        doubles += extra
        added, withdrawn = added + brought.added, withdrawn + brought.withdrawn
        disputed += brought.disputed
        seen += len(page)
        progress(seen)
        newest = max([*filter(None, [newest]), *(_moment(task["updated_at"]) for task in page)], default=None)
    for number in doubles:  # only now: to delete between two pages would move a task out of the next
        if not client.answered(number):  # who answered it meanwhile is heard by the next pull
            client.delete(number)
    gone = _lose_deleted(session, outbox)
    outbox.pulled(project.id, newest)
    return Pulled(seen, added, withdrawn, disputed, gone)


def _bring(
    session: Session, outbox: Outbox, answers: OutsideAnswers, page: Sequence[Json], annotators: Mapping[int, str]
) -> tuple[Brought, list[int]]:
    """Stores a page's answers; also gives the numbers of its doubles, which are to be removed."""
    project = session.project
    cases = {task["id"]: project.case_of(task["data"].get(CASE)) for task in page}
    rows = outbox.of_cases(project.id, [case for case in cases.values() if case is not None])
    found, doubles = [], []
    for task in page:
        row = rows.get(cases[task["id"]] or 0)
        if row is None:
            continue
        if _is_double(row, task):
            doubles.append(task["id"])
            continue
        prefix = f"{project.key}/{task['id']}/"
        given = (given_answer(annotation, row, prefix, annotators) for annotation in task["annotations"])
        found.append(TaskAnswers(row.case_id, prefix, tuple(answer for answer in given if answer)))
    return answers.bring(project.id, found), doubles


def _is_double(row: LabelTask, task: Json) -> bool:
    """Whether it is a second task of a case that was sent more than once, and nobody has answered it."""
    return row.attempts > 1 and row.number not in (None, task["id"]) and not task["annotations"]


def _lose_deleted(session: Session, outbox: Outbox) -> int:
    """Tasks that were deleted there change no more, so no filter finds them; their number tells whether to look."""
    client, project = session.client, session.project
    ours = outbox.numbers(project.id)
    if client.project(project.number).tasks >= len(ours):
        return 0
    there = {task["id"] for page in client.changed(project.number, None) for task in page}
    lost = [row for row, number in ours.items() if number not in there]
    outbox.lose(lost)
    return len(lost)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
