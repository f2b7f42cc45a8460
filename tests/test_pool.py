"""Backends are built once, lent to one thread at a time, and a slow one holds up nobody else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import Field

from pipeline import registry
from pipeline.config import Config, load_config
from pipeline.errors import BackendUnavailable, MissingWeights, UnknownBackend
from pipeline.plate.types import Stage
from pipeline.pool import Pool
from pipeline.registry import BackendSettings, register
from pipeline.weights import Manifest, adopt

PATIENCE = 20.0  # seconds; only a test that fails waits so long


class CountedSettings(BackendSettings):
    number: int = Field(0, description="tells backends apart")


class Counted:
    Settings: ClassVar[type[BackendSettings]] = CountedSettings
    built: ClassVar[list[int]] = []

    def __init__(self, settings: CountedSettings, config: Config) -> None:
        self.number = settings.number
        self.built.append(settings.number)


class Slow(Counted):
    """Is built when it is let."""

    begun: ClassVar[threading.Event]
    may_end: ClassVar[threading.Event]

    def __init__(self, settings: CountedSettings, config: Config) -> None:
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        super().__init__(settings, config)


class FailsOnce(Counted):
    def __init__(self, settings: CountedSettings, config: Config) -> None:
        super().__init__(settings, config)
        if len(self.built) == 1:
            raise RuntimeError("no memory just now")


@pytest.fixture(autouse=True)
def _small_backends(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    registry.backends(Stage.READER)  # the real ones register but once, so not into the copy
    monkeypatch.setattr(registry, "_backends", dict(registry._backends))
    Counted.built.clear()
    Slow.begun, Slow.may_end = threading.Event(), threading.Event()
    for name, backend in {"counted": Counted, "slow": Slow, "fails_once": FailsOnce}.items():
        register(Stage.READER, name, title=name)(backend)
    register(Stage.READER, "weighty", title="Needs weights", weights=("crnn",))(Counted)
    yield
    Slow.may_end.set()


def borrowed(pool: Pool, name: str = "counted", number: int = 0) -> Any:
    with pool.borrow(Stage.READER, name, CountedSettings(number=number)) as backend:
        return backend


def test_a_backend_is_built_once_for_the_same_settings_and_anew_for_others() -> None:
    pool = Pool(load_config())
    assert borrowed(pool) is borrowed(pool)
    assert borrowed(pool, number=1).number == 1
    assert Counted.built == [0, 1]


def test_a_slow_one_that_is_being_built_holds_up_nobody_else() -> None:
    pool = Pool(load_config())
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(borrowed, pool, "slow", 7)
        assert Slow.begun.wait(PATIENCE)
        assert threads.submit(borrowed, pool).result(PATIENCE).number == 0
        assert not slow.done()
        Slow.may_end.set()
        assert slow.result(PATIENCE).number == 7


def test_two_threads_that_want_the_same_build_it_once() -> None:
    pool = Pool(load_config())
    with ThreadPoolExecutor() as threads:
        both = [threads.submit(borrowed, pool, "slow") for _ in range(2)]
        assert Slow.begun.wait(PATIENCE)
        Slow.may_end.set()
        first, second = (one.result(PATIENCE) for one in both)
    assert first is second
    assert Counted.built == [0]


def test_it_is_lent_to_one_thread_at_a_time() -> None:
    pool = Pool(load_config())
    with ThreadPoolExecutor() as threads:
        with pool.borrow(Stage.READER, "counted", CountedSettings()) as mine:
            waiting = threads.submit(borrowed, pool)
            with pytest.raises(TimeoutError):
                waiting.result(0.05)
        assert waiting.result(PATIENCE) is mine


def test_the_least_recently_used_goes_when_it_is_full() -> None:
    pool = Pool(load_config(), capacity=2)
    for number in (1, 2, 1, 3, 1, 2):
        borrowed(pool, number=number)
    assert Counted.built == [1, 2, 3, 2]


def test_one_that_could_not_be_built_is_tried_again() -> None:
    pool = Pool(load_config())
    with pytest.raises(RuntimeError, match="no memory"):
        borrowed(pool, "fails_once")
    assert borrowed(pool, "fails_once") is borrowed(pool, "fails_once")


def test_other_weights_make_another_backend(tmp_path: Path) -> None:
    manifest = (load_config().weights / "manifest.toml").read_text(encoding="utf-8")
    (tmp_path / "manifest.toml").write_text(manifest, encoding="utf-8")
    pool = Pool(load_config(weights=tmp_path))
    with pytest.raises(BackendUnavailable, match=r"restore it"):
        borrowed(pool, "weighty")
    for weights in ("first", "second"):
        made = tmp_path / "made"
        made.write_text(weights)
        adopt(tmp_path, Manifest.load(tmp_path).row("crnn"), made)
        borrowed(pool, "weighty")
    assert Counted.built == [0, 0]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownBackend, match=r"no reader 'best'; there are: .*counted, "):
        borrowed(Pool(load_config()), "best")
    with pytest.raises(MissingWeights, match=r"manifest\.toml cannot be read"):
        borrowed(Pool(load_config(weights=tmp_path)), "weighty")
