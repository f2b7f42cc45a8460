from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from pipeline.store.faults import folder_fault

HOME = Path("/srv/plateloop")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "the disk of /srv/plateloop is full; free some space"),
        (errno.EROFS, "/srv/plateloop/blobs cannot be written (Read-only file system); make it writable"),
        (errno.EACCES, "/srv/plateloop/blobs cannot be written (Permission denied); make it writable"),
        (errno.EEXIST, "/srv/plateloop/blobs is not a folder; move that file away"),
        (errno.ENOTDIR, "/srv/plateloop/blobs is not a folder; move that file away"),
        (errno.EIO, "/srv/plateloop/blobs cannot be used (Input/output error); mend that"),
    ],
)
def test_a_fault_of_the_disk_names_the_place_and_the_next_step(number: int, sentence: str) -> None:
    fault = folder_fault(OSError(number, os.strerror(number), f"{HOME}/blobs"), HOME)
    assert str(fault).startswith(sentence)
    assert "PLATELOOP_HOME" in str(fault)
