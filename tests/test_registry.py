"""Backends are found by their folder, and refuse what they do not know."""

from __future__ import annotations

from typing import ClassVar

import pytest
from pydantic import Field

from pipeline import registry
from pipeline.config import Config, load_config
from pipeline.errors import BackendUnavailable, BadSettings, UnknownBackend
from pipeline.plate.types import Stage
from pipeline.registry import Backend, BackendSettings, backends, find_backend, register


class LoupeSettings(BackendSettings):
    strength: int = Field(2, ge=1, le=4, description="how much larger")


class Loupe:
    Settings: ClassVar[type[BackendSettings]] = LoupeSettings

    def __init__(self, settings: LoupeSettings, config: Config) -> None:
        self.strength = settings.strength


@pytest.fixture(autouse=True)
def _loupe_is_no_longer_there_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    backends(Stage.ENHANCER)  # the real ones register but once, so not into the copy
    monkeypatch.setattr(registry, "_backends", dict(registry._backends))


def loupe(**needs: tuple[str, ...]) -> Backend:
    register(Stage.ENHANCER, "loupe", title="Loupe", **needs)(Loupe)
    return find_backend(Stage.ENHANCER, "loupe")


def test_a_registered_backend_is_listed_in_its_place_and_built_from_its_settings() -> None:
    backend = loupe()
    names = list(backends(Stage.ENHANCER))
    assert names == sorted(names)
    assert "loupe" in names
    assert "loupe" not in backends(Stage.READER)
    built = backend.build(backend.parse_settings({"strength": "3"}), load_config())
    assert isinstance(built, Loupe)
    assert built.strength == 3


def test_a_name_that_another_file_has_taken_is_refused() -> None:
    with pytest.raises(ValueError, match=r"enhancer 'contrast' is registered twice: pipeline\.enhancers\.contrast, "):
        register(Stage.ENHANCER, "contrast", title="Another")(Loupe)


def test_an_unknown_name_is_told_which_there_are() -> None:
    with pytest.raises(UnknownBackend, match=r"there is no enhancer 'zoom'; there are: .*grayscale"):
        find_backend(Stage.ENHANCER, "zoom")


@pytest.mark.parametrize(
    ("values", "complaint"), [({"strength": 9}, "strength=9"), ({"power": 1}, "power=1"), ({"strength": "x"}, "'x'")]
)
def test_a_setting_that_is_not_allowed_is_named_with_its_value(values: dict[str, object], complaint: str) -> None:
    with pytest.raises(BadSettings, match=rf"enhancer 'loupe': setting .*{complaint}.* cannot be used"):
        loupe().parse_settings(values)


@pytest.mark.parametrize(
    ("needs", "sentence"),
    [
        ({"programs": ("no-such-program",)}, "the program 'no-such-program' is not on the PATH; install it"),
        ({"packages": ("no_such_package",)}, "the Python package 'no_such_package' is not installed; run: make setup"),
        ({"weights": ("no_such_weights",)}, "weights 'no_such_weights' do not stand in"),
    ],
)
def test_what_it_lacks_is_said_and_keeps_it_from_being_built(needs: dict[str, tuple[str, ...]], sentence: str) -> None:
    backend = loupe(**needs)
    assert str(backend.missing(load_config())).startswith(sentence)
    with pytest.raises(BackendUnavailable, match=f"enhancer 'loupe' cannot run: {sentence}"):
        backend.build(LoupeSettings(), load_config())
