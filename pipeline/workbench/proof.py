"""The proof of the loop: what a reader cannot read is found, answered in Label Studio, learnt, compared and promoted.

A reader that has never seen one family of plates reads a pool in which a tenth are of it. Nobody tells it which. The
same number of answers is spent on the hardest plates and on random ones, half of it on the hardest as well, and each
way goes through the doors that everybody uses.
"""

from __future__ import annotations

import fcntl
import math
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from time import monotonic
from typing import Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from pipeline.analysis.guard import Guard
from pipeline.errors import PromotionRefused, TrainingError
from pipeline.flow.recipe import find_recipe
from pipeline.labelling.connection import find_connection
from pipeline.training.tasks import Network
from pipeline.workbench import cases, labelling, models
from pipeline.workbench.answer_checks import suspicious_answers
from pipeline.workbench.bench import Config, Workbench
from pipeline.workbench.fine_tuning import FineTuning, train_candidate
from pipeline.workbench.model_comparison import compare
from pipeline.workbench.model_tests import drawn_test, labelled_test
from pipeline.workbench.proof_world import Family, World, serve_base
from pipeline.workbench.read import ReadPicture, read_pictures
from pipeline.workbench.snapshots import SUSPICIOUS, Split, freeze_answers, open_snapshot
from pipeline.workbench.views import TaskState

Choice = Literal["hardness", "chance"]
_Item = TypeVar("_Item")
NETWORK: Network = "crnn"
_WHO = "prove-loop"


