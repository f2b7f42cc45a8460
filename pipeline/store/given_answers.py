"""An answer to a case as it was given elsewhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """``outside_id`` is another one after every change. ``state`` is one of a review's, "" where nothing is said.

    ``quad`` holds the corners in pixels of the source picture, empty where nobody moved them; ``plate_type`` is the
    name of a format or "". ``created`` is when it was last changed, as the server writes it.
    """

    outside_id: str
    reviewer: str
    state: str
    truth: str
    plate_type: str
    created: str
    quad: tuple[tuple[float, float], ...] = ()
