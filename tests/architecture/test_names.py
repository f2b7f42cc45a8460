"""Names say what they hold."""

from __future__ import annotations

import inspect
import re

from pipeline import errors
from pipeline.config import PROJECT


def test_no_module_is_a_drawer_for_everything() -> None:
    modules = [*(PROJECT / "pipeline").rglob("*.py"), *(PROJECT / "pages").rglob("*.py")]
    assert modules
    assert not {path.stem for path in modules} & {"util", "utils", "helper", "helpers", "common", "misc"}
    assert not {path.parent.name for path in modules} & {"utils", "helpers", "common"}


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
