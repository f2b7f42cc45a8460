import pytest

from pipeline.errors import BackendError
from pipeline.flow.recipe import Recipe, Step, find_recipe
from pipeline.workbench.speed import WARM_UP, measure


@pytest.mark.usefixtures("small")
def test_a_backend_that_fails_is_not_timed(bench):
    broken = Recipe(name="broken", detector=None, readers=(Step(name="broken"),))
    with pytest.raises(BackendError, match="reader 'broken' failed: ValueError: no glasses"):
        measure(bench.pool, broken, rounds=1)


@pytest.mark.usefixtures("small")
def test_every_stage_of_a_plate_and_of_a_scene_is_timed(bench):
    rounds = []
    plate, scene = measure(bench.pool, find_recipe("thorough"), 2, lambda: rounds.append(1))
    assert len(rounds) == 2 * (2 + WARM_UP)
    assert (plate.height, scene.width, scene.height) == (64, 1280, 720)
    for timing in (plate, scene):
        assert set(timing.stages) == {"decode", "detect", "rectify", "enhance", "read", "vote", "store"}
        assert timing.whole >= timing.stages["store"] > 0
    assert bench.store.uploads.list() == ()
