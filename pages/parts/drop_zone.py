"""The place to drop files, in the person's language, and what is said of files that could not be used."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pages.parts.language import say, say_name
from pages.parts.markup import escape
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import FileProblem

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

ACCEPTED = ("jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "heic", "heif", "zip")


def drop_zone(
    bench: Workbench, label: str, limits: str, kinds: Sequence[str], key: str, title: str = ""
) -> list[UploadedFile]:
    """What was dropped and not yet taken; whoever has taken it gives the zone another ``key``, so that it is empty.

    Args:
        limits: a line that says which files are taken.
        title: what the zone asks for, pictures where left out.
    """
    # Streamlit's own words in the zone are English only; the style sheet shows these instead.
    texts = {"title": title or say("analyze.drop_title"), "limits": limits, "browse": say("analyze.drop_browse")}
    rules = "".join(f'--pl-drop-{name}: "{text}";' for name, text in texts.items())
    st.html(f"<style>:root {{ {rules} }}</style>")
    return st.file_uploader(
        label, kinds, accept_multiple_files=True, key=key, max_upload_size=bench.config.max_upload_mb
    )


def problem_box(problems: Sequence[FileProblem], dismiss: Callable[[], None], key: str) -> None:
    """Files that could not be used, each with the sentence that says why, and a button to dismiss them."""
    if not problems:
        return
    rows = "".join(
        f"<li><strong>{escape(problem.name)}</strong> {escape(say_name('problem', problem.kind))}"
        f"<small>{escape(problem.reason)}</small></li>"
        for problem in problems
    )
    with st.container(key=f"problems-{key}"):
        st.html(
            f'<div class="pl-notice pl-bad" role="alert"><strong>{escape(say("analyze.problems"))}</strong>'
            f"<ul>{rows}</ul></div>"
        )
        st.button(say("analyze.dismiss"), on_click=dismiss, key=key)
