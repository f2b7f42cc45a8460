"""What a run shows: its numbers, and the plates behind each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.analysis.confusion import NOTHING as NOTHING
from pipeline.analysis.confusion import Confusion, confusion
from pipeline.analysis.confusion import aligned as aligned
from pipeline.analysis.duel import Duel, duel
from pipeline.analysis.metrics import plain
from pipeline.analysis.outcome import Outcome, OutcomeKind, hardest
from pipeline.analysis.reliability import Reliability, reliability
from pipeline.analysis.shape import project, vectors
from pipeline.analysis.slices import Slice as Slice
from pipeline.analysis.slices import Slicing as Slicing
from pipeline.analysis.slices import bins as bins
from pipeline.analysis.slices import slices
from pipeline.analysis.summary import Summary as Summary
from pipeline.analysis.summary import summarise
from pipeline.errors import NotFound
from pipeline.media.tables import write_table
from pipeline.store import StoredItem as StoredItem
from pipeline.store import StoredRun as StoredRun
from pipeline.store import StoredSelection as StoredSelection
from pipeline.workbench.bench import Workbench

BINS = 10
_COLUMNS = (
    *("file", "truth", "read", "exact", "edits", "confidence", "abstains", "found", "kind"),
    *("format", "colour", "height", "detail", "brightness", "tilt", "source", "problem"),
)


@dataclass(frozen=True)
class RunView:
    """A run with all its plates; what follows from them is worked when it is first asked for."""

    run: StoredRun
    items: tuple[StoredItem, ...]

    @cached_property
    def outcomes(self) -> list[Outcome]:
        return [item.outcome for item in self.items]

    @cached_property
    def summary(self) -> Summary:
        """Of the plates that are there now: those read so far, without those deleted since."""
        return summarise(self.outcomes)

    @cached_property
    def confusion(self) -> Confusion:
        """Over the plates that were found; a plate that nobody saw confuses no characters. Places are of ``items``."""
        read = [(o.truth, o.read) if o.scored and o.read else ("", "") for o in self.outcomes]
        return confusion(read)

    @cached_property
    def trust(self) -> Reliability:
        """How the confidence of whole texts keeps its word."""
        read = [outcome for outcome in self.outcomes if outcome.scored and outcome.read]
        return reliability([outcome.confidence for outcome in read], [outcome.exact for outcome in read], BINS)

    @cached_property
    def worst(self) -> tuple[StoredItem, ...]:
        return tuple(self.items[place] for place in hardest(self.outcomes))

    @cached_property
    def places(self) -> list[tuple[float, float]]:
        """Where each plate lies on the map of looks, which is the same for every recipe over the same set."""
        if not self.items:
            return []
        seen = [outcome.measures for outcome in self.outcomes]
        return [(float(x), float(y)) for x, y in project(vectors([item.shape for item in self.items], seen))]

    def slices(self, by: Slicing) -> list[Slice]:
        return slices(self.outcomes, by)


def open_run(bench: Workbench, run_id: int) -> RunView:
    """
    Raises:
        NotFound: no such run.
    """
    return RunView(bench.store.runs.get(run_id), bench.store.runs.items(run_id))


def runs(bench: Workbench) -> tuple[StoredRun, ...]:
    """Newest first."""
    return bench.store.runs.list()


def rivals(bench: Workbench, run: StoredRun) -> tuple[StoredRun, ...]:
    """The other runs over the same set that have ended, newest first."""
    return tuple(
        other
        for other in runs(bench)
        if other.id != run.id and other.finished and other.plan.set_fingerprint == run.plan.set_fingerprint
    )


def compare_runs(first: RunView, second: RunView) -> Duel:
    """What the first run wins and loses."""
    return duel(first.outcomes, second.outcomes)


def plates(view: RunView, question: str, rival: RunView | None = None) -> tuple[StoredItem, ...]:
    """The plates behind a number.

    Args:
        question: ``all``, ``right``, ``wrong``, ``sure`` (wrong and no guess), ``guess``, ``missed``, ``extra``;
            ``slice|BY|all|VALUE`` or ``slice|BY|wrong|VALUE``; ``pair|TRUTH|READ``, either side blank for a character
            that is not there; ``bin|N`` of the reliability plot; ``duel|GROUP`` against ``rival``.

    Raises:
        NotFound: there is no such question.
    """
    kind, *rest = question.split("|", 3)
    match kind, rest:
        case "wrong", []:
            return view.worst
        case (("all" | "right" | "sure" | "guess" | "missed" | "extra"), []):
            return tuple(item for item in view.items if _is(kind, item.outcome))
        case "slice", [by, only, value] if by in list(Slicing):
            members = {n for part in view.slices(Slicing(by)) if part.value == value for n in part.members}
            chosen = tuple(item for n, item in enumerate(view.items) if n in members)
            return tuple(item for item in chosen if only != "wrong" or not item.outcome.exact)
        case "pair", [truth, read]:
            return tuple(view.items[n] for n in view.confusion.where.get((truth, read), ()))
        case "bin", [number] if number.isdecimal():
            return tuple(item for item in view.items if _in_bin(item.outcome, int(number)))
        case "duel", [group] if rival:
            keys = set(getattr(compare_runs(view, rival), group, ()) if group in _GROUPS else ())
            return tuple(item for item in view.items if (item.outcome.file, item.outcome.plate) in keys)
    raise NotFound(f"there are no plates behind {question!r}; open the run again")


_GROUPS = ("won", "lost", "both_right", "both_wrong")


def crop_png(bench: Workbench, item: StoredItem) -> bytes:
    """The plate as it was read, or where it should have been found; empty where nobody has a picture of it."""
    try:
        return bench.store.blobs.get(item.crop_sha256) if item.crop_sha256 else b""
    except NotFound:
        return b""


def table_csv(items: Sequence[StoredItem]) -> bytes:
    """The plates as UTF-8 with BOM, so that Excel opens it."""
    return write_table(_rows(items), _COLUMNS)


def keep_selection(bench: Workbench, name: str, origin: str, items: Sequence[int]) -> StoredSelection:
    """Plates of runs under a name.

    Raises:
        StoreError: the state folder cannot be written.
    """
    return bench.store.selections.add(name, origin, items=items)


def selections(bench: Workbench) -> tuple[StoredSelection, ...]:
    """Newest first."""
    return bench.store.selections.list()


def open_selection(bench: Workbench, selection_id: int) -> tuple[StoredSelection, tuple[StoredItem, ...]]:
    """
    Raises:
        NotFound: no such selection.
    """
    selection = bench.store.selections.get(selection_id)
    return selection, bench.store.runs.find_items(selection.items)


def delete_selection(bench: Workbench, selection_id: int) -> None:
    """Its plates stay.

    Raises:
        NotFound: no such selection.
    """
    bench.store.selections.delete(selection_id)


def _is(kind: str, outcome: Outcome) -> bool:
    match kind:
        case "right":
            return outcome.exact
        case "sure":
            return outcome.scored and not outcome.exact and not outcome.abstains
        case "guess":
            return outcome.scored and outcome.abstains
        case "missed":
            return outcome.kind is OutcomeKind.SCENE and not outcome.found
        case "extra":
            return outcome.kind is OutcomeKind.EXTRA
    return outcome.scored


def _in_bin(outcome: Outcome, number: int) -> bool:
    return outcome.scored and bool(outcome.read) and min(int(outcome.confidence * BINS), BINS - 1) == number


def _rows(items: Sequence[StoredItem]) -> Iterator[dict[str, object]]:
    for item in items:
        outcome, seen = item.outcome, item.outcome.measures
        yield {
            "file": outcome.file,
            "truth": plain(outcome.truth),
            "read": outcome.read,
            "exact": int(outcome.exact),
            "edits": outcome.edits,
            "confidence": round(outcome.confidence, 4),
            "abstains": int(outcome.abstains),
            "found": int(outcome.found),
            "kind": outcome.kind.value,
            "format": seen.format,
            "colour": seen.colour,
            "height": _rounded(seen.height),
            "detail": _rounded(seen.detail),
            "brightness": _rounded(seen.brightness),
            "tilt": _rounded(seen.tilt),
            "source": seen.source,
            "problem": item.problem,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
