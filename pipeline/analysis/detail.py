"""How much of a picture's detail an enhancer leaves: gradients and the structure term of SSIM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.plate.types import Pixels

Grey = NDArray[np.float32]

_WINDOW = 1.5  # deviation of the Gaussian window, pixels: Wang et al., IEEE TIP 2004
_STEADY = 1.0  # for their C3, which is 29: dark pictures have so little contrast that it would hide what they lose


@dataclass(frozen=True, slots=True)
class DetailKept:
    """Shares, 1 where nothing was lost.

    ``gradient``: of the magnitude of all gradients, what is still there; detail that is raised makes up for none that
    is lost. 0…1. ``structure``: SSIM's structure term, the correlation of small windows whatever their brightness and
    contrast, weighted by the contrast they had. -1…1.
    """

    gradient: float
    structure: float


def detail_kept(before: Pixels, after: Pixels, mask: NDArray[np.bool_] | None = None) -> DetailKept:
    """Compares two pictures of one size; with a ``mask`` (height, width) only where it is true.

    A picture without any detail has lost none.

    Raises:
        ValueError: the sizes differ.
    """
    if before.shape != after.shape:
        raise ValueError(f"pictures of {before.shape} and {after.shape} cannot be compared; scale one to the other")
    old, new = _grey(before), _grey(after)
    inside = np.ones(old.shape, bool) if mask is None else mask
    was, left = _gradient(old)[inside], _gradient(new)[inside]
    structure, contrast = (part[inside] for part in _structure(old, new))
    return DetailKept(
        _share(float(np.minimum(was, left).sum()), float(was.sum())),
        _share(float((structure * contrast).sum()), float(contrast.sum())),
    )


def mean_detail(kept: Sequence[DetailKept]) -> DetailKept:
    """The mean over pictures, each counted alike; whole where there are none."""
    if not kept:
        return DetailKept(1.0, 1.0)
    return DetailKept(float(np.mean([k.gradient for k in kept])), float(np.mean([k.structure for k in kept])))


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 1e-6 else 1.0


def _grey(pixels: Pixels) -> Grey:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32)


def _gradient(grey: Grey) -> Grey:
    across, down = (cv2.Sobel(grey, cv2.CV_32F, dx, 1 - dx, ksize=3) for dx in (1, 0))
    return np.asarray(cv2.magnitude(across, down), np.float32)


def _structure(old: Grey, new: Grey) -> tuple[Grey, Grey]:
    """SSIM's structure term, and the contrast that the window had, for each pixel."""

    def mean(values: Grey) -> Grey:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), _WINDOW), np.float32)

    mean_old, mean_new = mean(old), mean(new)
    spread_old = np.sqrt(np.maximum(mean(old * old) - mean_old**2, 0))
    spread_new = np.sqrt(np.maximum(mean(new * new) - mean_new**2, 0))
    together = mean(old * new) - mean_old * mean_new
    return (together + _STEADY) / (spread_old * spread_new + _STEADY), spread_old
