"""Both languages say the same things, and have words for everything the pipeline can name."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from pages.parts.language import LANGUAGES, load_words
from pipeline import errors
from pipeline.config import PROJECT
from pipeline.flow.recipe import BUILT_IN
from pipeline.plate.alphabet import LETTER_SETS
from pipeline.plate.doubts import DOUBTS
from pipeline.plate.formats import FORMATS
from pipeline.plate.types import PlateColour, Stage
from pipeline.workbench.views import Order

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "pages").rglob("*.py"))
MADE_UP = re.compile(  # groups whose names come from the pipeline, and keys put together from a prefix
    r"(stage|colour|class|use|letters|format|doubt|recipe|recipe_text|source|order|problem|nav)\.|"
    r"(overview\.(pictures|plates|confident|waiting|corrected)|empty\.steps_|analyze\.view_|system\.|stored\.|common\.open_)"
)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def named(group: str) -> set[str]:
    return {key.split(".", 1)[1] for key in load_words("en") if key.startswith(f"{group}.")}


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    korean, english = ({key: placeholders(text) for key, text in load_words(one).items()} for one in ("ko", "en"))
    assert korean == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_is_empty(language: str) -> None:
    assert all(text.strip() for text in load_words(language).values())


def test_every_doubt_has_words_with_the_arguments_it_brings() -> None:
    words = {key.split(".", 1)[1]: placeholders(text) for key, text in load_words("en").items() if key[:6] == "doubt."}
    assert words == {code: placeholders(text) for code, text in DOUBTS.items()}


def test_every_name_of_the_pipeline_has_words() -> None:
    codes = [codes for format in FORMATS.values() for codes in format.codes]
    classes = {row.plate_class for row in codes} | {format.plate_class for format in FORMATS.values()}
    uses = {row.use for format in FORMATS.values() for row in (*format.letters, *format.serials)}
    assert named("format") == set(FORMATS)
    assert named("colour") == set(PlateColour)
    assert named("letters") == set(LETTER_SETS)
    assert named("recipe") == named("recipe_text") == set(BUILT_IN)
    assert named("order") == set(Order)
    assert named("class") == classes - {""}
    assert named("use") == uses - {""}
    assert named("stage") >= set(Stage)


def test_every_way_a_file_can_fail_has_words() -> None:
    kinds = {kind.__name__ for kind in errors.MediaError.__subclasses__()}
    assert named("problem") == kinds | {"NotFound", "PictureGone", "ArchiveProblem"}


def test_pages_ask_only_for_strings_that_exist() -> None:
    asked = set(re.findall(r"""say\(["']([a-z_]+\.[a-z_]+)["']""", SOURCES))
    assert asked <= set(load_words("en"))


def test_no_string_is_left_over() -> None:
    unused = {key for key in load_words("en") if f'"{key}"' not in SOURCES and f"'{key}'" not in SOURCES}
    assert {key for key in unused if not MADE_UP.match(key)} == set()
