import json

import pytest

from pipeline.ensemble.strength import Strengths
from pipeline.errors import NotFound
from pipeline.plate.types import Character, PlateCrop, Reading, Stage
from pipeline.registry import register
from pipeline.workbench import plates, votes
from pipeline.workbench.bench import Workbench
from tests.flow.small_backends import TEXT, Parrot
from tests.workbench.pictures import png

pytestmark = pytest.mark.usefixtures("small")
OTHER = TEXT[:-1] + ("0" if TEXT[-1] != "0" else "1")


@pytest.fixture(autouse=True)
def contrarian(small: None) -> None:
    """A reader that reads another last digit, and is quite sure."""

    class Contrarian(Parrot):
        def read(self, crops: list[PlateCrop]) -> list[Reading]:
            return [Reading(tuple(Character(c, 0.999) for c in OTHER), "contrarian", "unchanged") for _ in crops]

    register(Stage.READER, "contrarian", title="Contrarian")(Contrarian)


@pytest.fixture
def plate(bench: Workbench) -> int:
    """Id of a plate that one reader has read."""
    ((number,),) = [item.plates for item in plates.take_pictures(bench, [("a.png", png((250, 250, 250)))])]
    return int(number)


def ask(bench: Workbench, plate: int, *readers: str, chains: tuple[str, ...] = ("unchanged",)) -> votes.Votes:
    for _ in votes.ask(bench, plate, readers, chains):
        pass
    return votes.open_votes(bench, plate, readers, chains)


def test_a_plate_brings_the_readings_of_its_stored_verdict(bench, plate):
    opened = votes.open_votes(bench, plate, ())
    assert [reading.reader for reading in opened.readings] == ["parrot"]
    assert votes.verdict(opened).text == TEXT


def test_other_readers_are_asked_and_the_surest_comes_first(bench, plate):
    opened = ask(bench, plate, "parrot", "contrarian")
    assert [reading.reader for reading in opened.readings] == ["contrarian", "parrot"]
    assert {ballot.reader for ballot in votes.verdict(opened).slots[-1].ballots} == {"parrot", "contrarian"}


def test_what_was_asked_once_is_not_asked_again(bench, plate):
    ask(bench, plate, "parrot", "contrarian")
    assert list(votes.ask(bench, plate, ("parrot", "contrarian"))) == []


def test_the_verdict_follows_when_a_reading_is_taken_out(bench, plate):
    opened = ask(bench, plate, "contrarian")
    assert votes.verdict(opened).text == OTHER
    assert votes.verdict(opened, {("contrarian", "unchanged"): 0.0}).text == TEXT


def test_a_broken_reader_leaves_its_failure_and_the_others_vote(bench, plate):
    opened = ask(bench, plate, "broken", "contrarian")
    assert [failure.backend for failure in opened.failures] == ["broken"]
    assert "contrarian" in {reading.reader for reading in opened.voting}


def test_readers_that_were_never_measured_together_are_told(bench, plate):
    opened = ask(bench, plate, "contrarian")
    assert opened.strengths.companies.get("contrarian+parrot") is None
    assert not votes.is_measured(opened)
    assert votes.is_measured(opened, {("contrarian", "unchanged"): 0.0})


def test_the_worth_of_a_ballot_is_what_was_measured_of_its_reader(bench, plate):
    opened = ask(bench, plate, "contrarian")
    ballot = votes.verdict(opened).slots[0].ballots[0]
    assert votes.worth(opened, ballot) == pytest.approx(Strengths().of(ballot.reader).probability(ballot))


def test_every_reading_can_be_taken_as_json(bench, plate):
    opened = ask(bench, plate, "contrarian")
    made = json.loads(votes.readings_json(opened))
    assert {reading["reader"]: reading["text"] for reading in made["readings"]} == {"parrot": TEXT, "contrarian": OTHER}


def test_a_plate_that_is_not_there_is_not_found(bench):
    with pytest.raises(NotFound):
        votes.open_votes(bench, 999, ())
