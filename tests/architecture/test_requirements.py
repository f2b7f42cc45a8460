"""Every package that a set-up brings in has its exact version written down."""

from __future__ import annotations

import sys
from importlib.metadata import distribution, packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from pipeline.config import PROJECT
from tests.architecture.source import PAGES, PIPELINE, imported_modules


def requirements_of(name: str) -> list[Requirement]:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


PINS = {canonicalize_name(pin.name): pin for pin in requirements_of("constraints.txt")}


def brought_in(wanted: list[Requirement]) -> set[str]:
    """Canonical names of the packages wanted and of all that they need on this machine."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(requirement, frozenset[str]()) for requirement in wanted]
    while waiting:
        requirement, extras = waiting.pop()
        package = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        marker = requirement.marker
        if package in seen or (marker and not any(marker.evaluate({"extra": extra}) for extra in extras | {""})):
            continue
        seen.add(package)
        waiting += [(Requirement(line), package[1]) for line in distribution(package[0]).requires or []]
    return {name for name, _ in seen}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_a_set_up_brings_in_is_pinned_and_installed_so(file: str) -> None:
    for name in brought_in(requirements_of(file)):
        assert name in PINS, f"{name} comes with {file}; write its version into constraints.txt"
        assert PINS[name].specifier.contains(distribution(name).version), f"{PINS[name]} is not what is installed"


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_direct_requirement_has_a_range_that_holds_its_pin(file: str) -> None:
    for requirement in requirements_of(file):
        pinned = next(iter(PINS[canonicalize_name(requirement.name)].specifier)).version
        assert requirement.specifier.contains(pinned)
        assert any(bound.operator in ("<", "==") for bound in requirement.specifier), f"{requirement} has no upper end"


def test_what_we_import_is_required_and_what_is_required_we_import() -> None:
    imported = {name.split(".")[0] for path in (*PAGES, *PIPELINE) for name in imported_modules(path)}
    brought_by = packages_distributions()
    foreign = imported - sys.stdlib_module_names - {"pipeline", "pages", "__future__"}
    needed = {canonicalize_name(package) for module in foreign for package in brought_by[module]}
    assert {canonicalize_name(requirement.name) for requirement in requirements_of("requirements.txt")} == needed
