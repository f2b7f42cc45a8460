"""The character finder's samples, its loss and what it starts from."""

import numpy as np
import pytest
import torch

from pipeline.config import load_config
from pipeline.errors import TrainingError
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.geometry import quad_from_box
from pipeline.training.char_yolo import CharacterTask, plate_detector_start
from pipeline.training.samples import LabelledCrop, SynthSource
from pipeline.weights import Manifest

PIXELS = np.zeros((100, 200, 3), np.uint8)
QUAD = quad_from_box(0, 0, 200, 100)


class Answers(torch.nn.Module):
    """A network that says the same whatever it is shown."""

    def __init__(self, heads: torch.Tensor) -> None:
        super().__init__()
        self.heads = heads

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.heads


def crop(text: str, *boxes: list[tuple[float, float]]) -> LabelledCrop:
    return LabelledCrop(PIXELS, text, QUAD, 0, np.asarray(boxes, np.float32).reshape(-1, 4, 2))


def test_a_box_is_told_in_shares_of_the_crop() -> None:
    _, targets = CharacterTask().encode(crop("7", [(20, 30), (60, 30), (60, 70), (20, 70)]))
    assert targets[0].tolist() == pytest.approx([CHARACTERS.index("7"), 0.2, 0.5, 0.2, 0.4])


def test_boxes_of_tilted_neighbours_do_not_overlap() -> None:
    rise, step = 0.5, 24.0
    quads = [
        [
            (30 + step * n + dx - rise * dy, 20 + rise * step * n + rise * dx + dy)
            for dx, dy in ((0, 0), (22, 0), (22, 40), (0, 40))
        ]
        for n in range(4)
    ]
    _, targets = CharacterTask().encode(crop("1234", *quads))
    right, left = targets[:-1, 1] + targets[:-1, 3] / 2, targets[1:, 1] - targets[1:, 3] / 2
    assert bool((right <= left + 1e-6).all())


def test_a_character_that_is_cut_off_is_not_asked_for() -> None:
    _, targets = CharacterTask().encode(
        crop("12", [(-38, 30), (2, 30), (2, 70), (-38, 70)], [(20, 30), (60, 30), (60, 70), (20, 70)])
    )
    assert [CHARACTERS[int(number)] for number in targets[:, 0]] == ["2"]


def test_a_crop_without_boxes_is_refused_by_its_text() -> None:
    with pytest.raises(TrainingError, match="12가3456"):
        CharacterTask().encode(LabelledCrop(PIXELS, "12가3456", QUAD, 0))


def test_the_first_layers_are_at_the_start_the_plate_detectors() -> None:
    task = CharacterTask()
    detector = Manifest.load(load_config().weights).verified("yolo_plate_torch")
    start = plate_detector_start(task, detector, seed=1)
    torch.manual_seed(1)
    plain = task.network().state_dict()
    changed = {int(name.split(".")[2]) for name in plain if not torch.equal(start[name], plain[name])}
    assert changed == set(range(7))
    again = plate_detector_start(task, detector, seed=1)
    assert all(torch.equal(start[name], again[name]) for name in start)


def test_a_few_steps_lower_the_loss_also_where_no_plate_is() -> None:
    task = CharacterTask()
    torch.manual_seed(0)
    network = task.network()
    crops = [*(SynthSource(3).sample(index) for index in range(3)), crop("")]
    batch = task.together([task.encode(each) for each in crops])
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3)
    losses: list[float] = []
    for _ in range(6):
        loss = task.loss(network, batch)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize(("wrong", "right"), [({}, 2), ({"class": 1}, 1), ({"more": 1}, 1)])
def test_a_picture_is_right_where_every_character_is_found_and_nothing_else(wrong: dict[str, int], right: int) -> None:
    task = CharacterTask()
    batch = task.together([task.encode(crop("7", [(20, 30), (60, 30), (60, 70), (20, 70)])), task.encode(crop(""))])
    heads = torch.zeros(2, 4 + len(CHARACTERS), 6)
    heads[0, :4, 2] = batch[1][0, 2:] * torch.tensor([224.0, 64.0, 224.0, 64.0])
    heads[0, 4 + CHARACTERS.index("1" if wrong.get("class") else "7"), 2] = 0.9
    if wrong.get("more"):
        heads[1, :4, 0], heads[1, 9, 0] = torch.tensor([100.0, 32.0, 20.0, 40.0]), 0.9
    assert task.right(Answers(heads), batch) == right
