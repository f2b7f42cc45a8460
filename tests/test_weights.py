"""The manifest tells which file is ours; nothing else is handed out."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.config import load_config
from pipeline.errors import MissingWeights, WeightsMismatch
from pipeline.weights import Manifest, WeightsRow, adopt, sha256_of

ROW = WeightsRow("reader", "reader.onnx", "", "AGPL-3.0-or-later", "drawn by a “test”", "", "make it \\ so")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Weights of one row, whose file is as it should be."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "manifest.toml").touch()
    ship(folder, b"the weights")
    return folder


def ship(folder: Path, content: bytes, row: WeightsRow = ROW) -> WeightsRow:
    made = folder.parent / "made"
    made.write_bytes(content)
    return adopt(folder, row, made)


def test_what_was_adopted_is_handed_out_with_its_whole_row(folder: Path) -> None:
    manifest = Manifest.load(folder)
    assert manifest.verified("reader").read_bytes() == b"the weights"
    kept = manifest.row("reader")
    assert kept.sha256 == hashlib.sha256(b"the weights").hexdigest()
    assert (kept.origin, kept.command) == (ROW.origin, ROW.command)


def test_adopting_again_replaces_the_row_and_leaves_the_others_in_their_order(folder: Path) -> None:
    ship(folder, b"other", WeightsRow("detector", "detector.onnx", "", "", "", "", ""))
    ship(folder, b"better weights")
    manifest = Manifest.load(folder)
    assert [row.name for row in manifest.rows] == ["reader", "detector"]
    assert manifest.verified("reader").read_bytes() == b"better weights"
    assert not list(folder.glob("*.part"))


def test_a_file_that_changed_is_not_handed_out(folder: Path) -> None:
    assert Manifest.load(folder).verified("reader")
    (folder / "reader.onnx").write_bytes(b"not the weights")
    with pytest.raises(WeightsMismatch, match=r"reader\.onnx has sha256 .*, the manifest says .*; restore it"):
        Manifest.load(folder).verified("reader")


def test_a_file_or_row_that_is_missing_is_named(folder: Path) -> None:
    (folder / "reader.onnx").unlink()
    with pytest.raises(MissingWeights, match=r"weights 'reader' need .*reader\.onnx; restore it"):
        Manifest.load(folder).verified("reader")
    with pytest.raises(MissingWeights, match=r"weights 'best' do not stand in .*; there are: reader"):
        Manifest.load(folder).verified("best")


def test_a_row_that_points_outside_the_folder_is_refused(folder: Path) -> None:
    made = folder.parent / "made"
    text = (folder / "manifest.toml").read_text(encoding="utf-8").replace("reader.onnx", "../made")
    (folder / "manifest.toml").write_text(text, encoding="utf-8")
    assert Manifest.load(folder).row("reader").sha256 == sha256_of(made)
    with pytest.raises(WeightsMismatch, match=r"\.\./made points outside"):
        Manifest.load(folder).verified("reader")


@pytest.mark.parametrize(
    "manifest", [None, b"not = toml = at all", b"\xff\xfe", b"weights = 5", b"[weights]\nname='a'"]
)
def test_a_manifest_that_cannot_be_read_is_named_with_the_next_step(tmp_path: Path, manifest: bytes | None) -> None:
    if manifest is not None:
        (tmp_path / "manifest.toml").write_bytes(manifest)
    with pytest.raises(MissingWeights, match=r"manifest\.toml cannot be read .*; restore it: git checkout -- weights"):
        Manifest.load(tmp_path)


def test_every_file_in_weights_stands_in_the_manifest_and_is_what_it_says() -> None:
    shipped = load_config().weights
    manifest = Manifest.load(shipped)
    files = {path.name for path in shipped.iterdir()} - {"manifest.toml", "manifest.toml.part"}
    assert files == {manifest.verified(row.name).name for row in manifest.rows}
    assert all(row.licence and row.origin and row.command for row in manifest.rows)
