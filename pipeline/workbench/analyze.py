"""From dropped files to stored verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import FileProblem, StoredUpload, WorkedUpload

DEFAULT_RECIPE = "thorough"


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """``name`` is stable and a key of the words (``recipe.<name>``); ``missing`` says why it cannot run, or is None."""

    name: str
    missing: str | None


@dataclass(frozen=True, slots=True)
class AnalyzeStep:
    """One picture is through: ``done`` of ``total``; ``made`` is a problem where the picture could not be worked."""

    done: int
    total: int
    made: WorkedUpload | FileProblem


def recipes(bench: Workbench) -> tuple[RecipeChoice, ...]:
    """The recipes one can choose, the default first."""
    raise NotImplementedError


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
    raise NotImplementedError


def analyze(bench: Workbench, upload_ids: Sequence[int], recipe: str = DEFAULT_RECIPE) -> Iterator[AnalyzeStep]:
    """Works each picture with a recipe and stores what it finds; what was worked before comes from the store.

    A result in which a backend failed does not count as worked: it is tried again.

    Raises:
        UnknownRecipe: there is no recipe of that name.
        BackendUnavailable: a step of the recipe lacks something; the message says what and how to get it.
        StoreError: the state folder cannot be written.
    """
    raise NotImplementedError


def results(bench: Workbench, upload_ids: Sequence[int], recipe: str = DEFAULT_RECIPE) -> tuple[WorkedUpload, ...]:
    """What the store already holds for these uploads, in their order; runs nothing.

    Uploads that are deleted, or not yet worked with this recipe, are left out.
    """
    raise NotImplementedError


def delete_upload(bench: Workbench, upload_id: int) -> None:
    """Really deletes the upload and, when no other has the same picture, the picture and all that was made of it.

    Raises:
        NotFound: no such upload.
    """
    raise NotImplementedError
