from __future__ import annotations

import pytest

from pipeline.plate.prefix import GRAMMAR_AUTOMATON
from pipeline.workbench.answer_checks import neighbours, suspicious_answers
from pipeline.workbench.answers import AnswerFilter
from pipeline.workbench.bench import Workbench
from tests.workbench.answered import answer, drawn_plate, plate


def test_a_slip_in_one_digit_is_told_by_the_reader_and_right_answers_are_not(bench: Workbench) -> None:
    drawn = dict(drawn_plate(bench.store, seed) for seed in range(12))
    wrong, truth = list(drawn.items())[3]
    slip = next(text for text in neighbours(truth) if text[-1] != truth[-1])
    for number, text in drawn.items():
        answer(bench.store, number, slip if number == wrong else text)
    found = suspicious_answers(bench)
    assert [(its.inspection_id, its.text, its.likelier) for its in found] == [(wrong, slip, truth)]
    assert "answer_unlikely" in [reason.code for reason in found[0].reasons]
    assert found[0].odds > 3


def test_an_answer_that_no_plate_bears_is_told_with_the_grammars_reasons(bench: Workbench) -> None:
    number, truth = drawn_plate(bench.store, 1)
    answer(bench.store, number, f"{truth}9")
    [found] = suspicious_answers(bench)
    assert any(reason.code.startswith(("serial", "no_format", "code")) for reason in found.reasons)


def test_many_answers_that_are_built_alike_are_a_new_kind_of_plate(bench: Workbench) -> None:
    for seed in range(5):
        answer(bench.store, plate(bench.store, seed, "12가3456"), f"가나{seed}가나")
    codes = {reason.code for its in suspicious_answers(bench) for reason in its.reasons}
    assert codes <= {"answer_unlikely"}


def test_people_readers_and_twins_that_say_something_else_are_told(bench: Workbench) -> None:
    store = bench.store
    twins = [plate(store, 1, "12가3456", confidence=0.99), plate(store, 1, "12가3456", source="yard")]
    assert twins[0] == twins[1]
    answer(store, twins[0], "34나5678", "kim")
    answer(store, twins[0], "34나5679", "lee")
    codes = {reason.code: dict(reason.about) for reason in suspicious_answers(bench)[0].reasons}
    assert codes["answers_differ"] == {"reviewer": "kim", "text": "34나5678"}
    assert codes["answer_unlike_readings"] == {"text": "12가3456"}


def test_only_what_is_wanted_is_looked_at(bench: Workbench) -> None:
    number = plate(bench.store, 1, "12가3456")
    answer(bench.store, number, "12가34567")
    assert suspicious_answers(bench, AnswerFilter(reviewers=("lee",))) == ()


@pytest.mark.parametrize("text", ["12가3456", "서울12바3456"])
def test_neighbours_of_a_legal_text_are_legal_and_differ_in_one_place(text: str) -> None:
    found = neighbours(text)
    assert text not in found
    assert all(GRAMMAR_AUTOMATON.accepts(other) for other in found)
    assert f"{text[:-1]}7" in found
    assert ("부산12바3456" in found) is text.startswith("서울")


def test_a_store_without_answers_has_none_that_are_suspicious(bench: Workbench) -> None:
    assert suspicious_answers(bench) == ()
