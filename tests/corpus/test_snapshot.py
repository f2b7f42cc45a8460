from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.corpus.snapshot import PlateState, check_name, glance, read_snapshot
from pipeline.corpus.snapshot_writer import SnapshotWriter, versions_in
from pipeline.errors import SnapshotError
from tests.corpus.snapshots import CORNERS, WHEN, write

TEXTS = ["12가3456", "34나5678", "56다7890", ""]


def test_what_is_frozen_is_read_again_as_it_was(tmp_path: Path) -> None:
    written = write(tmp_path, TEXTS)
    found = read_snapshot(tmp_path / "gate" / "v1")
    assert found == written
    assert (found.name, found.version, found.created) == ("gate", 1, WHEN)
    assert [plate.text for plate in found.plates] == TEXTS
    assert found.plates[0].corners == CORNERS
    assert found.plates[3].state is PlateState.UNREADABLE
    assert found.counts == {"train": 1, "validation": 1, "test": 1, "negatives": 1, "pictures": 4}
    assert found.left_out == {"answers_disagree": 2}


def test_versions_are_counted_and_a_moved_folder_is_still_the_same_snapshot(tmp_path: Path) -> None:
    first, second = write(tmp_path, TEXTS), write(tmp_path, TEXTS)
    assert versions_in(tmp_path / "gate") == (1, 2)
    moved = second.folder.rename(tmp_path / "elsewhere")
    assert read_snapshot(moved).fingerprint == second.fingerprint != first.fingerprint


@pytest.mark.parametrize("what", ["crop", "picture", "added", "gone", "manifest"])
def test_a_changed_snapshot_is_refused_and_the_sentence_says_what_was_changed(tmp_path: Path, what: str) -> None:
    snapshot = write(tmp_path, TEXTS)
    folder, plate = snapshot.folder, snapshot.plates[0]
    match what:
        case "crop" | "picture":
            path = folder / (plate.crop if what == "crop" else plate.picture)
            path.chmod(0o644)
            path.write_bytes(path.read_bytes() + b"!")
            said = "is no longer what was frozen"
        case "added":
            (folder / "plates" / "more.png").write_bytes(b"")
            said = "more.png was added to it"
        case "gone":
            (folder / plate.crop).unlink()
            said = "is gone from it"
        case _:
            path = folder / "manifest.json"
            path.chmod(0o644)
            path.write_text(path.read_text(encoding="utf-8").replace("12가3456", "12가3457"), encoding="utf-8")
            said = "its manifest is no longer what was frozen"
    with pytest.raises(SnapshotError, match=f"gate v1 was changed: .*{said}"):
        read_snapshot(folder)


def test_a_manifest_of_a_newer_plateloop_and_a_folder_without_one_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path, TEXTS).folder
    path = folder / "manifest.json"
    path.chmod(0o644)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"form": 2}), encoding="utf-8")
    with pytest.raises(SnapshotError, match="update PlateLoop"):
        glance(folder)
    with pytest.raises(SnapshotError, match="there is no snapshot"):
        read_snapshot(tmp_path)


def test_its_files_cannot_be_written_by_accident(tmp_path: Path) -> None:
    snapshot = write(tmp_path, TEXTS)
    modes = {path.stat().st_mode & 0o777 for path in snapshot.folder.rglob("*") if path.is_file()}
    assert modes == {0o444}


def test_a_snapshot_that_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path, "gate") as writer:
        writer.add_crop(b"a picture")
    assert list((tmp_path / "gate").iterdir()) == []
    with pytest.raises(SnapshotError, match="would be empty"):
        write(tmp_path, [])


@pytest.mark.parametrize("name", ["", "a/b", "..", "a b", "x" * 61])
def test_a_name_that_cannot_be_a_folder_is_refused(name: str) -> None:
    with pytest.raises(SnapshotError, match="cannot name a data set"):
        check_name(name)
