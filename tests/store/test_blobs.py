from __future__ import annotations

import hashlib
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import NotFound, StoreError
from pipeline.store.blobs import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "home" / "blobs")


@pytest.fixture
def no_file_beyond_a_megabyte() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _files(blobs: Blobs) -> list[Path]:
    return [path for path in blobs.folder.rglob("*") if path.is_file()]


def test_bytes_come_back_by_their_sha256(blobs: Blobs) -> None:
    sha256 = blobs.put(b"plate")
    assert sha256 == hashlib.sha256(b"plate").hexdigest()
    assert blobs.get(sha256) == b"plate"
    assert blobs.path(sha256) == blobs.folder / sha256[:2] / sha256


def test_the_same_bytes_are_kept_once(blobs: Blobs) -> None:
    blobs.put(b"plate")
    blobs.put(b"plate")
    assert len(_files(blobs)) == 1


def test_a_missing_blob_is_named_with_the_next_step(blobs: Blobs) -> None:
    sha256 = blobs.put(b"plate")
    blobs.delete(sha256)
    blobs.delete(sha256)
    with pytest.raises(NotFound, match=rf"{sha256[:12]}.*add it again"):
        blobs.get(sha256)


@pytest.mark.usefixtures("no_file_beyond_a_megabyte")
def test_a_write_that_breaks_off_leaves_no_half_file(blobs: Blobs) -> None:
    with pytest.raises(StoreError, match=r"File too large.*PLATELOOP_HOME"):
        blobs.put(bytes(2 * 2**20))
    assert _files(blobs) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    with pytest.raises(StoreError, match=r"home is not a folder; .*PLATELOOP_HOME"):
        Blobs(tmp_path / "home" / "blobs").put(b"plate")


def test_putting_a_blob_again_makes_it_fresh(blobs: Blobs) -> None:
    sha256 = blobs.put(b"plate")
    hour_ago = time.time() - 3600
    os.utime(blobs.path(sha256), (hour_ago, hour_ago))
    assert list(blobs.untouched_for(3000)) == [sha256]
    blobs.put(b"plate")
    assert list(blobs.untouched_for(3000)) == []


def test_only_old_leftovers_are_cleared(blobs: Blobs) -> None:
    sha256 = blobs.put(b"plate")
    old, fresh = blobs.folder / "incoming" / "old", blobs.folder / "incoming" / "fresh"
    for path in (old, fresh):
        path.write_bytes(b"half a pict")
    os.utime(old, (0, 0))
    blobs.clear_leftovers(3600)
    assert set(_files(blobs)) == {blobs.path(sha256), fresh}
