"""In which orders the characters of a plate may be meant: on one line or on two, level or tilted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SLOPES = np.linspace(-0.8, 0.8, 33).astype(np.float64)
"""Tilts that are tried, as rise over run in the network's input: 35 degrees come to 0.4 there, or to 0.7 where the crop
was not squeezed."""

_SECOND_LINE = 0.4
"""What a second line costs, in squared heights of a character: a line of eight strays by 0.1 in all, two lines that are
taken for one by 2 and more."""

_TILT = 0.5  # cost of a slope of 1, squared otherwise
_DOUBT = 0.25  # difference of costs at which one order is e times as likely as another
_LEAST_SHARE = 0.02  # the grammar may still turn to an order that looks this unlikely
_ABOVE = 0.5
"""Two boxes stand one above the other if their centres differ by less than this share of the narrower one's width."""


@dataclass(frozen=True, slots=True)
class Order:
    """``places`` are positions of boxes in the order they are read, ``share`` the probability of this order."""

    places: tuple[int, ...]
    share: float


def reading_orders(boxes: NDArray[np.float64], weights: NDArray[np.float64]) -> list[Order]:
    """The likeliest order on one line and the likeliest on two, the likelier first; one where both are the same.

    Args:
        boxes: centre x, centre y, width, height of each, ``(n, 4)``, in one unit.
        weights: how much each counts, 0…1; a box that is likely nothing should not bend a line.
    """
    if len(boxes) < 2:
        return [Order(tuple(range(len(boxes))), 1.0)]
    across, down = boxes[:, 0], boxes[:, 1]
    levels = down - _SLOPES[:, None] * (across - across.mean())  # (slopes, n): how low each stands once turned level
    tilt = _TILT * _SLOPES**2
    precision = weights / boxes[:, 3] ** 2
    one, slope = _best(_stray(levels, precision)[:, -1:] + tilt[:, None])
    found = [(one, _along(np.arange(len(boxes)), boxes, levels[slope]))]
    two, slope, cut = _best_cut(levels, precision, tilt)
    ranked = np.argsort(levels[slope], kind="stable")
    upper, lower = (_along(part, boxes, levels[slope]) for part in (ranked[:cut], ranked[cut:]))
    found.append((two + _SECOND_LINE, upper + lower))
    return _shared(found)


def _stray(levels: NDArray[np.float64], precision: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the first 1, 2, … n boxes of each row stray from their mean level: weighted squares, ``(slopes, n)``."""
    weight = np.cumsum(np.broadcast_to(precision, levels.shape), axis=1)
    first, second = np.cumsum(precision * levels, axis=1), np.cumsum(precision * levels**2, axis=1)
    return np.asarray(np.maximum(second - first**2 / np.maximum(weight, 1e-12), 0.0))


def _best(costs: NDArray[np.float64]) -> tuple[float, int]:
    """The least cost and its row."""
    row = int(costs.min(axis=1).argmin())
    return float(costs[row].min()), row


def _best_cut(
    levels: NDArray[np.float64], precision: NDArray[np.float64], tilt: NDArray[np.float64]
) -> tuple[float, int, int]:
    """(cost, slope, boxes on the upper line) of the best two lines."""
    ranked = np.argsort(levels, axis=1, kind="stable")
    levels, precision = np.take_along_axis(levels, ranked, axis=1), precision[ranked]
    upper = _stray(levels, precision)[:, :-1]
    lower = _stray(levels[:, ::-1], precision[:, ::-1])[:, -2::-1]
    cost, slope = _best(upper + lower + tilt[:, None])
    return cost, slope, int((upper + lower)[slope].argmin()) + 1


def _along(line: NDArray[np.intp], boxes: NDArray[np.float64], level: NDArray[np.float64]) -> tuple[int, ...]:
    """A line from left to right; of two that stand one above the other, as a region's syllables can, upper first."""
    places = sorted(line.tolist(), key=lambda place: float(boxes[place, 0]))
    for left in range(len(places) - 1):
        a, b = places[left : left + 2]
        narrower = min(boxes[a, 2], boxes[b, 2])
        if boxes[b, 0] - boxes[a, 0] < _ABOVE * narrower and level[b] < level[a]:
            places[left : left + 2] = b, a
    return tuple(places)


def _shared(found: list[tuple[float, tuple[int, ...]]]) -> list[Order]:
    """Costs as probabilities."""
    least = min(cost for cost, _ in found)
    odds: dict[tuple[int, ...], float] = {}
    for cost, places in found:
        odds[places] = odds.get(places, 0.0) + max(_LEAST_SHARE, float(np.exp((least - cost) / _DOUBT)))
    total = sum(odds.values())
    return sorted((Order(places, share / total) for places, share in odds.items()), key=lambda order: -order.share)
