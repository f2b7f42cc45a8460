"""Weights that are too large to ship: fetched when a user asks, opened only if their sha256 is the one known here.

A file may also lie in the shared folder, there with a sha256 of its own, since it was converted.
"""

from __future__ import annotations

import http.client
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import DownloadFailed, MissingWeights, WeightsMismatch
from pipeline.weights import sha256_of

_LARGEST = 500_000_000  # bytes; the largest file below has 67 million
_TIMEOUT = 30.0  # seconds without a byte


@dataclass(frozen=True, slots=True)
class Download:
    """``shared_file`` is the same network in the shared folder, with its own sha256."""

    name: str
    url: str
    sha256: str
    licence: str
    shared_file: str
    shared_sha256: str

    @property
    def file(self) -> str:
        return self.url.rpartition("/")[2]


_REAL_ESRGAN = "https://github.com/xinntao/Real-ESRGAN/releases/download"

DOWNLOADS = {
    download.name: download
    for download in (
        Download(
            "x4plus",
            f"{_REAL_ESRGAN}/v0.1.0/RealESRGAN_x4plus.pth",
            "4fa0d38905f75ac06eb49a7951b426670021be3018265fd191d2125df9d682f1",
            "BSD-3-Clause",
            "RealESRGAN_x4plus-fp16.safetensors",
            "d2fb588529ccabe540d912541579a9110f3dcc8b77bf4121305a36d523bfdd28",
        ),
        Download(
            "general-x4v3",
            f"{_REAL_ESRGAN}/v0.2.5.0/realesr-general-x4v3.pth",
            "8dc7edb9ac80ccdc30c3a5dca6616509367f05fbc184ad95b731f05bece96292",
            "BSD-3-Clause",
            "realesr-general-x4v3.safetensors",
            "d14c16dfda864fe6f52b33ce4ebc1c1f2e3c7e65bf25056537d0ec5132c8e03a",
        ),
    )
}


def find_download(name: str) -> Download:
    """
    Raises:
        MissingWeights: lists the names that can be fetched.
    """
    if name not in DOWNLOADS:
        raise MissingWeights(f"weights '{name}' cannot be fetched; there are: {', '.join(DOWNLOADS)}")
    return DOWNLOADS[name]


def locate(config: Config, download: Download) -> Path:
    """The file, fetched before or in the shared folder, its sha256 checked (once per file version).

    Raises:
        MissingWeights: it is in neither place; the message says how to get it.
        WeightsMismatch: it is there, but is another file.
    """
    places = (
        (
            _fetched(config, download),
            download.sha256,
            f"fetch it again: python -m pipeline weights fetch {download.name}",
        ),
        (config.shared / "weights" / download.shared_file, download.shared_sha256, "replace or remove it"),
    )
    for path, wanted, remedy in places:
        if path.is_file():
            stat = path.stat()
            found = _sha256(path, stat.st_mtime_ns, stat.st_size)
            if found != wanted:
                raise WeightsMismatch(f"{path} has sha256 {found[:12]}…, known is {wanted[:12]}…; {remedy}")
            return path
    raise MissingWeights(
        f"weights '{download.name}' are not here; fetch them: python -m pipeline weights fetch {download.name}"
    )


def fetch(config: Config, download: Download) -> Path:
    """Downloads the file into the state folder; nothing is kept unless its sha256 is right.

    Raises:
        DownloadFailed: the server cannot be reached or sends no such file.
        WeightsMismatch: it sends another file.
    """
    path = _fetched(config, download)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(path.suffix + ".part")
    try:
        with urllib.request.urlopen(download.url, timeout=_TIMEOUT) as answer, beside.open("wb") as out:
            if int(answer.headers.get("Content-Length") or 0) > _LARGEST:
                raise DownloadFailed(f"{download.url} is larger than {_LARGEST // 10**6} MB; nothing was kept")
            shutil.copyfileobj(answer, out)
        if (found := sha256_of(beside)) != download.sha256:
            raise WeightsMismatch(
                f"{download.url} sent a file with sha256 {found[:12]}…, known is {download.sha256[:12]}…; "
                "it was thrown away"
            )
        beside.replace(path)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise DownloadFailed(
            f"{download.url} cannot be fetched ({reason}); check the network, or put the file to {path} yourself"
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return path


def _fetched(config: Config, download: Download) -> Path:
    return config.home / "weights" / download.file


@lru_cache(maxsize=16)
def _sha256(path: Path, mtime_ns: int, size: int) -> str:
    return sha256_of(path)
