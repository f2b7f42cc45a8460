"""From dropped files to stored verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import BackendError, MediaError, NotFound, PictureGone, WeightsError
from pipeline.flow.inspect_image import inspect_frames
from pipeline.flow.recipe import Recipe
from pipeline.media.decode import decode
from pipeline.workbench.bench import Workbench
from pipeline.workbench.incoming import open_pictures
from pipeline.workbench.recipes import DEFAULT_RECIPE as DEFAULT_RECIPE
from pipeline.workbench.recipes import RecipeChoice as RecipeChoice
from pipeline.workbench.recipes import choose_recipe, find_recipe, recipe_choices
from pipeline.workbench.views import FileProblem, LostUpload, StoredResult, StoredUpload, WorkedUpload


@dataclass(frozen=True, slots=True)
class AnalyzeStep:
    """One picture is through: ``done`` of ``total``; ``made`` is a problem where the picture could not be worked."""

    done: int
    total: int
    made: WorkedUpload | FileProblem


def recipes(bench: Workbench) -> tuple[RecipeChoice, ...]:
    """The recipes one can choose, the default first, the saved ones last."""
    return recipe_choices(bench.config, bench.store)


def add_uploads(
    bench: Workbench, files: Iterable[tuple[str, bytes]], source: str = "browser"
) -> Iterator[StoredUpload | FileProblem]:
    """Stores each picture before the next is opened; a zip yields one item for every picture in it.

    A file that cannot be taken is yielded as a problem, and the others go on.

    Args:
        files: name and content of each.

    Raises:
        StoreError: the state folder cannot be written.
    """
    for picture in open_pictures(files, bench.config):
        if isinstance(picture, FileProblem):
            yield picture
        else:
            yield bench.store.uploads.add(picture.name, picture.data, picture.frame, source)


def analyze(bench: Workbench, upload_ids: Sequence[int], recipe: str = DEFAULT_RECIPE) -> Iterator[AnalyzeStep]:
    """Works each picture with a recipe and stores what it finds; what was worked before comes from the store.

    A result in which a backend failed does not count as worked: it is tried again.

    Raises:
        UnknownRecipe: there is no recipe of that name.
        BackendUnavailable: a step of the recipe lacks something; the message says what and how to get it.
        StoreError: the state folder cannot be written.
    """
    chosen = choose_recipe(bench.config, recipe, store=bench.store)
    for done, upload_id in enumerate(upload_ids, start=1):
        yield AnalyzeStep(done, len(upload_ids), _work(bench, upload_id, chosen))


def _work(bench: Workbench, upload_id: int, recipe: Recipe) -> WorkedUpload | FileProblem:
    name = f"upload {upload_id}"
    try:
        upload = bench.store.uploads.get(upload_id)
        name = upload.name
        known = bench.store.results.find(upload.sha256, recipe.fingerprint(bench.config))
        if known and not has_failures(known):
            return WorkedUpload(upload, known, from_store=True)
        frame = decode(bench.store.blobs.get(upload.sha256), name, max_pixels=bench.config.max_pixels)
        made = inspect_frames([frame], recipe, bench.pool)[0]
        fingerprint = recipe.fingerprint(bench.config)  # another model may have been promoted meanwhile
        return WorkedUpload(upload, bench.store.results.save(made, recipe.name, fingerprint), from_store=False)
    except (NotFound, MediaError) as error:  # deleted meanwhile, or the limits have become stricter
        return FileProblem(name, str(error), type(error).__name__)


def has_failures(result: StoredResult) -> bool:
    """Whether a backend failed anywhere in it."""
    return bool(result.failures) or any(stored.inspection.failures for stored in result.inspections)


def results(
    bench: Workbench, upload_ids: Sequence[int], recipe: str = DEFAULT_RECIPE
) -> tuple[WorkedUpload | LostUpload, ...]:
    """What the store already holds for these uploads, in their order; runs nothing.

    Uploads that are deleted, or not yet worked with this recipe and today's weights, are left out; those of which a
    crop is gone from the disk are given as lost.

    Raises:
        UnknownRecipe: there is no recipe of that name.
    """
    try:
        fingerprint = find_recipe(bench.config, recipe, bench.store).fingerprint(bench.config)
    except (BackendError, WeightsError):
        return ()
    return tuple(worked for upload_id in upload_ids if (worked := _stored(bench, upload_id, fingerprint)))


def _stored(bench: Workbench, upload_id: int, fingerprint: str) -> WorkedUpload | LostUpload | None:
    try:
        upload = bench.store.uploads.get(upload_id)
    except NotFound:
        return None
    try:
        result = bench.store.results.find(upload.sha256, fingerprint)
    except PictureGone as error:
        return LostUpload(upload, str(error))
    return WorkedUpload(upload, result, from_store=True) if result else None


def every_result(bench: Workbench, upload_id: int) -> tuple[WorkedUpload, ...]:
    """What every recipe made of the upload, with today's weights or with earlier ones, newest first; runs nothing.

    Raises:
        NotFound: no such upload.
        PictureGone: a crop is gone from the disk.
    """
    upload = bench.store.uploads.get(upload_id)
    return tuple(WorkedUpload(upload, result, from_store=True) for result in bench.store.results.of(upload.sha256))


def delete_upload(bench: Workbench, upload_id: int) -> None:
    """Really deletes the upload and, when no other has the same picture, the picture and all that was made of it.

    Raises:
        NotFound: no such upload.
    """
    bench.store.uploads.delete(upload_id)
