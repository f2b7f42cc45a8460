from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.corpus.snapshot import Split
from pipeline.corpus.split import split_texts

TEXTS = [f"{n:02}가{n:04}" for n in range(400)]
NAMES = st.lists(st.integers(0, 9999).map("12가{:04}".format), min_size=3, max_size=30, unique=True)


def test_about_seven_in_ten_are_to_learn_from() -> None:
    counted = Counter(split_texts(TEXTS, "gate").values())
    assert 250 <= counted[Split.TRAIN] <= 310
    assert min(counted[Split.VALIDATION], counted[Split.TEST]) >= 36


@given(NAMES, st.text(max_size=5))
def test_no_split_is_empty_whatever_the_texts_are(texts: list[str], salt: str) -> None:
    assert set(split_texts(texts, salt).values()) == set(Split)


@given(NAMES, NAMES)
def test_a_text_keeps_its_split_in_every_later_version(texts: list[str], more: list[str]) -> None:
    first = split_texts(texts, "gate")
    second = split_texts([*more, *texts], "gate", first)
    assert {text: second[text] for text in texts} == first


def test_a_text_stays_where_its_hash_says_without_any_memory_once_there_are_enough() -> None:
    few, many = split_texts(TEXTS[:200], "gate"), split_texts(TEXTS, "gate")
    assert all(many[text] is split for text, split in few.items())
    assert split_texts(TEXTS, "yard") != many


def test_one_text_is_to_learn_from() -> None:
    assert split_texts(["12가3456"], "gate") == {"12가3456": Split.TRAIN}
