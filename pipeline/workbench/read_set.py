"""Reading stored pictures again with another recipe, as a job."""

from __future__ import annotations

from pipeline.workbench import jobs
from pipeline.workbench.analyze import analyze
from pipeline.workbench.bench import Workbench
from pipeline.workbench.jobs import JobContext, Json
from pipeline.workbench.recipes import choose_recipe
from pipeline.workbench.views import FileProblem

KIND = "read_set"


def start_reading_all(bench: Workbench, recipe: str) -> int:
    """Starts a job that reads every stored picture with a recipe, and gives its id.

    Raises:
        UnknownRecipe, BackendUnavailable: the recipe cannot run.
        StoreError: the state folder cannot be written.
    """
    choose_recipe(bench.config, recipe)
    uploads = [upload.id for upload in bench.store.uploads.list()]
    about = {"count": len(uploads), "recipe": recipe}
    return jobs.start(bench, KIND, {"uploads": uploads, "recipe": recipe}, about=about, total=len(uploads))


@jobs.handler(KIND)
def read_set(bench: Workbench, job: JobContext) -> Json:
    """Reads the uploads one after the other; what was read with this recipe before comes from the store.

    The result counts the pictures that were ``read``, were ``known`` already and were ``lost`` to a problem.
    """
    uploads, recipe = job.arguments["uploads"], job.arguments["recipe"]
    counts = {"read": 0, "known": 0, "lost": 0} | job.saved
    begin = sum(counts.values())
    job.progress(begin, len(uploads))
    for step in analyze(bench, uploads[begin:], recipe):
        if isinstance(step.made, FileProblem):
            name, became = step.made.name, "lost"
            job.log(step.made.reason)
        else:
            name, became = step.made.upload.name, "known" if step.made.from_store else "read"
        counts[became] += 1
        job.say(name)
        job.checkpoint(counts, begin + step.done)
    return counts
