"""Every string a person sees, in Korean or English."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import streamlit as st

from pipeline.plate.types import Doubt

LANGUAGES = {"ko": "한국어", "en": "English"}
FALLBACK = "en"
_WORDS = Path(__file__).parent / "words"
_CHOSEN = "language"
_ASKED = "lang"
# Arguments of doubts that have words of their own.
_TRANSLATED = {"format": "format", "set": "letters", "colour": "colour"}


@cache
def load_words(language: str) -> dict[str, str]:
    """Every string of a language by its key, such as ``nav.overview``."""
    tables = tomllib.loads((_WORDS / f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": text for group, texts in tables.items() for name, text in texts.items()}


def language() -> str:
    """What the person chose, else what the address asks for, else what the browser prefers."""
    for wanted in (st.session_state.get(_CHOSEN), st.query_params.get(_ASKED), (st.context.locale or "")[:2].lower()):
        if wanted in LANGUAGES:
            return str(wanted)
    return FALLBACK


def choose_language() -> None:
    """The switch. A choice holds for the session and stands in the address, so that it outlives a reload."""

    def keep() -> None:
        st.session_state[_CHOSEN] = st.session_state["language.switch"]

    st.segmented_control(
        say("nav.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        default=language(),
        required=True,
        key="language.switch",
        on_change=keep,
    )
    asked = st.query_params.get(_ASKED)
    if asked in LANGUAGES:
        st.session_state.setdefault(_CHOSEN, asked)
    chosen = st.session_state.get(_CHOSEN)
    if chosen and chosen != asked:
        st.query_params[_ASKED] = chosen


def say(key: str, /, **about: object) -> str:
    """The string of that key with its placeholders filled in; the caller escapes what a user provided."""
    return load_words(language())[key].format(**about)


def say_name(group: str, name: str) -> str:
    """The words for a name of the pipeline, such as a source; the name itself where there are none."""
    return load_words(language()).get(f"{group}.{name.replace(' ', '_')}", name)


def say_doubt(doubt: Doubt) -> str:
    about = {name: say_name(_TRANSLATED.get(name, ""), value) for name, value in doubt.about}
    return say(f"doubt.{doubt.code}", **about)
