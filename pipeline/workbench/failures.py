"""Reads a labelled set with a recipe and keeps every plate as it is read, so that a run that was broken off goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.analysis.summary import summarise
from pipeline.corpus.labelled_set import LabelledSet
from pipeline.corpus.problems import refusal
from pipeline.corpus.set_files import SetForm
from pipeline.errors import BadSettings, NotFound
from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe
from pipeline.store import RunItem, RunPlan, StoredResult, StoredRun
from pipeline.workbench import jobs
from pipeline.workbench.analyze import has_failures
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import open_place
from pipeline.workbench.incoming import Picture, open_pictures
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.outcomes import is_crop, items_of, lost_items
from pipeline.workbench.recipes import choose_recipe

KIND = "failures_run"
CROPS, SCENES = 16, 4
"""Pictures read and kept at a time: little is lost when a process dies, and batches are how speed happens."""

Progress = Callable[[int, int, str], object]


def plan_run(bench: Workbench, place: str, recipe: str, form: SetForm | None = None) -> StoredRun:
    """Looks through the set and notes down what is to be read. The newest run of the same set is taken up again.

    Args:
        place: of the set, as :func:`failure_sets.places` names it.

    Raises:
        BadLabels: the set cannot be used; nothing is noted down.
        NotFound: there is no such set.
        UnknownRecipe, BackendUnavailable: there is no such recipe, or it lacks something.
        StoreError: the state folder cannot be written.
    """
    chosen = choose_recipe(bench.config, recipe)
    fingerprint = chosen.fingerprint(bench.config)
    known = open_place(bench, place, form)
    for run in bench.store.runs.list():
        if (run.plan.set_fingerprint, run.plan.fingerprint) == (known.fingerprint, fingerprint):
            return run
    return bench.store.runs.start(
        RunPlan(
            known.name,
            place,
            known.form,
            known.fingerprint,
            chosen.name,
            chosen.model_dump_json(),
            fingerprint,
            len(known.labels),
            known.problems,
        )
    )


def run_set(
    bench: Workbench,
    run_id: int,
    progress: Progress = lambda done, total, message: None,
) -> StoredRun:
    """Reads what is left of a run, picture by picture, and sums it up once nothing is left.

    Whatever was read before is not read again, in this run or in any other: the store knows it.

    Args:
        progress: called with pictures done, pictures in all, and the last one's name, once they are kept. When it
            raises, the run stays as it is, to be taken up again.

    Raises:
        NotFound: no such run, or its set is gone.
        BadLabels: the set has changed since.
        BadSettings: the recipe or its weights have changed since.
        StoreError: the state folder cannot be written.
    """
    run = bench.store.runs.get(run_id)
    recipe = Recipe.model_validate_json(run.plan.recipe_json)
    if recipe.fingerprint(bench.config) != run.plan.fingerprint:
        raise _changed(recipe, run_id)
    known = open_place(bench, run.plan.place, SetForm(run.plan.form))
    if known.fingerprint != run.plan.set_fingerprint:
        raise refusal("set_changed", run=run_id)
    reading = _Reading(bench, known, recipe)
    while batch := reading.batch(run.done):
        done, items = run.done + len(batch), list(reading.items(batch))
        if recipe.fingerprint(bench.config) != run.plan.fingerprint:
            raise _changed(recipe, run_id)  # a model was promoted meanwhile: no run mixes two
        bench.store.runs.advance(run_id, run.done, done, items)
        run = bench.store.runs.get(run_id)  # another worker may have been faster
        progress(run.done, run.plan.total, batch[-1])
    if run.done < run.plan.total or run.finished:
        return run
    return bench.store.runs.finish(run_id, summarise([item.outcome for item in bench.store.runs.items(run_id)]))


def start_run(bench: Workbench, place: str, recipe: str, form: SetForm | None = None) -> StoredRun:
    """Has the worker read a set; a run that has ended already is given as it is.

    Raises:
        BadLabels, NotFound, UnknownRecipe, BackendUnavailable, StoreError: as :func:`plan_run`.
    """
    run = plan_run(bench, place, recipe, form)
    if run.finished is None:
        take_up(bench, run.id)
    return run


def take_up(bench: Workbench, run_id: int) -> int:
    """Has the worker read what is left of a run, and gives the job's id.

    Raises:
        NotFound: no such run.
    """
    run = bench.store.runs.get(run_id)
    about = {"run": run.id, "name": run.plan.name, "recipe": run.plan.recipe}
    return jobs.start(bench, KIND, {"run": run.id}, about=about, total=run.plan.total)


def job_of(bench: Workbench, run_id: int) -> int | None:
    """The newest job of a run; None where it was deleted."""
    return next((row.id for row in jobs.recent(bench, None, KIND) if row.about.get("run") == run_id), None)


def delete_run(bench: Workbench, run_id: int) -> None:
    """Removes a run and its plates, and stops whoever reads it. Pictures and readings stay.

    Raises:
        NotFound: no such run.
    """
    for row in jobs.active(bench, KIND):
        if row.about.get("run") == run_id:
            jobs.stop(bench, row.id)
    bench.store.runs.delete(run_id)


@jobs.handler(KIND)
def failures_run(bench: Workbench, job: JobContext) -> Json:
    """The result says how many plates with a text were read ``exact`` of ``n``."""
    summary = run_set(bench, job.arguments["run"], job.progress).summary
    return {"exact": summary.exact, "n": summary.n} if summary else {}


def _changed(recipe: Recipe, run_id: int) -> BadSettings:
    return BadSettings(f"recipe '{recipe.name}' or its weights are no longer what run {run_id} began with; run anew")


class _Reading:
    """A set in the order in which it is read: crops, then scenes, each in the set's own order."""

    def __init__(self, bench: Workbench, known: LabelledSet, recipe: Recipe) -> None:
        self._bench = bench
        self._set = known
        crops = [file for file, its in known.labels.items() if is_crop(its)]
        self._crops = len(crops)
        self._order = [*crops, *(file for file, its in known.labels.items() if not is_crop(its))]
        self._recipes = {True: recipe.for_crops(), False: recipe}
        self._fingerprints = {crop: its.fingerprint(bench.config) for crop, its in self._recipes.items()}

    def batch(self, start: int) -> list[str]:
        """The next pictures, all crops or all scenes; none at the end."""
        end = min(start + CROPS, self._crops) if start < self._crops else start + SCENES
        return self._order[start:end]

    def items(self, files: Sequence[str]) -> Iterator[RunItem]:
        """The plates of one batch."""
        crop = is_crop(self._set.labels[files[0]])
        sources = ((file, self._set.paths[file]) for file in files)
        opened = list(zip(files, open_pictures(sources, self._bench.config), strict=True))
        pictures = {file: picture for file, picture in opened if isinstance(picture, Picture)}
        results = self._results(list(pictures.values()), crop)
        for file, picture in opened:
            labels = self._set.labels[file]
            if not isinstance(picture, Picture):
                yield from lost_items(file, labels, picture.reason)
            elif result := results.get(picture.frame.sha256):
                yield from items_of(file, labels, picture.frame, result)

    def _results(self, pictures: Sequence[Picture], crop: bool) -> dict[str, StoredResult]:
        """By the pictures' sha256; one that somebody deletes meanwhile is missing."""
        recipe, fingerprint = self._recipes[crop], self._fingerprints[crop]
        store = self._bench.store
        results: dict[str, StoredResult] = {}
        for picture in pictures:
            store.uploads.add(picture.name, picture.data, picture.frame, self._set.name)
            if known := self._recall(picture.frame.sha256, fingerprint):
                results[picture.frame.sha256] = known
        new = {p.frame.sha256: p.frame for p in pictures if p.frame.sha256 not in results}
        for made in inspect_frames(list(new.values()), recipe, self._bench.pool) if new else ():
            try:
                results[made.sha256] = store.results.save(made, recipe.name, recipe.fingerprint(self._bench.config))
            except NotFound:
                continue
        return results

    def _recall(self, sha256: str, fingerprint: str) -> StoredResult | None:
        """What was read before, whole and without failures."""
        try:
            known = self._bench.store.results.find(sha256, fingerprint)
        except NotFound:  # a crop is gone from the disk
            return None
        whole = known and not has_failures(known) and len(known.inspections) == known.plates
        return known if whole else None
