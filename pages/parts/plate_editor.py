"""The text of a plate to be corrected: by keys, Hangul among them, or by buttons with all that may stand on plates."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts.language import language, say, say_name
from pipeline.plate.alphabet import CHARACTERS, DIPLOMATIC_WORDS, LETTER_SETS, REGIONS

_KEY = "review.editor"
_HTML = '<div class="line" role="textbox"></div><div class="palette"></div>'
_HERE = Path(__file__).parent
_editor = st.components.v2.component(
    "plate_editor",
    html=_HTML,
    css=(_HERE / "plate_editor.css").read_text(encoding="utf-8"),
    js=(_HERE / "plate_editor.js").read_text(encoding="utf-8"),
)


def plate_editor(seed: str, text: str, at: int) -> str:
    """The text as it stands now; what was typed goes once ``seed`` is another.

    Args:
        at: the character that the cursor stands on at first.
    """
    data = {
        "seed": seed,
        "text": text,
        "at": at,
        "label": say("review.text"),
        "legal": "".join(CHARACTERS),
        "groups": _groups(),
        "words_of": language(),
    }
    _editor(data=data, key=_KEY, on_edited_change=lambda: None)
    return edited_text(seed, text)


def _groups() -> list[tuple[str, list[str]]]:
    """What there are buttons for; each letter stands with the first set that has it."""
    groups: list[tuple[str, list[str]]] = []
    shown: set[str] = set()
    for name, chars in LETTER_SETS.items():
        groups.append((say_name("letters", name), [char for char in chars if char not in shown]))
        shown.update(chars)
    return [*groups, (say("review.regions"), list(REGIONS)), (say("review.words"), list(DIPLOMATIC_WORDS))]


def edited_text(seed: str, text: str) -> str:
    """What was made of ``text``, also while the page has not run since."""
    edited = (st.session_state.get(_KEY) or {}).get("edited") or {}
    return str(edited["text"]) if edited.get("seed") == seed else text
