from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from pipeline.config import load_config
from pipeline.errors import DegenerateQuad, NotFound
from pipeline.media.decode import decode
from pipeline.media.draw import encode_png
from pipeline.plate.geometry import quad_from_box
from pipeline.store import Store
from pipeline.synth.scenes import draw_example_scene
from pipeline.workbench import cases, review, sights
from pipeline.workbench.analyze import add_uploads, analyze
from pipeline.workbench.bench import Workbench
from pipeline.workbench.review import CaseTaken
from pipeline.workbench.review_report import ask_again, report
from pipeline.workbench.sights import Sights
from tests.store.samples import read_plate


@pytest.fixture
def plates(bench: Workbench) -> list[int]:
    """Six flagged plates, the first the hardest."""
    ids = [read_plate(bench.store, n, f"12가345{n}", 0.1 * n) for n in range(6)]
    cases.flag_hard(bench, least=0.0)
    return ids


def test_two_annotators_never_get_the_same_plate(bench: Workbench, plates: list[int]) -> None:
    seen: dict[str, list[int]] = {"kim": [], "lee": []}
    while len(seen["kim"]) + len(seen["lee"]) < len(plates):
        for name, its in seen.items():
            if case := review.claim(bench, name):
                other = review.claim(bench, "lee" if name == "kim" else "kim")
                assert other is None or other.id != case.id
                review.accept(bench, case, name, "12가3456")
                its.append(case.flag.inspection_id)
    assert sorted(seen["kim"] + seen["lee"]) == plates


def test_a_lease_that_is_over_goes_to_another_and_the_late_answer_is_refused(home: object) -> None:
    from tests.store.samples import Clock

    clock = Clock()
    opened = Workbench.open(load_config(review_lease_minutes=5))
    bench = Workbench(opened.config, opened.pool, Store.open(opened.config, clock), opened.queue)
    read_plate(bench.store, 1, "12가3456", 0.1)
    cases.flag_hard(bench)
    held = review.claim(bench, "kim")
    assert held is not None
    assert review.claim(bench, "lee") is None
    clock.move(minutes=5)
    assert (taken := review.claim(bench, "lee")) is not None
    assert taken.claimed_until == clock.now + timedelta(minutes=5)
    with pytest.raises(CaseTaken, match="lee"):
        review.accept(bench, held, "kim", "12가3456")
    bench.close()
    opened.close()


def test_the_raw_reading_stays_beside_the_answer_with_who_and_when(bench: Workbench, plates: list[int]) -> None:
    case = review.claim(bench, "민지")
    assert case is not None
    quad = quad_from_box(1, 2, 30, 12)
    made = review.accept(bench, case, "민지", " 34나 56-78", quad)
    stored = bench.store.inspections.get(case.flag.inspection_id)
    assert stored.inspection.verdict.text == "12가3450"
    assert stored.review is not None
    assert stored.review.id == made.id
    assert (made.review.truth, made.review.state, made.review.reviewer) == ("34나5678", "corrected", "민지")
    assert made.created.tzinfo is not None
    np.testing.assert_array_equal(made.review.quad, quad)


def test_the_same_text_is_a_confirmation_and_an_empty_one_says_unreadable(bench: Workbench, plates: list[int]) -> None:
    states = []
    for text in ("12가3450", "  "):
        case = review.claim(bench, "kim")
        assert case is not None
        states.append(review.accept(bench, case, "kim", text).review.state)
    case = review.claim(bench, "kim")
    assert case is not None
    states.append(review.refuse(bench, case, "kim", "not_a_plate").review.state)
    assert states == ["confirmed", "unreadable", "not_a_plate"]


def test_what_was_skipped_or_answered_last_comes_back(bench: Workbench, plates: list[int]) -> None:
    first = review.claim(bench, "kim")
    assert first is not None
    review.accept(bench, first, "kim", "99허9999")
    second = review.claim(bench, "kim")
    assert second is not None
    review.skip(bench, second, "kim")
    third = review.claim(bench, "kim")
    assert third is not None
    assert third.id != second.id
    again = review.undo(bench, "kim", skipped=second.id)
    assert again is not None
    assert (again.id, again.skipped_by) == (second.id, ())
    held = review.claim(bench, "kim")
    assert held is not None
    assert held.id == again.id
    taken_back = review.undo(bench, "kim")
    assert taken_back is not None
    assert taken_back.id == first.id
    assert review.undo(bench, "kim") is None
    (withdrawn,) = bench.store.reviews.of([first.flag.inspection_id])[first.flag.inspection_id]
    assert withdrawn.withdrawn is not None


