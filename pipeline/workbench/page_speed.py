"""Measures how long every page takes to answer over what the state folder holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

from pydantic import BaseModel

from pipeline.config import PROJECT, Config
from pipeline.errors import PlateLoopError
from pipeline.workbench import inspections
from pipeline.workbench.bench import Workbench

_PAGES = PROJECT / "pages"
_SCRIPT = PROJECT / "scripts" / "time_pages"


class PageTiming(BaseModel):
    """Seconds until the page has answered in a workbench that runs: opened for the ``first`` time, and ``again``. The
    second time, the processor is busy for ``work``, whoever else is on the machine.

    ``page`` is its name with the address it was opened at; ``trouble`` is what it complained about.
    """

    page: str
    first: float
    again: float
    work: float
    trouble: str = ""


def page_names() -> tuple[str, ...]:
    """Every page there is."""
    return tuple(sorted(path.stem for path in _PAGES.glob("*.py")))


def time_pages(config: Config, progress: Callable[[int], object] = lambda pages: None) -> list[PageTiming]:
    """Opens every page, and those about single plates with the newest one, each in a session of its own.

    A process of its own does it, without Streamlit's server: what a browser needs to draw a page comes on top.

    Args:
        progress: called with 1 after each page.

    Raises:
        StoreError: the state folder cannot be opened.
        PlateLoopError: the pages cannot be opened at all.
    """
    with closing(Workbench.open(config)) as bench:
        newest = str(next((row.id for row in inspections.search(bench, limit=1).rows), ""))
    addresses: list[tuple[str, dict[str, str]]] = [(name, {}) for name in page_names()]
    if newest:
        addresses += [("analyze", {"inspection": newest}), ("votes", {"inspection": newest})]
        addresses += [("compare", {"plates": newest})]
    command = [sys.executable, str(_SCRIPT), json.dumps(addresses)]
    environment = {**os.environ, "PLATELOOP_HOME": str(config.home)}
    timings = []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        for (name, address), line in zip(addresses, process.stdout or (), strict=False):
            timings.append(_timing(name, address, *json.loads(line)))
            progress(1)
    if len(timings) < len(addresses):
        raise PlateLoopError(f"page '{addresses[len(timings)][0]}' ended the measurement; open it with make run")
    return timings


def _timing(name: str, address: dict[str, str], first: dict[str, Any], again: dict[str, Any]) -> PageTiming:
    return PageTiming(
        page=name + "".join(f"?{key}={value}" for key, value in address.items()),
        first=round(first["seconds"], 3),
        again=round(again["seconds"], 3),
        work=round(again["work"], 3),
        trouble=first["trouble"],
    )
