"""Zips become folders of the state folder, and nothing but those can be named."""

from __future__ import annotations

import pytest

from pipeline.corpus.problems import sentence
from pipeline.errors import BadArchive, ClassConflict, NotFound
from pipeline.workbench.failure_sets import delete_set, folder_of, keep_zip, open_place, places
from tests.workbench.labelled import crops_zip, numbered, zipped


def test_a_zip_is_unpacked_with_its_labels_and_kept_once(bench):
    data = crops_zip(["12가3456"])
    kept = keep_zip(bench, "우리 차고 (2).zip", data)
    assert kept == keep_zip(bench, "우리 차고 (2).zip", data)
    assert (kept.name, kept.own) == ("우리_차고_2", True)
    assert kept in places(bench)
    assert [label.text for label in open_place(bench, kept.place).labels["0.png"]] == ["12가3456"]


def test_names_in_cp949_are_labels_too(bench):
    data = zipped({"XXXXXXXX.png": numbered(1)}).replace(b"XXXXXXXX", "12가3456".encode("cp949"))
    known = open_place(bench, keep_zip(bench, "names.zip", data).place)
    assert [label.text for label in known.labels["12가3456.png"]] == ["12가3456"]


def test_what_cannot_be_unpacked_is_a_problem_of_the_set(bench):
    files = {"12가3456.png": numbered(1), "a": b"", "a/34나5678.png": numbered(2), f"{'x' * 300}.png": numbered(3)}
    place = keep_zip(bench, "odd.zip", zipped({**files, "inner.zip": b"PK"})).place
    told = [sentence(problem) for problem in open_place(bench, place).problems]
    assert any("inner.zip in odd.zip is a zip inside a zip" in text for text in told)
    assert any("has too long a name" in text for text in told)


@pytest.mark.parametrize("files", [{"../out.png": b"x"}, {"/etc/out.png": b"x"}, {"readme.txt": b"no picture"}, {}])
def test_a_hostile_or_empty_zip_leaves_nothing_behind(bench, files):
    with pytest.raises(BadArchive):
        keep_zip(bench, "bad.zip", zipped(files))
    assert [place for place in places(bench) if place.own] == []
    assert list((bench.config.home / "sets").iterdir()) == []


def test_what_is_no_zip_is_a_sentence(bench):
    with pytest.raises(BadArchive, match="not a zip"):
        keep_zip(bench, "bad.zip", b"no zip")


@pytest.mark.parametrize(
    "place", ["sets/..", "sets/../blobs", "sets/", "", "/etc", "blobs/x", "sets/a/b", "shared/../x"]
)
def test_no_place_leads_out_of_the_sets(bench, place):
    with pytest.raises(NotFound, match="there is no set"):
        folder_of(bench.config, place)


def test_an_own_set_is_deleted_and_a_shared_one_is_not(bench, shared):
    place = keep_zip(bench, "gate.zip", crops_zip(["12가3456"])).place
    delete_set(bench, place)
    assert not any((bench.config.home / "sets").iterdir())
    with pytest.raises(NotFound):
        open_place(bench, place)
    with pytest.raises(NotFound, match="not in the state folder"):
        delete_set(bench, "shared/real")
    assert (shared / "data" / "real" / "labels.csv").is_file()


def test_conflicting_classes_in_a_zip_are_explained(bench):
    lists = {"train/data.yaml": b"names: [plate, '0']", "valid/data.yaml": b"names: ['0', plate]"}
    labels = {"train/labels/a.txt": b"0 0.5 0.5 0.2 0.2", "train/images/a.png": numbered(1)}
    place = keep_zip(bench, "two.zip", zipped({**lists, **labels})).place
    with pytest.raises(
        ClassConflict, match=r"train/data\.yaml and valid/data\.yaml give the classes in different orders"
    ):
        open_place(bench, place)
