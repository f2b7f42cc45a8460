"""Ten plates answered on the page Review by keyboard alone, a letter of Hangul among what is typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.config import load_config
from pipeline.flow.recipe import find_recipe
from pipeline.plate.types import Review
from pipeline.workbench import cases
from pipeline.workbench.bench import Workbench
from pipeline.workbench.read import read_pictures
from pipeline.workbench.synth import draw_plates
from tests.conftest import WorkbenchServer

PATIENCE = 60_000
"""Milliseconds; two busy cores."""
PLATES = 12
ACCEPT = "[class*=st-key-review-accept-][data-stale=false]"
"""The button of the plate that is shown; Streamlit leaves that of the last one for a moment, as stale."""

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def bench(workbench_server: WorkbenchServer, tmp_path: Path) -> Iterator[Workbench]:
    """Drawn plates, read with the shipped weights and flagged."""
    bench = Workbench.open(load_config())
    drawn = [(path.name, path) for path in draw_plates(load_config(), tmp_path / "drawn", PLATES, seed=8)]
    read = list(read_pictures(drawn, find_recipe("fast").for_crops(), bench.pool, bench.store))
    assert len(read) == PLATES
    cases.flag_hard(bench, least=0.0)
    yield bench
    bench.close()


class Desk:
    """The page as somebody sees it who has a keyboard and no mouse."""

    def __init__(self, page: Page, bench: Workbench) -> None:
        self._page = page
        self._bench = bench

    def case(self, *, other_than: int = 0) -> int:
        """The case that is shown, once it is another than that."""
        shown = self._page.locator(f"{ACCEPT}:not(.st-key-review-accept-{other_than})")
        expect(shown).to_have_count(1, timeout=PATIENCE)
        found = re.search(r"st-key-review-accept-(\d+)", shown.get_attribute("class") or "")
        assert found
        return int(found[1])

    def press(self, *keys: str) -> Review | None:
        """Presses keys of which the last one brings another plate; gives the answer to the one before."""
        case = self.case()
        for key in keys:
            self._page.keyboard.press(key)
        self.case(other_than=case)
        stored = self._bench.store.inspections.get(self._bench.store.cases.get(case).flag.inspection_id)
        return stored.review.review if stored.review else None


def test_ten_plates_are_answered_by_keyboard_alone(
    workbench_server: WorkbenchServer, browser_page: Page, bench: Workbench
) -> None:
    page = browser_page
    page.set_default_timeout(PATIENCE)
    page.goto(f"{workbench_server.url}/review")
    page.get_by_role("textbox", name="Your name").focus()
    page.keyboard.type("민지")
    page.keyboard.press("Enter")
    line = page.get_by_role("textbox", name=re.compile("^Text of the plate"))
    expect(line).to_be_visible(timeout=PATIENCE)
    desk = Desk(page, bench)
    empty = [*["Home"], *["Delete"] * 12]

    # Hangul: keys of a Korean keyboard, whatever layout is on; r and c are Streamlit's own elsewhere
    made = desk.press(*empty, *"123rk4567", "Enter")
    assert made
    assert (made.truth, made.reviewer, made.state) == ("123가4567", "민지", "corrected")
    made = desk.press(*empty, *"tjdnf12ck3456", "Enter")
    assert made
    assert made.truth == "서울12차3456"

    # a digit put in the place of another, one taken away, and one put in
    desk.press(*empty, *"45sk6789", "Home", "ArrowRight", "8", "End", "Backspace", "Enter")
    answers = [review.truth for review in answers_of(bench)]
    assert answers[-1] == "48나678"

    made = desk.press("Shift+U")
    assert made
    assert (made.state, made.truth) == ("unreadable", "")
    made = desk.press("Shift+N")
    assert made
    assert made.state == "not_a_plate"

    # skipped, and taken up again
    skipped = desk.case()
    assert desk.press("Shift+S") is None
    desk.press("Shift+Z")
    assert desk.case() == skipped
    # answered, taken back and answered anew
    desk.press(*empty, *"11rk1111", "Enter")
    desk.press("Shift+Z")
    assert desk.case() == skipped
    assert bench.store.cases.get(skipped).closed is None
    made = desk.press(*empty, *"22sk2222", "Enter")
    assert made
    assert made.truth == "22나2222"

    # enhanced and back, then what was read is accepted
    page.keyboard.press("ArrowDown")
    expect(page.get_by_text(re.compile(r"· 2/\d"))).to_be_visible(timeout=PATIENCE)
    page.keyboard.press("ArrowUp")
    expect(page.get_by_text(re.compile(r"· 1/\d"))).to_be_visible(timeout=PATIENCE)
    for _ in range(4):
        made = desk.press("Enter")
        assert made
        assert made.state in ("confirmed", "unreadable")

    assert len(answers_of(bench)) == 10
    assert {review.reviewer for review in answers_of(bench)} == {"민지"}
    assert bench.store.cases.backlog().closed == 10


def answers_of(bench: Workbench) -> list[Review]:
    """Every answer that counts, in the order in which they were given."""
    rows, _ = bench.store.inspections.search(limit=None)
    kept = bench.store.reviews.of([row.id for row in rows])
    counts = [answer for its in kept.values() for answer in its if answer.withdrawn is None]
    return [answer.review for answer in sorted(counts, key=lambda answer: answer.id)]
