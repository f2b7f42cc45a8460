from __future__ import annotations

import pytest

from pipeline.analysis.hardness import Hardness
from pipeline.plate.types import Review
from pipeline.workbench import cases, inspections
from pipeline.workbench.bench import Workbench
from tests.store.samples import add, inspection, read_plate, save


def judged(**scores: list[float]) -> list[tuple[int, Hardness]]:
    """Plates of several kinds, numbered as they come."""
    made = [Hardness(score, 1.0, (), kind) for kind, its in scores.items() for score in its]
    return list(enumerate(made))


def test_the_hardest_plates_are_flagged_and_each_once(bench: Workbench) -> None:
    sure, unsure, lost = (read_plate(bench.store, n, "12가345" + str(n), c) for n, c in enumerate((0.99, 0.3, 0.1)))
    made = cases.flag_hard(bench)
    assert (len(made.cases), made.seen, made.hard) == (2, 3, 2)
    assert [case.flag.inspection_id for case in cases.open_cases(bench)] == [lost, unsure]
    assert cases.case_of(bench, sure) is None
    assert cases.flag_hard(bench).cases == ()


def test_limit_least_and_source_are_kept_to(bench: Workbench) -> None:
    for number in range(4):
        read_plate(
            bench.store, number, f"12가345{number}", 0.1 * (number + 1), source="camera" if number else "browser"
        )
    assert cases.flag_hard(bench, least=0.85).hard == 1
    assert len(cases.flag_hard(bench, sources=("camera",), limit=2, least=0.0).cases) == 2
    assert cases.flag_hard(bench, sources=("nowhere",), least=0.0).seen == 0


def test_only_the_newest_result_of_a_picture_counts(bench: Workbench) -> None:
    upload = add(bench.store, 1)
    save(bench.store, upload, inspection("12가3456", 0.1))
    save(bench.store, upload, inspection("12가3456", 0.99), recipe="fast")
    assert cases.flag_hard(bench).hard == 0


def test_what_has_its_answer_is_not_flagged(bench: Workbench) -> None:
    number = read_plate(bench.store, 1, "12가3456", 0.1)
    inspections.correct(bench, number, "12가3457", "kim")
    assert cases.flag_hard(bench).seen == 0


def test_an_answer_on_the_plates_own_page_closes_its_case(bench: Workbench) -> None:
    number = read_plate(bench.store, 1, "12가3456", 0.1)
    cases.flag_hard(bench)
    inspections.correct(bench, number, "12가3457", "kim")
    assert cases.backlog(bench).open == 0


def test_a_plate_beside_a_known_one_is_a_near_miss(bench: Workbench) -> None:
    known = read_plate(bench.store, 1, "12가3456", 0.1)
    bench.store.reviews.add(Review(known, "12가3456", "kim", "confirmed"))
    near = read_plate(bench.store, 2, "12가3458", 0.5)
    cases.flag_hard(bench, least=0.0)
    case = cases.case_of(bench, near)
    assert case is not None
    assert case.flag.reasons[0].about == (("known", "12가3456"),)


def test_a_text_that_many_pictures_show_is_known(bench: Workbench) -> None:
    for number in range(3):
        read_plate(bench.store, number, "12가3456", 0.995)
    assert bench.store.cases.known_texts() == {"12가3456"}


def test_diversity_lets_other_kinds_in(bench: Workbench) -> None:
    plates = judged(long=[0.9] * 6, short=[0.8, 0.8])
    assert [number for number, _ in cases.choose(plates, 4, 0.0)] == [5, 4, 3, 2]
    mixed = [made.likeness for _, made in cases.choose(plates, 4, 0.5)]
    assert sorted(mixed) == ["long", "long", "short", "short"]


def test_what_waits_already_counts_as_taken() -> None:
    plates = judged(long=[0.9], short=[0.85])
    assert cases.choose(plates, 1, 0.1, {"long": 5})[0][1].likeness == "short"


def test_a_kind_that_is_hard_throughout_still_gets_most_of_the_answers() -> None:
    plates = judged(new=[0.95] * 300, blurred=[0.55] * 1000, odd=[0.6] * 100)
    chosen = [made.likeness for _, made in cases.choose(plates, 300)]
    assert chosen.count("new") >= 0.7 * 300


def test_plates_are_flagged_by_hand_however_sure_they_are(bench: Workbench) -> None:
    number = read_plate(bench.store, 1, "12가3456", 0.999)
    (made,) = cases.flag_plates(bench, [number])
    case = bench.store.cases.get(made)
    assert (case.flag.origin, case.flag.reasons[0].code) == ("by hand", "by_hand")
    assert cases.flag_plates(bench, [number]) == ()


def test_a_selection_is_flagged_under_its_name(bench: Workbench) -> None:
    plates = [read_plate(bench.store, n, f"12가345{n}", 0.999) for n in range(2)]
    selection = bench.store.selections.add("dirty ones", "by hand", inspections=plates)
    assert len(cases.flag_selection(bench, selection.id)) == 2
    assert {case.flag.origin for case in cases.open_cases(bench)} == {"dirty ones"}


@pytest.mark.parametrize("number", [0, 7])
def test_a_plate_that_is_not_there_is_passed_over(bench: Workbench, number: int) -> None:
    assert cases.flag_plates(bench, [number]) == ()
