"""Small videos, written by OpenCV."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np

from pipeline.plate.types import Pixels


def write_video(path: Path, frames: Iterable[Pixels], rate: float = 10.0) -> Path:
    """The frames, all of one size with even sides, ``rate`` of them a second; MPEG-4 in MP4, Motion JPEG in AVI."""
    frames = list(frames)
    height, width = frames[0].shape[:2]
    code = cv2.VideoWriter.fourcc(*("MJPG" if path.suffix == ".avi" else "mp4v"))
    writer = cv2.VideoWriter(str(path), code, rate, (width, height))
    assert writer.isOpened()
    for frame in frames:
        writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    writer.release()
    return path


def greys(count: int, width: int = 64, height: int = 48) -> list[Pixels]:
    """Frames that brighten: frame ``n`` has the grey ``8 * n``."""
    return [np.full((height, width, 3), min(255, 8 * n), np.uint8) for n in range(count)]
