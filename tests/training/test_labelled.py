"""Labelled plates as training samples: split by plate, mixed in the share asked for."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from pipeline.corpus.labels import read_labels
from pipeline.errors import TrainingError
from pipeline.training.labelled import MixedSource, split_labelled
from pipeline.training.samples import SynthSource


def make(folder: Path, texts: list[str], kind: str = "plate_crop", box: str = ",,,") -> Path:
    rows = ["file,kind,plate_text,x1,y1,x2,y2"]
    for number, text in enumerate(texts):
        cv2.imwrite(str(folder / f"{number}.png"), np.full((40, 120, 3), 20 * number + 40, np.uint8))
        rows.append(f"{number}.png,{kind},{text},{box}")
    (folder / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    return folder / "labels.csv"


TEXTS = ["12가3456", "12가3456", "34나5678", "56다7890", "서울12바3456", "78라1234", ""]


def test_no_plate_stands_on_both_sides_and_blank_ones_on_none(tmp_path: Path) -> None:
    learnt, kept = split_labelled(read_labels(make(tmp_path, TEXTS)), tmp_path, seed=1)
    left, right = ({plate.text for plate in source.plates} for source in (learnt, kept))
    assert left & right == set()
    assert left | right == set(TEXTS) - {""}
    assert len(learnt.plates) + len(kept.plates) == 6


def test_held_back_plates_come_as_they_are_and_others_changed(tmp_path: Path) -> None:
    learnt, kept = split_labelled(read_labels(make(tmp_path, TEXTS)), tmp_path, seed=1)
    one, other = (kept.sample(n) for n in (0, len(kept.plates)))
    assert np.array_equal(one.pixels, other.pixels)
    looks = [learnt.sample(n * len(learnt.plates)) for n in range(3)]
    assert {look.text for look in looks} == {learnt.plates[0].text}
    assert not all(np.array_equal(looks[0].pixels, look.pixels) for look in looks)
    assert np.array_equal(learnt.sample(7).pixels, learnt.sample(7).pixels)


def test_of_a_scene_the_plate_is_cut_out_with_a_border(tmp_path: Path) -> None:
    table = make(tmp_path, ["12가3456", "34나5678"], kind="scene", box="20,10,70,20")
    _, kept = split_labelled(read_labels(table), tmp_path, seed=1)
    assert kept.sample(0).pixels.shape == (11, 58, 3)


def test_the_share_of_labelled_samples_is_kept(tmp_path: Path) -> None:
    learnt, _ = split_labelled(read_labels(make(tmp_path, TEXTS)), tmp_path, seed=1)
    mixed = MixedSource(SynthSource(3), learnt, 0.25)
    from_labels = [mixed.sample(index).text in set(TEXTS) - {""} for index in range(40)]
    assert sum(from_labels) == 10


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [(["12가3456"], "holds 1 different"), (["12가3456", "ABC"], "has A B C, which no plate bears")],
)
def test_what_cannot_be_learnt_is_said(tmp_path: Path, texts: list[str], complaint: str) -> None:
    with pytest.raises(TrainingError, match=complaint):
        split_labelled(read_labels(make(tmp_path, texts)), tmp_path, seed=1)
