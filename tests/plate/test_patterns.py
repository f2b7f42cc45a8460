"""Kinds of plates beyond the built-in formats, learnt from their texts."""

from __future__ import annotations

from pipeline.plate.formats import FORMATS
from pipeline.plate.patterns import join_patterns, learn_patterns
from pipeline.plate.prefix import GRAMMAR_AUTOMATON, GrammarAutomaton

NEW = [f"합{n:02}육{n + 3:03}" for n in range(6)]
DIGITS = "0123456789"


def test_five_different_texts_of_one_shape_make_a_kind() -> None:
    assert learn_patterns([*NEW, "123가4568"]) == (("합", DIGITS, DIGITS, "육", DIGITS, DIGITS, DIGITS),)
    assert learn_patterns(NEW[:4] * 3) == ()


def test_letters_are_those_that_were_seen() -> None:
    (pattern,) = learn_patterns([*NEW, "합77해123"])
    assert pattern[3] == "육해"


def test_an_automaton_takes_learnt_kinds_for_plates_and_still_the_built_in_ones() -> None:
    grammar = GrammarAutomaton(FORMATS.values(), learn_patterns(NEW))
    assert not GRAMMAR_AUTOMATON.accepts("합98육765")
    assert grammar.accepts("합98육765")
    assert grammar.accepts("123가4568")
    assert not grammar.accepts("합98해765")


def test_what_was_known_before_stays_known() -> None:
    known = learn_patterns(NEW)
    (joined,) = join_patterns(known, learn_patterns([text.replace("육", "공") for text in NEW]))
    assert joined[3] == "공육"
    assert join_patterns((), known) == known
    assert len(join_patterns(known, (("가", *(DIGITS,) * 3),))) == 2
