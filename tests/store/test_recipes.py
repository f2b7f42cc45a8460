from __future__ import annotations

from pathlib import Path

from pipeline.store import Store
from tests.store.samples import Clock, files_with


def test_a_saved_recipe_comes_back_under_its_name_the_oldest_first(store: Store, clock: Clock) -> None:
    assert store.recipes.add("밤", {"readers": [{"name": "crnn"}]})
    clock.move(seconds=1)
    assert store.recipes.add("a", {})
    assert list(store.recipes.all().items()) == [("밤", {"readers": [{"name": "crnn"}]}), ("a", {})]


def test_a_name_that_is_taken_keeps_what_it_had(store: Store) -> None:
    store.recipes.add("night", {"n": 1})
    assert not store.recipes.add("night", {"n": 2})
    assert store.recipes.all() == {"night": {"n": 1}}


def test_a_deleted_recipe_is_gone_from_the_disk_and_its_name_is_free(store: Store, home: Path) -> None:
    store.recipes.add("secret-name", {})
    assert store.recipes.delete("secret-name")
    assert not store.recipes.delete("secret-name")
    assert files_with(home, b"secret-name") == []
    assert store.recipes.add("secret-name", {})
