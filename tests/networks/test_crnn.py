"""The reader's network made narrower, and of other widths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from pipeline.networks.crnn import CRNN, RecurrentCell, narrowed
from pipeline.networks.text import TextNetwork
from pipeline.training.crnn import ReaderTask
from pipeline.training.files import export_onnx
from pipeline.training.tasks import find_task


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_units_that_weigh_nothing_are_the_ones_left_out(cell: RecurrentCell) -> None:
    torch.manual_seed(1)
    wide = CRNN(9, cell, hidden=6).eval()
    idle = [1, 4]
    with torch.no_grad():
        for suffix, first in (("", 0), ("_reverse", 6)):
            getattr(wide.recurrent, f"weight_hh_l0{suffix}")[:, idle] = 0.0
            wide.head.weight[:, [first + unit for unit in idle]] = 0.0
    narrow = CRNN(9, cell, hidden=4).eval()
    narrow.load_state_dict(narrowed(wide.state_dict(), 4))
    pictures = torch.randn(2, 1, 64, 80)
    torch.testing.assert_close(narrow(pictures), wide(pictures))


def test_a_network_that_is_narrow_enough_stays_as_it_is() -> None:
    weights = CRNN(9, hidden=4).state_dict()
    kept = narrowed(weights, 8)
    assert kept.keys() == weights.keys()
    assert all(torch.equal(kept[name], weights[name]) for name in weights)


def test_what_is_told_of_weights_builds_their_network_again() -> None:
    task = ReaderTask("lstm", ("0", "가"), hidden=8, width=96)
    again = find_task("crnn", **task.about())
    assert again.example().shape == (2, 1, 64, 96)
    again.network().load_state_dict(task.network().state_dict())


def test_a_served_network_sees_pictures_of_the_width_it_was_trained_on(tmp_path: Path) -> None:
    for width in (96, 224):
        task = ReaderTask(hidden=8, width=width)
        path = export_onnx(task, task.network().state_dict(), tmp_path / f"{width}.onnx")
        crop = np.random.default_rng(0).integers(0, 256, (30, 90, 3), dtype=np.uint8)
        [weighed] = TextNetwork(path, 1).weigh([crop], [["12가3456"]])
        assert np.isfinite(weighed).all()
