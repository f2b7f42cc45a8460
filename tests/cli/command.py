"""Runs the command as a user does."""

from __future__ import annotations

import os
import subprocess
import sys

from pipeline.config import PROJECT

COMMAND = [sys.executable, "-m", "pipeline"]


def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """The finished command; ``variables`` are added to its environment."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=PROJECT,
        env=os.environ | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
    )
