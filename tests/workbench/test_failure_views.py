"""The plates behind every number of a run."""

from __future__ import annotations

import pytest

from pipeline.errors import NotFound
from pipeline.media.tables import read_table
from pipeline.workbench.failure_views import (
    compare_runs,
    keep_selection,
    open_run,
    open_selection,
    plates,
    rivals,
    table_csv,
)
from tests.workbench.kept_run import keep_run, plan, plate, six_plates


@pytest.fixture
def view(bench):
    return open_run(bench, keep_run(bench.store, plan(), six_plates()))


@pytest.mark.parametrize(
    ("question", "files"),
    [
        ("all", "01235"),
        ("right", "05"),
        ("wrong", "321"),
        ("sure", "12"),
        ("guess", "3"),
        ("missed", "3"),
        ("extra", "4"),
        ("pair|가|거", "12"),
        ("pair|0|1", "2"),
        ("pair|가|나", ""),
        ("slice|size|all|16–24", "1"),
        ("slice|size|wrong|< 16", ""),
        ("slice|source|wrong|north gate", "123"),
        ("bin|9", "0125"),
    ],
)
def test_every_number_has_its_plates(view, question, files):
    assert "".join(item.outcome.file[0] for item in plates(view, question)) == files


def test_the_numbers_are_those_of_the_plates_behind_them(view):
    whole = view.summary
    assert len(plates(view, "wrong")) == whole.n - whole.exact == 3
    assert len(plates(view, "sure")) == whole.answered - whole.answered_right
    assert len(plates(view, "missed")) == whole.plates - whole.found
    assert view.confusion.mistakes == [(("가", "거"), 2), (("0", "1"), 1)]
    assert len(view.places) == len(view.items) == 6


@pytest.mark.parametrize("question", ["nothing", "", "slice|shoe|all|1", "slice|size", "bin|x", "duel|won", "pair|1"])
def test_a_question_that_nobody_asks_is_a_sentence(view, question):
    with pytest.raises(NotFound, match="there are no plates behind"):
        plates(view, question)


def test_a_duel_names_the_plates_of_each_side(bench, view):
    other = keep_run(bench.store, plan("fast"), [plate(0, "12가3456", "1"), plate(1, "34가5678", "34가5678")])
    assert [run.id for run in rivals(bench, view.run)] == [other]
    rival = open_run(bench, other)
    assert compare_runs(view, rival).p == 1.0
    for question, files in (("duel|won", "0"), ("duel|lost", "1"), ("duel|both_right", ""), ("duel|p", "")):
        assert "".join(item.outcome.file[0] for item in plates(view, question, rival)) == files


def test_plates_go_away_as_a_table(view):
    rows = read_table(table_csv(plates(view, "pair|가|거")))
    assert [(row["file"], row["truth"], row["read"], row["edits"]) for row in rows] == [
        ("1.png", "34가5678", "34거5678", "1"),
        ("2.png", "56가7890", "56거7891", "2"),
    ]


def test_a_selection_opens_with_its_plates(bench, view):
    chosen = plates(view, "pair|가|거")
    kept = keep_selection(bench, "two", "run 1", [item.id for item in chosen])
    assert open_selection(bench, kept.id) == (kept, chosen)
