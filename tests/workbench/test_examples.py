from pipeline.workbench.analyze import analyze
from pipeline.workbench.examples import add_examples


def test_examples_are_scenes_that_can_be_analyzed(bench):
    uploads = list(add_examples(bench, count=2))
    assert [upload.source for upload in uploads] == ["example", "example"]
    made = [step.made for step in analyze(bench, [upload.id for upload in uploads], recipe="fast")]
    assert all(worked.result.plates >= 1 for worked in made)


def test_the_same_seed_draws_the_same_examples(bench):
    (first,) = add_examples(bench, count=1, seed=5)
    (second,) = add_examples(bench, count=1, seed=5)
    assert first.sha256 == second.sha256
