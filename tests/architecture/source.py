"""Reads what a module imports from its text, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from pipeline.config import PROJECT

PAGES = (PROJECT / "app.py", *sorted((PROJECT / "pages").rglob("*.py")))
PIPELINE = tuple(sorted((PROJECT / "pipeline").rglob("*.py")))


def imported_modules(path: Path) -> Iterator[str]:
    """Dotted names; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
