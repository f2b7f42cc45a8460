"""A small run as it would stand in the store."""

from __future__ import annotations

from pipeline.analysis.outcome import Measures, Outcome, OutcomeKind
from pipeline.analysis.summary import summarise
from pipeline.corpus.problems import problem
from pipeline.media.draw import encode_png
from pipeline.store import RunItem, RunPlan, Store
from tests.store.samples import picture

NASTY = "<script>alert(1)</script>.png"


def plan(recipe: str = "thorough", total: int = 4) -> RunPlan:
    told = (problem(NASTY, "picture_missing", by="labels.csv"),)
    return RunPlan("gate", "sets/gate", "csv", "a" * 64, recipe, "{}", f"{recipe:f<64}", total, told)


def plate(n: int, truth: str, read: str, **changes: object) -> RunItem:
    values = {"kind": OutcomeKind.CROP, "found": True} | changes
    seen = Measures("film_8", "white", 12.0 + 10 * n, 0.5, 128.0, 3.0, "north gate")
    sure = 0.9 if read else 0.0
    outcome = Outcome(
        f"{n}.png",
        0,
        truth=truth,
        read=read,
        confidence=sure,
        abstains=not read,
        measures=seen,
        **values,  # type: ignore[arg-type]
    )
    return RunItem(outcome, crop=encode_png(picture(n)[1].pixels))


def six_plates() -> list[RunItem]:
    """Two right, 가 taken for 거 twice, one missed, one box too many."""
    return [
        plate(0, "12가3456", "12가3456"),
        plate(1, "34가5678", "34거5678"),
        plate(2, "56가7890", "56거7891"),
        plate(3, "78라1234", "", kind=OutcomeKind.SCENE, found=False),
        plate(4, "", "99마9999", kind=OutcomeKind.EXTRA),
        plate(5, "11바1111", "11바1111"),
    ]


def keep_run(store: Store, planned: RunPlan, items: list[RunItem]) -> int:
    run = store.runs.start(planned)
    store.runs.advance(run.id, 0, planned.total, items)
    store.runs.finish(run.id, summarise([item.outcome for item in items]))
    return run.id
