"""Going on from the shipped reader with plates that people have read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import TrainingError
from pipeline.media.draw import encode_png
from pipeline.networks.plate_networks import open_reader
from pipeline.training.labelled import LabelledPlate
from pipeline.training.loop import Progress
from pipeline.training.samples import SynthSource
from pipeline.workbench import models
from pipeline.workbench.bench import Workbench
from pipeline.workbench.fine_tuning import FineTuning, find_base, read_log, train_candidate, unfit_plates

TINY = FineTuning(samples=66, batch=22, validation=16, calibration=16)


@pytest.fixture
def plates(tmp_path: Path) -> tuple[LabelledPlate, ...]:
    """Drawn plates whose texts are of a kind that no format knows."""
    made = []
    for n in range(6):
        path = tmp_path / f"{n}.png"
        path.write_bytes(encode_png(SynthSource(5).sample(n).pixels))
        made.append(LabelledPlate(path, None, f"합{n:02}육{n:03}"))
    return tuple(made)


def test_a_stopped_training_goes_on_and_leaves_a_version_that_knows_the_new_kind(
    bench: Workbench, plates: tuple[LabelledPlate, ...], tmp_path: Path
) -> None:
    folder, base = tmp_path / "run", find_base(bench, "crnn")
    steps: list[int] = []

    class Stop(Exception): ...

    def stop(progress: Progress) -> None:
        raise Stop

    with pytest.raises(Stop):
        train_candidate(
            bench, plates, TINY, base, folder, stop, held_back=plates[:2], watch=lambda n, _: steps.append(n)
        )
    assert [line.step for line in read_log(folder)] == steps == [1]
    made = train_candidate(bench, plates, TINY, base, folder, held_back=plates[:2], watch=lambda n, _: steps.append(n))
    assert steps == [1, 2, 3]
    log = read_log(folder)
    assert [line.step for line in log] == [1, 2, 3]
    assert all(line.beside is not None for line in log)
    assert {change.of: change.n for change in made.changes} == {"drawn": 16, "labelled": 2}
    version = models.register(bench, "crnn", folder, "for a test")
    network = open_reader("crnn", models.served_file(bench, version), 1)
    assert network.about["patterns"][0][0] == "합"
    assert set(network.about["calibration"]) <= {"1", "2", "3"}


def test_what_cannot_be_trained_on_is_named(
    bench: Workbench, plates: tuple[LabelledPlate, ...], tmp_path: Path
) -> None:
    strange = LabelledPlate(plates[0].picture, None, "ABC123")
    assert unfit_plates([plates[0], strange]) == {1: "0.png: 'ABC123' has A B C, which no plate bears; mend it"}
    with pytest.raises(TrainingError, match="there is no plate to train on; choose a data set"):
        train_candidate(bench, [strange], TINY, find_base(bench, "crnn"), tmp_path / "run")
    with pytest.raises(TrainingError, match="'char_yolo' cannot be trained on answers; these can: crnn"):
        train_candidate(bench, plates, TINY, tmp_path, tmp_path / "run", network="char_yolo")
