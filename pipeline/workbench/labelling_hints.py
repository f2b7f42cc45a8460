"""Label Studio's webhook: a hint to pull early. What it says is not looked at; the pull asks for everything itself."""

from __future__ import annotations

import hmac
import logging
import secrets
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.errors import LabellingError, StoreError
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench

_PREFIX = "/plateloop-hint-"
"""Our address at a server begins so; what follows is secret, so that nobody else on this machine can knock."""
_AGAIN = 10.0  # seconds until an unreachable server is asked again
_QUIET = 5.0  # seconds in which one answer calls: a webhook has one to answer, and sends nothing twice
_log = logging.getLogger(__name__)


def listen(bench: Workbench) -> None:
    """Registers an address on this machine at the project, and queues a pull on every call; until SIGTERM or Ctrl-C.

    A server that cannot be used is asked again until it can.

    Raises:
        StoreError: the state folder cannot be written.
    """
    secret = secrets.token_urlsafe(24)
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: ended.set())
    with ThreadingHTTPServer(("127.0.0.1", 0), _receiver(bench, f"{_PREFIX}{secret}")) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = f"http://127.0.0.1:{server.server_port}"
        try:
            _register(bench, f"{here}{_PREFIX}{secret}", ended)
            ended.wait()
        finally:
            server.shutdown()


def _register(bench: Workbench, address: str, ended: threading.Event) -> None:
    while not ended.is_set():
        try:
            labelling.call_back(bench, address, _PREFIX)
            return
        except LabellingError as error:
            _log.warning("the webhook waits: %s", error)
            ended.wait(_AGAIN)


def _receiver(bench: Workbench, path: str) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        timeout = _QUIET

        def do_POST(self) -> None:
            if not hmac.compare_digest(self.path.encode(), path.encode()):
                self.send_error(404)
                return
            self.send_response(204)
            self.end_headers()
            try:
                labelling.start_pull(bench)
            except StoreError as error:
                _log.warning("a hint is lost, the next pull makes up for it: %s", error)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: the path is secret."""

    return Receiver
