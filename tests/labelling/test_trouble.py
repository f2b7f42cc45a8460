"""Wrong tokens, wrong projects, servers that are down, slow or something else: clear words, and nothing is lost."""

from __future__ import annotations

import json
import logging
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.errors import NotConnected, ProjectUnusable, ServerDown, ServerFailed, ServerTooSlow, TokenRefused
from pipeline.labelling.connection import find_connection
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench
from tests.conftest import LabelStudio
from tests.labelling.cases import Annotator, add_cases, names

SECRET = "0123456789abcdef0123456789abcdef01234567"


def with_settings(bench: Workbench, **settings: object) -> Workbench:
    return Workbench(Config(**bench.config.model_dump() | settings), bench.pool, bench.store, bench.queue)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_without_any_label_studio_it_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(NotConnected, match="run make label-studio"):
        find_connection(Config(home=tmp_path))
    with pytest.raises(NotConnected, match="set PLATELOOP_LABEL_STUDIO_TOKEN"):
        find_connection(Config(home=tmp_path, label_studio_url="http://127.0.0.1:1"))


def test_a_wrong_token_is_named_and_never_shown(bench: Workbench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    add_cases(bench, 1)
    with pytest.raises(TokenRefused, match="does not take the token") as refused:
        labelling.push(with_settings(bench, label_studio_token=SECRET))
    said = str(refused.value) + caplog.text
    assert SECRET not in said
    assert "cookie" not in said.lower()
    assert labelling.push(bench).sent == 1


def test_a_wrong_project_is_named(bench: Workbench) -> None:
    with pytest.raises(ProjectUnusable, match=r"does not know project 987654 \(404\)"):
        labelling.test(with_settings(bench, label_studio_project="987654"))


def test_a_server_that_is_down_is_named_and_the_cases_wait(bench: Workbench, free_port: int) -> None:
    add_cases(bench, 1)
    with pytest.raises(ServerDown, match="make label-studio"):
        labelling.push(with_settings(bench, label_studio_url=f"http://127.0.0.1:{free_port}"))
    assert labelling.standing(bench).counts.unsent == 1


def test_a_server_that_never_answers_is_named_after_the_seconds_of_the_settings(
    bench: Workbench, silent_server: str
) -> None:
    with pytest.raises(ServerTooSlow, match=r"within 0\.3 s"):
        labelling.test(with_settings(bench, label_studio_url=silent_server, label_studio_seconds=0.3))


def test_another_server_at_the_address_is_no_label_studio(bench: Workbench) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(ServerFailed, match=r"check the address|try again"):
            labelling.test(with_settings(bench, label_studio_url=f"http://127.0.0.1:{listener.getsockname()[1]}"))


def test_a_personal_access_token_does_as_well(
    bench: Workbench, label_studio: LabelStudio, annotator: Annotator
) -> None:
    add_cases(bench, 1)
    personal = annotator.personal_token()
    assert labelling.push(with_settings(bench, label_studio_token=personal)).sent == 1


def test_what_the_server_took_before_we_gave_up_is_not_sent_again(bench: Workbench, annotator: Annotator) -> None:
    """The answer to the import is lost on the way, as when it comes after we have given up."""
    add_cases(bench, 3)
    with Wiretap(bench.config.label_studio_url) as tap:
        slow = with_settings(bench, label_studio_url=tap.url, label_studio_seconds=3)
        with pytest.raises((ServerTooSlow, ServerDown)):
            labelling.push(slow)
    assert labelling.standing(bench).counts.waiting == 3
    done = labelling.push(bench)
    assert (done.sent, done.known) == (0, 3)
    project = labelling.standing(bench).project
    assert project is not None
    assert len(names(annotator.tasks(project.number))) == 3


def test_token_and_password_stand_in_one_file_that_others_cannot_read_and_in_no_log(
    bench: Workbench, label_studio: LabelStudio
) -> None:
    kept = label_studio.folder / "connection.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    add_cases(bench, 1)
    labelling.push(bench)
    said = json.loads(kept.read_text(encoding="utf-8"))
    logs = [*label_studio.folder.rglob("*.log*"), *bench.config.home.rglob("*.log*")]
    assert logs
    for log in logs:
        text = log.read_text(encoding="utf-8", errors="replace")
        assert said["token"] not in text, log
        assert said["password"] not in text, log
        assert "sessionid=" not in text, log


class Wiretap:
    """Passes requests on to a server, but never the answer to an import of tasks."""

    def __init__(self, target: str) -> None:
        self._host, _, port = target.removeprefix("http://").partition(":")
        self._port = int(port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Wiretap:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            theirs = socket.create_connection((self._host, self._port))
            swallow = threading.Event()
            threading.Thread(target=self._copy, args=(ours, theirs, swallow, True), daemon=True).start()
            threading.Thread(target=self._copy, args=(theirs, ours, swallow, False), daemon=True).start()

    def _copy(self, source: socket.socket, target: socket.socket, swallow: threading.Event, asking: bool) -> None:
        while data := source.recv(65536):
            if asking and b"/import HTTP" in data:
                swallow.set()
            if asking or not swallow.is_set():
                target.sendall(data)
