"""From dropped files to stored verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import FileProblem, PictureResult, Upload

DEFAULT_RECIPE = "thorough"


@dataclass(frozen=True, slots=True)
class RecipeChoice:
    """``name`` is stable and a key of the words (``recipe.<name>``); ``missing`` says why it cannot run, or is None."""

    name: str
    missing: str | None


@dataclass(frozen=True, slots=True)
class AnalyzeStep:
    """One picture is through: ``done`` of ``total``. Exactly one of ``result`` and ``problem`` is there."""

    done: int
    total: int
    upload: Upload
    result: PictureResult | None
    problem: FileProblem | None


def recipes(bench: Workbench) -> tuple[RecipeChoice, ...]:
    """The recipes one can choose, the default first."""
    raise NotImplementedError


def add_uploads(
    bench: Workbench, files: Iterable[tuple[str, bytes]], source: str = "upload"
) -> Iterator[Upload | FileProblem]:
    """Stores each picture before the next is opened; a zip yields one item for every picture in it.

    A file that cannot be taken is yielded as a problem, and the others go on.

    Args:
        files: name and content of each.
    """
    raise NotImplementedError


def analyze(bench: Workbench, upload_ids: Sequence[int], recipe: str = DEFAULT_RECIPE) -> Iterator[AnalyzeStep]:
    """Works each picture with a recipe and stores what it finds; what was worked before comes from the store.

    Raises:
        UnknownRecipe: there is no recipe of that name.
    """
    raise NotImplementedError


def results(bench: Workbench, upload_ids: Sequence[int], recipe: str = DEFAULT_RECIPE) -> tuple[PictureResult, ...]:
    """What the store already holds for these uploads, in their order; runs nothing.

    Uploads that are deleted, or not yet worked with this recipe, are left out.
    """
    raise NotImplementedError


def delete_upload(bench: Workbench, upload_id: int) -> None:
    """Really deletes the upload, its inspections and, when nothing else needs it, its picture.

    Raises:
        NotFound: no such upload.
    """
    raise NotImplementedError
