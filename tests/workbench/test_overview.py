import pytest

from pipeline.workbench.analyze import add_uploads, analyze
from pipeline.workbench.inspections import correct
from pipeline.workbench.overview import overview
from tests.workbench.pictures import BLACK, RED, png

pytestmark = pytest.mark.usefixtures("small")


def test_an_empty_workbench_says_so(bench):
    assert overview(bench).empty


def test_what_needs_attention_is_listed(bench):
    files = [("plate.png", png()), ("no plate.png", png(BLACK)), ("broken.png", png(RED))]
    ids = [upload.id for upload in add_uploads(bench, files)]
    made = [step.made for step in analyze(bench, ids)]
    seen = overview(bench)
    assert not seen.empty
    assert (seen.counts.uploads, seen.counts.inspections) == (3, 1)
    assert [row.name for row in seen.latest] == ["plate.png"]
    assert [row.name for row in seen.doubtful] == ["plate.png"]
    assert [row.upload.name for row in seen.without_plate] == ["no plate.png"]
    assert [row.upload.name for row in seen.failed] == ["broken.png"]

    correct(bench, made[0].result.inspections[0].id, "12가3456", "kim")
    assert overview(bench).doubtful == ()


def test_lists_are_as_long_as_asked(bench):
    ids = [upload.id for upload in add_uploads(bench, [(f"{n}.png", png(width=100 + n)) for n in range(3)])]
    assert len(list(analyze(bench, ids))) == 3
    assert [row.name for row in overview(bench, each=2).latest] == ["2.png", "1.png"]
