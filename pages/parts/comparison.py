"""What one session compares: ids and keys in session state, and in the address, so that a link gives it again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.parts.frame import arrived
from pipeline.workbench.bench import Workbench
from pipeline.workbench.plates import selected_plates

PLATES, CHAINS, READERS = "compare.plates", "compare.chains", "compare.readers"
MORE, SETTINGS = "compare.more", "compare.set"
SORT, PLATE, AFTER, PAUSED = "compare.sort", "compare.plate", "compare.after", "compare.paused"
_LISTS = {CHAINS: "chain", READERS: "reader", SETTINGS: "set"}
"""Parameters that may stand in the address many times."""
_LINKS, _SELECTION = ("plates", "inspection"), "selection"


def take_address(bench: Workbench) -> None:
    """An address that somebody arrives with goes before what the session had.

    Later ones are our own, and a browser that is slow may even send one that we have changed since.

    Raises:
        NotFound: the address names a selection that is not there.
    """
    if not arrived():
        return
    asked = _asked()
    for number in (number for text in st.query_params.get_all(_SELECTION) for number in _numbers(text)):
        set_plates(selected_plates(bench, number))
    if numbers := [number for name in _LINKS for text in asked.get(name, ()) for number in _numbers(text)]:
        set_plates(numbers)
    for key, name in _LISTS.items():
        if name in asked:
            st.session_state[key] = asked[name]
    st.session_state[MORE] = [key for key in asked.get(_LISTS[CHAINS], ()) if "+" in key]


def write_address() -> None:
    """What is compared now, so that reloading the page or sending its address shows it again."""
    for name in ("inspection", _SELECTION):
        st.query_params.pop(name, None)
    _write("plates", [",".join(map(str, plates()))] if plates() else [])
    for key, name in _LISTS.items():
        _write(name, st.session_state.get(key, ()) if plates() else ())


def plates() -> list[int]:
    """Ids of the plates on the table."""
    return list(st.session_state.get(PLATES, ()))


def set_plates(numbers: Iterable[int]) -> None:
    """Lays these plates on the table in place of others, each once."""
    st.session_state[PLATES] = list(dict.fromkeys(numbers))
    st.session_state.pop(PLATE, None)
    st.session_state[PAUSED] = False


def add_plates(numbers: Iterable[int]) -> None:
    set_plates([*plates(), *numbers])


def _asked() -> dict[str, list[str]]:
    names = (*_LINKS, *_LISTS.values())
    return {name: st.query_params.get_all(name) for name in names if name in st.query_params}


def _write(name: str, values: Sequence[str]) -> None:
    if not values:
        st.query_params.pop(name, None)
    elif st.query_params.get_all(name) != list(values):
        st.query_params[name] = list(values)


def _numbers(text: str) -> list[int]:
    """Ids begin at 1; what is no number is left out."""
    return [int(part) for part in text.split(",") if part.isascii() and part.isdecimal() and 0 < len(part) < 19]
