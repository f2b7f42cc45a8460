"""How far a training is: one line of its log. It stands apart from the loop, so that who shows it needs no torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """``val_loss`` and ``right``, the share read or placed well, are of averaged weights on held-back samples.

    ``beside`` is the share right of the other held-back samples, None where there are none.
    """

    step: int
    steps: int
    loss: float
    val_loss: float
    right: float
    samples_per_second: float
    beside: float | None = None
