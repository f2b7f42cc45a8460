"""Pictures as the pages show them, kept for a while: decoding a large one takes seconds, and pages run often.

They are kept in memory alone, so many and so long; a deletion forgets them at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pipeline.workbench import inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import StoredInspection

_SIDE, _SMALL, _CROP = 1280, 160, 400
"""Longest side in pixels of a picture, of one in a list, and of a plate's crop in a grid."""
_SECONDS = 600


def drawn(bench: Workbench, sha256: str, shown: Sequence[StoredInspection], chosen: int | None) -> bytes:
    """JPEG of a picture with a box around each plate.

    Raises:
        NotFound: no such picture.
    """
    answers = tuple((stored.id, stored.review.id if stored.review else 0) for stored in shown)
    return _drawn(bench, shown, sha256, answers, chosen)


@st.cache_data(max_entries=50, ttl=_SECONDS, show_spinner=False)
def _drawn(
    _bench: Workbench,
    _shown: Sequence[StoredInspection],
    sha256: str,
    answers: tuple[tuple[int, int], ...],  # what is written beside the boxes changes with them
    chosen: int | None,
) -> bytes:
    return inspections.frame_jpeg(_bench, sha256, _shown, chosen, _SIDE)


@st.cache_data(max_entries=500, ttl=_SECONDS, show_spinner=False)
def small(_bench: Workbench, sha256: str) -> bytes:
    """JPEG of a picture for a list; empty where it cannot be shown."""
    return inspections.thumbnail_jpeg(_bench, sha256, _SMALL)


@st.cache_data(max_entries=3000, ttl=_SECONDS, show_spinner=False)
def thumbnail(_bench: Workbench, sha256: str) -> bytes:
    """JPEG of a crop, enhanced or not, for a grid; empty where it cannot be shown."""
    return inspections.thumbnail_jpeg(_bench, sha256, _CROP)


def forget() -> None:
    """Nothing of a deleted picture stays in memory."""
    _drawn.clear()
    small.clear()
    thumbnail.clear()
