"""Streamlit's settings keep the workbench on this machine and agree with PlateLoop's own."""

from __future__ import annotations

import tomllib

from streamlit.config import get_option

from pipeline.config import PROJECT, Config


def test_the_workbench_is_heard_on_this_machine_only_and_tells_nobody() -> None:
    settings = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["client"]["showErrorDetails"] == "none"


def test_the_largest_upload_is_the_same_for_the_page_and_for_streamlit() -> None:
    # scripts/serve hands PLATELOOP_MAX_UPLOAD_MB on; this is about the value where nobody set it
    assert get_option("server.maxUploadSize") == Config.model_fields["max_upload_mb"].default
