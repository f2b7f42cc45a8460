"""As somebody with many pictures would: have them all read again, close the browser, come back."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from pipeline.config import PROJECT, load_config
from pipeline.store import JobState
from pipeline.workbench import jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.examples import add_examples
from tests.cli.command import COMMAND
from tests.conftest import WorkbenchServer

PATIENCE = 90_000
"""Milliseconds; two workers are started and models are loaded on two busy cores."""
PICTURES = 6


@pytest.fixture
def bench(workbench_server: WorkbenchServer) -> Iterator[Workbench]:
    opened = Workbench.open(load_config())
    yield opened
    opened.close()


def start_worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([*COMMAND, "worker"], cwd=PROJECT)


def open_stored_pictures(page: Page, server: WorkbenchServer) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto(server.url)
    page.get_by_role("link", name="Analyze", exact=True).click()
    page.get_by_role("radio", name="Everything stored").click()
    page.get_by_role("radio", name="Pictures", exact=True).click()


@pytest.mark.timeout(300)
def test_reading_all_pictures_goes_on_without_the_browser_and_after_its_worker_was_killed(
    workbench_server: WorkbenchServer, bench: Workbench, browser_page: Page
) -> None:
    uploads = list(add_examples(bench, PICTURES))
    first = start_worker()
    try:
        open_stored_pictures(browser_page, workbench_server)
        browser_page.get_by_role("button", name="Read all again").click()
        card = browser_page.locator(".st-key-job-page-1")
        give_up = time.monotonic() + PATIENCE / 1000
        while not any(job.done for job in jobs.recent(bench, 1)):
            assert time.monotonic() < give_up
            time.sleep(0.01)
        first.send_signal(signal.SIGSTOP)  # they may all be read before a browser has looked
        expect(card.get_by_text(f"of {PICTURES}")).to_be_visible(timeout=PATIENCE)
        browser_page.goto("about:blank")
    finally:
        first.kill()
        first.wait()
    assert jobs.get(bench, 1).state == JobState.RUNNING

    open_stored_pictures(browser_page, workbench_server)
    side = browser_page.get_by_test_id("stSidebar")
    expect(side.get_by_text(f"Read {PICTURES} stored pictures (Thorough)")).to_be_visible(timeout=PATIENCE)
    second = start_worker()
    try:
        read = card.get_by_text(f"{PICTURES} read, 0 known already, 0 could not be read.")
        expect(read).to_be_visible(timeout=PATIENCE)
        expect(side.get_by_text(f"Read {PICTURES} stored pictures")).to_have_count(0)
    finally:
        second.kill()
        second.wait()
    assert [len(bench.store.results.of(upload.sha256)) for upload in uploads] == [1] * PICTURES
    assert "job 1 had lost its worker" in (bench.config.home / "worker.log").read_text(encoding="utf-8")
