"""Every stored picture, read or not: a table that pages through any number of them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pages.parts.drawn import small
from pages.parts.empty_state import empty_state
from pages.parts.language import say, say_name
from pages.parts.markup import escape, image_address
from pages.parts.read_again import read_again
from pipeline.workbench import inspections
from pipeline.workbench.bench import Workbench
from pipeline.workbench.views import PictureRow

_ROWS = 20
_PAGE = "pictures.page"


def picture_table(bench: Workbench) -> int | None:
    """The id of the upload whose row was clicked, if any."""
    found = inspections.pictures(bench, _ROWS, _ROWS * (st.session_state.get(_PAGE, 1) - 1))
    if not found.total:
        empty_state(say("analyze.nothing_title"), say("pictures.empty_text"))
        return None
    if not found.rows:  # the last page was emptied
        st.session_state[_PAGE] = 1
        st.rerun()
    read_again(bench)
    count = say("pictures.found", count=f"{found.total:,}")
    st.html(f'<p class="pl-count"><strong>{escape(count)}</strong> {escape(say("pictures.hint"))}</p>')
    chosen = _table(bench, found.rows)
    if found.total > _ROWS:
        st.pagination(-(-found.total // _ROWS), key=_PAGE, persist_state="session")
    return chosen


def show_pictures() -> None:
    """Sets the page Analyze to this table."""
    st.session_state.update({"analyze.view": "stored", "stored.kind": "pictures"})


def _table(bench: Workbench, rows: tuple[PictureRow, ...]) -> int | None:
    column = st.column_config
    event = st.dataframe(
        pd.DataFrame([_cells(bench, row) for row in rows]),
        hide_index=True,
        row_height=56,
        height="content",
        column_config={
            "picture": column.ImageColumn(say("pictures.column_picture"), width=165),
            "file": column.TextColumn(say("stored.column_file"), width=255),
            "plates": column.TextColumn(say("pictures.column_plates"), width=120),
            "size": column.TextColumn(say("pictures.column_size"), width=125),
            "source": column.TextColumn(say("stored.column_source"), width=105),
            "created": column.DatetimeColumn(say("pictures.column_created"), format="YYYY-MM-DD HH:mm", width=145),
        },
        selection_mode="single-cell",
        on_select="rerun",
        key="pictures.table",
        alt=say("pictures.table_alt"),
    )
    chosen = next((row for row, _ in event.selection.cells), None)
    return rows[chosen].upload.id if chosen is not None and chosen < len(rows) else None


def _cells(bench: Workbench, row: PictureRow) -> dict[str, object]:
    upload = row.upload
    return {
        "picture": image_address(jpeg) if (jpeg := small(bench, upload.sha256)) else None,
        "file": upload.name,
        "plates": _found(row),
        "size": say("common.pixels", width=upload.width, height=upload.height),
        "source": say_name("source", upload.source),
        "created": upload.created.astimezone().replace(tzinfo=None),
    }


def _found(row: PictureRow) -> str:
    if row.plates is None:
        return say("pictures.unread")
    if row.failed:
        return say("pictures.failed")
    return say("pictures.plates", count=row.plates) if row.plates else say("pictures.no_plate")
