"""The four corners of a plate, dragged or moved by keys over what is around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from pages.parts.language import say
from pages.parts.markup import image_address
from pipeline.plate.types import Quad
from pipeline.workbench.sights import Surroundings

_KEY = "review.corners"
_HTML = '<svg role="img"><image></image></svg>'
_HERE = Path(__file__).parent
_editor = st.components.v2.component(
    "corner_editor",
    html=_HTML,
    css=(_HERE / "corner_editor.css").read_text(encoding="utf-8"),
    js=(_HERE / "corner_editor.js").read_text(encoding="utf-8"),
)


def corner_editor(seed: str, shown: Surroundings, quad: Quad) -> Quad:
    """The corners as they stand now, in pixels of the whole picture."""
    origin = np.asarray(shown.origin, np.float32)
    corners = (quad - origin) * shown.scale
    data = {
        "seed": seed,
        "picture": image_address(shown.jpeg),
        "width": shown.width,
        "height": shown.height,
        "corners": corners.tolist(),
        "label": say("review.corners_alt"),
    }
    moved = _editor(data=data, key=_KEY, on_moved_change=lambda: None).get("moved") or {}
    if moved.get("seed") != seed:
        return quad
    return np.asarray(np.asarray(moved["corners"]) / shown.scale + origin, np.float32)
