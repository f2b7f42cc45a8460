"""What a person sees of a plate who is to answer it: its crop, enhanced or not, its picture, and other corners."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np

from pipeline.errors import DegenerateQuad as DegenerateQuad
from pipeline.flow.attempt import enhance_crops
from pipeline.flow.inspect_image import MARGIN, inspect_frames
from pipeline.media.decode import decode
from pipeline.media.draw import draw_quads, encode_jpeg, encode_png, thumbnail
from pipeline.media.rectify import rectify
from pipeline.plate.geometry import bounding_box
from pipeline.plate.types import Frame, Inspection, Quad, StageFailure
from pipeline.workbench import inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.recipes import DEFAULT_RECIPE, choose_recipe
from pipeline.workbench.views import StoredInspection
from pipeline.workbench.ways import UNCHANGED as UNCHANGED
from pipeline.workbench.ways import Way, chains

_PICTURE = 900
"""Longest side in pixels of what is shown of a picture."""
_AROUND = 0.75
"""How much of a picture is shown around a plate whose corners are fixed, as a share of the plate's width."""
_AHEAD = 64  # plates kept ready; each takes some 200 kB


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a page shows of a plate before anybody asks for more: its PNG, and a JPEG of its picture."""

    stored: StoredInspection
    crop: bytes
    picture: bytes


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A JPEG of a plate and what is around it; its point p lies at ``origin`` + p / ``scale`` of the picture."""

    jpeg: bytes
    origin: tuple[int, int]
    scale: float
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Reread:
    """What comes of other corners: the rectified plate as a PNG, and what was read on it."""

    crop: bytes
    inspection: Inspection


class Sights:
    """Makes sights, those that will be wanted next ahead in a thread; may be shared by threads."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sights")
        self._made: OrderedDict[int, Future[Sight]] = OrderedDict()
        self._lock = Lock()

    def get(self, inspection_id: int) -> Sight:
        """
        Raises:
            NotFound: the plate was deleted, or its picture or crop is gone from the disk.
        """
        return self.prepare(inspection_id).result()

    def prepare(self, inspection_id: int) -> Future[Sight]:
        """Has the sight made where it is not yet; one that failed is tried again."""
        with self._lock:
            known = self._made.pop(inspection_id, None)
            if known is None or (known.done() and known.exception()):
                known = self._thread.submit(_sight, self._bench, inspection_id)
            self._made[inspection_id] = known
            while len(self._made) > _AHEAD:
                self._made.popitem(last=False)
        return known


def usable_chains(bench: Workbench) -> tuple[Way, ...]:
    """The chains of enhancers that can run, ``unchanged`` first."""
    return tuple(way for way in chains(bench, {}) if not way.missing)


def enhanced(bench: Workbench, stored: StoredInspection, chain: Way) -> bytes | StageFailure:
    """A PNG of the crop after a chain; made once for all who compare or review it.

    Raises:
        NotFound: the crop is gone from the disk.
    """
    key = stored.crop_sha256, chain.fingerprint
    kept = bench.store.comparisons.enhancements([key[0]], [key[1]]).get(key)
    if kept is None:
        (made,) = enhance_crops([stored.inspection.crop], chain.steps, bench.pool)
        kept = bench.store.comparisons.keep_enhancement(key, made, 0.0)
    return kept.failure or bench.store.blobs.get(str(kept.picture_sha256))


def surroundings(bench: Workbench, stored: StoredInspection, quad: Quad) -> Surroundings:
    """The part of the picture around a plate's corners.

    Raises:
        NotFound: the picture is gone.
    """
    frame = _frame(bench, stored)
    x1, y1, x2, y2 = bounding_box(quad)
    more = _AROUND * (x2 - x1)
    left, top = max(0, int(x1 - more)), max(0, int(y1 - more))
    part = frame.pixels[top : int(y2 + more) + 1, left : int(x2 + more) + 1]
    shown = thumbnail(part, _PICTURE)
    height, width = shown.shape[:2]
    return Surroundings(encode_jpeg(shown), (left, top), width / part.shape[1], width, height)


def reread(bench: Workbench, stored: StoredInspection, quad: Quad) -> Reread:
    """The plate inside other corners, rectified and read by the default recipe; nothing is kept.

    Raises:
        DegenerateQuad: the corners enclose nothing that could be a plate.
        NotFound: the picture is gone.
        BackendUnavailable: the default recipe lacks something.
    """
    crop = rectify(_frame(bench, stored), quad, margin=MARGIN)
    recipe = choose_recipe(bench.config, DEFAULT_RECIPE).for_crops()
    (result,) = inspect_frames([Frame(crop.pixels, stored.sha256)], recipe, bench.pool)
    return Reread(encode_png(crop.pixels), result.inspections[0])


def _sight(bench: Workbench, inspection_id: int) -> Sight:
    stored = inspections.get(bench, inspection_id)
    full = _frame(bench, stored).pixels
    shown = thumbnail(full, _PICTURE)
    quad = stored.inspection.detection.quad * np.float32(shown.shape[1] / full.shape[1])
    picture = encode_jpeg(draw_quads(shown, [quad], [""]), 85)
    return Sight(stored, inspections.crop_png(bench, stored), picture)


def _frame(bench: Workbench, stored: StoredInspection) -> Frame:
    return decode(bench.store.blobs.get(stored.sha256), "the picture", max_pixels=bench.config.max_pixels)
