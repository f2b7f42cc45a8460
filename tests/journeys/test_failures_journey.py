"""As a data scientist would: drop a labelled zip, have it read, and go from a number to the plates behind it."""

from __future__ import annotations

import re
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipeline.config import PROJECT, load_config
from pipeline.workbench import failures, jobs
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import keep_zip
from pipeline.workbench.synth import draw_plates
from pipeline.workbench.views import JobState
from tests.cli.command import COMMAND
from tests.conftest import WorkbenchServer

PATIENCE = 150_000
"""Milliseconds; a worker is started and models are loaded on two busy cores."""
PLATES = 24

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def labelled_zip(tmp_path: Path) -> Path:
    """Drawn plates as cameras see them, with their labels."""
    folder = tmp_path / "drawn"
    list(draw_plates(load_config(), folder, PLATES, seed=4))
    packed = tmp_path / "drawn plates.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return packed


@pytest.fixture
def worker() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers that the test started; they end with it."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()


def start_worker(started: list[subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
    started.append(subprocess.Popen([*COMMAND, "worker"], cwd=PROJECT))
    return started[-1]


def test_from_a_dropped_zip_to_the_plates_behind_a_confusion(
    workbench_server: WorkbenchServer, browser_page: Page, labelled_zip: Path, worker: list[subprocess.Popen[bytes]]
) -> None:
    start_worker(worker)
    page = browser_page
    page.set_default_timeout(PATIENCE)
    page.goto(workbench_server.url)
    page.get_by_role("link", name="Failures", exact=True).click()
    page.locator("input[type=file]").set_input_files(labelled_zip)
    expect(page.locator(".pl-look")).to_contain_text(str(PLATES), timeout=PATIENCE)
    page.get_by_role("button", name="Read this set").click()
    expect(page.locator(".pl-score > div > strong")).to_contain_text("%", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Report for print")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("radio", name="Characters").click()
    cell = page.locator(".pl-matrix .pl-hot a").first
    said = cell.get_attribute("aria-label", timeout=PATIENCE) or ""
    pair = re.match(r"(.) read as (.): (\d+)", said)
    assert pair, said
    cell.click()
    expect(page.get_by_role("heading", name=f"{pair[1]} read as {pair[2]}", exact=True)).to_be_visible(timeout=PATIENCE)
    # The plates of the page before stand there, greyed, until these are drawn.
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".pl-case").first).to_be_visible(timeout=PATIENCE)
    assert page.locator(".pl-case").count() <= int(pair[3])
    off = page.locator(".pl-case").first.locator(".pl-off").all_inner_texts()
    assert any(text.split() == [pair[1], pair[2]] for text in off)

    page.get_by_label("Name of the selection").fill("to look at")
    page.get_by_role("button", name=re.compile("^Keep these")).click()
    expect(page.get_by_role("heading", name="to look at")).to_be_visible(timeout=PATIENCE)
    address = page.url
    assert "selection=1" in address
    page.goto("about:blank")
    page.goto(address)  # the address is a link to it
    expect(page.get_by_role("heading", name="to look at")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(".pl-case").first).to_be_visible()


def test_a_worker_that_is_killed_in_the_middle_loses_and_doubles_nothing(
    home: Path, labelled_zip: Path, worker: list[subprocess.Popen[bytes]]
) -> None:
    bench = Workbench.open(load_config())
    place = keep_zip(bench, labelled_zip.name, labelled_zip).place
    run = failures.start_run(bench, place, "fast")
    first = start_worker(worker)
    _wait(lambda: bench.store.runs.get(run.id).done > 0)
    first.kill()
    first.wait()
    stood = bench.store.runs.get(run.id)
    assert 0 < stood.done < PLATES
    before = bench.store.runs.items(run.id)
    start_worker(worker)
    _wait(lambda: bench.store.runs.get(run.id).finished is not None)
    items = bench.store.runs.items(run.id)
    assert items[: len(before)] == before
    assert sorted(item.outcome.file for item in items) == [f"{n:06d}.jpg" for n in range(PLATES)]
    job_id = failures.job_of(bench, run.id)
    assert job_id
    _wait(lambda: jobs.get(bench, job_id).state == JobState.DONE)
    bench.close()


def _wait(until: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE / 1000
    while not until():
        assert time.monotonic() < give_up
        time.sleep(0.02)
