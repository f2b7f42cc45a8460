"""One verdict opened: switches and weights, and the verdict that follows them."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from pipeline.plate.types import Character, Reading
from pipeline.store import Store
from tests.pages.conftest import Keep, Open, html


def verdict(app: AppTest) -> str:
    """The text of the verdict in the head of the page."""
    head = next(part.value for part in app.html if "pl-vote-head" in part.value)
    return str(re.findall(r'pl-plate pl-on-[a-z_]+ pl-large">([^<]+)<', head)[0])


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_empty_workbench_invites(open_app: Open, language: str) -> None:
    app = open_app("votes", language)
    assert not app.exception
    assert "pl-invite" in html(app)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_plate_shows_every_ballot(open_app: Open, keep: Keep, language: str) -> None:
    app = open_app("votes", language, inspection=str(keep("123가4568").inspections[0].id))
    assert not app.exception
    assert verdict(app) == "123가4568"
    assert html(app).count("pl-ballot") >= 2 * len("123가4568")


def test_a_switch_changes_the_verdict_at_once(open_app: Open, keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = keep("123가4568", confidence=0.2).inspections[0]
    for module, name in (("char_yolo", "CharYoloReader"), ("easy_ocr", "EasyOCRReader")):
        sure = Reading(tuple(Character(c, 0.9999) for c in "123가4560"), module, "unchanged", 1.0)
        monkeypatch.setattr(
            f"pipeline.readers.{module}.{name}.read", lambda self, crops, sure=sure: [sure for _ in crops]
        )
    app = open_app("votes", inspection=str(stored.id))
    assert verdict(app) == "123가4560"
    for reader in ("char_yolo", "easy_ocr"):
        app.toggle(key=f"on-{stored.id}-{reader}-unchanged").set_value(False)
    app.run()
    assert verdict(app) == "123가4568"
    assert "with your weights" in html(app)


def test_the_truth_stands_beside_the_raw_reading(open_app: Open, keep: Keep, store: Store) -> None:
    from pipeline.plate.types import Review

    number = keep("123가4568").inspections[0].id
    store.reviews.add(Review(number, "123가4569", "민지"))
    shown = html(open_app("votes", inspection=str(number)))
    assert "A person says" in shown
    assert "123가4569" in shown
    assert "not as the verdict" in shown


@pytest.mark.parametrize("asked", ["999", "x", "-1"])
def test_an_unknown_plate_is_told(open_app: Open, asked: str) -> None:
    app = open_app("votes", inspection=asked)
    assert not app.exception
    assert "pl-empty" in html(app)
