"""What enhancers, chains and readers are called."""

from __future__ import annotations

from pages.parts.language import say_name
from pipeline.plate.types import Stage
from pipeline.workbench.ways import Way, backend_title


def way_name(way: Way) -> str:
    """A saved chain by its own name, others by those of their backends."""
    return way.title if way.saved else " + ".join(backend_name(way.stage, step.name) for step in way.steps)


def backend_name(stage: Stage, name: str) -> str:
    """In the person's language where there are words, else its title."""
    known = say_name(stage, name)
    return backend_title(stage, name) if known == name else known