def test_a_skipped_case_that_another_has_by_now_does_not_come_back(bench: Workbench, plates: list[int]) -> None:
    case = review.claim(bench, "kim")
    assert case is not None
    review.skip(bench, case, "kim")
    assert review.claim(bench, "lee") is not None
    with pytest.raises(CaseTaken, match="lee"):
        review.undo(bench, "kim", skipped=case.id)


def test_the_one_that_follows_is_made_ready(bench: Workbench, plates: list[int]) -> None:
    assert review.claim(bench, "kim") is not None
    following = review.following(bench, "kim")
    assert following is not None
    assert following.flag.inspection_id == plates[1]
    made = Sights(bench).get(plates[1])
    assert made.stored.id == plates[1]
    assert made.crop.startswith(b"\x89PNG")
    assert made.picture.startswith(b"\xff\xd8")


def test_a_plate_that_is_gone_is_told(bench: Workbench) -> None:
    with pytest.raises(NotFound):
        Sights(bench).get(7)


def test_the_lead_sees_who_did_what_and_how_far_they_agree(bench: Workbench, plates: list[int]) -> None:
    for name, text in (("kim", "12가3450"), ("kim", "12가3451"), ("lee", "12가3452")):
        case = review.claim(bench, name)
        assert case is not None
        review.accept(bench, case, name, text)
    case = review.claim(bench, "lee")
    assert case is not None
    review.skip(bench, case, "lee")
    seen = report(bench)
    kim, lee = seen.annotators
    assert (kim.name, kim.done, kim.left, kim.skipped) == ("kim", {"confirmed": 2}, 3, 0)
    assert (lee.done, lee.left, lee.skipped) == ({"confirmed": 1}, 2, 1)
    assert (seen.agreement.shared, seen.agreement.share) == (0, None)
    assert sum(seen.hardness) == seen.backlog.open == 3
    assert dict(seen.reasons)
    assert seen.oldest is not None


def test_a_share_is_asked_again_of_somebody_else(bench: Workbench, plates: list[int]) -> None:
    for number in range(4):
        case = review.claim(bench, "kim")
        assert case is not None
        review.accept(bench, case, "kim", f"12가345{number}")
    assert ask_again(bench, 0.5, seed=1) == 2
    assert bench.store.cases.backlog().open == 4
    again = []
    while len(again) < 2 and (case := review.claim(bench, "lee")):
        answered = bench.store.inspections.get(case.flag.inspection_id)
        text = answered.inspection.verdict.text if answered.review and not again else "99허9999"
        if answered.review:
            again.append(case.flag.inspection_id)
        review.accept(bench, case, "lee", text)
    seen = report(bench).agreement
    assert seen.shared == 2
    assert seen.share == 0.5
    assert [one.inspection_id for one in seen.disagreements] == [again[1]]
    assert "kim" not in {case.claimed_by for case in cases.open_cases(bench)}


def test_other_corners_are_rectified_and_read_again(bench: Workbench) -> None:
    scene = draw_example_scene(21)
    (upload,) = add_uploads(bench, [("car.png", encode_png(scene.pixels))])
    (step,) = analyze(bench, [upload.id], "fast")
    stored = step.made.result.inspections[0]  # type: ignore[union-attr]
    wide = stored.inspection.detection.quad + np.float32([[-9, -6], [9, -6], [9, 6], [-9, 6]])
    again = sights.reread(bench, stored, wide)
    assert again.inspection.readings
    assert decode(again.crop, max_pixels=10**6).pixels.shape != stored.inspection.crop.pixels.shape
    around = sights.surroundings(bench, stored, wide)
    assert around.jpeg.startswith(b"\xff\xd8")
    assert 0 < around.scale <= 1
    with pytest.raises(DegenerateQuad):
        sights.reread(bench, stored, np.zeros((4, 2), np.float32))


def test_an_enhanced_version_is_made_once(bench: Workbench, plates: list[int]) -> None:
    stored = bench.store.inspections.get(plates[0])
    chain = next(way for way in sights.usable_chains(bench) if way.key == "contrast")
    first = sights.enhanced(bench, stored, chain)
    assert isinstance(first, bytes)
    key = (stored.crop_sha256, chain.fingerprint)
    assert key in bench.store.comparisons.enhancements([key[0]], [key[1]])
    assert sights.enhanced(bench, stored, chain) == first
