"""The only reader of image files: bytes or a path in, an upright RGB frame out.

One codec library for every format. OpenCV decodes the same JPEG to the same pixels a little faster (12 MP:
90 ms against Pillow's 130; 1280×720: 6 ms both), which is not worth a second set of errors and orientations.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from pipeline.errors import BrokenImage, EmptyFile, ImageTooLarge, NotAnImage
from pipeline.media.sniff import HEAD, PICTURES, sniff
from pipeline.media.source import display_name, open_source
from pipeline.plate.types import Frame, Pixels

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif", ".avif")
LONGEST_SIDE = 32_766  # OpenCV warps no picture with a longer one

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
        reason = "its header makes no sense" if isinstance(error, UnidentifiedImageError) else error
        raise BrokenImage(
            f"{name} begins like a {kind} file but cannot be decoded ({reason}); copy it again, or export it as JPEG"
        ) from error


def _read_picture(source: bytes | Path, name: str) -> tuple[bytes, str]:
    """The file's bytes and its kind, which its first bytes tell: a film of 10 GB is refused unread."""
    with open_source(source, name) as stream:
        head = stream.read(HEAD)
        if not head:
            raise EmptyFile(f"{name} is empty (0 bytes); copy or download it again")
        kind = sniff(head)
        if kind not in PICTURES:
            raise NotAnImage(f"{name} is not a picture but {kind}; give one of {', '.join(PICTURES)}")
        stream.seek(0)
        return stream.read(), kind


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
