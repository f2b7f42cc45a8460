"""What a process does that is killed: it pushes, with everything heavy imported before."""

from __future__ import annotations

import label_studio_sdk.label_interface.interface  # noqa: F401

from pipeline.config import Config
from pipeline.workbench import labelling
from pipeline.workbench.bench import Workbench


def push(config: Config) -> None:
    labelling.push(Workbench.open(config))
