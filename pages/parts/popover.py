"""A popover that costs nothing while it is closed."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def popover(label: str, key: str, fill: Callable[[], object], disabled: bool = False) -> None:
    """``fill`` draws what is in it, whenever it is open; closed, the page neither works nor sends that."""
    place = st.popover(label, key=key, on_change="rerun", disabled=disabled)
    if place.open:
        with place:
            fill()
