"""Every page is opened and timed over a store that was filled for it."""

from __future__ import annotations

from pipeline.config import load_config
from pipeline.workbench import page_speed
from pipeline.workbench.bench import Workbench
from pipeline.workbench.full_store import fill_store
from pipeline.workbench.inspections import search


def test_pages_are_timed_over_drawn_plates_that_look_as_if_they_had_been_read(home, monkeypatch) -> None:
    config, put = load_config(), []
    fill_store(config, 12, put.append)
    assert put == [5, 5, 2]
    bench = Workbench.open(config)
    found = search(bench, limit=20)
    bench.close()
    assert found.total == 12
    assert all(row.text and row.formats for row in found.rows)
    monkeypatch.setattr(page_speed, "page_names", lambda: ("overview", "system"))
    timings = page_speed.time_pages(config)
    newest = found.rows[0].id
    assert [timing.page for timing in timings] == [
        "overview",
        "system",
        f"analyze?inspection={newest}",
        f"votes?inspection={newest}",
        f"compare?plates={newest}",
    ]
    assert {timing.trouble for timing in timings} == {""}
