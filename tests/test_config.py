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


@pytest.mark.parametrize(
    "url", ["http://roboflow.example", "ftp://roboflow.example", "roboflow.example", "http://10.0.0.7"]
)
def test_pictures_and_keys_go_over_https_only_or_to_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PLATELOOP_ROBOFLOW_URL", url)
    with pytest.raises(ConfigError, match="https only"):
        load_config()


@pytest.mark.parametrize(
    "url", ["https://serverless.roboflow.com/", "http://127.0.0.1:9001", "http://[::1]:9001", "http://localhost"]
)
def test_a_service_may_be_far_away_or_on_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("PLATELOOP_ROBOFLOW_URL", url)
    assert load_config().roboflow_url == url.rstrip("/")


def test_a_key_that_cannot_be_used_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATELOOP_ROBOFLOW_API_KEY", "secret\nkey")
    with pytest.raises(ConfigError, match="PLATELOOP_ROBOFLOW_API_KEY") as failure:
        load_config()
    assert "secret" not in f"{failure.value} {failure.value.__cause__}"
    monkeypatch.setenv("PLATELOOP_ROBOFLOW_API_KEY", " secret-key\n")
    assert load_config().roboflow_api_key.get_secret_value() == "secret-key"
    assert "secret-key" not in repr(load_config())
