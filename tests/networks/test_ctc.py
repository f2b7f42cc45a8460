"""Decoding: what the search finds in log-probabilities made by hand."""

import numpy as np
import pytest

from pipeline.networks.ctc import INPUT_HEIGHT, INPUT_WIDTH, choose, greedy, mix, prepare, search, weigh
from pipeline.plate.alphabet import CHARACTERS
from pipeline.plate.prefix import GRAMMAR_AUTOMATON

INDEX = {char: number + 1 for number, char in enumerate(CHARACTERS)}


def written(*steps: dict[str, float]) -> np.ndarray:
    """Log-probabilities: each step names its characters ("" is the blank); the rest is spread thin."""
    rows = np.full((len(steps), len(CHARACTERS) + 1), 1e-9)
    for row, step in zip(rows, steps, strict=True):
        for char, probability in step.items():
            row[INDEX[char] if char else 0] = probability
    return np.log(rows / rows.sum(1, keepdims=True)).astype(np.float32)


def sure(text: str, **unsure: dict[str, float]) -> np.ndarray:
    """Every character certain at a step of its own, blanks between; ``at3`` replaces the step of character 3."""
    steps: list[dict[str, float]] = []
    for place, char in enumerate(text):
        steps += [unsure.get(f"at{place}", {char: 1.0}), {"": 1.0}]
    return written(*steps)


def test_a_certain_text_is_found_with_probability_one() -> None:
    best = search(sure("12가3456"), CHARACTERS, GRAMMAR_AUTOMATON)[0]
    assert best.text == "12가3456"
    assert best.legal
    assert best.probability == pytest.approx(1.0, abs=1e-4)


def test_a_doubled_digit_needs_a_blank_between() -> None:
    assert search(sure("11가3333"), CHARACTERS, GRAMMAR_AUTOMATON)[0].text == "11가3333"
    merged = written({"1": 1.0}, {"1": 1.0})
    assert search(merged, CHARACTERS, GRAMMAR_AUTOMATON)[0].text == "1"


def test_greedy_follows_the_best_path() -> None:
    assert "".join(CHARACTERS[c - 1] for c in greedy(sure("서울52바3108"))) == "서울52바3108"


def test_the_grammar_wins_over_a_slightly_likelier_illegal_text() -> None:
    found = search(sure("12가3456", at2={"7": 0.6, "가": 0.4}), CHARACTERS, GRAMMAR_AUTOMATON)
    assert found[0].text == "1273456"
    text, *_ = choose(found)
    assert text == "12가3456"


def test_a_photo_may_contradict_the_grammar() -> None:
    text, probabilities, _ = choose(search(sure("12345"), CHARACTERS, GRAMMAR_AUTOMATON))
    assert text == "12345"
    assert min(probabilities) > 0.99


def test_doubt_is_put_on_the_character_it_concerns() -> None:
    found = search(sure("12가3456", at4={"4": 0.7, "9": 0.3}), CHARACTERS, GRAMMAR_AUTOMATON)
    text, probabilities, _ = choose(found)
    assert text == "12가3456"
    assert probabilities[4] == pytest.approx(0.7, abs=0.01)
    assert all(p > 0.99 for place, p in enumerate(probabilities) if place != 4)


def test_a_digit_that_may_be_missing_leaves_the_ends_certain() -> None:
    found = search(sure("123가4568", at1={"2": 0.55, "": 0.45}), CHARACTERS, GRAMMAR_AUTOMATON)
    text, probabilities, _ = choose(found)
    assert text == "123가4568"
    assert probabilities[0] > 0.99
    assert probabilities[-1] > 0.99
    assert probabilities[1] == pytest.approx(0.55, abs=0.02)


def test_an_empty_plate_gives_an_empty_text() -> None:
    assert choose(search(written({"": 1.0}, {"": 1.0}), CHARACTERS, GRAMMAR_AUTOMATON)) == ("", [], [])


def test_two_looks_are_mixed_alike() -> None:
    one = search(sure("12가3456"), CHARACTERS, GRAMMAR_AUTOMATON)
    other = search(sure("12가3458"), CHARACTERS, GRAMMAR_AUTOMATON)
    shares = {h.text: h.probability for h in mix([one, one, other])}
    assert shares["12가3456"] == pytest.approx(2 / 3, abs=1e-3)
    assert shares["12가3458"] == pytest.approx(1 / 3, abs=1e-3)


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (2000, 7), (64, 224), (24, 94)])
def test_any_crop_is_prepared_to_one_shape(shape: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    picture = prepare(pixels)
    assert picture.shape == (1, INPUT_HEIGHT, INPUT_WIDTH)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()


def test_brightness_and_contrast_do_not_change_what_the_network_sees() -> None:
    pixels = np.full((40, 160, 3), 110, np.uint8)
    pixels[8:32, 20::16] = 20
    brighter = (pixels.astype(np.int16) * 2 + 10).clip(0, 255).astype(np.uint8)
    seen, seen_brighter = prepare(pixels), prepare(brighter)
    assert np.corrcoef(seen.ravel(), seen_brighter.ravel())[0, 1] > 0.999
    assert seen_brighter.std() == pytest.approx(seen.std(), rel=0.2)


def test_texts_are_weighed_by_all_their_paths_as_training_does() -> None:
    import torch  # only this comparison needs it

    texts = ["12가3456", "112가3", "", "7", "1" * 40, "12X"]
    rows = np.random.default_rng(1).normal(0, 2, (60, len(CHARACTERS) + 1))
    logs = torch.log_softmax(torch.tensor(rows), 1)
    found = weigh(logs.numpy().astype(np.float32), texts, CHARACTERS)
    for text, weight in zip(texts[:4], found, strict=False):
        target = torch.tensor([[INDEX[char] for char in text]])
        lengths = torch.tensor([60]), torch.tensor([len(text)])
        loss = torch.nn.functional.ctc_loss(logs[:, None], target, *lengths, reduction="sum")
        assert weight == pytest.approx(-float(loss), abs=1e-3)
    assert found[4] == found[5] == -np.inf
