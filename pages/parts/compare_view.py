"""A comparison on the page: the heat map, the grid that fills, the slider and the downloads."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import streamlit as st

from pages.parts import comparison, crop_grid
from pages.parts.before_after import before_after
from pages.parts.compare_fill import fill
from pages.parts.language import say
from pages.parts.markup import escape, section
from pages.parts.picks import listen
from pages.parts.plate_look import chip
from pages.parts.score_map import choose_score, score_map
from pipeline.workbench import compare
from pipeline.workbench.bench import Workbench
from pipeline.workbench.compare import Comparison, Grid
from pipeline.workbench.compare_export import grid_csv, grid_png
from pipeline.workbench.compare_scores import sort_chains, sort_plates
from pipeline.workbench.plates import Plate
from pipeline.workbench.ways import Way

_EACH = 10  # plates shown at once


def show_comparison(bench: Workbench, wanted: Comparison, choose: Callable[[], None]) -> None:
    """What the store knows of it at once, then the rest as it is worked.

    Args:
        choose: draws what one chooses with; it can wait until the grid stands.
    """
    comparison.write_address()  # before the work, so that a reload in the midst of it finds the same
    grid = compare.known(bench, wanted)
    listen()
    status = st.container()
    view = GridView(bench, grid)
    place, slider = st.container(), st.container()

    def rest() -> None:
        choose()
        with slider:
            before_after(bench, grid, view.focus)

    fill(bench, view, status, place, rest)


class GridView:
    """The heat map and the grids, at the place where :meth:`lay_out` is called; they can be drawn anew as they fill."""

    def __init__(self, bench: Workbench, grid: Grid) -> None:
        self.grid = grid
        self.focus = _focus(grid.comparison)
        self._bench = bench
        self._sort = _sorting(grid.comparison)
        self._several = len(grid.comparison.plates) > 1

    def lay_out(self) -> None:
        """Makes the places and draws what is known."""
        plates = self.grid.comparison.plates
        self._drawings = count()  # each has a key of its own, and the same ones when all is laid out anew
        if self._several:
            section(say("compare.helps"))
            self._exact = choose_score()
            self._scores = st.empty()
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            section(say("compare.side_by_side"))
            with st.container(horizontal=True, gap="xsmall", width="content"):
                _downloads(self._bench, self.grid)
        if self._several:
            self._many = st.empty()
            self._shown = self._page()
            focus = f"{chip(self.focus.reference, self.focus.formats)}<span>{escape(self.focus.name)}</span>"
            st.html(f'<div class="pl-focus">{focus}</div>')
        self._one = st.empty()
        st.html(crop_grid.legend(sum(plate.truth is not None for plate in plates), len(plates)))
        self.draw()
        self.draw_scores()

    def draw(self) -> None:
        """The grids anew."""
        key = self._sort.key if self._sort else ""
        if self._several:
            self._many.html(crop_grid.many_plates(self._bench, self.grid, self._shown, key, self.focus.id))
        chains = self.grid.comparison.chains
        chains = tuple(sort_chains(self.grid, self.focus, self._sort)) if self._sort else chains
        after = str(st.session_state.get(comparison.AFTER, ""))
        self._one.html(crop_grid.one_plate(self._bench, self.grid, self.focus, chains, key, after))

    def draw_scores(self) -> None:
        """The heat map anew, where there is one."""
        if self._several:
            with self._scores.container():
                score_map(self.grid, self._exact, key=f"compare.scores.{next(self._drawings)}")

    def _page(self) -> tuple[Plate, ...]:
        """The plates of the page that is chosen, in the order that is."""
        plates = self.grid.comparison.plates
        order = tuple(sort_plates(self.grid, self._sort)) if self._sort else plates
        pages = -(-len(order) // _EACH)
        page = st.pagination(pages, key="compare.page", persist_state="session") if pages > 1 else 1
        return order[(page - 1) * _EACH : page * _EACH]


def _sorting(wanted: Comparison) -> Way | None:
    """The reader by which one sorts, if any."""
    key = st.session_state.get(comparison.SORT)
    return next((reader for reader in wanted.readers if reader.key == key), None)


def _focus(wanted: Comparison) -> Plate:
    """The plate that is shown in full."""
    asked = str(st.session_state.get(comparison.PLATE, ""))
    return next((plate for plate in wanted.plates if str(plate.id) == asked), wanted.plates[0])


def _downloads(bench: Workbench, grid: Grid) -> None:
    name = "plateloop-comparison"
    st.download_button(
        say("compare.csv"), lambda: grid_csv(grid), f"{name}.csv", "text/csv", on_click="ignore", key="csv"
    )
    st.download_button(
        say("compare.png"), lambda: grid_png(bench, grid), f"{name}.png", "image/png", on_click="ignore", key="png"
    )
