import ast
from pathlib import Path
from string import Formatter

import pytest

import pipeline.plate
from pipeline.plate.doubts import DOUBTS, doubt, sentence
from pipeline.plate.types import Doubt


def test_a_doubt_becomes_a_sentence_with_its_arguments() -> None:
    made = doubt("low_confidence", percent=62, char="가", position=3)
    assert made == Doubt("low_confidence", (("percent", "62"), ("char", "가"), ("position", "3")))
    assert sentence(made) == "Character 3, read as '가', is only 62 % certain."


def test_a_format_is_named_in_plain_words() -> None:
    assert "green one digit" in sentence(doubt("unusual_format", format="green_one_digit"))


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="too_pretty"):
        doubt("too_pretty")


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(ValueError, match="height_px"):
        doubt("too_small")


@pytest.mark.parametrize("code", DOUBTS)
def test_every_sentence_is_one_and_takes_named_arguments(code: str) -> None:
    fields = {name for _, name, _, _ in Formatter().parse(DOUBTS[code]) if name is not None}
    text = sentence(doubt(code, **dict.fromkeys(fields, "7")))
    assert text.endswith(".")
    assert "{" not in text


def test_the_grammar_raises_no_doubt_that_has_no_words() -> None:
    raised = {
        call.args[0].value
        for path in Path(pipeline.plate.__path__[0]).glob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "doubt"
        if isinstance(call.args[0], ast.Constant)
    }
    assert "code_never_issued" in raised
    assert raised <= set(DOUBTS)
