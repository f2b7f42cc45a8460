"""Reads the polygons of a VIA project: around damage, for example. Dutta & Zisserman, ACM Multimedia 2019."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.corpus.set_files import SetFiles
from pipeline.plate.geometry import Outline


def read_outlines(files: SetFiles) -> dict[str, tuple[Outline, ...]]:
    """The polygons of each picture, by its name in the set; files that are no VIA project are passed over."""
    found: dict[str, tuple[Outline, ...]] = {}
    for file in files.texts.values():
        if not file.name.lower().endswith(".json"):
            continue
        for name, regions in _regions(file.text() or ""):
            pictures = files.find(name, file.folder)
            outlines = tuple(outline for region in regions if (outline := _polygon(region)))
            if len(pictures) == 1 and outlines:
                found[pictures[0]] = outlines
    return found


def mask_of(outlines: tuple[Outline, ...], size: tuple[int, int], scale: float) -> NDArray[np.bool_]:
    """True inside the outlines, ``(height, width)`` for a ``size`` of (width, height), after scaling the picture."""
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillPoly(mask, [np.round(np.asarray(outline) * scale).astype(np.int32) for outline in outlines], 1)
    return mask.astype(bool)


def _regions(text: str) -> Iterator[tuple[str, list[Any]]]:
    """Pictures' names with their regions, of VIA 1 and 2, whole projects or annotations alone."""
    try:
        whole = json.loads(text)
    except ValueError:
        return
    entries = whole.get("_via_img_metadata", whole) if isinstance(whole, dict) else {}
    for entry in entries.values() if isinstance(entries, dict) else ():
        if isinstance(entry, dict) and isinstance(entry.get("filename"), str):
            regions = entry.get("regions")
            its = list(regions.values()) if isinstance(regions, dict) else regions
            yield entry["filename"], its if isinstance(its, list) else []


def _polygon(region: Any) -> Outline | None:
    """None for other shapes, and for what is broken."""
    shape = region.get("shape_attributes") if isinstance(region, dict) else None
    if not isinstance(shape, dict):
        return None
    across, down = shape.get("all_points_x"), shape.get("all_points_y")
    if not (isinstance(across, list) and isinstance(down, list) and len(across) == len(down) >= 3):
        return None
    if not all(isinstance(value, int | float) for value in (*across, *down)):
        return None
    return tuple(zip(map(float, across), map(float, down), strict=True))
