"""As a new user would: open the workbench in a browser, drop a photo, read its plate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.media.tables import read_table
from tests.conftest import WorkbenchServer

PHOTO = "jeongayeong/Parking_loc.jpg"
PATIENCE = 60_000
"""Milliseconds; models are loaded on two busy cores."""


def plates_of(photo: str, folder: Path) -> list[str]:
    rows = read_table(folder / "labels.csv")
    return [row["plate_text"] for row in rows if row["file"] == photo and row["plate_text"]]


@pytest.mark.parametrize(
    ("browser_locale", "analyze", "overview", "latest"),
    [("ko-KR", "분석", "개요", "최근 판독"), ("en-US", "Analyze", "Overview", "Latest verdicts")],
)
def test_a_dropped_photo_shows_its_plate(
    workbench_server: WorkbenchServer, browser_page: Page, shared: Path, analyze: str, overview: str, latest: str
) -> None:
    photos = shared / "data" / "real"
    truths = plates_of(PHOTO, photos)
    assert truths
    page = browser_page
    page.goto(workbench_server.url)
    page.get_by_role("link", name=analyze, exact=True).click()
    page.locator("input[type=file]").set_input_files(photos / PHOTO)

    verdict = page.locator(".pl-verdict .pl-plate", has_text=re.compile("|".join(truths))).first
    expect(verdict).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".pl-picture-head", has_text="Parking_loc.jpg")).to_be_visible()

    page.get_by_role("link", name=overview, exact=True).click()
    expect(page.get_by_role("heading", name=latest)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name=analyze, exact=True).click()
    expect(verdict).to_be_visible(timeout=PATIENCE)
