import re

import pytest
from pydantic import ValidationError

from pipeline.config import load_config
from pipeline.errors import BadSettings, UnknownRecipe
from pipeline.flow.recipe import BUILT_IN, DEFAULT_RECIPE, Recipe, Step, find_recipe

SMALL = Recipe(name="small", detector=Step(name="white_boxes"), readers=(Step(name="parrot"),))


def test_the_default_recipe_is_thorough_and_first():
    assert DEFAULT_RECIPE == "thorough"
    assert list(BUILT_IN) == ["thorough", "fast", "ensemble"]


@pytest.mark.parametrize("recipe", BUILT_IN.values(), ids=BUILT_IN)
def test_the_settings_of_a_built_in_recipe_are_allowed(recipe):
    for stage, step in recipe.steps():
        step.parse(stage)


def test_an_unknown_recipe_is_told_which_there_are():
    with pytest.raises(UnknownRecipe, match=r"'slow'.*thorough, fast, ensemble"):
        find_recipe("slow")


def test_a_recipe_cannot_be_changed():
    with pytest.raises(ValidationError):
        SMALL.name = "other"


def test_the_name_is_not_part_of_the_fingerprint():
    renamed = SMALL.model_copy(update={"name": "other"})
    assert renamed.fingerprint(load_config()) == SMALL.fingerprint(load_config())


def test_a_default_written_out_is_the_same_recipe():
    spelled = SMALL.model_copy(update={"detector": Step(name="white_boxes", settings={"score": 0.9})})
    assert spelled.fingerprint(load_config()) == SMALL.fingerprint(load_config())


@pytest.mark.parametrize(
    "change",
    [
        lambda: SMALL.with_setting("detector.white_boxes.score=0.8"),
        lambda: SMALL.for_crops(),
        lambda: SMALL.model_copy(update={"readers": (Step(name="broken"),)}),
        lambda: SMALL.model_copy(update={"chains": ((Step(name="darker"),),)}),
    ],
    ids=["a setting", "no detector", "another reader", "another chain"],
)
def test_whatever_decides_the_result_changes_the_fingerprint(change):
    assert change().fingerprint(load_config()) != SMALL.fingerprint(load_config())


def test_other_weights_change_the_fingerprint(tmp_path):
    recipe = Recipe(name="real", detector=Step(name="yolo_plate"), readers=())
    manifest = (load_config().weights / "manifest.toml").read_text(encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(re.sub("sha256 = .*", 'sha256 = "0"', manifest), encoding="utf-8")
    assert recipe.fingerprint(load_config(weights=tmp_path)) != recipe.fingerprint(load_config())


def test_a_setting_reaches_every_place_of_its_backend():
    recipe = SMALL.model_copy(update={"chains": ((Step(name="contrast"),), (Step(name="contrast"),))})
    changed = recipe.with_setting("enhancer.contrast.limit = 3")
    assert [step.settings for chain in changed.chains for step in chain] == [{"limit": "3"}, {"limit": "3"}]
    assert changed.name == "small, enhancer.contrast.limit=3"


@pytest.mark.parametrize(
    ("assignment", "complaint"),
    [
        ("score", "write it as"),
        ("detector.white_boxes.score", "write it as"),
        ("score=1", "write it as"),
        ("reader.tesseract.mode=7", "it has: detector.white_boxes, enhancer.unchanged, reader.parrot"),
        ("detector.white_boxes.score=2", "score='2' cannot be used"),
        ("detector.white_boxes.colour=2", "colour='2' cannot be used"),
    ],
)
def test_a_setting_that_makes_no_sense_is_explained(assignment, complaint):
    with pytest.raises(BadSettings, match=complaint):
        SMALL.with_setting(assignment)


def test_what_a_recipe_lacks_is_said_of_its_first_unusable_step():
    recipe = SMALL.model_copy(update={"readers": (Step(name="parrot"), Step(name="lacking"))})
    assert SMALL.missing(load_config()) is None
    assert (
        recipe.missing(load_config())
        == "reader 'lacking' cannot run: the program 'no-such-program' is not on the PATH; install it"
    )
