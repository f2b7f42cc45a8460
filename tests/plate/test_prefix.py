import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.plate.alphabet import CHARACTERS, DIGITS
from pipeline.plate.diagnosis import TOLERATED
from pipeline.plate.formats import FORMATS, PlateFormat
from pipeline.plate.grammar import parse, sample
from pipeline.plate.prefix import GRAMMAR_AUTOMATON, GrammarAutomaton

# Rules about the value of a number, which the automaton leaves to parse().
LEFT_TO_PARSE = {"code_never_issued", "serial_never_issued"}

seeds = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)
@settings(max_examples=30)
@given(seed=seeds)
def test_every_legal_plate_is_accepted_and_none_of_its_beginnings(format: PlateFormat, seed: int) -> None:
    alone = GrammarAutomaton([format])
    text = sample(format, np.random.default_rng(seed)).text
    assert GRAMMAR_AUTOMATON.accepts(text)
    assert alone.accepts(text)
    assert not any(alone.accepts(text[:length]) for length in range(len(text)))


@given(seed=seeds)
@example(seed=29405606)  # a green plate of code 0
def test_a_walk_through_the_automaton_ends_at_a_plate(seed: int) -> None:
    rng = np.random.default_rng(seed)
    state, text = GRAMMAR_AUTOMATON.start, ""
    while choices := sorted(GRAMMAR_AUTOMATON.following(state)):
        text += choices[int(rng.integers(len(choices)))]
        after = GRAMMAR_AUTOMATON.step(state, text[-1])
        assert after is not None
        state = after
    assert GRAMMAR_AUTOMATON.is_final(state)
    parsed = parse(text)
    assert parsed.matches or {doubt.code for doubt in parsed.doubts} <= LEFT_TO_PARSE | TOLERATED


@given(seed=seeds, position=st.integers(0, 11), char=st.sampled_from(CHARACTERS))
def test_a_changed_plate_is_accepted_just_when_it_parses(seed: int, position: int, char: str) -> None:
    rng = np.random.default_rng(seed)
    text = sample(list(FORMATS.values())[int(rng.integers(len(FORMATS)))], rng).text
    text = text[: position % len(text)] + char + text[position % len(text) + 1 :]
    parsed = parse(text)
    left_to_parse = {doubt.code for doubt in parsed.doubts} & LEFT_TO_PARSE
    assert GRAMMAR_AUTOMATON.accepts(text) == bool(parsed.matches) or left_to_parse


@pytest.mark.parametrize("text", ["", "52", "52가310", "52가31089", "52바3108", "서울123바4567", "52차3108", "가3108"])
def test_what_is_no_plate_is_refused(text: str) -> None:
    assert not GRAMMAR_AUTOMATON.accepts(text)


def test_after_a_region_come_its_number_or_a_district() -> None:
    state: int | None = GRAMMAR_AUTOMATON.start
    for char in "서울":
        assert state is not None
        state = GRAMMAR_AUTOMATON.step(state, char)
    assert state is not None
    following = GRAMMAR_AUTOMATON.following(state)
    assert set(DIGITS) < following
    assert {"관", "해"} < following
    assert GRAMMAR_AUTOMATON.step(state, "A") is None
