"""The proof of the loop, shrunk: every door is gone through, on a real Label Studio."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from pipeline.config import Config, load_config
from pipeline.errors import NotConnected, TrainingError
from pipeline.plate.alphabet import DIPLOMATIC_WORDS
from pipeline.synth.photos import PhotoStyle
from pipeline.training.samples import SynthSource
from pipeline.workbench.proof import ArmResult, Proof, ProofSettings, Reading, prove_loop
from pipeline.workbench.proof_report import draw_plot, summary, table_rows
from pipeline.workbench.proof_world import FAMILIES, Family, World
from tests.conftest import LabelStudio

SMALL = ProofSettings(
    seeds=1, pool=60, share=0.2, answers=16, wrong=0.1, samples=128, known_plates=16, family_plates=16, calibration=32
)


@dataclass(frozen=True)
class Lines:
    """Told by several processes."""

    file: Path

    def __call__(self, line: str) -> None:
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")


@pytest.fixture
def connected(label_studio: LabelStudio, tmp_path: Path) -> Config:
    return load_config(home=tmp_path / "home", label_studio_url=label_studio.url, label_studio_token=label_studio.token)


@pytest.mark.timeout(300)
def test_what_the_reader_never_saw_is_found_answered_learnt_compared_and_promoted(
    connected: Config, tmp_path: Path
) -> None:
    tell = Lines(tmp_path / "told.txt")
    proof = prove_loop(connected, SMALL, tmp_path / "proof", tell, at_once=2)
    told = tell.file.read_text(encoding="utf-8").splitlines()
    assert [(arm.choice, arm.answers) for arm in proof.arms] == [("hardness", 16), ("hardness", 8), ("chance", 16)]
    hard, half, chance = proof.arms
    assert hard.found > half.found > chance.found, "nobody said which are of the family"
    assert hard.found >= 10
    for arm in proof.arms:
        assert arm.wrong == -(-arm.answers // 10)
        assert arm.caught <= arm.wrong
        assert 0 < arm.learnt < arm.answers
        assert (arm.family.n, arm.known.n) == (16, 16)
        assert arm.family.before == 0
        assert arm.known.before >= 10
        assert arm.serves == "crnn-2", "crnn-1 is the base"
    steps = ("choosing", "pushing", "answering", "pulling", "freezing", "training", "train", "comparing")
    assert all(any(line.endswith(f"16 answers by hardness: {step}") for line in told) for step in steps)

    told.clear()
    assert prove_loop(connected, SMALL, tmp_path / "proof", told.append) == proof
    assert not told, "what is there is not done again"
    assert {path.suffix for path in (tmp_path / "proof").iterdir() if path.name != "base"} == {".json"}
    with pytest.raises(TrainingError, match="a proof with other settings; name another folder"):
        prove_loop(connected, SMALL.model_copy(update={"pool": 61}), tmp_path / "proof", told.append)

    assert connected.label_studio_token
    headers = {"Authorization": f"Token {connected.label_studio_token.get_secret_value()}"}
    projects = httpx.get(f"{connected.label_studio_url}/api/projects", headers=headers, trust_env=False).json()
    assert not [project for project in projects["results"] if "proof" in project["title"]]


def test_without_a_label_studio_it_says_so_at_once(tmp_path: Path) -> None:
    with pytest.raises(NotConnected, match="make label-studio"):
        prove_loop(load_config(home=tmp_path / "home"), SMALL, tmp_path / "proof", print)
    assert not (tmp_path / "proof").exists()


@pytest.mark.parametrize("family", FAMILIES)
def test_nothing_beside_the_answers_is_of_the_family(family: Family) -> None:
    world = World(load_config(), family, 1)
    ours = set(world.family_test.style.formats)
    beside = world.beside
    for source in (beside.samples, beside.held_back, beside.ranges, beside.calibration, world.test):
        assert isinstance(source, SynthSource)
        assert source.style.formats
        assert ours.isdisjoint(source.style.formats)


def test_clear_plates_at_the_start_of_a_training_are_of_the_same_kinds() -> None:
    source = SynthSource(1, style=PhotoStyle(formats=("diplomatic_long",), blank=0.0), easy_first=20)
    texts = [source.sample(place).text for place in range(20)]
    assert all(text[:2] in DIPLOMATIC_WORDS for text in texts if text), "the others show no plate"


def arm(seed: int, choice: str, answers: int, after: int) -> ArmResult:
    return ArmResult(
        seed=seed, choice=choice, answers=answers, found=answers // 2, wrong=9, caught=5, caught_later=2, doubted=12,
        learnt=200, family=Reading(n=500, before=0, after=after), known=Reading(n=1000, before=960, after=955),
        refused="", serves="crnn-2", seconds=60,
    )  # fmt: skip


def test_the_report_adds_the_seeds_together(tmp_path: Path) -> None:
    settings = ProofSettings(seeds=2)
    arms = [
        arm(seed, choice, answers, 480 - seed * 10 - (300 if choice == "chance" else 0))
        for seed in (1, 2)
        for choice, answers in settings.ways
    ]
    proof = Proof(settings=settings, arms=tuple(arms))
    rows = table_rows(proof)
    assert [row[0] for row in rows] == ["300 by hardness", "150 by hardness", "300 by chance"]
    assert rows[0][1:] == ("50%", "18, 14", "0.0%", "93.0% (91–94)", "96.0%", "95.5%", "-0.5")
    found = summary(proof)
    assert found["hardness 150: family after"] == pytest.approx(0.93)
    assert found["chance 300: family after"] == pytest.approx(0.33)
    assert found["hardness 300: known change"] == pytest.approx(-0.005)
    with Image.open(draw_plot(proof, tmp_path / "proof.png")) as plot:
        assert np.asarray(plot.convert("L")).std() > 10
