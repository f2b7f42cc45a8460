from pipeline.ensemble.align import align
from pipeline.plate.types import Character, Reading


def reading(text: str, probability: float = 0.9, reader: str = "crnn") -> Reading:
    return Reading(tuple(Character(char, probability) for char in text), reader)


def texts(*readings: Reading) -> list[str]:
    """What each reading says, column by column, ``_`` for an empty ballot; the surest reading comes first."""
    columns = align(readings)
    return ["".join(ballots[n].char or "_" for ballots in columns) for n in range(len(columns[0]))]


def test_one_reading_is_laid_out_as_it_is():
    assert texts(reading("12가3456")) == ["12가3456"]


def test_a_lost_digit_leaves_an_empty_ballot_in_its_slot():
    assert texts(reading("12가3456", 0.9), reading("12가356", 0.8)) == ["12가3456", "12가3_56"]


def test_a_character_that_only_one_reader_sees_gets_a_slot_of_its_own():
    assert texts(reading("12가3456", 0.9), reading("112가3456", 0.8)) == ["_12가3456", "112가3456"]


def test_look_alikes_share_a_slot():
    assert texts(reading("12가3456", 0.9), reading("12거3456", 0.8)) == ["12가3456", "12거3456"]


def test_three_readings_of_three_lengths_come_into_columns():
    assert texts(reading("서울12가3456", 0.9), reading("울12가3456", 0.8), reading("서울12거345", 0.7)) == [
        "서울12가3456",
        "_울12가3456",
        "서울12거345_",
    ]


def test_the_surest_reading_comes_first_whatever_its_place():
    columns = align([reading("1", 0.5, "weak"), reading("7", 0.8, "strong")])
    assert [ballot.reader for ballot in columns[0]] == ["strong", "weak"]


def test_an_empty_ballot_is_as_sure_as_the_less_sure_neighbour():
    short = Reading((Character("1", 0.8), Character("3", 0.6)), "short")
    columns = align([reading("123", 0.9), short])
    assert [(ballots[1].char, ballots[1].probability) for ballots in columns] == [("1", 0.8), ("", 0.6), ("3", 0.6)]


def test_a_reading_that_saw_nothing_has_no_ballot():
    columns = align([reading("12"), Reading((), "blind")])
    assert [[ballot.reader for ballot in ballots] for ballots in columns] == [["crnn"], ["crnn"]]


def test_no_readings_make_no_columns():
    assert align([]) == []
