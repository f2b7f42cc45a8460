from __future__ import annotations

import hashlib
import random
import struct
import unicodedata
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import BrokenImage, EmptyFile, ImageTooLarge, MediaError, NotAnImage
from pipeline.media.decode import IMAGE_SUFFIXES, LONGEST_SIDE, decode, is_image_name
from pipeline.plate.types import Pixels
from tests.media.pictures import LIMIT, LOSSLESS, LOSSY, colours_at_the_corners, corners, file_of

AS_STORED = {
    1: lambda seen: seen,
    2: lambda seen: seen[:, ::-1],
    3: lambda seen: seen[::-1, ::-1],
    4: lambda seen: seen[::-1],
    5: lambda seen: seen.transpose(1, 0, 2),
    6: lambda seen: np.rot90(seen),
    7: lambda seen: seen[::-1, ::-1].transpose(1, 0, 2),
    8: lambda seen: np.rot90(seen, -1),
}
"""What a camera stores with each EXIF orientation, from what it saw (TIFF 6.0, tag 274)."""


def decoded(data: bytes) -> Pixels:
    return decode(data, max_pixels=LIMIT).pixels


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_come_through_to_the_pixel(kind: str) -> None:
    assert np.array_equal(decoded(file_of(corners(), kind)), corners())


@pytest.mark.parametrize("kind", LOSSY)
def test_lossy_formats_keep_size_and_colours(kind: str) -> None:
    pixels = decoded(file_of(corners(), kind))
    assert pixels.shape == corners().shape
    assert colours_at_the_corners(pixels) == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize("options", [{"progressive": True}, {"optimize": True, "subsampling": 0}])
def test_every_kind_of_jpeg_opens(options: dict[str, object]) -> None:
    assert colours_at_the_corners(decoded(file_of(corners(), "JPEG", **options))) == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_compressed_tiff_opens(compression: str) -> None:
    assert np.array_equal(decoded(file_of(corners(), "TIFF", compression=compression)), corners())


@pytest.mark.parametrize("orientation", AS_STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_every_exif_orientation_is_put_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(AS_STORED[orientation](corners()))
    pixels = decoded(file_of(stored, kind, exif=exif.tobytes() if kind == "HEIF" else exif))
    assert pixels.shape == corners().shape
    assert colours_at_the_corners(pixels) == ["red", "green", "blue", "yellow"]


def test_a_broken_exif_block_does_not_cost_the_picture() -> None:
    assert np.array_equal(decoded(file_of(corners(), "WEBP", exif=b"Exif\0\0nonsense")), corners())


def test_bytes_and_path_give_the_same_frame_with_the_sha256_of_the_file(tmp_path: Path) -> None:
    data = file_of(corners(), "PNG")
    path = tmp_path / unicodedata.normalize("NFD", "번호판.png")
    path.write_bytes(data)
    frame = decode(path, max_pixels=LIMIT)
    assert frame.sha256 == hashlib.sha256(data).hexdigest() == decode(data, max_pixels=LIMIT).sha256
    assert np.array_equal(frame.pixels, decode(data, max_pixels=LIMIT).pixels)


def test_what_is_transparent_turns_white() -> None:
    picture = Image.new("RGBA", (8, 4), (200, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (4, 0, 8, 4))
    for kind in ("PNG", "WEBP", "TIFF"):
        pixels = decoded(file_of(picture, kind))
        assert pixels[0, 0].tolist() == [200, 0, 0], kind
        assert pixels[0, 7].tolist() == [255, 255, 255], kind


def test_half_transparent_black_turns_grey() -> None:
    assert decoded(file_of(Image.new("LA", (4, 4), (0, 128)), "PNG"))[0, 0].tolist() == [127, 127, 127]


def test_a_palette_with_a_transparent_colour_is_laid_on_white() -> None:
    picture = Image.new("P", (4, 4), 1)
    picture.putpalette([10, 20, 30, 40, 50, 60])
    picture.putpixel((0, 0), 0)
    pixels = decoded(file_of(picture, "PNG", transparency=0))
    assert pixels[0, 0].tolist() == [255, 255, 255]
    assert pixels[1, 1].tolist() == [40, 50, 60]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
def test_grey_becomes_three_equal_channels(kind: str) -> None:
    pixels = decoded(file_of(Image.new("L", (8, 8), 90), kind))
    assert pixels.shape == (8, 8, 3)
    assert np.abs(pixels.astype(int) - 90).max() <= 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_black_and_white_opens(kind: str) -> None:
    picture = Image.new("1", (8, 8))
    picture.putpixel((3, 3), 1)
    pixels = decoded(file_of(picture, kind))
    assert pixels[3, 3].tolist() == [255, 255, 255]
    assert pixels.sum() == 3 * 255


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_comes_out_in_its_colours(kind: str) -> None:
    pixels = decoded(file_of(Image.fromarray(corners()).convert("CMYK"), kind))
    assert colours_at_the_corners(pixels) == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("white", "dtype"), [(65_535, np.uint16), (4_095, np.uint16), (255, np.uint16)])
def test_deep_grey_keeps_its_black_middle_and_white(kind: str, white: int, dtype: type) -> None:
    row = np.array([[0, white // 2, white]], dtype)
    assert decoded(file_of(Image.fromarray(np.repeat(row, 4, axis=0)), kind))[0, :, 0].tolist() == [0, 127, 255]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.0, 0.5, 1.0], [0, 128, 255]),
        ([-1.0, 127.0, 255.0], [0, 127, 255]),
        ([float("nan"), float("inf"), 1.0], [0, 0, 255]),
        ([0.0, 0.0, 0.0], [0, 0, 0]),
        ([0.0, 500_000.0, 1_000_000.0], [0, 128, 255]),
    ],
)
def test_floating_point_tiff_is_scaled_to_8_bits(values: list[float], expected: list[int]) -> None:
    data = file_of(Image.fromarray(np.array([values], np.float32)), "TIFF")
    assert decoded(data)[0, :, 0].tolist() == expected


