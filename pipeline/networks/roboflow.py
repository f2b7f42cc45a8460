"""Asks a network that Roboflow hosts: pictures out, its JSON back, within limits of time, size and rate.

The wire format is that of Roboflow's inference server: https://docs.roboflow.com/deployment/roboflow-cloud/serverless-api
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import cv2
import requests
from urllib3 import Retry

from pipeline.config import Config
from pipeline.errors import ServiceFailed
from pipeline.plate.types import Pixels

_AT_ONCE = 4  # requests under way together
_IN_ONE = 8  # pictures in one request to a workflow
_CONNECT = 5.0  # seconds
_LARGEST = 16_000_000  # bytes of an answer; a workflow may send drawn pictures along
_LONGEST_SIDE = 1024  # pixels; models see 640 or fewer
_LONGEST_WAIT = 20  # seconds before another try, whatever the service asks for
_AGAIN = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Patience:
    """``timeout`` is in seconds for one answer; ``per_second`` bounds the requests."""

    timeout: float
    tries: int
    per_second: float


class RoboflowService:
    """The service at the installation's address; its methods raise ServiceFailed with a sentence fit to be shown."""

    def __init__(self, config: Config, patience: Patience) -> None:
        self._url = config.roboflow_url
        self._key = config.roboflow_api_key.get_secret_value()
        self._patience = patience
        self._rate = _Rate(1 / patience.per_second)
        self._session = requests.Session()
        self._session.auth = self._sign  # a header: addresses end up in logs
        again = Retry(
            total=patience.tries - 1,
            status_forcelist=_AGAIN,
            allowed_methods=None,  # to look at a picture twice changes nothing
            backoff_factor=0.5,
            backoff_max=_LONGEST_WAIT,
            retry_after_max=_LONGEST_WAIT,
            raise_on_status=False,
        )
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=_AT_ONCE, max_retries=again))

    def detect(self, model: str, pictures: Sequence[Pixels], confidence: float) -> list[Any]:
        """What ``model`` (project/version) finds on each picture; several are asked about at once."""

        def ask(pixels: Pixels) -> Any:
            how = {"params": {"confidence": f"{confidence:g}"}, "data": _encode(pixels)}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            return self._post(model, f"model '{model}'", headers=headers, **how)

        with ThreadPoolExecutor(_AT_ONCE) as threads:
            return list(threads.map(ask, pictures))

    def run_workflow(self, workflow: str, pictures: Sequence[Pixels]) -> list[Any]:
        """The outputs of ``workflow`` (workspace/workflow) for each picture."""
        outputs: list[Any] = []
        for start in range(0, len(pictures), _IN_ONE):
            part = pictures[start : start + _IN_ONE]
            images = [{"type": "base64", "value": _encode(pixels)} for pixels in part]
            body = {"api_key": self._key, "inputs": {"image": images}}
            answer = self._post(f"infer/workflows/{workflow}", f"workflow '{workflow}'", json=body)
            found = answer.get("outputs") if isinstance(answer, dict) else None
            if not isinstance(found, list) or len(found) != len(part):
                raise ServiceFailed(
                    f"Roboflow's workflow '{workflow}' did not send one output for each of {len(part)} pictures; "
                    "let its input be named image and its outputs belong to single pictures"
                )
            outputs += found
        return outputs

    def _post(self, path: str, what: str, **request: Any) -> Any:
        self._rate.wait()
        limits = (_CONNECT, self._patience.timeout)
        try:
            with self._session.post(
                f"{self._url}/{path}", timeout=limits, stream=True, allow_redirects=False, **request
            ) as answer:
                if answer.status_code != requests.codes.ok:
                    raise ServiceFailed(self._refusal(answer.status_code, what))
                return json.loads(self._body(answer, what))
        except requests.RequestException as error:
            raise ServiceFailed(
                f"Roboflow at {self._url} could not be asked about {what} in {self._patience.tries} tries of at most "
                f"{self._patience.timeout:g} s ({_cause(error)}); check the network, or raise the setting timeout"
            ) from None  # the request that hangs on it holds the key
        except (ValueError, RecursionError) as error:  # broken, not UTF-8, or nested beyond sense
            raise ServiceFailed(f"Roboflow's answer about {what} is no JSON ({error}); try again later") from None

    def _body(self, answer: Any, what: str) -> bytes:
        """The answer, read up to its limits of bytes and seconds."""
        until = time.monotonic() + self._patience.timeout
        body = bytearray()
        while part := answer.raw.read1(65536, decode_content=True):
            body += part
            if len(body) > _LARGEST:
                raise ServiceFailed(
                    f"Roboflow's answer about {what} is larger than {_LARGEST // 10**6} MB; "
                    "take drawn pictures out of its outputs"
                )
            if time.monotonic() > until:
                raise ServiceFailed(
                    f"Roboflow's answer about {what} was not complete after {self._patience.timeout:g} s; "
                    "raise the setting timeout"
                )
        return bytes(body)

    def _refusal(self, status: int, what: str) -> str:
        match status:
            case 401 | 403:
                return f"Roboflow refuses the API key for {what} ({status}); check PLATELOOP_ROBOFLOW_API_KEY"
            case 404:
                return f"Roboflow at {self._url} does not know {what} (404); check its name in the reader's settings"
            case 413:
                return f"Roboflow takes no pictures as large as these for {what} (413); send fewer or smaller ones"
            case 429:
                return f"Roboflow asks for fewer requests about {what} (429); lower the setting per_second"
            case _ if status in _AGAIN:
                return f"Roboflow failed on {what} in {self._patience.tries} tries ({status}); try again later"
            case _:
                return (
                    f"Roboflow answered {status} about {what}; check PLATELOOP_ROBOFLOW_URL and the reader's settings"
                )

    def _sign(self, request: Any) -> Any:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


@dataclass(slots=True)
class _Rate:
    """Lets one through every ``gap`` seconds."""

    gap: float
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self.gap
        time.sleep(turn - now)


def _encode(pixels: Pixels) -> str:
    """A JPEG as base64, made smaller where it is larger than any model looks at."""
    shrink = min(1.0, _LONGEST_SIDE / max(pixels.shape[:2]))
    size = max(1, round(pixels.shape[1] * shrink)), max(1, round(pixels.shape[0] * shrink))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if shrink < 1 else pixels
    _, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), (cv2.IMWRITE_JPEG_QUALITY, 95))
    return base64.b64encode(data.tobytes()).decode("ascii")


def _cause(error: Exception) -> str:
    """The innermost error's kind: its text would repeat the request."""
    cause: Any = error.args[0] if error.args else error
    return type(getattr(cause, "reason", cause)).__name__
