"""One verdict opened in a browser: without a reader it is another one, and with it again as before."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from playwright.sync_api import Page, expect

from pipeline.config import load_config
from pipeline.media.draw import encode_png
from pipeline.synth.glyphs import load_glyphs
from pipeline.synth.photos import photograph
from pipeline.workbench.bench import Workbench
from pipeline.workbench.plates import Taken, take_pictures
from tests.conftest import WorkbenchServer

PATIENCE = 90_000
"""Milliseconds; models are loaded on two busy cores."""
DRAWN = 8, 13
"""Seed and number of a plate of which one reader sees a letter that the others take for another."""
TRUE, WITHOUT_CRNN = "86허6708", "86주6708"


def stored_plate(home: Path) -> int:
    """The drawn plate, read and stored as the page Compare does; its id."""
    photo = photograph(load_glyphs(None), (), *DRAWN)
    assert photo.text == TRUE
    with closing(Workbench.open(load_config().model_copy(update={"home": home}))) as bench:
        [taken] = take_pictures(bench, [("plate.png", encode_png(photo.pixels))])
        assert isinstance(taken, Taken)
        [plate] = taken.plates
        return plate


def test_a_reader_switched_off_changes_the_verdict_at_once(
    workbench_server: WorkbenchServer, browser_page: Page
) -> None:
    plate = stored_plate(workbench_server.home)
    page = browser_page
    page.set_default_timeout(PATIENCE)
    page.goto(workbench_server.url)
    page.get_by_role("link", name="Votes", exact=True).click()
    expect(page.get_by_role("heading", name="Votes", exact=True)).to_be_visible(timeout=PATIENCE)
    page.goto(f"{workbench_server.url}/votes?inspection={plate}")
    verdict = page.locator(".pl-vote-head .pl-plate.pl-large").first
    expect(page.locator(".pl-votes .pl-ballot").first).to_be_visible(timeout=PATIENCE)
    expect(verdict).to_have_text(TRUE, timeout=PATIENCE)

    switch = page.locator(f".st-key-on-{plate}-crnn-unchanged label")
    switch.click()
    expect(verdict).to_have_text(WITHOUT_CRNN, timeout=PATIENCE)
    switch.click()
    expect(verdict).to_have_text(TRUE, timeout=PATIENCE)
