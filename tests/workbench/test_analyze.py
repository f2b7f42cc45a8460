import pytest

from pipeline.config import load_config
from pipeline.errors import BackendUnavailable, NotFound, UnknownRecipe
from pipeline.flow.recipe import BUILT_IN, Step
from pipeline.workbench.analyze import add_uploads, analyze, delete_upload, recipes, results
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import FileProblem, StoredUpload, WorkedUpload
from tests.flow.small_backends import TEXT, Small
from tests.workbench.pictures import BLACK, RED, png, zipped

pytestmark = pytest.mark.usefixtures("small")


def upload(bench, *files):
    return [item.id for item in add_uploads(bench, files)]


def worked(bench, ids, **more):
    return [step.made for step in analyze(bench, ids, **more)]


def test_an_uploaded_picture_is_stored_before_the_next_is_opened(bench):
    def files():
        yield "a.png", png()
        assert [upload.name for upload in bench.store.uploads.list()] == ["a.png"]
        yield "b.png", png(BLACK)

    assert [item.name for item in add_uploads(bench, files())] == ["a.png", "b.png"]


def test_a_broken_upload_is_a_problem_among_the_others(bench):
    items = list(add_uploads(bench, [("a.png", b"?"), ("b.zip", zipped(c=png()))], source="mail"))
    assert [type(item) for item in items] == [FileProblem, StoredUpload]
    assert (items[1].name, items[1].source) == ("b.zip/c.png", "mail")


def test_a_picture_goes_from_upload_to_stored_verdict(bench):
    ids = upload(bench, ("a.png", png()), ("b.png", png(BLACK)))
    steps = list(analyze(bench, ids))
    assert [(step.done, step.total) for step in steps] == [(1, 2), (2, 2)]
    (inspection,) = steps[0].made.result.inspections
    assert bench.store.inspections.get(inspection.id).inspection.verdict.text == TEXT
    assert steps[1].made.result.plates == 0


def test_nothing_is_worked_twice(bench):
    ids = upload(bench, ("a.png", png()))
    (first,) = worked(bench, ids)
    runs = len(Small.batches)
    (second,) = worked(bench, ids)
    assert (first.from_store, second.from_store) == (False, True)
    assert second.result.id == first.result.id
    assert len(Small.batches) == runs


def test_the_same_picture_under_another_name_is_not_worked_again(bench):
    first, second = worked(bench, upload(bench, ("a.png", png()), ("b.png", png())))
    assert (first.upload.name, second.upload.name) == ("a.png", "b.png")
    assert second.from_store


def test_another_recipe_works_the_picture_anew(bench, monkeypatch):
    monkeypatch.setitem(BUILT_IN, "fast", BUILT_IN["thorough"].with_setting("detector.white_boxes.score=0.5"))
    ids = upload(bench, ("a.png", png()))
    worked(bench, ids)
    (again,) = worked(bench, ids, recipe="fast")
    assert not again.from_store
    assert again.result.inspections[0].inspection.detection.score == 0.5


def test_a_backend_that_breaks_is_shown_and_tried_again(bench):
    ids = upload(bench, ("red.png", png(RED)), ("a.png", png()))
    broken, fine = worked(bench, ids)
    assert "red is not for me" in broken.result.failures[0].reason
    assert fine.result.plates == 1
    assert not worked(bench, ids)[0].from_store


def test_a_result_that_failed_is_replaced_once_the_backend_works(bench, monkeypatch):
    ids = upload(bench, ("red.png", png(RED)))
    worked(bench, ids)
    monkeypatch.setattr("tests.flow.small_backends.WhiteBoxes._detect", lambda self, frame: [])
    worked(bench, ids)
    assert results(bench, ids)[0].result.failures == ()


def test_an_upload_that_was_deleted_meanwhile_is_a_problem_among_the_others(bench):
    ids = upload(bench, ("a.png", png()), ("b.png", png(BLACK)))
    delete_upload(bench, ids[0])
    gone, fine = worked(bench, ids)
    assert isinstance(gone, FileProblem)
    assert isinstance(fine, WorkedUpload)


def test_results_come_from_the_store_alone(bench):
    ids = upload(bench, ("a.png", png()), ("b.png", png(BLACK)))
    assert results(bench, ids) == ()
    worked(bench, ids[:1])
    runs = len(Small.batches)
    assert [worked.upload.id for worked in results(bench, [*ids, 999])] == ids[:1]
    assert len(Small.batches) == runs


def test_without_weights_there_are_no_results(home, tmp_path, monkeypatch):
    monkeypatch.setitem(BUILT_IN, "thorough", BUILT_IN["fast"])
    bench = Workbench.open(load_config(weights=tmp_path))
    ids = upload(bench, ("a.png", png()))
    assert results(bench, ids) == ()
    bench.close()


def test_a_deleted_upload_leaves_nothing(bench):
    ids = upload(bench, ("a.png", png()))
    (made,) = worked(bench, ids)
    delete_upload(bench, ids[0])
    assert results(bench, ids) == ()
    with pytest.raises(NotFound):
        bench.store.inspections.get(made.result.inspections[0].id)
    with pytest.raises(NotFound):
        delete_upload(bench, ids[0])


def test_an_unknown_recipe_is_refused(bench):
    with pytest.raises(UnknownRecipe):
        worked(bench, [], recipe="slow")


def test_a_recipe_that_lacks_something_is_refused_before_anything_is_stored(bench, monkeypatch):
    lacking = BUILT_IN["thorough"].model_copy(update={"readers": (Step(name="lacking"),)})
    monkeypatch.setitem(BUILT_IN, "thorough", lacking)
    ids = upload(bench, ("a.png", png()))
    with pytest.raises(BackendUnavailable, match="no-such-program"):
        worked(bench, ids)
    assert results(bench, ids) == ()
    assert "no-such-program" in recipes(bench)[0].missing


def test_the_default_recipe_is_listed_first(bench):
    assert [choice.name for choice in recipes(bench)] == ["thorough", "fast", "ensemble"]
