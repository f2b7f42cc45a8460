"""Names say what they hold."""

from __future__ import annotations

import inspect
import re

from pipeline import errors
from tests.architecture.source import PAGES, PIPELINE


def test_no_module_is_a_drawer_for_everything() -> None:
    names = {name for path in (*PAGES, *PIPELINE) for name in (path.stem, path.parent.name)}
    assert not names & {"util", "utils", "helper", "helpers", "common", "misc"}


def test_the_family_tree_of_errors_is_the_family() -> None:
    drawn: list[tuple[str, str]] = []
    line_of_descent = ["PlateLoopError"]
    for line in (errors.__doc__ or "").splitlines():
        if branch := re.match(r"([│ ]*)[├└]── (\w+)", line):
            depth = len(branch[1]) // 4 + 1
            line_of_descent[depth:] = [branch[2]]
            drawn.append((branch[2], line_of_descent[depth - 1]))

    family = [value for _, value in inspect.getmembers(errors, inspect.isclass) if value is not errors.PlateLoopError]
    assert sorted(drawn) == sorted((error.__name__, error.__bases__[0].__name__) for error in family)
