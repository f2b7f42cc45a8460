from hypothesis import given
from hypothesis import strategies as st

from pipeline.analysis.confusion import NOTHING, aligned, confusion
from pipeline.analysis.metrics import edit_distance

TEXT = st.text("12가나", max_size=8)


def test_characters_stand_beside_what_they_were_taken_for():
    assert aligned("12가3456", "12거356") == [
        *(("1", "1"), ("2", "2"), ("가", "거"), ("3", "3"), ("4", NOTHING), ("5", "5"), ("6", "6")),
    ]
    assert aligned("", "1") == [(NOTHING, "1")]
    assert aligned("", "") == []


@given(TEXT, TEXT)
def test_an_alignment_spells_both_texts_and_costs_no_more_than_it_must(truth, read):
    pairs = aligned(truth, read)
    assert "".join(pair[0] for pair in pairs) == truth
    assert "".join(pair[1] for pair in pairs) == read
    assert sum(one != other for one, other in pairs) == edit_distance(truth, read)


def test_counts_and_places_by_hand():
    found = confusion([("12가3456", "12거3456"), ("12가", "12거"), ("가 1", "가2"), ("1", "")])
    assert found.counts["가", "거"] == 2
    assert found.where["가", "거"] == (0, 1)
    assert found.counts["1", "1"] == 2
    assert found.mistakes == [(("가", "거"), 2), (("1", NOTHING), 1), (("1", "2"), 1)]
