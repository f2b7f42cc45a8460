"""The only reader of image and video files: bytes or a path in, upright RGB frames out.

One codec library for every format. OpenCV decodes the same JPEG to the same pixels a little faster (12 MP:
90 ms against Pillow's 130; 1280×720: 6 ms both), which is not worth a second set of errors and orientations.
"""

from __future__ import annotations

import hashlib
import io
import math
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from pipeline.errors import (
    BrokenImage,
    BrokenVideo,
    EmptyFile,
    ImageTooLarge,
    NotAnImage,
    NotAVideo,
    VideoTooLarge,
)
from pipeline.media.sniff import HEAD, PICTURES, VIDEO, sniff
from pipeline.media.source import display_name, open_source
from pipeline.plate.types import Frame, Pixels

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif")
VIDEO_SUFFIXES = (".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm")
LONGEST_SIDE = 32_766  # OpenCV warps no picture with a longer one

_HALF_A_FRAME = 0.01  # seconds; times are rounded to milliseconds on their way
_FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF", "AVIF")
# What Pillow and its plug-ins raise on bytes that somebody broke, by accident or on purpose.
_CODEC_ERRORS = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError, RuntimeError, MemoryError,
    struct.error, zlib.error,
)  # fmt: skip
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TURNED = frozenset({5, 6, 7, 8})
"""The orientations that swap width and height."""


def is_image_name(name: str) -> bool:
    """Whether the name ends as the names of pictures do that :func:`decode` opens."""
    return name.lower().endswith(IMAGE_SUFFIXES)


def decode(source: bytes | Path, name: str | None = None, *, max_pixels: int, side: int | None = None) -> Frame:
    """Decode a JPEG, PNG, WebP, BMP, TIFF, HEIC or AVIF; of an animation, the first picture.

    EXIF rotation is applied. What is transparent turns white, as on the page where one looked at it. Grey deeper
    than 8 bits is scaled so that white stays white. ``Frame.sha256`` is that of the source's bytes.

    Args:
        name: what errors call the file; its path when left out.
        max_pixels: width × height allowed; checked before any pixel is decoded.
        side: a JPEG may come out smaller, which is quicker, as long as no side falls below so many pixels.

    Raises:
        EmptyFile: it holds no byte.
        NotAnImage: it is something else; the message says what.
        BrokenImage: it begins like a picture but cannot be decoded.
        ImageTooLarge: it has more than ``max_pixels``, or a side beyond :data:`LONGEST_SIDE`.
        MediaError: the path cannot be opened.
    """
    name = display_name(source, name)
    data, pixels = _decode(source, name, max_pixels, side, _upright_rgb)
    return Frame(pixels, hashlib.sha256(data).hexdigest())


def picture_size(source: bytes | Path, name: str | None = None, *, max_pixels: int) -> tuple[int, int]:
    """Width and height in pixels, as :func:`decode` would give them; only the header is looked at.

    Raises:
        MediaError: as :func:`decode`, but for damage that only shows in the pixels.
    """
    name = display_name(source, name)
    with open_source(source, name) as stream:
        kind = _check_kind(stream.read(HEAD), name)
        stream.seek(0)
        _prepare_pillow()
        try:
            with Image.open(stream, formats=_FORMATS) as image:
                _check_size(image.width, image.height, name, max_pixels)
                turned = _orientation(image) in _TURNED
                return (image.height, image.width) if turned else (image.width, image.height)
        except _CODEC_ERRORS as error:
            raise _broken(name, kind, error) from error


def decode_cutout(source: bytes | Path, name: str | None = None, *, max_pixels: int) -> NDArray[np.uint8]:
    """Decode a picture with its transparency: RGBA uint8 ``(height, width, 4)``, opaque where it has none.

    Raises:
        MediaError: as :func:`decode`.
    """
    return _decode(source, display_name(source, name), max_pixels, None, lambda image: np.array(image.convert("RGBA")))[
        1
    ]


