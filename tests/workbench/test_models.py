"""Versions are kept, compared, promoted and rolled back; what they read says who read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import PromotionRefused, WeightsMismatch
from pipeline.flow.recipe import find_recipe
from pipeline.synth.photos import PhotoStyle
from pipeline.training.samples import SynthSource
from pipeline.weights import MODELS, PROMOTED, Manifest
from pipeline.workbench import analyze, inspections, models
from pipeline.workbench.bench import Workbench
from pipeline.workbench.examples import add_examples
from pipeline.workbench.model_comparison import compare
from pipeline.workbench.model_tests import ModelTest, drawn_test
from pipeline.workbench.models import StoredVersion
from pipeline.workbench.views import WorkedUpload
from tests.workbench.candidates import candidate


@pytest.fixture
def version(bench: Workbench, tmp_path: Path) -> StoredVersion:
    """A candidate that reads as the shipped reader does."""
    return models.register(bench, "crnn", candidate(bench.config, tmp_path / "made", "one"), "for a test")


def clear_plates(bench: Workbench, count: int) -> ModelTest:
    return drawn_test(bench, count, SynthSource(3, style=PhotoStyle(hard=0.0, blank=0.0, tilted=0.0)))


def test_a_candidate_does_not_serve_until_it_is_promoted(bench: Workbench, version: StoredVersion) -> None:
    assert version.label == "crnn-1"
    assert models.champion(bench, "crnn").label == "shipped"
    compare(bench, version.id, [clear_plates(bench, 16)])
    now = models.promote(bench, version.id, "Kim")
    assert (now.label, now.sha256, now.version and now.version.id) == ("crnn-1", version.sha256, version.id)
    assert now.promotion
    assert (now.promotion.reviewer, now.promotion.reason) == ("Kim", "")
    manifest = Manifest.of(bench.config)
    assert manifest.verified("crnn").parent.name == manifest.verified("crnn_trainable").parent.name == "crnn-1"


def test_rolling_back_goes_one_version_at_a_time_and_the_history_stays(
    bench: Workbench, version: StoredVersion, tmp_path: Path
) -> None:
    second = models.register(bench, "crnn", candidate(bench.config, tmp_path / "other", "two"), "for a test")
    models.promote(bench, version.id, "Kim", "it is the first")
    models.promote(bench, second.id, "Kim", "it is the second")
    assert models.rollback(bench, "crnn", "Lee").label == "crnn-1"
    assert models.rollback(bench, "crnn", "Lee").label == "shipped"
    with pytest.raises(PromotionRefused, match="serves already; there is nothing to take back"):
        models.rollback(bench, "crnn", "Lee")
    told = [(event.kind, models.label_of(bench, event.version_id)) for event in bench.store.models.history("crnn")]
    assert told == [("roll_back", "shipped"), ("roll_back", "crnn-1"), ("promote", "crnn-2"), ("promote", "crnn-1")]


def test_one_that_reads_a_guarded_part_worse_needs_a_reason(bench: Workbench, tmp_path: Path) -> None:
    worse = models.register(bench, "crnn", candidate(bench.config, tmp_path / "worse", "w", swap="17"), "for a test")
    with pytest.raises(PromotionRefused, match="crnn-1 was not compared with shipped, which serves now"):
        models.promote(bench, worse.id, "Kim")
    made = compare(bench, worse.id, [clear_plates(bench, 32)]).comparison
    assert made
    (whole,) = made.wholes
    assert whole.falls
    assert whole.lost > 8 > whole.won
    assert whole.n == 32
    with pytest.raises(PromotionRefused, match="crnn-1 reads worse than shipped on: drawn"):
        models.promote(bench, worse.id, "Kim", "  ")
    assert models.promote(bench, worse.id, "Kim", "a test").promotion.reason == "a test"  # type: ignore[union-attr]


def test_each_inspection_says_which_model_read_it_and_old_ones_stay(bench: Workbench, version: StoredVersion) -> None:
    (upload,) = add_examples(bench, 1)

    def read() -> WorkedUpload:
        (step,) = analyze.analyze(bench, [upload.id])
        assert isinstance(step.made, WorkedUpload)
        return step.made

    first = read()
    models.promote(bench, version.id, "Kim", "a test")
    second = read()
    assert not second.from_store
    assert {use.weights: use.version for use in first.result.models} == dict.fromkeys(
        ("yolo_plate", "corners", "crnn"), "shipped"
    )
    assert {use.weights: use.version for use in second.result.models}["crnn"] == "crnn-1"
    assert len(analyze.every_result(bench, upload.id)) == 2
    told = json.loads(inspections.verdict_json(bench, second.result.inspections[0].id))
    assert told["models"]["crnn"] == {"version": "crnn-1", "sha256": version.sha256}
    models.rollback(bench, "crnn", "Kim")
    assert read().result.id == first.result.id


def test_where_a_promoted_file_is_damaged_the_shipped_one_serves_and_the_reason_is_told(
    bench: Workbench, version: StoredVersion, caplog: pytest.LogCaptureFixture
) -> None:
    shipped = find_recipe("fast").fingerprint(bench.config)
    models.promote(bench, version.id, "Kim", "a test")
    assert find_recipe("fast").fingerprint(bench.config) != shipped
    models.served_file(bench, version).write_bytes(b"no network")
    assert models.champion(bench, "crnn").label == "shipped"
    assert find_recipe("fast").fingerprint(bench.config) == shipped
    (told,) = models.problems(bench)
    assert "until then the shipped 'crnn' serves; roll back, or promote another version" in told
    assert told in caplog.text
    with pytest.raises(WeightsMismatch):
        models.promote(bench, version.id, "Kim", "again")


@pytest.mark.parametrize("damage", [b"no = toml at all =", None])
def test_the_list_of_promoted_versions_is_mended_from_the_store(
    bench: Workbench, version: StoredVersion, damage: bytes | None
) -> None:
    models.promote(bench, version.id, "Kim", "a test")
    path = bench.config.home / MODELS / PROMOTED
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
        assert "so the shipped weights serve" in models.problems(bench)[0]
    models.settle(bench)
    assert models.champion(bench, "crnn").label == "crnn-1"
    assert models.problems(bench) == ()
