import pytest

from pipeline.config import load_config
from pipeline.errors import StoreError
from pipeline.flow.recipe import find_recipe
from pipeline.store import Store
from pipeline.workbench.read import BATCH, ReadPicture, find_pictures, open_store, read_pictures
from pipeline.workbench.views import FileProblem
from tests.flow.small_backends import TEXT, Small
from tests.workbench.pictures import BLACK, RED, png, zipped

pytestmark = pytest.mark.usefixtures("small")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def read(bench, *paths, store=True):
    found, lost = find_pictures(paths)
    return [*lost, *read_pictures(found, find_recipe("thorough"), bench.pool, bench.store if store else None)]


def test_a_folder_is_read_in_order_and_goes_on_after_a_broken_file(bench, folder):
    for name, data in {"2.png": png(), "10.png": png(BLACK), "1.png": b"?", "all.zip": zipped(a=png())}.items():
        (folder / name).write_bytes(data)
    items = read(bench, folder, folder / "all.zip", folder / "gone.png")
    assert [(type(item), item.name.removeprefix(f"{folder}/")) for item in items] == [
        (FileProblem, "gone.png"),
        (FileProblem, "1.png"),
        (ReadPicture, "2.png"),
        (ReadPicture, "10.png"),
        (ReadPicture, "all.zip/a.png"),
    ]
    assert [[i.verdict.text for i in item.result.inspections] for item in items[2:]] == [[TEXT], [], [TEXT]]


def test_pictures_go_through_in_batches(bench, folder):
    for n in range(BATCH + 2):
        (folder / f"{n}.png").write_bytes(png(width=100 + n))
    assert len(read(bench, folder)) == BATCH + 2
    assert Small.batches == [BATCH, BATCH, 2, 2]


def test_the_same_picture_twice_in_a_batch_is_worked_once(bench, folder):
    for name in "ab":
        (folder / f"{name}.png").write_bytes(png())
    first, second = read(bench, folder, store=False)
    assert first.result is second.result
    assert Small.batches == [1, 1]


def test_what_was_read_is_kept_and_not_worked_again(bench, folder):
    (folder / "a.png").write_bytes(png())
    (first,) = read(bench, folder)
    runs = len(Small.batches)
    (second,) = read(bench, folder)
    assert len(Small.batches) == runs
    assert second.result.inspections[0].verdict == first.result.inspections[0].verdict
    assert [upload.source for upload in bench.store.uploads.list()] == ["command line"]


def test_a_plate_whose_inspection_was_deleted_is_still_read(bench, folder):
    (folder / "a.png").write_bytes(png())
    read(bench, folder)
    bench.store.inspections.delete(bench.store.inspections.search()[0][0].id)
    assert len(read(bench, folder)[0].result.inspections) == 1


def test_a_picture_that_failed_is_tried_again(bench, folder):
    (folder / "a.png").write_bytes(png(RED))
    read(bench, folder)
    runs = len(Small.batches)
    (again,) = read(bench, folder)
    assert again.result.failures
    assert len(Small.batches) > runs


def test_without_a_store_nothing_is_kept(bench, folder):
    (folder / "a.png").write_bytes(png())
    read(bench, folder, store=False)
    assert bench.store.uploads.list() == ()


def test_a_store_that_fails_on_the_way_is_done_without(bench, folder, monkeypatch, caplog):
    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(type(bench.store.results), "save", full)
    for n in range(BATCH + 1):
        (folder / f"{n}.png").write_bytes(png(width=100 + n))
    assert all(isinstance(item, ReadPicture) for item in read(bench, folder))
    assert [record.getMessage() for record in caplog.records] == ["results are no longer kept: the disk is full"]


def test_a_store_that_cannot_be_opened_is_named(tmp_path, caplog):
    (tmp_path / "file").touch()
    assert open_store(load_config(home=tmp_path / "file" / "home")) is None
    assert "results are not kept" in caplog.text
    opened = open_store(load_config(home=tmp_path / "home"))
    assert isinstance(opened, Store)
    opened.close()
