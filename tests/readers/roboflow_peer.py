"""A server on this machine that speaks the wire format of Roboflow's inference server, its refusals included.

Model: ``POST /{project}/{version}?confidence=…``, a base64 JPEG as the body. Workflow:
``POST /infer/workflows/{workspace}/{workflow}``, JSON with the pictures under ``inputs``. The key is a bearer token.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np

from pipeline.plate.types import Pixels

KEY, MODEL, WORKFLOW = "peer-key-Zx81", "korean-plates/3", "garage/read-plates"

Answer = Callable[[Pixels], Any]


@dataclass(frozen=True)
class Mishap:
    """What happens to one request instead of an answer: a status, a delay, another body, or bytes without end."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    hang: float = 0.0
    drip: bool = False


@dataclass
class RoboflowPeer:
    """``mishaps`` befall the next requests, one each; ``predict`` is the model, ``run`` the workflow."""

    url: str = ""
    mishaps: list[Mishap] = field(default_factory=list)
    predict: Answer = lambda pixels: line_of_characters(pixels, text_for(pixels))
    run: Answer = lambda pixels: {"plate": text_for(pixels)}
    requests: list[tuple[float, str, dict[str, str], bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.requests]


def text_for(pixels: Pixels) -> str:
    """A text that tells pictures of different sizes apart."""
    height, width = pixels.shape[:2]
    return f"{width % 100:02}가{height % 10000:04}"


def line_of_characters(pixels: Pixels, text: str, confidence: float = 0.9) -> dict[str, Any]:
    """Predictions as the model sends them, in no particular order: boxes by their centres."""
    height, width = pixels.shape[:2]
    step = width / len(text)
    found = [prediction(char, (n + 0.5) * step, height / 2, step, height, confidence) for n, char in enumerate(text)]
    return {"inference_id": "12345678", "time": 0.01, "image": {"width": width, "height": height}} | {
        "predictions": found[::-1]
    }


def prediction(char: str, x: float, y: float, width: float, height: float, confidence: float = 0.9) -> dict[str, Any]:
    return {
        "x": x, "y": y, "width": width, "height": height, "confidence": confidence, "class": char, "class_id": 7,
        "detection_id": "f00d",
    }  # fmt: skip


@contextmanager
def serve_peer() -> Iterator[RoboflowPeer]:
    peer = RoboflowPeer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"peer": peer}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    peer.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield peer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    peer: RoboflowPeer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with self.peer.lock:
            self.peer.requests.append((time.monotonic(), self.path, dict(self.headers), body))
            mishap = self.peer.mishaps.pop(0) if self.peer.mishaps else None
        try:
            if mishap:
                self._suffer(mishap)
            else:
                self._send(*self._answer(body))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the other side had enough

    def _answer(self, body: bytes) -> tuple[int, Any]:
        address = urlsplit(self.path)
        if self.headers.get("Authorization") != f"Bearer {KEY}":
            return 401, {"message": "Unauthorized: check the key " + self.headers.get("Authorization", "")}
        if address.path == f"/{MODEL}":
            assert 0 <= float(parse_qs(address.query)["confidence"][0]) <= 1
            return 200, self.peer.predict(_decode(body))
        if address.path == f"/infer/workflows/{WORKFLOW}":
            images = json.loads(body)["inputs"]["image"]
            assert {image["type"] for image in images} <= {"base64"}
            return 200, {
                "outputs": [self.peer.run(_decode(image["value"].encode())) for image in images],
                "profiler_trace": [],
            }
        return 404, {"message": "Error while getting weights or definition: not found"}

    def _suffer(self, mishap: Mishap) -> None:
        time.sleep(mishap.hang)
        self.send_response(mishap.status)
        for name, value in mishap.headers.items():
            self.send_header(name, value)
        if not mishap.drip:
            self.send_header("Content-Length", str(len(mishap.body)))
        self.end_headers()
        self.wfile.write(mishap.body)
        while mishap.drip:
            self.wfile.write(b" " * (len(mishap.body) or 1))
            time.sleep(0.0 if mishap.body else 0.05)

    def _send(self, status: int, answer: Any) -> None:
        content = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def _decode(text: bytes) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(text, validate=True), np.uint8), cv2.IMREAD_COLOR)
    assert pixels is not None
    return np.asarray(pixels, np.uint8)
