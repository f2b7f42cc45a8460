"""The order of what lies on a session's desk."""

from __future__ import annotations

from pages.parts.desk import Desk


def worked(desk: Desk) -> Desk:
    desk.queue.clear()
    return desk


def test_the_newest_batch_lies_on_top_in_the_order_of_its_files() -> None:
    desk = Desk()
    for upload_id in (1, 2):
        desk.add(upload_id)
    worked(desk)
    for upload_id in (3, 4):
        desk.add(upload_id)
    assert desk.uploads == [3, 4, 1, 2]
    assert desk.queue == [3, 4]
    assert desk.batch == 2


def test_a_picture_that_lies_there_already_moves_to_the_top() -> None:
    desk = Desk()
    for upload_id in (1, 2, 3):
        desk.add(upload_id)
    worked(desk).add(3)
    assert desk.uploads == [3, 1, 2]


def test_a_picture_that_waits_is_not_queued_twice() -> None:
    desk = Desk()
    desk.add(1)
    desk.add(1)
    assert desk.queue == [1]
    assert desk.batch == 1


def test_more_files_take_up_what_was_stopped() -> None:
    desk = Desk()
    desk.add(1)
    desk.pause()
    desk.add(2)
    assert not desk.paused
    assert desk.queue == [1, 2]


def test_a_deleted_picture_leaves_no_trace() -> None:
    desk = Desk()
    desk.add(1)
    desk.add(2)
    desk.remove(1)
    assert desk.uploads == desk.queue == [2]
