"""A download is kept if its sha256 is right; here a real server on the loopback address sends it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.config import Config, load_config
from pipeline.downloads import DOWNLOADS, Download, fetch, find_download, locate
from pipeline.errors import DownloadFailed, MissingWeights, WeightsMismatch
from pipeline.weights import sha256_of

CONTENT, CONVERTED = b"weights of a network", b"the same, converted"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def download(tmp_path: Path) -> Iterator[Download]:
    served = tmp_path / "served"
    served.mkdir()
    (served / "net.pth").write_bytes(CONTENT)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(served))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Download(
            "net",
            f"http://127.0.0.1:{server.server_port}/net.pth",
            hashlib.sha256(CONTENT).hexdigest(),
            "BSD-3-Clause",
            "net.safetensors",
            hashlib.sha256(CONVERTED).hexdigest(),
        )
        server.shutdown()
        thread.join()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(home=tmp_path / "home", shared=tmp_path / "shared")


def test_what_was_fetched_is_found(config: Config, download: Download) -> None:
    with pytest.raises(MissingWeights, match="are not here; fetch them: python -m pipeline weights fetch net"):
        locate(config, download)
    assert fetch(config, download).read_bytes() == CONTENT
    assert locate(config, download) == config.home / "weights" / "net.pth"


def test_another_file_is_thrown_away(config: Config, download: Download) -> None:
    with pytest.raises(WeightsMismatch, match="known is 000000000000…; it was thrown away"):
        fetch(config, replace(download, sha256="0" * 64))
    assert list((config.home / "weights").iterdir()) == []


def test_a_file_the_server_does_not_have_and_a_server_that_is_not_there_are_sentences(
    config: Config, download: Download, free_port: int
) -> None:
    with pytest.raises(DownloadFailed, match=r"cannot be fetched \(.*\); check the network, or put the file to"):
        fetch(config, replace(download, url=download.url.replace("net", "no")))
    with pytest.raises(DownloadFailed, match="cannot be fetched"):
        fetch(config, replace(download, url=f"http://127.0.0.1:{free_port}/net.pth"))


def test_the_shared_folder_stands_in_and_a_changed_file_does_not(config: Config, download: Download) -> None:
    path = config.shared / "weights" / "net.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONVERTED)
    assert locate(config, download) == path
    path.write_bytes(b"something else")
    with pytest.raises(WeightsMismatch, match="replace or remove it"):
        locate(config, download)


def test_the_files_of_the_shared_folder_are_the_ones_that_are_known(shared: Path) -> None:
    for download in DOWNLOADS.values():
        assert sha256_of(shared / "weights" / download.shared_file) == download.shared_sha256


def test_a_name_that_cannot_be_fetched_is_refused_with_those_that_can() -> None:
    with pytest.raises(MissingWeights, match="there are: x4plus, general-x4v3"):
        find_download("x8")
