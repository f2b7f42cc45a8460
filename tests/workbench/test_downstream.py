"""A check measures each picture once, goes on where it stood, and says where enhancing hurts."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.errors import BadSettings, NotFound
from pipeline.jobs import JobContext
from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.workbench import downstream, jobs, picture_sets
from pipeline.workbench.downstream_views import check_folder, open_check, picture_pair
from pipeline.workbench.views import JobState
from tests.workbench.labelled import HEAD, PLATE, numbered


@pytest.fixture
def place(bench) -> str:
    """Three pictures of noise: small, larger than what Real-ESRGAN takes, and larger than what is looked at."""
    noise = np.random.default_rng(1)
    sizes = {"small.jpg": (200, 300), "large.jpg": (500, 1000), "wide.jpg": (100, 2 * downstream.SIDE)}
    pictures = [(name, encode_jpeg(noise.integers(0, 90, (*size, 3), np.uint8))) for name, size in sizes.items()]
    kept = picture_sets.keep_pictures(bench, "noise", pictures)
    labels = "\n".join((HEAD, f"002 large.jpg,scene,,{PLATE},"))
    (bench.config.home / kept.place / "labels.csv").write_text(labels, encoding="utf-8")
    return kept.place


def worked(bench, check_id: int):
    job = jobs.get(bench, downstream.job_of(bench, check_id))
    return downstream.work_check(bench, JobContext(job, "mine", bench.store.jobs))


def test_a_check_is_worked_once_and_opens_again_with_its_pictures(bench, place, monkeypatch) -> None:
    check = downstream.start_check(bench, place, ["contrast", "real_esrgan"])
    assert [chain.key for chain in check.plan.chains] == ["unchanged", "contrast", "real_esrgan"]
    assert open_check(bench, check.id).pictures == 0
    assert worked(bench, check.id) == {"pictures": 3, "failed": 0}
    with monkeypatch.context() as patch:
        patch.setattr(downstream.Finder, "_measured", None)  # nothing is measured again
        assert worked(bench, check.id) == {"pictures": 3, "failed": 0}
    assert downstream.start_check(bench, place, ["contrast", "real_esrgan"]).finished

    view = open_check(bench, check.id)
    assert (view.pictures, view.labelled) == (3, 1)
    contrast, enlarged = view.chains
    assert contrast.tasks[1].before.precision == 0
    assert (contrast.resized, contrast.untouched) == (0, 0)
    assert (enlarged.resized, enlarged.untouched) == (2, 1)
    assert enlarged.kept.kept.gradient < contrast.kept.kept.gradient
    changes = {change.picture.file: change for change in contrast.changes}
    before, after = picture_pair(bench, view.check.plan, contrast.chain, changes["002 large.jpg"])
    assert (before.width, before.height) == (1000, 500)
    assert before.jpeg != after.jpeg
    shown, _ = picture_pair(bench, view.check.plan, contrast.chain, changes["003 wide.jpg"])
    assert decode(shown.jpeg, max_pixels=10_000_000).width == downstream.SIDE


def test_a_picture_that_went_away_costs_only_itself(bench) -> None:
    kept = picture_sets.keep_pictures(bench, "yard", [("a.png", numbered(1)), ("b.png", numbered(2))])
    check = downstream.start_check(bench, kept.place, ["grayscale"])
    (bench.config.home / kept.place / "001 a.png").unlink()
    assert worked(bench, check.id) == {"pictures": 2, "failed": 2}
    assert open_check(bench, check.id).pictures == 1


def test_a_deleted_check_stops_its_job(bench) -> None:
    kept = picture_sets.keep_pictures(bench, "yard", [("a.png", numbered(1))])
    check = downstream.start_check(bench, kept.place, ["contrast"])
    job = downstream.job_of(bench, check.id)
    downstream.delete_check(bench, check.id)
    assert jobs.get(bench, job).state == JobState.STOPPED
    with pytest.raises(NotFound):
        open_check(bench, check.id)


def test_any_folder_is_checked_without_keeping_anything(bench, tmp_path) -> None:
    (tmp_path / "a.png").write_bytes(numbered(1))
    done = []
    view = check_folder(bench, tmp_path, ["zero_dce+contrast"], lambda *step: done.append(step))
    assert (view.pictures, done) == (1, [(1, 1, "a.png")])
    assert bench.store.checks.list() == ()
    with pytest.raises(BadSettings, match="no chain 'polish'"):
        check_folder(bench, tmp_path, ["polish"], lambda *step: None)
