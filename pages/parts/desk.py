"""What one session has on its desk: ids of pictures, in session state, so that they stay from page to page."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from pipeline.workbench.views import FileProblem


@dataclass(slots=True)
class Desk:
    """``uploads`` are shown, the newest batch first; ``queue`` are those of them that wait to be read, in order.

    ``from_store`` are those for which nothing had to run. ``batch`` counts the pictures of the present run; ``drops``
    how often files were taken, so that the widget for files can be emptied by giving it a new key.
    """

    uploads: list[int] = field(default_factory=list)
    queue: list[int] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    from_store: set[int] = field(default_factory=set)
    batch: int = 0
    paused: bool = False
    drops: int = 0

    def add(self, upload_id: int) -> None:
        """Puts a picture on the desk to be read; one that lies there already is read once."""
        if upload_id in self.queue:
            return
        if not self.queue:
            self.batch = 0
        if upload_id in self.uploads:
            self.uploads.remove(upload_id)
        self.uploads.insert(self.batch, upload_id)
        self.queue.append(upload_id)
        self.batch += 1
        self.paused = False

    def read_again(self) -> None:
        """Queues all that lie here, as another recipe needs; what it made before comes from the store."""
        self.queue = list(self.uploads)
        self.batch = len(self.queue)
        self.paused = False

    def remove(self, upload_id: int) -> None:
        """Takes a deleted picture off the desk."""
        self.uploads = [n for n in self.uploads if n != upload_id]
        self.queue = [n for n in self.queue if n != upload_id]

    def pause(self) -> None:
        self.paused = True

    def go_on(self) -> None:
        self.paused = False

    def clear(self) -> None:
        self.uploads, self.queue, self.problems, self.paused = [], [], [], False

    def dismiss_problems(self) -> None:
        self.problems = []


def desk() -> Desk:
    """This session's."""
    if "desk" not in st.session_state:
        st.session_state["desk"] = Desk()
    made: Desk = st.session_state["desk"]
    return made
