from __future__ import annotations

from collections import Counter
from pathlib import Path

from pipeline.corpus.snapshot import Split
from pipeline.training.labelled import LabelledSource
from pipeline.training.snapshot_plates import to_labelled_plates, training_plates
from tests.corpus.snapshots import write

TEXTS = [*(f"{n:02}가3456" for n in range(20)), "12다3456", ""]


def test_every_read_plate_of_a_split_comes_once_and_no_text_in_two_splits(tmp_path: Path) -> None:
    snapshot = write(tmp_path, TEXTS)
    texts = [{plate.text for plate in to_labelled_plates(snapshot, split)} for split in Split]
    assert sum(map(len, texts)) == 21
    assert set.union(*texts) == set(TEXTS) - {""}


def test_rare_plates_come_several_times_and_each_time_changed(tmp_path: Path) -> None:
    snapshot = write(tmp_path, TEXTS, known={"12다3456": Split.TRAIN})
    plates = training_plates(snapshot)
    assert Counter(plate.text for plate in plates)["12다3456"] > 1
    assert set(plates) == set(to_labelled_plates(snapshot, Split.TRAIN))
    source = LabelledSource(plates, seed=1)
    rare = [n for n, plate in enumerate(plates) if plate.text == "12다3456"]
    assert (source.sample(rare[0]).pixels != source.sample(rare[1]).pixels).any()
