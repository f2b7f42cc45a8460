"""The networks that read plates, by the names of their weights."""

from __future__ import annotations

from pathlib import Path

from pipeline.networks.char_yolo import CharacterNetwork
from pipeline.networks.strips import LineNetwork
from pipeline.networks.text import PlateNetwork, TextNetwork

_NETWORKS: dict[str, type[PlateNetwork]] = {
    "char_yolo": CharacterNetwork,
    "crnn": TextNetwork,
    "easy_ocr": LineNetwork,
}


def open_reader(network: str, path: Path, threads: int) -> PlateNetwork:
    """The network of that name out of an ONNX file."""
    return _NETWORKS[network](path, threads)
