"""README names what exists: every backend, every recipe, every variable, and nothing else."""

from __future__ import annotations

import re

import pytest

from pipeline.config import PROJECT, Config
from pipeline.flow.recipe import BUILT_IN
from pipeline.plate.types import Stage
from pipeline.registry import backends

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_every_backend_stands_in_its_table() -> None:
    rows = re.findall(rf"^\| ({'|'.join(Stage)}) \| `(\w+)` \| ([^|]+) \|", README, re.MULTILINE)
    known = [(stage, backend.name, backend.title) for stage in Stage for backend in backends(stage).values()]
    assert sorted(rows) == sorted(known)


def test_every_recipe_stands_in_its_table_with_its_steps_and_settings() -> None:
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| (.*) \|$", README, re.MULTILINE))
    assert list(rows) == list(BUILT_IN)
    for name, recipe in BUILT_IN.items():
        steps = [
            [step.name, *(f"{setting}={value}" for setting, value in step.settings.items())]
            for _, step in recipe.steps()
        ]
        assert re.findall(r"`([\w.= ]+)`", rows[name]) == [" ".join(step) for step in steps]


def test_every_setting_of_the_installation_stands_in_its_table() -> None:
    documented = set(re.findall(r"^\| `PLATELOOP_(\w+)`", README, re.MULTILINE))
    assert documented == {name.upper() for name in Config.model_fields} | {"FONT"}  # media reads that one by itself


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "datasets/README.md"])
def test_every_link_between_files_leads_somewhere(document: str) -> None:
    path = PROJECT / document
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]
