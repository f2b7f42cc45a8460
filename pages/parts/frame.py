"""What every page begins with: its title, its language, the sidebar and the open workbench."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.job_progress import job_indicator
from pages.parts.language import choose_language, say
from pages.parts.markup import STYLE, notice
from pipeline.workbench import PlateLoopError
from pipeline.workbench.bench import Config, Workbench, load_config

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

PAGES = Path(__file__).parent.parent
LOGO = Path(__file__).parent / "logo.svg"
ICON = Path(__file__).parent / "icon.svg"
_NAMES = (
    "overview",
    "analyze",
    "compare",
    "votes",
    "failures",
    "low_light",
    "review",
    "labelling",
    "datasets",
    "training",
    "models",
    "system",
)
_PAGES_BEFORE = "pages"
"""The pages that ran last and before."""
_log = logging.getLogger(__name__)


def page_file(name: str) -> Path:
    return PAGES / f"{name}.py"


def navigation() -> Page:
    """The pages in their order, and of them the one to run."""
    st.session_state["navigated"] = True
    return st.navigation([st.Page(page_file(name), title=say(f"nav.{name}"), url_path=name) for name in _NAMES])


@contextmanager
def open_page(name: str) -> Iterator[Workbench]:
    """Sets the page up and gives the workbench; where that cannot be opened, the page says why and ends here.

    What goes wrong on the page becomes a box with a sentence, never a traceback.
    """
    if "navigated" not in st.session_state:  # Streamlit ran this page without app.py, as it does for the first visitor
        navigation()
        st.rerun()
    st.session_state[_PAGES_BEFORE] = (st.session_state.get(_PAGES_BEFORE, ("", ""))[1], name)
    st.set_page_config(page_title=f"{say(f'nav.{name}')} · PlateLoop", page_icon=str(ICON), layout="wide")
    st.html(STYLE)
    st.logo(str(LOGO), size="large")
    with st.sidebar:
        choose_language()
        st.caption(say("product.offline"))
    try:
        bench = _workbench(load_config())
    except PlateLoopError as error:
        notice(f"{error}. {say('error.closed_next')}", "bad", say("error.closed"))
        st.stop()
    with st.sidebar, _calmly():
        job_indicator(bench)
    with _calmly():
        yield bench


def arrived() -> bool:
    """Whether the person has come to this page just now: from another one, or with a new session."""
    before, now = st.session_state[_PAGES_BEFORE]
    return bool(before != now)


@st.cache_resource(show_spinner=False, hash_funcs={Config: Config.model_dump_json})
def _workbench(config: Config) -> Workbench:
    """One for all sessions, so that models are loaded once."""
    bench = Workbench.open(config)
    Thread(target=_get_ready, args=(bench,), daemon=True).start()
    return bench


def _get_ready(bench: Workbench) -> None:
    """While the first page is looked at, so that the next one and its first plate come sooner."""
    from pages.parts import compare_view, way_picker  # noqa: F401 - with what they import, half a second
    from pipeline.workbench.warm_up import warm_up

    warm_up(bench)


@contextmanager
def _calmly() -> Iterator[None]:
    """What a page did not expect becomes a box with a reference; the traceback goes to the log under it.

    Streamlit's own signals to stop or to run again are no ``Exception`` and pass through.
    """
    try:
        yield
    except PlateLoopError as error:
        notice(str(error), "bad", say("error.sorry"))
    except Exception:
        reference = secrets.token_hex(3)
        _log.exception("reference %s: a page failed", reference)
        notice(say("error.trouble_next", reference=reference), "bad", say("error.trouble"))
