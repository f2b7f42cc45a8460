"""The zip that the System page offers."""

import io
import zipfile
from pathlib import Path

from pipeline.config import PROJECT, load_config
from pipeline.workbench.source import source_zip


def names(packed: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(packed)).namelist())


def test_the_source_of_this_checkout_is_whole_and_holds_no_state() -> None:
    packed = names(source_zip(load_config()))
    assert {"plateloop/app.py", "plateloop/LICENSE", "plateloop/pipeline/config.py"} <= packed
    assert not any(".venv/" in name or ".plateloop/" in name or ".git/" in name for name in packed)


def test_without_git_everything_but_environment_state_and_caches_is_packed(tmp_path: Path) -> None:
    for name in ("app.py", "pages/a.py", ".venv/lib/x.py", "state/plateloop.db", "pages/__pycache__/a.pyc", ".ci/run"):
        path = tmp_path / "copy" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    config = load_config(home=tmp_path / "copy" / "state")
    assert PROJECT not in tmp_path.parents
    assert names(source_zip(config, tmp_path / "copy")) == {
        "plateloop/app.py",
        "plateloop/pages/a.py",
        "plateloop/.ci/run",
    }