def _decode(
    source: bytes | Path,
    name: str,
    max_pixels: int,
    side: int | None,
    convert: Callable[[Image.Image], NDArray[np.uint8]],
) -> tuple[bytes, NDArray[np.uint8]]:
    """The file's bytes, and its pixels as ``convert`` gives them."""
    data, kind = _read_picture(source, name)
    _prepare_pillow()
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            _check_size(image.width, image.height, name, max_pixels)
            if side is not None:
                image.draft(None, (side, side))
            image.load()
            return data, convert(image)
    except _CODEC_ERRORS as error:
        raise _broken(name, kind, error) from error


def _broken(name: str, kind: str, error: BaseException) -> BrokenImage:
    reason = "its header makes no sense" if isinstance(error, UnidentifiedImageError) else error
    return BrokenImage(
        f"{name} begins like a {kind} file but cannot be decoded ({reason}); copy it again, or export it as JPEG"
    )


def _read_picture(source: bytes | Path, name: str) -> tuple[bytes, str]:
    """The file's bytes and its kind, which its first bytes tell: a film of 10 GB is refused unread."""
    with open_source(source, name) as stream:
        kind = _check_kind(stream.read(HEAD), name)
        stream.seek(0)
        return stream.read(), kind


def _check_kind(head: bytes, name: str) -> str:
    """What the first bytes of a picture say it is."""
    if not head:
        raise EmptyFile(f"{name} is empty (0 bytes); copy or download it again")
    kind = sniff(head)
    if kind not in PICTURES:
        raise NotAnImage(f"{name} is not a picture but {kind}; give one of {', '.join(PICTURES)}")
    return kind


@cache
def _prepare_pillow() -> None:
    register_heif_opener()
    # Pillow's own limit holds for the whole process and warns on stderr; ours is an argument and checked below.
    Image.MAX_IMAGE_PIXELS = None


def _check_size(width: int, height: int, name: str, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"{name} has {width}×{height} pixels, more than the {max_pixels:,} allowed;"
            " make it smaller, or raise PLATELOOP_MAX_PIXELS"
        )
    if max(width, height) > LONGEST_SIDE:
        raise ImageTooLarge(f"{name} has {width}×{height} pixels; no side may exceed {LONGEST_SIDE:,}: cut it in parts")


def _upright_rgb(image: Image.Image) -> Pixels:
    turn = _UPRIGHT.get(_orientation(image))
    if image.mode.startswith(("I", "F")):
        image = Image.fromarray(_to_8_bit(np.asarray(image)))
    elif image.has_transparency_data:
        seen = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    if turn is not None:
        image = image.transpose(turn)
    return np.array(image.convert("RGB"))


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1…8; 1 where the EXIF block cannot be read, for the picture still can."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation)
    except _CODEC_ERRORS:
        return 1
    return value if isinstance(value, int) else 1


