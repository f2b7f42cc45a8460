"""From a labelled picture and what a recipe made of it to the plates of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from pipeline.analysis.metrics import FoundPlate, LabelledPlate, match_plates
from pipeline.analysis.outcome import Measures, Outcome, OutcomeKind
from pipeline.analysis.shape import shape_of
from pipeline.corpus.labels import Label, LabelKind
from pipeline.ensemble.rank import rank_formats
from pipeline.errors import DegenerateQuad
from pipeline.media.draw import encode_png
from pipeline.media.quality import appearance
from pipeline.media.rectify import rectify
from pipeline.plate.colour import estimate_colour
from pipeline.plate.geometry import quad_from_box, quad_size
from pipeline.plate.grammar import FORMATS, parse
from pipeline.plate.types import Frame, PlateColour, PlateCrop, Quad, StageFailure, Verdict
from pipeline.store import RunItem, StoredInspection, StoredResult

_MARGIN = 0.08
_NOTHING = Verdict("", 0.0)


def is_crop(labels: Sequence[Label]) -> bool:
    """Whether a picture so labelled is a plate as it is; else it is a scene, and with no labels one without plates."""
    return bool(labels) and labels[0].kind is LabelKind.PLATE_CROP


def items_of(file: str, labels: Sequence[Label], frame: Frame, result: StoredResult) -> Iterator[RunItem]:
    """Every labelled plate that counts, then every box that lies on none."""
    spent = sum(result.elapsed_ms.values()) / max(1, len(result.inspections))
    if is_crop(labels):
        found = result.inspections[0] if result.inspections else None
        yield _item(file, 0, labels[0], frame, found, spent, result)
        return
    plates = [FoundPlate(s.inspection.detection.quad, s.inspection.detection.score, "") for s in result.inspections]
    stored = {id(plate): its for plate, its in zip(plates, result.inspections, strict=True)}
    boxed = [(n, label) for n, label in enumerate(labels) if label.box]
    known = [LabelledPlate(label.box, label.text, label.kind is LabelKind.IGNORE) for _, label in boxed if label.box]
    match = match_plates(known, plates)
    counting = (entry for entry in boxed if entry[1].kind is not LabelKind.IGNORE)
    for (n, label), (_, plate) in zip(counting, match.pairs, strict=True):
        yield _item(file, n, label, frame, stored[id(plate)] if plate else None, spent, result)
    for n, plate in enumerate(match.extra, start=len(labels)):
        yield _extra(file, n, frame, stored[id(plate)], spent)


def lost_items(file: str, labels: Sequence[Label], reason: str) -> Iterator[RunItem]:
    """The plates of a picture that could be opened when the set was looked at and cannot be any longer: not read."""
    for n, label in enumerate(labels):
        if label.kind is not LabelKind.IGNORE:
            outcome = Outcome(
                file, n, _kind(label), label.text, "", 0.0, False, True, (), Measures(source=label.source)
            )
            yield RunItem(outcome, problem=reason)


def measure_crop(label: Label, frame: Frame) -> Measures:
    """What a picture that is a plate as it is looks like."""
    quad = _place(label, frame)
    return _measures(label, frame, quad, _cut(frame, quad), None)


def _item(
    file: str, n: int, label: Label, frame: Frame, found: StoredInspection | None, spent: float, result: StoredResult
) -> RunItem:
    quad = _place(label, frame)
    seen = found.inspection.detection.quad if found and label.box else None
    crop = _cut(frame, quad)
    verdict = found.inspection.verdict if found else _NOTHING
    outcome = Outcome(
        file,
        n,
        _kind(label),
        label.text,
        verdict.text,
        verdict.confidence,
        found is not None,
        verdict.abstains,
        tuple(slot.probability for slot in verdict.slots),
        _measures(label, frame, quad, crop, seen),
    )
    return RunItem(
        outcome,
        shape=shape_of(crop.pixels) if crop else b"",
        crop=encode_png(crop.pixels) if crop and not found else b"",
        crop_sha256=found.crop_sha256 if found else None,
        image_sha256=frame.sha256,
        inspection_id=found.id if found else None,
        elapsed_ms=spent,
        problem=_failed(found.inspection.failures if found else result.failures),
    )


def _extra(file: str, n: int, frame: Frame, found: StoredInspection, spent: float) -> RunItem:
    verdict, quad = found.inspection.verdict, found.inspection.detection.quad
    crop = _cut(frame, quad)
    label = Label(file, LabelKind.SCENE, verdict.text, None, "")
    outcome = Outcome(
        file,
        n,
        OutcomeKind.EXTRA,
        "",
        verdict.text,
        verdict.confidence,
        True,
        verdict.abstains,
        tuple(slot.probability for slot in verdict.slots),
        _measures(label, frame, quad, crop, quad),
    )
    return RunItem(
        outcome,
        shape=shape_of(crop.pixels) if crop else b"",
        crop_sha256=found.crop_sha256,
        image_sha256=frame.sha256,
        inspection_id=found.id,
        elapsed_ms=spent,
    )


def _kind(label: Label) -> OutcomeKind:
    return OutcomeKind.CROP if label.kind is LabelKind.PLATE_CROP else OutcomeKind.SCENE


def _place(label: Label, frame: Frame) -> Quad:
    """Where the label says the plate is, so that what is measured there is the same for every recipe."""
    if label.corners:
        return np.asarray(label.corners, np.float32)
    return quad_from_box(*(label.box or (0, 0, frame.width, frame.height)))


def _cut(frame: Frame, quad: Quad) -> PlateCrop | None:
    try:
        return rectify(frame, quad, margin=_MARGIN)
    except DegenerateQuad:
        return None


def _measures(label: Label, frame: Frame, quad: Quad, crop: PlateCrop | None, seen: Quad | None) -> Measures:
    """What the table of labels knows is taken from it. Tilt is only known from corners, marked or detected ones."""
    colour = PlateColour.UNKNOWN
    if label.colour in list(PlateColour):
        colour = PlateColour(label.colour)
    elif crop:
        colour, _ = estimate_colour(crop.pixels)
    shown = label.colour or ("" if colour is PlateColour.UNKNOWN else colour)
    form = label.format if label.format in FORMATS else _format(label.text, colour, quad if label.box else None)
    try:
        measured = appearance(frame, quad)
        tilt = measured.tilt if label.corners else appearance(frame, seen).tilt if seen is not None else None
    except DegenerateQuad:
        return Measures(form, shown, source=label.source)
    return Measures(form, shown, measured.height, measured.detail, measured.brightness, tilt, label.source)


def _format(text: str, colour: PlateColour, quad: Quad | None) -> str:
    matches = parse(text).matches
    if not matches:
        return ""
    width, height = quad_size(quad) if quad is not None else (0.0, 0.0)
    return rank_formats(matches, colour, width / height if height else None)[0].format.name


def _failed(failures: Sequence[StageFailure]) -> str:
    return "; ".join(f"{failure.stage} '{failure.backend}' failed: {failure.reason}" for failure in failures)
