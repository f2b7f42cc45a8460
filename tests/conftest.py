"""Fixtures every test may ask for: state folders, the shared material, a real server, a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from pipeline.config import PROJECT, load_config

OUTPUT = PROJECT / "tests" / "output"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SERVER_STARTS_WITHIN = 60.0
"""Seconds; torch alone takes ten of them on two busy cores."""

settings.register_profile("plateloop", deadline=None)
settings.load_profile("plateloop")

failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remembers on the test that it failed, for fixtures that then keep a picture."""
    report = yield
    item.stash[failed] = item.stash.get(failed, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def _state_of_the_checkout_is_left_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLATELOOP_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh state folder, in force for this test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("PLATELOOP_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real photos, glyphs and weights; without it the test is skipped, in ``.ci/run`` it fails."""
    folder = load_config().shared
    if not (folder / "data" / "real" / "labels.csv").is_file():
        _cannot_run(f"needs the shared material, which is not at {folder}; PLATELOOP_SHARED names another folder")
    return folder


def _cannot_run(reason: str) -> NoReturn:
    if os.environ.get("PLATELOOP_REQUIRE_SHARED") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture
def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@dataclass(frozen=True, slots=True)
class WorkbenchServer:
    """A real Streamlit server; ``log`` is what it printed so far."""

    url: str
    home: Path
    log: Path


@pytest.fixture
def workbench_server(home: Path, free_port: int, request: pytest.FixtureRequest) -> Iterator[WorkbenchServer]:
    """The workbench as a user starts it, on a port and a state folder of its own; its log stays in tests/output."""
    server = WorkbenchServer(f"http://127.0.0.1:{free_port}", home, _output_of(request.node, "log"))
    options = ["--server.headless=true", f"--server.port={free_port}"]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    with server.log.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(server: WorkbenchServer, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + SERVER_STARTS_WITHIN
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the workbench did not start; it said:\n{server.log.read_text(encoding='utf-8')}", pytrace=False)


@dataclass(frozen=True, slots=True)
class LabelStudio:
    """A real server of our own; ``user`` and ``password`` open its pages, ``folder`` holds its data and its log."""

    url: str
    token: str
    user: str
    password: str
    folder: Path


@pytest.fixture(scope="session")
def label_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabelStudio]:
    """One Label Studio for all tests, as `make label-studio` starts it; skipped, or in ``.ci/run`` failed, without."""
    script = PROJECT / "scripts" / "label-studio"
    if not (PROJECT / ".label-studio" / "ready").is_file():
        _cannot_run("needs Label Studio, which is not installed in this checkout; run: make setup")
    home = tmp_path_factory.mktemp("label studio")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = str(listener.getsockname()[1])
    surroundings = os.environ | {"PLATELOOP_HOME": str(home), "LABEL_STUDIO_PORT": port}
    with subprocess.Popen([script, "serve"], env=surroundings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        if not process.stdout.readline():  # the line that says where it is; it ends where it cannot start
            pytest.fail(f"Label Studio did not start; see {home}/label-studio/server.log", pytrace=False)
        folder = home / "label-studio"
        yield LabelStudio(**json.loads((folder / "connection.json").read_text(encoding="utf-8")), folder=folder)
        process.terminate()


@pytest.fixture
def browser_locale() -> str:
    """The browser's language; parametrise it to walk a journey in another one."""
    return "en-US"


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Headless Chromium; skipped, or in ``.ci/run`` failed, where there is none."""
    with sync_playwright() as playwright:
        installed = shutil.which("chromium") or shutil.which("google-chrome")
        program = installed or playwright.chromium.executable_path
        if not Path(program).is_file():
            _cannot_run("needs Chromium, and there is none on the PATH; run: make setup")
        opened = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def browser_page(browser: Browser, browser_locale: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of headless Chromium. The test fails on a console error and on a request to a foreign host."""
    complaints: list[str] = []
    context = browser.new_context(locale=browser_locale, viewport={"width": 1360, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.on("console", lambda said: _is_complaint(said) and complaints.append(f"console: {said.text}"))
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("request", lambda sent: _is_foreign(sent.url) and complaints.append(f"foreign host: {sent.url}"))
    yield page
    if request.node.stash.get(failed, False) or complaints:
        page.screenshot(path=_output_of(request.node, "png"), full_page=True)
    context.close()
    assert not complaints, "\n".join(complaints)


def _is_complaint(said: ConsoleMessage) -> bool:
    """Opened at a page's address, Streamlit looks for its server below that address first, and does not find it."""
    probe = re.search(r"/\w+/_stcore/(health|host-config)$", said.location["url"])
    return said.type == "error" and not probe


def _is_foreign(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in ("127.0.0.1", "localhost")


def _output_of(test: pytest.Item, ending: str) -> Path:
    OUTPUT.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", test.name)
    return OUTPUT / f"{name}.{ending}"
