"""Makes the ONNX files that serve from the weights that are trained, and fetches weights that are not shipped."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import Config
from pipeline.downloads import DOWNLOADS, fetch, find_download
from pipeline.errors import MissingWeights
from pipeline.networks.super_resolution import export_upscaler
from pipeline.training.tasks import NETWORKS, export_network
from pipeline.weights import Manifest
from pipeline.workbench.train import READERS, make_reader_serve

FETCHABLE = tuple(DOWNLOADS)
EXPORTS = (*NETWORKS, "real_esrgan", "yolo_plate")


def export_weights(config: Config, name: str, out: Path | None = None) -> Path:
    """Writes to ``out``, else over the file that the manifest names.

    Raises:
        MissingWeights: nothing of that name can be exported, or what it is made from is missing.
        WeightsMismatch: what it is made from is not the file the manifest names.
    """
    if name not in EXPORTS:
        raise MissingWeights(f"weights '{name}' are not exported from others; there are: {', '.join(EXPORTS)}")
    manifest = Manifest.load(config.weights)
    out = out or config.weights / manifest.row(name).file
    if name in NETWORKS:
        made = export_network(name, manifest.verified(f"{name}_trainable"), out)
        if name in READERS:
            make_reader_serve(config, name, made)
        return made
    if name == "real_esrgan":
        return export_upscaler(manifest.verified("real_esrgan_torch"), out)
    from pipeline.training.export import export_yolo_plate  # imports torch, which takes seconds

    return export_yolo_plate(config, out)


def fetch_weights(config: Config, name: str) -> Path:
    """Downloads weights into the state folder and checks their sha256.

    Raises:
        MissingWeights: nothing of that name can be fetched.
        DownloadFailed, WeightsMismatch: it did not come, or is another file.
    """
    return fetch(config, find_download(name))
