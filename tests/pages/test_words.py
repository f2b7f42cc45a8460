"""Both languages say the same things, and have words for everything the pipeline can name."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from pages.parts.language import LANGUAGES, load_words
from pipeline import errors
from pipeline.analysis.slices import Slicing
from pipeline.config import PROJECT
from pipeline.corpus.problems import PROBLEMS, REFUSALS
from pipeline.corpus.set_files import SetForm
from pipeline.flow.recipe import BUILT_IN
from pipeline.labelling.form import PLATE_TYPES
from pipeline.plate.alphabet import LETTER_SETS
from pipeline.plate.doubts import DOUBTS
from pipeline.plate.formats import FORMATS
from pipeline.plate.types import PlateColour, Stage
from pipeline.workbench import jobs, snapshots
from pipeline.workbench import worker as worker  # loads every handler
from pipeline.workbench.snapshot_export import ExportForm
from pipeline.workbench.views import JobState, Order

SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in (PROJECT / "pages").rglob("*.py"))
MADE_UP = re.compile(  # groups whose names come from the pipeline, and keys put together from a prefix
    r"(stage|enhancer|reader|setting|colour|class|use|letters|format|doubt|reason|recipe|recipe_text|source|order|problem|nav|job_state|job_title|job_result|"
    r"label_problem|labelling_state|set_problem|set_refusal|set_form|slicing|slicing_text|blur|lines|left_out|answer_source)\.|"
    r"(overview\.(pictures|plates|confident|waiting|corrected)|empty\.steps_|analyze\.view_|system\.|stored\.|compare\.mark_|common\.open_|job\.(stop|retry|remove|column_)|"
    r"labelling\.(column_|unsent|there|answered|disputed)|"
    r"review\.(view_|steps_|count_|state_|accept|unreadable|not_a_plate|skip|corners)|"
    r"training\.(count_|curve_)|models\.(column_|kind_)|low_light\.(column_|says_|effect_|key_|vehicles|plates)|datasets\.(count_|state_|class_|form_|view_|people|origins|left_out)|failures\.(column_|view_|unit_|title_|duel_|legend_|p_|wrong|cer|sure|guess|missed|extra|case_))"
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
    assert named("reason") == {code for code in DOUBTS if not code.startswith("answer")}  # of plates, not of answers
    assert named("class") == classes - {""}
    assert named("use") == uses - {""}
    assert named("stage") >= set(Stage)


def test_every_kind_of_job_has_a_title_and_every_state_a_name() -> None:
    assert named("job_title") == set(jobs.kinds())
    assert named("job_result") <= set(jobs.kinds())
    assert named("job_state") == {*JobState, "stopping"}


def test_every_way_a_file_can_fail_has_words() -> None:
    kinds = {kind.__name__ for kind in errors.MediaError.__subclasses__()}
    assert named("problem") == kinds | {"NotFound", "PictureGone", "ArchiveProblem"}


def test_every_way_a_label_studio_can_fail_has_words_and_its_plate_types_have_the_pages_names() -> None:
    assert named("label_problem") == {kind.__name__ for kind in errors.LabellingError.__subclasses__()}
    korean = {key.split(".", 1)[1]: text for key, text in load_words("ko").items() if key.startswith("format.")}
    assert korean == PLATE_TYPES


def test_everything_that_a_labelled_set_can_lack_has_words_with_the_arguments_it_brings() -> None:
    for group, codes in (("set_problem", PROBLEMS), ("set_refusal", REFUSALS)):
        assert named(group) == set(codes)
        for code, text in codes.items():
            assert placeholders(load_words("en")[f"{group}.{code}"]) <= placeholders(text) | {"file"}
    assert named("set_form") == set(SetForm)
    assert named("slicing") == named("slicing_text") == set(Slicing)


def test_every_reason_to_leave_a_plate_out_of_a_data_set_has_words() -> None:
    assert named("left_out") == set(PROBLEMS) | snapshots.REASONS
    assert {name.removesuffix("_text") for name in named("datasets") if name.startswith("form_")} == {
        f"form_{form}" for form in ExportForm
    }


def test_pages_ask_only_for_strings_that_exist() -> None:
    asked = set(re.findall(r"""say\(["']([a-z_]+\.[a-z_]+)["']""", SOURCES))
    assert asked <= set(load_words("en"))


def test_no_string_is_left_over() -> None:
    unused = {key for key in load_words("en") if f'"{key}"' not in SOURCES and f"'{key}'" not in SOURCES}
    assert {key for key in unused if not MADE_UP.match(key)} == set()