def _to_8_bit(grey: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Scale deep grey to 8 bits.

    White is 1 for fractions, else the full scale of the shallowest usual bit depth that holds every value, so that
    a camera's 12 bits in a 16-bit file come out no darker than they are.
    """
    values = np.nan_to_num(grey.astype(np.float32), posinf=0.0, neginf=0.0)
    brightest = float(values.max())
    depths = (1, *(2**bits - 1 for bits in (8, 10, 12, 14, 16)))
    white = next((depth for depth in depths if brightest <= depth), brightest)
    scaled: NDArray[np.uint8] = np.rint(np.clip(values / white, 0.0, 1.0) * 255).astype(np.uint8)
    return scaled


@dataclass(frozen=True, slots=True)
class VideoSize:
    """What a video's header says: pixels, and seconds, 0 where it does not know."""

    width: int
    height: int
    seconds: float


def is_video_name(name: str) -> bool:
    """Whether the name ends as the names of videos do that :func:`video_frames` opens."""
    return name.lower().endswith(VIDEO_SUFFIXES)


def video_size(path: Path, name: str | None = None, *, max_pixels: int, max_seconds: float) -> VideoSize:
    """Looks into a video without going through it.

    Raises:
        MediaError: as :func:`video_frames`, but for damage that only shows further on.
    """
    with _opened_video(path, display_name(path, name), max_pixels, max_seconds) as (_, size):
        return size


def video_frames(
    path: Path,
    name: str | None = None,
    *,
    step: float,
    max_pixels: int,
    max_seconds: float,
    start: float = 0.0,
) -> Iterator[Frame]:
    """Frames of an MP4, MOV, AVI, MKV or WebM, upright: the first one at or after every multiple of ``step`` seconds.

    Where a video breaks off, the frames before that come through. ``Frame.sha256`` is empty: a frame is no file.

    Args:
        name: what errors call the file; its path when left out.
        max_pixels: width × height allowed.
        max_seconds: length allowed; one whose header tells no length is followed so far.
        start: the multiple of ``step`` at or before so many seconds is the first.

    Raises:
        EmptyFile: it holds no byte.
        NotAVideo: it is something else; the message says what.
        BrokenVideo: it begins like a video but holds no picture that can be decoded.
        VideoTooLarge: it has more than ``max_pixels`` or ``max_seconds``.
        MediaError: the path cannot be opened.
    """
    name = display_name(path, name)
    index, due = 0, _multiple(start, step)
    with _opened_video(path, name, max_pixels, max_seconds) as (video, _):
        rate = video.get(cv2.CAP_PROP_FPS) or 25.0
        while video.grab():
            seconds = video.get(cv2.CAP_PROP_POS_MSEC) / 1000 or index / rate
            if seconds > max_seconds:
                return
            if seconds >= due - _HALF_A_FRAME:
                whole, pixels = video.retrieve()
                if whole:
                    due = _multiple(seconds, step) + step
                    yield Frame(np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), np.uint8), "", index, seconds)
            index += 1
    if index == 0:
        raise _broken_video(name)


def _multiple(seconds: float, step: float) -> float:
    """The last multiple of ``step`` that is not later."""
    return math.floor((seconds + _HALF_A_FRAME) / step) * step


@contextmanager
def _opened_video(
    path: Path, name: str, max_pixels: int, max_seconds: float
) -> Iterator[tuple[cv2.VideoCapture, VideoSize]]:
    with open_source(path, name) as stream:
        head = stream.read(HEAD)
    if not head:
        raise EmptyFile(f"{name} is empty (0 bytes); copy or download it again")
    if (kind := sniff(head)) != VIDEO:
        raise NotAVideo(f"{name} is not a video but {kind}; give an MP4, MOV, AVI, MKV or WebM")
    # An absolute path: FFmpeg would take a name with a colon for an address.
    video = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
    try:
        width, height = (int(video.get(side)) for side in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        if not video.isOpened() or width <= 0 or height <= 0:
            raise _broken_video(name)
        rate = video.get(cv2.CAP_PROP_FPS)
        size = VideoSize(width, height, max(0.0, video.get(cv2.CAP_PROP_FRAME_COUNT) / rate) if rate > 0 else 0.0)
        if width * height > max_pixels:
            raise VideoTooLarge(
                f"{name} has {width}×{height} pixels, more than the {max_pixels:,} allowed; make it smaller, "
                "or raise PLATELOOP_MAX_PIXELS"
            )
        if size.seconds > max_seconds:
            raise VideoTooLarge(
                f"{name} lasts {size.seconds:,.0f} s, longer than the {max_seconds:,.0f} s allowed; cut it in parts, "
                "or raise PLATELOOP_MAX_VIDEO_SECONDS"
            )
        yield video, size
    finally:
        video.release()


def _broken_video(name: str) -> BrokenVideo:
    return BrokenVideo(
        f"{name} begins like a video but no picture in it can be decoded; copy it again, or export it as MP4 (H.264)"
    )
