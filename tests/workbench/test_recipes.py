import pytest

from pipeline.config import load_config
from pipeline.errors import BadRecipe, BadSettings, UnknownBackend, UnknownRecipe
from pipeline.flow.recipe import BUILT_IN, Step
from pipeline.workbench import recipes
from pipeline.workbench.analyze import add_uploads, analyze, results
from tests.workbench.pictures import png

CHAIN = (Step(name="contrast", settings={"limit": 4}), Step(name="grayscale"))
READERS = (Step(name="crnn"),)


def save(bench, name="night", chains=(CHAIN,), readers=READERS):
    return recipes.save_recipe(bench.store, name, chains, readers)


def test_a_saved_recipe_is_found_by_pages_and_by_the_command_line(bench):
    saved = save(bench, " night \t drive ")
    assert saved.name == "night drive"
    assert saved.detector == BUILT_IN["thorough"].detector
    for store in (bench.store, None):
        assert recipes.choose_recipe(bench.config, "night drive", store=store) == saved
        assert [c.name for c in recipes.recipe_choices(bench.config, store)] == [*BUILT_IN, "night drive"]


def test_settings_change_a_saved_recipe_too(bench):
    save(bench)
    changed = recipes.choose_recipe(bench.config, "night", ["enhancer.contrast.limit=3"], bench.store)
    assert changed.chains[0][0].settings == {"limit": "3"}


def test_a_picture_is_read_with_a_saved_recipe_and_found_again(bench):
    save(bench)
    ids = [upload.id for upload in add_uploads(bench, [("a.png", png())])]
    (step,) = analyze(bench, ids, "night")
    assert step.made.result.recipe == "night"
    assert len(results(bench, ids, "night")) == 1


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a+b", "x" * 41, "<b>", "thorough", "contrast"])
def test_a_name_that_cannot_be_one_is_refused_in_words(bench, name):
    with pytest.raises(BadRecipe, match=r"choose|take up to"):
        save(bench, name)
    assert bench.store.recipes.all() == {}


def test_a_name_is_given_once_until_its_recipe_is_deleted(bench):
    save(bench)
    with pytest.raises(BadRecipe, match="'night' is saved already"):
        save(bench, readers=(Step(name="tesseract"),))
    recipes.delete_recipe(bench.store, "night")
    with pytest.raises(UnknownRecipe, match="no recipe 'night'"):
        recipes.delete_recipe(bench.store, "night")
    save(bench)


def test_a_recipe_of_nothing_is_refused(bench):
    for chains, readers in (((), READERS), (((),), READERS), ((CHAIN,), ())):
        with pytest.raises(BadRecipe, match="needs a reader and an enhancer"):
            save(bench, chains=chains, readers=readers)


def test_a_step_that_does_not_exist_or_cannot_be_set_so_is_refused(bench):
    with pytest.raises(UnknownBackend):
        save(bench, readers=(Step(name="nobody"),))
    with pytest.raises(BadSettings):
        save(bench, chains=((Step(name="contrast", settings={"limit": 99}),),))


def test_a_saved_recipe_whose_backend_is_gone_is_listed_with_the_reason(bench):
    bench.store.recipes.add("old", {"detector": None, "readers": [{"name": "gone"}]})
    choice = recipes.recipe_choices(bench.config, bench.store)[-1]
    assert choice.name == "old"
    assert "there is no reader 'gone'" in choice.missing


def test_looking_for_saved_recipes_makes_no_state_folder(home):
    with pytest.raises(UnknownRecipe, match=r"there are: thorough, fast, ensemble$"):
        recipes.find_recipe(load_config(), "night")
    assert not (home / "plateloop.db").exists()
