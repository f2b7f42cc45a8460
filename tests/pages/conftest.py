"""A workbench with inspections in it, and pages run against it without a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pipeline.config import PROJECT, load_config
from pipeline.flow.recipe import DEFAULT_RECIPE, find_recipe
from pipeline.media.decode import decode
from pipeline.media.draw import encode_png
from pipeline.plate.doubts import doubt
from pipeline.plate.geometry import quad_from_box
from pipeline.plate.grammar import parse
from pipeline.plate.types import (
    Character,
    Detection,
    FrameResult,
    Inspection,
    PlateCrop,
    Reading,
    SlotVote,
    StageFailure,
    Verdict,
)
from pipeline.store import Store, StoredResult

LOCALES = {"ko": "ko-KR", "en": "en-GB"}
Keep = Callable[..., StoredResult]
Open = Callable[..., AppTest]


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The store that the pages of this test see."""
    store = Store.open(load_config())
    yield store
    store.close()


@pytest.fixture
def keep(store: Store) -> Keep:
    """Stores a picture with one plate that reads as asked, and what the default recipe would have made of it."""

    def keep(
        text: str = "123가4568",
        *,
        confidence: float = 0.97,
        name: str = "street.png",
        source: str = "browser",
        plates: int = 1,
        failures: tuple[StageFailure, ...] = (),
    ) -> StoredResult:
        number = len(store.uploads.list())
        pixels = np.full((48, 160, 3), number % 256, np.uint8)
        pixels[0, 0] = (number // 256, 7, 7)
        data = encode_png(pixels)
        frame = decode(data, name, max_pixels=10_000)
        store.uploads.add(name, data, frame, source)
        inspections = tuple(_inspection(text, confidence) for _ in range(plates))
        made = FrameResult(frame.sha256, inspections, failures, {"detect": 81.4, "read": 4.2})
        return store.results.save(made, DEFAULT_RECIPE, find_recipe(DEFAULT_RECIPE).fingerprint(load_config()))

    return keep


def _inspection(text: str, confidence: float) -> Inspection:
    each = confidence ** (1 / max(1, len(text)))
    quad = quad_from_box(10, 10, 110, 34)
    parsed = parse(text)
    return Inspection(
        Detection(quad, "plate", 0.9, "yolo_plate"),
        PlateCrop(np.full((24, 100, 3), 200, np.uint8), quad),
        (Reading(tuple(Character(char, each) for char in text), "crnn", "unchanged", 4.2),),
        Verdict(
            text,
            confidence if text else 0.0,
            tuple(SlotVote(char, each) for char in text),
            tuple(match.format.name for match in parsed.matches),
            parsed.doubts,
        ),
        hints=(doubt("too_small", height_px=18),) if confidence < 0.5 else (),
    )


@pytest.fixture
def open_app(home: Path) -> Iterator[Open]:
    """Opens the workbench at a page, as a browser of that language with that address would."""

    def open_app(page: str = "overview", language: str = "en", **address: str) -> AppTest:
        app = AppTest.from_file(PROJECT / "app.py", default_timeout=60)
        app.context["locale"] = LOCALES[language]
        app.run()
        if page != "overview":
            app.switch_page(f"pages/{page}.py")
        app.query_params.update(address)
        return app.run()

    yield open_app
    st.cache_resource.clear()
    st.cache_data.clear()


def html(app: AppTest) -> str:
    """All HTML of the page but its style sheet."""
    return "\n".join(element.value for element in app.html if "<style" not in element.value)
