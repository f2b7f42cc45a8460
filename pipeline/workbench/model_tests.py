"""Plates that a candidate and the champion are both to read: frozen ones, and drawn ones of every kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.corpus.labels import Label, LabelKind
from pipeline.media.decode import decode
from pipeline.plate.types import Frame
from pipeline.workbench.bench import Workbench

if TYPE_CHECKING:
    from pipeline.training.labelled import LabelledPlate
    from pipeline.training.samples import SampleSource

DRAWN = "drawn"
GUARD_PLATES = 1500
_GUARD = 40_005  # seed of plates that nothing is trained, held back or calibrated on


@dataclass(frozen=True, slots=True)
class ModelTest:
    """``count`` plates; ``plate`` gives the one of a place: what stands on it, and its picture."""

    name: str
    count: int
    plate: Callable[[int], tuple[Label, Frame]]


def drawn_test(bench: Workbench, count: int = GUARD_PLATES, drawn: SampleSource | None = None) -> ModelTest:
    """The same drawn plates each time: what the network knew before it was trained on.

    Args:
        drawn: other plates than those of every kind our generator knows.
    """
    from pipeline.training.samples import SynthSource

    folders = bench.config.shared_folder("glyphs"), bench.config.shared_folder("scene-parts")
    source = drawn or SynthSource(_GUARD, *folders)

    def plate(place: int) -> tuple[Label, Frame]:
        crop = source.sample(place)
        return Label(f"{DRAWN} {place}", LabelKind.PLATE_CROP, crop.text, None, DRAWN), Frame(crop.pixels, "")

    return ModelTest(DRAWN, count, plate)


def labelled_test(
    bench: Workbench, name: str, plates: Sequence[LabelledPlate], labels: Sequence[Label] | None = None
) -> ModelTest:
    """Labelled crops.

    Args:
        labels: what else is known of each, such as its format; only its text where None.
    """

    def plate(place: int) -> tuple[Label, Frame]:
        shown = plates[place]
        frame = decode(shown.picture, max_pixels=bench.config.max_pixels)
        known = labels[place] if labels else Label(shown.picture.name, LabelKind.PLATE_CROP, shown.text, None, name)
        return known, frame

    return ModelTest(name, len(plates), plate)
