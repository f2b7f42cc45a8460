import pytest

from pipeline.errors import BadSettings, UnknownBackend
from pipeline.flow.recipe import Step
from pipeline.plate.types import Stage
from pipeline.registry import find_backend
from pipeline.workbench import recipes, ways
from tests.flow import small_backends


def test_every_enhancer_is_a_chain_and_the_unchanged_one_comes_first(bench):
    first, *others = ways.chains(bench, {})
    assert first.key == "unchanged"
    assert {"contrast", "grayscale"} <= {way.key for way in others}
    assert all(way.missing is None and len(way.fingerprint) == 64 for way in (first, *others) if not way.missing)


def test_what_lacks_something_says_so_and_has_no_fingerprint(bench, monkeypatch):
    small_backends.install(monkeypatch)
    lacking = next(way for way in ways.readers(bench, {}) if way.key == "lacking")
    assert "no-such-program" in lacking.missing
    assert lacking.fingerprint == ""


def test_a_chain_put_together_ad_hoc_is_named_by_its_enhancers(bench):
    chain = ways.chains(bench, {}, ["contrast+grayscale", "nobody+grayscale", "nobody"])[-1]
    assert (chain.key, chain.title) == ("contrast+grayscale", "Contrast (CLAHE) + Grayscale")
    assert [step.name for step in chain.steps] == ["contrast", "grayscale"]


def test_each_chain_of_a_saved_recipe_can_be_compared(bench):
    chains = ((Step(name="grayscale"),), (Step(name="contrast", settings={"limit": 4}), Step(name="grayscale")))
    recipes.save_recipe(bench.store, "밤", chains, [Step(name="crnn")])
    saved = [way for way in ways.chains(bench, {}) if way.saved]
    assert [way.key for way in saved] == ["밤", "밤#2"]
    assert [way.steps for way in saved] == list(chains)
    plain = {way.key: way for way in ways.chains(bench, {})}
    assert saved[0].fingerprint == plain["grayscale"].fingerprint


def test_settings_stand_in_an_address_and_change_the_fingerprint(bench):
    contrast = find_backend(Stage.ENHANCER, "contrast")
    said = ways.assignments(Stage.ENHANCER, "contrast", contrast.settings(limit=4.5))
    assert said == ("enhancer.contrast.limit=4.5",)
    before, after = ({way.key: way for way in ways.chains(bench, s)} for s in ({}, ways.parse_settings(said)))
    assert before["contrast"].fingerprint != after["contrast"].fingerprint
    assert before["grayscale"].fingerprint == after["grayscale"].fingerprint
    assert ways.assignments(Stage.ENHANCER, "contrast", contrast.settings()) == ()


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("limit=4", BadSettings),
        ("enhancer.contrast.limit", BadSettings),
        ("engine.contrast.limit=4", BadSettings),
        ("enhancer.contrast.limit=99", BadSettings),
        ("enhancer.nobody.limit=4", UnknownBackend),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_in_words(said, error):
    with pytest.raises(error):
        ways.parse_settings([said])


def test_a_reader_that_needs_nothing_here_asks_elsewhere_and_is_thought_slow(bench, monkeypatch):
    small_backends.install(monkeypatch)
    costs = {way.key: ways.guess_cost(way, bench.config) for way in ways.readers(bench, {}) if not way.missing}
    assert costs["crnn"] < costs["parrot"]
