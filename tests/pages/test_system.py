"""What is installed, usable and licensed how."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.conftest import Open, html


def test_it_offers_the_source_as_the_licence_obliges(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_SOURCE_URL", "https://plates.example/source")
    app = open_app("system")
    assert "AGPL-3.0-or-later" in html(app)
    assert any("must offer those users its source" in text.value for text in app.markdown)
    assert [link.proto.url for link in app.get("link_button")] == ["https://plates.example/source"]


def test_it_lists_backends_weights_and_the_state_folder(open_app: Open, home: Path) -> None:
    page = html(open_app("system"))
    for shown in ("yolo_plate", "grayscale", "crnn", "Usable", "Verified", str(home), "streamlit"):
        assert shown in page


@pytest.mark.parametrize(("language", "lead"), [("en", "Not usable"), ("ko", "사용할 수 없음")])
def test_it_says_what_a_backend_lacks(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str, lead: str
) -> None:
    monkeypatch.setenv("PLATELOOP_WEIGHTS", str(tmp_path))
    page = html(open_app("system", language))
    assert lead in page
    assert "manifest.toml cannot be read" in page
    assert "git checkout -- weights" in page


def test_without_weights_analyze_says_so_and_keeps_working(
    open_app: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PLATELOOP_WEIGHTS", str(tmp_path))
    app = open_app("analyze")
    assert not app.exception
    assert "This way of reading cannot run" in html(app)
