from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import NotFound
from pipeline.store import Store
from tests.corpus.snapshots import WHEN, write


def test_a_snapshot_is_noted_down_once(store: Store, tmp_path: Path) -> None:
    first, second = (write(tmp_path / "sets", ["12가3456", *more]) for more in ([], ["34나5678"]))
    noted = store.snapshots.add(first)
    assert store.snapshots.add(first) == noted
    assert (noted.title, noted.folder, noted.created) == ("gate v1", "gate/v1", WHEN)
    assert noted.counts == first.counts
    assert noted.left_out == {"answers_disagree": 2}
    later = store.snapshots.add(second)
    assert store.snapshots.list() == (later, noted)
    assert store.snapshots.list("yard") == ()
    assert store.snapshots.get(later.id) == later
    with pytest.raises(NotFound, match="there is no snapshot 9"):
        store.snapshots.get(9)
