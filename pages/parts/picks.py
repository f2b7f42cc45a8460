"""Clicks on pieces of our own HTML: whatever bears ``data-pl-pick`` sets something of the comparison."""

from __future__ import annotations

import streamlit as st

from pages.parts.comparison import AFTER, PLATE, SORT

_KEY = "compare.picks"
_MEANS = {"plate": PLATE, "chain": AFTER, "sort": SORT}
_JS = """
export default function ({ setTriggerValue }) {
  const pick = (event) => {
    const picked = event.target.closest?.("[data-pl-pick]");
    if (picked) setTriggerValue("picked", picked.dataset.plPick);
  };
  document.addEventListener("click", pick);
  return () => document.removeEventListener("click", pick);
}
"""
_listener = st.components.v2.component("picks", js=_JS)


def listen() -> None:
    """Stands once on the page, anywhere."""
    _listener(key=_KEY, on_picked_change=_take)


def _take() -> None:
    picked = str(st.session_state[_KEY].get("picked") or "")
    for part in picked.split("|"):  # one click may set a plate and a chain
        what, colon, value = part.partition(":")
        if colon and what in _MEANS:
            toggled = what == "sort" and st.session_state.get(SORT) == value
            st.session_state[_MEANS[what]] = "" if toggled else value
