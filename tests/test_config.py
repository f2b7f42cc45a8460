"""Settings come from the environment, and one that cannot be used is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "value"), [("THREADS", "many"), ("THREADS", "0"), ("MAX_UPLOAD_MB", "-1"), ("MAX_PIXELS", "")]
)
def test_a_value_that_cannot_be_used_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PLATELOOP_{name}", value)
    with pytest.raises(ConfigError, match=rf"^PLATELOOP_{name}='{value}' cannot be used: .*; change or unset it$"):
        load_config()


def test_folders_become_absolute_from_where_one_stands_and_home_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/somebody")
    monkeypatch.setenv("PLATELOOP_HOME", "state")
    monkeypatch.setenv("PLATELOOP_SHARED", "~/shared")
    config = load_config()
    assert (config.home, config.shared) == (tmp_path / "state", Path("/somebody/shared"))
    assert config.database_url == f"sqlite:///{tmp_path}/state/plateloop.db"


def test_a_shared_folder_that_is_not_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "data" / "glyphs").mkdir(parents=True)
    config = load_config(shared=tmp_path)
    assert config.shared_folder("glyphs") == tmp_path / "data" / "glyphs"
    assert config.shared_folder("real") is None