class ProofSettings(BaseModel):
    """Settings of one proof."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    family: Family = Field("temporary", description="what the reader has never seen")
    seeds: int = Field(3, ge=1, le=100, description="how often it is proven, each time with other plates")
    pool: int = Field(3000, ge=20, description="plates that the reader reads")
    share: float = Field(0.1, gt=0, lt=1, description="share of the family in the pool")
    answers: int = Field(300, ge=10, description="answers that are paid for")
    wrong: float = Field(0.03, ge=0, lt=0.5, description="share of the answers that are wrong on purpose")
    samples: int = Field(8000, ge=64, description="plates a fine-tuning sees")
    known_plates: int = Field(1500, ge=16, description="plates of the known kinds that are read before and after")
    family_plates: int = Field(500, ge=16, description="plates of the family that are read before and after")
    calibration: int = Field(1500, ge=16, description="plates that probabilities are measured on")

    @property
    def ways(self) -> tuple[tuple[Choice, int], ...]:
        """How the plates to answer are chosen, and how many answers that costs."""
        return ("hardness", self.answers), ("hardness", self.answers // 2), ("chance", self.answers)

    def fine_tuning(self, seed: int) -> FineTuning:
        return FineTuning(
            samples=self.samples, batch=32, rate=7e-4, share=0.3, decay=1.0, seed=seed,
            guard=self.known_plates, calibration=self.calibration,
        )  # fmt: skip


class Reading(BaseModel):
    """How many of ``n`` plates were read exactly ``before`` and ``after``."""

    n: int
    before: int
    after: int


class ArmResult(BaseModel):
    """What came of one seed and one way to choose.

    ``found`` of the ``answers`` are of the family. ``wrong`` answers were given on purpose: the checks kept ``caught``
    of them, and ``doubted`` right ones, from being learnt; once it had learnt the others, the new reader spoke against
    ``caught_later`` more. ``refused`` says why the version could not be promoted without a reason, "" where it could.
    """

    seed: int
    choice: Choice
    answers: int
    found: int
    wrong: int
    caught: int
    caught_later: int
    doubted: int
    learnt: int
    family: Reading
    known: Reading
    refused: str
    serves: str
    seconds: float


class Proof(BaseModel):
    settings: ProofSettings
    arms: tuple[ArmResult, ...]

    def of(self, choice: Choice, answers: int) -> tuple[ArmResult, ...]:
        """One for each seed."""
        return tuple(arm for arm in self.arms if arm.choice == choice and arm.answers == answers)


def prove_loop(
    config: Config, settings: ProofSettings, folder: Path, tell: Callable[[str], None], at_once: int = 1
) -> Proof:
    """Runs the whole story for every seed and way; what ``folder`` holds already is not done again.

    Args:
        tell: called with a line for each step; must pickle where ``at_once`` is above 1.
        at_once: ways that are walked at the same time, each in a process of its own.

    Raises:
        LabellingError: there is no Label Studio, or it cannot be used.
        TrainingError: the folder holds a proof with other settings.
        MissingWeights, WeightsMismatch: the base is not there.
    """
    find_connection(config)  # rather now than in ten minutes
    _keep_settings(folder, settings)
    base = serve_base(config, folder, settings.calibration)
    config = config.model_copy(update={"threads": max(1, config.threads // at_once)})
    pools = [_Pool(config, settings, seed, base, folder, tell) for seed in range(1, settings.seeds + 1)]
    arms = [_Arm(pool, choice, answers) for pool in pools for choice, answers in settings.ways]
    waiting = [arm for arm in arms if not arm.kept.is_file()]
    _each(_Pool.read, list({arm.pool.seed: arm.pool for arm in waiting}.values()), at_once)
    _each(_Arm.walk, waiting, at_once)
    for pool in pools:
        shutil.rmtree(pool.home, ignore_errors=True)
    results = [ArmResult.model_validate_json(arm.kept.read_text(encoding="utf-8")) for arm in arms]
    return Proof(settings=settings, arms=tuple(results))


def _each(work: Callable[[_Item], None], items: Sequence[_Item], at_once: int) -> None:
    """Does ``work`` on each item; where one fails, those that have begun are finished and the others are not begun."""
    if at_once == 1 or len(items) < 2:
        for item in items:
            work(item)
        return
    with ProcessPoolExecutor(at_once, get_context("spawn")) as processes:
        running = [processes.submit(work, item) for item in items]
        try:
            for its in running:
                its.result()
        except BaseException:
            processes.shutdown(wait=False, cancel_futures=True)
            raise


@dataclass(frozen=True)
class _Pool:
    """A state folder in which the base serves and has read every plate of the pool."""

    config: Config
    settings: ProofSettings
    seed: int
    base: Path
    folder: Path
    tell: Callable[[str], None]

    @property
    def home(self) -> Path:
        return self.folder / f"pool-{self.seed}"

    @property
    def world(self) -> World:
        return World(self.config, self.settings.family, self.seed)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{place:05}.jpg" for place in range(self.settings.pool))

    @property
    def family(self) -> frozenset[str]:
        """Names of the plates that are of the family."""
        names = self.names
        rng = np.random.default_rng((self.seed, len(names)))
        return frozenset(rng.choice(names, max(1, round(self.settings.share * len(names))), replace=False).tolist())

    @property
    def texts(self) -> dict[str, str]:
        """What stands on the plates, by name."""
        lines = (self.home / "texts.tsv").read_text(encoding="utf-8").splitlines()
        return dict(line.split("\t") for line in lines if line)

    def read(self) -> None:
        """Draws the plates and reads them, unless that is done."""
        if self.home.is_dir():
            return
        self.tell(f"seed {self.seed}: drawing {self.settings.pool:,} plates and reading them")
        beside = self.home.with_name(self.home.name + ".part")
        shutil.rmtree(beside, ignore_errors=True)
        drawn = beside / "drawn"
        drawn.mkdir(parents=True)
        texts, family, world = [], self.family, self.world
        for place, name in enumerate(self.names):
            text, jpeg = world.picture(place, name in family)
            (drawn / name).write_bytes(jpeg)
            texts.append(f"{name}\t{text}")
        with closing(Workbench.open(self.config.model_copy(update={"home": beside}))) as bench:
            version = models.register(bench, NETWORK, self.base, "the proof's base")
            models.promote(bench, version.id, _WHO, "it has never seen the family")
            sources = [(name, drawn / name) for name in self.names]
            for read in read_pictures(sources, find_recipe("fast").for_crops(), bench.pool, bench.store):
                assert isinstance(read, ReadPicture), read
        shutil.rmtree(drawn)
        (beside / "texts.tsv").write_text("\n".join(texts), encoding="utf-8")
        beside.rename(self.home)


@dataclass(frozen=True)
class _Arm:
    """One way to choose answers, from the pool to the promoted reader."""

    pool: _Pool
    choice: Choice
    answers: int

    @property
    def home(self) -> Path:
        return self.pool.folder / f"{self.pool.seed}-{self.choice}-{self.answers}"

    @property
    def kept(self) -> Path:
        """Where what came of it stands."""
        return self.home.with_suffix(".json")

    def walk(self) -> None:
        made = _walk(self)
        self.kept.write_text(made.model_dump_json(indent=1), encoding="utf-8")
        shutil.rmtree(self.home, ignore_errors=True)

    def tell(self, step: str) -> None:
        self.pool.tell(f"seed {self.pool.seed}, {self.answers} answers by {self.choice}: {step}")


def _walk(arm: _Arm) -> ArmResult:
    started = monotonic()
    pool, home, tell = arm.pool, arm.home, arm.tell
    settings, world, family_names, texts = pool.settings, pool.world, pool.family, pool.texts
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(pool.home, home)
    with _bench(pool, home) as bench:
        rng = np.random.default_rng((pool.seed, 1))
        tell("choosing")
        _choose(bench, arm.choice, arm.answers, rng)
        rows, _ = bench.store.inspections.search(limit=None)
        names = {row.id: row.name for row in rows}
        with _server_to_ourselves(pool.folder):
            tell("pushing")
            labelling.push(bench)
            asked = [task.inspection_id for task in labelling.tasks(bench, TaskState.THERE, limit=None)]
            said, wrong = _answers({number: texts[names[number]] for number in asked}, settings.wrong, rng)
            tell("answering")
            labelling.rehearse(bench, said)
            tell("pulling")
            labelling.pull(bench)
        tell("freezing")
        doubted = {its.inspection_id for its in suspicious_answers(bench)}
        stored = freeze_answers(bench, "proof", leave_out=dict.fromkeys(doubted, SUSPICIOUS))
        snapshot = open_snapshot(bench, stored.id)

        from pipeline.training.snapshot_plates import to_labelled_plates, training_plates

        plates, held_back = training_plates(snapshot), to_labelled_plates(snapshot, Split.VALIDATION)
        run, base = home / "run", models.trainable_file(bench, NETWORK, models.champion(bench, NETWORK).label)
        tell("training")
        made = train_candidate(
            bench, plates, settings.fine_tuning(pool.seed), base, run,
            held_back=held_back, drawn=world.beside, say=tell,
        )  # fmt: skip
        version = models.register(bench, NETWORK, run, f"trained further on {len(plates)} answers")
        tell("comparing")
        tests = [
            replace(drawn_test(bench, settings.known_plates, world.test), name="known kinds"),
            replace(drawn_test(bench, settings.family_plates, world.family_test), name="the family"),
        ]
        if frozen := to_labelled_plates(snapshot, Split.TEST):
            tests.append(labelled_test(bench, stored.title, frozen))
        comparison = compare(bench, version.id, tests).comparison
        assert comparison
        refused = _promote(bench, version.id)
        later = {its.inspection_id for its in suspicious_answers(bench, weights=made.onnx)} - doubted
        known, family = (_reading(guard) for guard in comparison.wholes[:2])
        return ArmResult(
            seed=pool.seed, choice=arm.choice, answers=len(said),
            found=sum(names[number] in family_names for number in said),
            wrong=len(wrong), caught=len(wrong & doubted), caught_later=len(wrong & later),
            doubted=len(doubted - wrong), learnt=len(snapshot.readable(Split.TRAIN)), family=family, known=known,
            refused=refused, serves=models.champion(bench, NETWORK).label, seconds=round(monotonic() - started, 1),
        )  # fmt: skip


@contextmanager
def _bench(pool: _Pool, home: Path) -> Iterator[Workbench]:
    """A workbench with a project of its own in the Label Studio that is connected; both are gone afterwards."""
    found = find_connection(pool.config)
    project = {
        "home": home,
        "label_studio_url": found.url,
        "label_studio_token": SecretStr(found.token),
        "label_studio_project": f"PlateLoop proof {secrets.token_hex(4)}",
    }
    with closing(Workbench.open(pool.config.model_copy(update=project))) as bench:
        try:
            yield bench
        finally:
            with _server_to_ourselves(pool.folder):
                labelling.remove_project(bench)


@contextmanager
def _server_to_ourselves(folder: Path) -> Iterator[None]:
    """No other way writes there meanwhile: a Label Studio on SQLite answers 500 to one of two writers."""
    with _settings_file(folder).open(encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _choose(bench: Workbench, choice: Choice, answers: int, rng: np.random.Generator) -> None:
    if choice == "hardness":
        cases.flag_hard(bench, answers, least=0.0)
        return
    rows, _ = bench.store.inspections.search(limit=None)
    drawn = rng.choice(sorted(row.id for row in rows), min(answers, len(rows)), replace=False)
    cases.flag_plates(bench, drawn.tolist(), "chance")


def _answers(texts: Mapping[int, str], wrong: float, rng: np.random.Generator) -> tuple[dict[int, str], frozenset[int]]:
    """What the annotator says, and where they slip: one digit becomes another."""
    readable = [number for number, text in texts.items() if text]
    slips = frozenset(rng.choice(readable, math.ceil(wrong * len(readable)), replace=False).tolist()) if wrong else ()
    said = {number: _slip(text, rng) if number in slips else text for number, text in texts.items()}
    return said, frozenset(slips)


def _slip(text: str, rng: np.random.Generator) -> str:
    place = int(rng.choice([place for place, char in enumerate(text) if char.isdecimal()]))
    other = (int(text[place]) + int(rng.integers(1, 10))) % 10
    return f"{text[:place]}{other}{text[place + 1 :]}"


def _promote(bench: Workbench, version_id: int) -> str:
    """Why it could not be promoted as it was; then it is with a reason."""
    try:
        models.promote(bench, version_id, _WHO)
    except PromotionRefused as error:
        models.promote(bench, version_id, _WHO, "the family is worth it")
        return str(error)
    return ""


def _reading(guard: Guard) -> Reading:
    return Reading(n=guard.n, before=guard.champion, after=guard.candidate)


def _settings_file(folder: Path) -> Path:
    return folder / "settings.json"


def _keep_settings(folder: Path, settings: ProofSettings) -> None:
    """
    Raises:
        TrainingError: the folder holds a proof with other settings.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = _settings_file(folder)
    if not kept.is_file():
        kept.write_text(settings.model_dump_json(indent=1), encoding="utf-8")
    elif ProofSettings.model_validate_json(kept.read_text(encoding="utf-8")) != settings:
        raise TrainingError(f"{folder} holds a proof with other settings; name another folder")
