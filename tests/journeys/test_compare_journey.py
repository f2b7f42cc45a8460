"""Hard plates in, and out comes who reads them with what: grid, slider, export, a link that shows the same again."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from pipeline.media.decode import decode
from pipeline.media.draw import encode_jpeg
from pipeline.synth.scenes import draw_example_scene
from tests.conftest import WorkbenchServer

PATIENCE = 90_000
"""Milliseconds; models are loaded on two busy cores."""


def test_a_dropped_picture_is_compared_looked_at_and_exported(
    workbench_server: WorkbenchServer, browser_page: Page, tmp_path: Path
) -> None:
    scene = draw_example_scene(21)
    texts = {plate.text for plate in scene.plates}
    (tmp_path / "car.jpg").write_bytes(encode_jpeg(scene.pixels))
    page = browser_page
    page.set_default_timeout(PATIENCE)
    page.goto(workbench_server.url)
    page.get_by_role("link", name="Compare", exact=True).click()
    page.locator("input[type=file]").set_input_files(tmp_path / "car.jpg")

    # the grid fills
    expect(page.locator(".pl-one .pl-right").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".pl-wait")).to_have_count(0, timeout=PATIENCE)
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=PATIENCE)
    read = {text.removesuffix(" ✓") for text in page.locator(".pl-many .pl-right").all_inner_texts()}
    assert texts <= read

    # a click on a picture brings it into the slider, whose edge the keyboard moves
    row = page.locator(".pl-one tr", has_text="Contrast")
    row.get_by_role("button", name=re.compile("Contrast")).click()
    expect(row).to_have_class(re.compile("pl-on"), timeout=PATIENCE)
    expect(page.locator("figcaption")).to_have_text(re.compile("Contrast · "), timeout=PATIENCE)
    edge = page.get_by_role("slider", name=re.compile("Edge between before and after"))
    edge.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(edge).to_have_value("55")
    after = page.locator("figure .after")
    assert "55%" in after.evaluate("it => getComputedStyle(it).clipPath")
    assert after.evaluate("it => it.naturalHeight") >= 64

    # sorted by a reader
    page.locator(".pl-one .pl-sort", has_text="PlateLoop CRNN").click()
    expect(page.locator(".pl-one th[aria-sort=descending]")).to_have_text(re.compile("CRNN"), timeout=PATIENCE)

    # taken away
    with page.expect_download(timeout=PATIENCE) as csv_file:
        page.get_by_role("button", name="Export CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(csv_file.value.path()).read_text("utf-8-sig"))))
    assert {row["text"] for row in rows if row["reader"] == "crnn" and row["enhancer"] == "unchanged"} == texts
    with page.expect_download(timeout=PATIENCE) as png_file:
        page.get_by_role("button", name="Export PNG").click()
    assert decode(Path(png_file.value.path()), max_pixels=10**8).height > 150

    # the same address shows the same again, out of the store
    page.reload()
    expect(page.locator(".pl-one .pl-right").first).to_be_visible(timeout=PATIENCE)
    assert {text.removesuffix(" ✓") for text in page.locator(".pl-many .pl-right").all_inner_texts()} == read
