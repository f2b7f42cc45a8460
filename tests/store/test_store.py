from __future__ import annotations

import fcntl
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import delete

from pipeline.config import PROJECT, Config
from pipeline.errors import StoreError
from pipeline.store import Store
from pipeline.store.tables import UploadRecord
from tests.store.samples import (
    add,
    assert_same,
    blob_names,
    files_with,
    inspection,
    open_and_save_together,
    read_plate,
    save,
)

KILLED_BEFORE_THE_SCRUB = """
import os, signal
from sqlalchemy import delete
from pipeline.config import Config
from pipeline.store import Store
from pipeline.store.tables import UploadRecord
store = Store.open(Config())
with store._database.erase() as session:
    session.execute(delete(UploadRecord))
os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED_BETWEEN_BLOB_AND_ROW = """
import os, signal
from pipeline.config import Config
from pipeline.store import Store
from pipeline.store.tables import ImageRecord
from tests.store.samples import START
store = Store.open(Config())
sha256 = store.blobs.put(b"a picture whose row never came")
with store._database.write() as session:
    session.add(ImageRecord(sha256=sha256, width=1, height=1, bytes=30, media_type="image/png", created=START))
    session.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_stored_is_there_when_opened_again(home: Path) -> None:
    store = Store.open(Config(home=home))
    upload = add(store, 1)
    saved = save(store, upload, inspection())
    store.close()
    again = Store.open(Config(home=home))
    assert again.uploads.list() == (upload,)
    assert_same(again.results.find(upload.sha256, saved.fingerprint), saved)
    again.close()


def test_a_state_folder_may_be_called_anything(tmp_path: Path) -> None:
    store = Store.open(Config(home=tmp_path / "내 번호판" / "100% new; #1"))
    assert store.inspections.get(read_plate(store, 1, "12가3456")).inspection.verdict.text == "12가3456"
    store.close()


def test_a_state_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"/file/home is not a folder; .*PLATELOOP_HOME"):
        Store.open(Config(home=tmp_path / "file" / "home"))


def test_opening_waits_for_another_process_that_opens(home: Path) -> None:
    home.mkdir()
    opening = threading.Thread(target=lambda: Store.open(Config(home=home)).close())
    with (home / "opening.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        opening.start()
        opening.join(timeout=0.3)
        assert opening.is_alive()
        assert not (home / "plateloop.db").exists()
    opening.join(timeout=30)
    assert (home / "plateloop.db").exists()


def test_two_processes_may_open_a_fresh_folder_and_save_the_same_at_once(tmp_path: Path) -> None:
    homes = [tmp_path / f"home {number}" for number in range(8)]
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [context.Process(target=open_and_save_together, args=(homes, barrier)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    for home in homes:
        store = Store.open(Config(home=home))
        counts = store.counts()
        assert (counts.uploads, counts.images, counts.inspections) == (1, 1, 2)
        assert len(blob_names(store)) == 3
        store.close()


def test_a_process_killed_between_blob_and_row_leaves_nothing_broken(home: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED_BETWEEN_BLOB_AND_ROW], cwd=PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    store = Store.open(Config(home=home))
    assert store.counts().images == 0
    (left_behind,) = blob_names(store)
    kept = read_plate(store, 1, "12가3456")
    os.utime(store.blobs.path(left_behind), (0, 0))
    store.close()
    os.utime(home / "collected.stamp", (0, 0))
    again = Store.open(Config(home=home))
    assert left_behind not in blob_names(again)
    assert again.inspections.get(kept).inspection.verdict.text == "12가3456"
    again.close()


def test_a_process_killed_before_it_scrubbed_leaves_that_to_the_next_opening(home: Path) -> None:
    store = Store.open(Config(home=home))
    add(store, 1, "secret.png")
    killed = subprocess.run([sys.executable, "-c", KILLED_BEFORE_THE_SCRUB], cwd=PROJECT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert files_with(home, b"secret")
    Store.open(Config(home=home)).close()
    assert files_with(home, b"secret") == []
    store.close()


def test_a_disk_too_full_to_scrub_still_opens(home: Path, store: Store) -> None:
    for number in range(300):
        add(store, 1, f"{number} {'x' * 1000}.png")
    with store._database.erase() as session:
        session.execute(delete(UploadRecord).where(UploadRecord.id <= 5))
    store.close()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**16, hard))  # as good as a full disk: no file grows beyond it
    try:
        with pytest.raises(StoreError):
            store._database.scrub()
        Store.open(Config(home=home)).close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(store.uploads.list()) == 295


def test_opening_collects_garbage_once_a_day(home: Path) -> None:
    store = Store.open(Config(home=home))
    garbage = store.blobs.put(b"its row never came")
    os.utime(store.blobs.path(garbage), (0, 0))
    for seconds, left in ((24 * 3600 - 60, {garbage}), (24 * 3600, set())):
        collected = time.time() - seconds
        os.utime(home / "collected.stamp", (collected, collected))
        Store.open(Config(home=home)).close()
        assert blob_names(store) == left
    store.close()


def test_garbage_collection_spares_what_rows_name_and_what_is_fresh(store: Store) -> None:
    read_plate(store, 1, "12가3456")
    named = blob_names(store)
    fresh = store.blobs.put(b"its row is on the way")
    assert store.collect_garbage() == 0
    assert blob_names(store) == named | {fresh}
    assert store.collect_garbage(untouched_for=-1.0) == 1
    assert blob_names(store) == named