def test_32_bit_integers_are_scaled_to_8_bits() -> None:
    data = file_of(Image.fromarray(np.array([[0, 65_535, 2**31 - 1]], np.int32)), "TIFF")
    assert decoded(data)[0, :, 0].tolist() == [0, 0, 255]


def test_deep_grey_is_turned_upright_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = Image.fromarray(np.array([[0, 65_535]], np.uint16))
    assert decoded(file_of(stored, "PNG", exif=exif))[:, 0, 0].tolist() == [0, 255]


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "TIFF", "HEIF", "AVIF"])
def test_of_an_animation_the_first_picture_is_taken(kind: str) -> None:
    later = Image.fromarray(np.zeros_like(corners()))
    pixels = decoded(file_of(corners(), kind, save_all=True, append_images=[later]))
    assert colours_at_the_corners(pixels) == ["red", "green", "blue", "yellow"]


def test_an_empty_file_names_itself() -> None:
    with pytest.raises(EmptyFile, match=r"car\.jpg is empty"):
        decode(b"", "car.jpg", max_pixels=LIMIT)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04rest", "a zip archive"),
        ("사진이 아니라 글".encode(), "text"),
        (b"<!DOCTYPE html><title>404</title>", "a web page"),
        (b"\0\0\0\x18ftypmp42rest", "a video"),
        (b"GIF89a", "a GIF animation"),
        (bytes(4096), "zeros"),
        (bytes(range(256)), "unknown kind"),
    ],
)
def test_what_is_no_picture_is_called_what_it_is(data: bytes, what: str) -> None:
    with pytest.raises(NotAnImage, match=rf"^photo\.jpg is not a picture but .*{what}.*; give one of JPEG, PNG"):
        decode(data, "photo.jpg", max_pixels=LIMIT)


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_a_broken_file_names_itself_and_what_it_was(kind: str) -> None:
    data = file_of(corners(), kind)
    name = {"WEBP": "WebP", "HEIF": "HEIC"}.get(kind, kind)
    with pytest.raises(BrokenImage, match=rf"^half begins like a {name} file but cannot be decoded .*; copy it again"):
        decode(data[: len(data) // 2], "half", max_pixels=LIMIT)


def test_a_message_shows_no_object_of_ours() -> None:
    with pytest.raises(BrokenImage) as caught:
        decode(b"\xff\xd8\xff" + bytes(20), "car.jpg", max_pixels=LIMIT)
    assert "BytesIO" not in str(caught.value)


def test_a_name_is_shown_in_nfc() -> None:
    with pytest.raises(EmptyFile, match="번호판"):
        decode(b"", unicodedata.normalize("NFD", "번호판.jpg"), max_pixels=LIMIT)


def test_a_path_that_is_not_there_names_itself(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.jpg cannot be opened \(No such file or directory\); check the path"):
        decode(tmp_path / "gone.jpg", max_pixels=LIMIT)


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be opened"):
        decode(tmp_path, max_pixels=LIMIT)


@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_the_limit_on_pixels_is_kept_to_the_pixel(kind: str) -> None:
    data = file_of(corners(48, 32), kind)
    assert decode(data, max_pixels=48 * 32).width == 48
    with pytest.raises(ImageTooLarge, match=r"48×32 pixels, more than the 1,535 allowed; .*PLATELOOP_MAX_PIXELS"):
        decode(data, max_pixels=48 * 32 - 1)


def test_a_bomb_is_refused_before_its_pixels_are_decoded() -> None:
    """40,000 × 40,000 pixels in a few bytes: decoding them would take 4.8 GB."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    body = b"IDAT" + zlib.compress(b"\0")
    bomb += struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    with pytest.raises(ImageTooLarge, match=r"bomb\.png has 40000×40000 pixels"):
        decode(bomb, "bomb.png", max_pixels=120_000_000)


def test_a_picture_too_long_to_be_warped_is_refused() -> None:
    data = file_of(Image.new("L", (LONGEST_SIDE + 1, 1)), "PNG")
    with pytest.raises(ImageTooLarge, match="no side may exceed 32,766"):
        decode(data, max_pixels=LIMIT)


@pytest.mark.filterwarnings("ignore::UserWarning")  # what Pillow says of the wreck
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", [*LOSSLESS, *LOSSY])
def test_torn_and_flipped_bytes_give_a_frame_or_a_media_error(kind: str, seed: int) -> None:
    dice = random.Random(seed)
    whole = file_of(corners(), kind)
    for _ in range(30):
        data = bytearray(whole[: dice.choice([len(whole), dice.randrange(len(whole))])])
        for _ in range(dice.randrange(6)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(MediaError):
            assert decode(bytes(data), max_pixels=LIMIT).pixels.size <= 3 * LIMIT


def test_names_of_pictures_are_told_by_their_suffix() -> None:
    assert all(is_image_name(f"차{suffix.upper()}") for suffix in IMAGE_SUFFIXES)
    assert not any(map(is_image_name, ("labels.csv", "clip.mp4", "jpg", "photo.jpg.part", "")))


def test_a_jpeg_for_a_small_side_is_decoded_smaller_but_never_below_it() -> None:
    large = file_of(np.zeros((800, 1600, 3), np.uint8), "JPEG")
    small = decode(large, max_pixels=LIMIT * 10**6, side=90).pixels
    assert 90 <= min(small.shape[:2]) < 800
    assert small.shape[1] == 2 * small.shape[0]
