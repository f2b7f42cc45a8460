"""Lines to learn from, and EasyOCR's own weights to start with."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from pipeline.networks.strips import WHOLE
from pipeline.synth.photos import PhotoStyle
from pipeline.training.easy_ocr import LineTask, english_start, find_english, pick_strip
from pipeline.training.samples import LabelledCrop, SynthSource

UPRIGHT = PhotoStyle(margin=0.1, tilted=0.0, hard=0.0, blank=0.0)


def samples(count: int, *formats: str, style: PhotoStyle = UPRIGHT) -> list[LabelledCrop]:
    source = SynthSource(3, style=replace(style, formats=formats))
    return [source.sample(index) for index in range(count)]


def test_of_two_lines_each_is_a_strip_with_its_own_text() -> None:
    crops = samples(60, "commercial_short", "green_regional", "green_national")
    texts = [pick_strip(crop) for crop in crops]
    upper = [crop for crop, (_, text) in zip(crops, texts, strict=True) if text == crop.text[: crop.upper]]
    lower = [crop for crop, (_, text) in zip(crops, texts, strict=True) if text == crop.text[crop.upper :]]
    nothing = [window for window, text in texts if not text]
    assert len(upper) + len(lower) + len(nothing) == len(crops)
    assert min(len(upper), len(lower)) > 15
    assert set(nothing) <= {WHOLE}, "both lines together are no line"


def test_the_strip_of_a_line_shows_all_of_it() -> None:
    for crop in samples(60, "commercial_short", "large_7", "motorcycle_old"):
        (top, bottom), text = pick_strip(crop)
        assert 0 <= top < bottom <= 1
        if text and crop.boxes is not None:
            start = crop.text.rindex(text)
            line = crop.boxes[start : start + len(text), :, 1] / crop.pixels.shape[0]
            assert line.min(1).mean() >= top - 0.1
            assert line.max(1).mean() <= bottom + 0.1


def test_a_line_that_is_cut_is_not_to_be_written() -> None:
    strips = [pick_strip(crop) for crop in samples(200, "long_7")]
    cut = [text for window, text in strips if window != WHOLE]
    assert len(cut) >= 5
    assert set(cut) <= {"", *(text for _, text in strips)}
    assert all(text for window, text in strips if window == WHOLE)


def test_the_same_sample_gives_the_same_strip() -> None:
    task = LineTask()
    for crop in samples(5, "film_8"):
        assert all(torch.equal(a, b) for a, b in zip(task.encode(crop), task.encode(crop), strict=True))


def test_a_labelled_photo_without_boxes_is_one_line() -> None:
    pixels = np.zeros((20, 90, 3), np.uint8)
    assert pick_strip(LabelledCrop(pixels, "12가3456", np.zeros((4, 2), np.float32), 7)) == (WHOLE, "12가3456")


def test_it_starts_as_easyocrs_own_network_and_knows_the_digits() -> None:
    from easyocr.config import recognition_models
    from easyocr.model.vgg_model import Model

    task = LineTask()
    ours = task.network()
    ours.load_state_dict(english_start(task))
    known: str = recognition_models["gen2"]["english_g2"]["characters"]
    theirs = Model(1, 256, 256, len(known) + 1)
    weights = torch.load(find_english(), map_location="cpu", weights_only=True)
    theirs.load_state_dict({name.removeprefix("module."): value for name, value in weights.items()})
    pictures = torch.randn(2, 1, 64, 128, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        written = ours.eval()(pictures)[..., : 1 + len("0123456789")]
        wanted = theirs.eval()(pictures, None)[..., [0, *(known.index(digit) + 1 for digit in "0123456789")]]
    assert torch.allclose(written - written[..., :1], wanted - wanted[..., :1], atol=1e-3)


def test_a_step_changes_what_is_to_be_learnt_and_leaves_the_first_layers() -> None:
    task = LineTask()
    network = task.network()
    frozen = [name for name, weights in network.named_parameters() if not weights.requires_grad]
    assert {name.split(".")[3] for name in frozen} == {"0", "3", "6", "8"}
    batch = task.together([task.encode(crop) for crop in samples(4, "film_8", "commercial_short")])
    loss = task.loss(network, batch)
    loss.backward()  # type: ignore[no-untyped-call]
    assert torch.isfinite(loss)
    assert all((weights.grad is None) == (name in frozen) for name, weights in network.named_parameters())


@pytest.mark.parametrize("text", ["", "12가3456"])
def test_what_is_written_is_compared_whole(text: str) -> None:
    task = LineTask()
    network = task.network()
    network.load_state_dict(english_start(task))
    crop = LabelledCrop(np.full((20, 90, 3), 128, np.uint8), text, np.zeros((4, 2), np.float32), 0)
    batch = task.together([task.encode(crop)])
    with torch.no_grad():
        assert task.right(network.eval(), batch) == (text == "")
