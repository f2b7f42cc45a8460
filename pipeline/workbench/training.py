"""Trains a reader on a data set as a job: from the version that serves, to a candidate that is compared with it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pipeline.corpus.labels import Label, LabelKind
from pipeline.errors import NotFound
from pipeline.store import StoredTraining as StoredTraining
from pipeline.training.progress import Progress as Progress
from pipeline.training.tasks import Network
from pipeline.weights import MODELS, Manifest
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.fine_tuning import CHECKPOINT, read_log, train_candidate, unfit_plates
from pipeline.workbench.fine_tuning import TRAINABLE as TRAINABLE
from pipeline.workbench.fine_tuning import FineTuning as FineTuning
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.model_comparison import compare
from pipeline.workbench.model_tests import GUARD_PLATES, ModelTest, drawn_test, labelled_test
from pipeline.workbench.models import StoredVersion, champion, register, trainable_file
from pipeline.workbench.snapshots import Snapshot, Split, open_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.training.labelled import LabelledPlate

KIND, COMPARE = "train_reader", "compare_models"


@dataclass(frozen=True, slots=True)
class TrainingView:
    """A training as it stands: ``log`` holds its curves, ``job_id`` is of who trains it.

    Where that job was deleted it is None; ``version`` is "" until one came of it.
    """

    training: StoredTraining
    log: tuple[Progress, ...]
    job_id: int | None
    version: str


def start_training(bench: Workbench, snapshot_id: int, settings: FineTuning, network: Network = "crnn") -> int:
    """Has the worker train the version that serves on a data set, and gives the training's id.

    Raises:
        NotFound: no such data set.
        MissingWeights: there is nothing to go on from.
        StoreError: the state folder cannot be written.
    """
    snapshot = bench.store.snapshots.get(snapshot_id)
    base = Manifest.of(bench.config).version(f"{network}_trainable")
    training = bench.store.models.begin(network, snapshot_id, snapshot.title, base, settings.model_dump())
    take_up(bench, training.id)
    return training.id


def take_up(bench: Workbench, training_id: int) -> int:
    """Has the worker go on with a training where it stood, and gives the job's id.

    Raises:
        NotFound: no such training.
    """
    training = bench.store.models.training(training_id)
    about = {"network": training.network, "name": training.snapshot}
    job_id = jobs.start(bench, KIND, {"training": training_id}, about=about)
    bench.store.models.has_job(training_id, job_id)
    return job_id


def start_comparison(bench: Workbench, version_id: int, snapshot_id: int | None, drawn: int = GUARD_PLATES) -> int:
    """Has the worker compare a version with the one that serves, and gives the job's id.

    Args:
        snapshot_id: the data set whose test plates are read beside the ``drawn`` ones.

    Raises:
        NotFound: no such version.
    """
    version = bench.store.models.get(version_id)
    serving = champion(bench, version.network)
    asked = {"version": version_id, "snapshot": snapshot_id, "drawn": drawn, "champion": serving.sha256}
    return jobs.start(bench, COMPARE, asked, about={"name": version.label, "champion": serving.label})


def trainings(bench: Workbench) -> tuple[TrainingView, ...]:
    """Newest first."""
    made = {version.training_id: version.label for version in bench.store.models.versions()}
    return tuple(
        TrainingView(its, read_log(_folder(bench, its)), _job(bench, its), made.get(its.id, ""))
        for its in bench.store.models.trainings()
    )


def comparison_tests(bench: Workbench, snapshot_id: int | None, drawn: int = GUARD_PLATES) -> list[ModelTest]:
    """The test plates of a data set, where it has any, and drawn ones of every kind.

    Raises:
        NotFound: no such data set.
        SnapshotError: its folder is gone or was changed.
    """
    return _tests(bench, None if snapshot_id is None else open_snapshot(bench, snapshot_id), drawn)


def log_of(bench: Workbench, training: StoredTraining) -> tuple[Progress, ...]:
    """The lines of its log so far."""
    return read_log(_folder(bench, training))


def delete_training(bench: Workbench, training_id: int) -> None:
    """Removes a training and its folder, and stops whoever trains it; a version that came of it stays.

    Raises:
        NotFound: no such training.
    """
    training = bench.store.models.training(training_id)
    if (job_id := _job(bench, training)) is not None:
        jobs.stop(bench, job_id)
    bench.store.models.forget(training_id)
    shutil.rmtree(_folder(bench, training), ignore_errors=True)


@jobs.handler(KIND)
def train_reader(bench: Workbench, job: JobContext) -> Json:
    """Trains, keeps what came of it as a candidate, and compares it on the test plates of the same data set.

    It goes on from the checkpoint of the training's folder. The result names the ``version`` and says how many of
    ``n`` test plates it and the champion read exactly.
    """
    training = bench.store.models.training(job.arguments["training"])
    settings = FineTuning.model_validate(training.settings)
    snapshot, plates, held_back = _plates(bench, training)
    for reason in unfit_plates(plates).values():
        job.log(reason)
    folder = _folder(bench, training)
    steps = settings.samples // settings.batch

    def report(line: Progress) -> None:
        beside = "" if line.beside is None else f", labelled {line.beside:.3f}"
        job.log(f"{line.step}/{line.steps}: loss {line.loss:.3f}, held back: drawn {line.right:.3f}{beside}")

    made = train_candidate(
        bench,
        plates,
        settings,
        trainable_file(bench, training.network, training.base),
        folder,
        report,
        network=_network(training),
        held_back=held_back,
        watch=lambda step, loss: job.progress(step, steps, f"loss {loss:.3f}"),
        say=job.say,
        tick=job.check,
    )
    origin = f"{training.base} trained further on {training.snapshot}, {len(plates)} plates"
    version = register(bench, _network(training), folder, origin, training.id)
    compared = compare(bench, version.id, _tests(bench, snapshot, settings.guard), job.progress)
    result = {"version": version.label, "changes": [asdict(change) for change in made.changes]}
    bench.store.models.finish(training.id, result)
    (folder / CHECKPOINT).unlink(missing_ok=True)
    return _result(compared)


@jobs.handler(COMPARE)
def compare_models(bench: Workbench, job: JobContext) -> Json:
    """The result says how many of ``n`` plates of the first test the version and the champion read exactly."""
    asked = job.arguments["snapshot"]
    tests = comparison_tests(bench, asked, job.arguments["drawn"])
    return _result(compare(bench, job.arguments["version"], tests, job.progress))


def _plates(
    bench: Workbench, training: StoredTraining
) -> tuple[Snapshot, Sequence[LabelledPlate], Sequence[LabelledPlate]]:
    """The data set, its plates to train on, and those that each line of the log reads."""
    from pipeline.training.snapshot_plates import to_labelled_plates, training_plates

    if training.snapshot_id is None:
        raise NotFound(f"the data set {training.snapshot} is no longer known; start a new training on another")
    snapshot = open_snapshot(bench, training.snapshot_id)
    return snapshot, training_plates(snapshot), to_labelled_plates(snapshot, Split.VALIDATION)


def _tests(bench: Workbench, snapshot: Snapshot | None, drawn: int) -> list[ModelTest]:
    from pipeline.training.snapshot_plates import to_labelled_plates

    tests = [drawn_test(bench, drawn)]
    if snapshot and (plates := snapshot.readable(Split.TEST)):
        labels = [
            Label(p.crop, LabelKind.PLATE_CROP, p.text, None, p.origin, None, p.format, p.colour.replace("unknown", ""))
            for p in plates
        ]
        title = f"{snapshot.name} v{snapshot.version}"
        tests.insert(0, labelled_test(bench, title, to_labelled_plates(snapshot, Split.TEST), labels))
    return tests


def _result(made: StoredVersion) -> Json:
    whole = made.comparison.wholes[0] if made.comparison else None
    counts = {"exact": whole.candidate, "before": whole.champion, "n": whole.n} if whole else {}
    return {"version": made.label, **counts}


def _folder(bench: Workbench, training: StoredTraining) -> Path:
    return bench.config.home / MODELS / training.folder


def _network(training: StoredTraining) -> Network:
    return next(network for network in TRAINABLE if network == training.network)


def _job(bench: Workbench, training: StoredTraining) -> int | None:
    if training.job_id is None:
        return None
    with suppress(NotFound):
        return jobs.get(bench, training.job_id).id
    return None
