from __future__ import annotations

import io
import random
import stat
import unicodedata
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.errors import BadArchive, MediaError
from pipeline.media.archive import ArchiveLimits, ArchiveMember, ArchiveProblem, members

MIB = 2**20


def zip_of(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data, compress_type=method)
    return out.getvalue()


def zip_with_raw_name(raw: bytes, data: bytes = b"picture") -> bytes:
    """A zip whose one entry is called ``raw`` and does not carry the UTF-8 flag, as Korean Windows packs it."""
    placeholder = b"x" * len(raw)
    return zip_of((placeholder.decode(), data)).replace(placeholder, raw)


def with_flag(zipped: bytes, flag: int) -> bytes:
    """The same zip with a general purpose flag set in the first entry's local and central header."""
    data = bytearray(zipped)
    data[6] |= flag
    data[data.index(b"PK\x01\x02") + 8] |= flag
    return bytes(data)


def only(zipped: bytes, **limits: int) -> ArchiveMember | ArchiveProblem:
    (found,) = members(zipped, "photos.zip", limits=ArchiveLimits(**limits))
    return found


def test_pictures_come_in_natural_order_with_their_content() -> None:
    zipped = zip_of(("10.jpg", b"ten"), ("day/1.png", b"deep"), ("9.jpg", b"nine"))
    assert list(members(zipped)) == [
        ArchiveMember("9.jpg", b"nine"),
        ArchiveMember("10.jpg", b"ten"),
        ArchiveMember("day/1.png", b"deep"),
    ]


def test_a_zip_on_disk_reads_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "photos.zip"
    path.write_bytes(zip_of(("a.jpg", b"a")))
    assert list(members(path)) == list(members(path.read_bytes()))


def test_folders_hidden_files_and_what_systems_add_are_skipped() -> None:
    names = ("__MACOSX/._a.jpg", "__MACOSX/a.jpg", ".hidden.jpg", ".git/b.jpg", "Thumbs.db", "desktop.ini", "read.txt")
    zipped = zip_of(("dir.jpg/", b""), ("a.jpg", b"a"), *((name, b"x") for name in names))
    assert list(members(zipped)) == [ArchiveMember("a.jpg", b"a")]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_korean_names_without_the_utf_8_flag_are_decoded(encoding: str) -> None:
    found = only(zip_with_raw_name("사진/서울52바3108 뷁.jpg".encode(encoding)))
    assert found == ArchiveMember("사진/서울52바3108 뷁.jpg", b"picture")


def test_names_as_macos_packs_them_are_composed() -> None:
    assert only(zip_of((unicodedata.normalize("NFD", "번호판.jpg"), b"x"))).name == "번호판.jpg"


def test_backslashes_of_old_windows_packers_are_folders() -> None:
    assert only(zip_with_raw_name(b"photos\\a.jpg")).name == "photos/a.jpg"


@pytest.mark.parametrize(
    "path", ["../a.jpg", "x/../../a.jpg", "/etc/a.jpg", "C:/a.jpg", "c:a.jpg", "..\\a.jpg", "../x"]
)
def test_a_zip_that_points_outside_its_folder_is_refused_whole(path: str) -> None:
    with pytest.raises(BadArchive, match=r"photos\.zip is refused: its entry .* points outside the folder"):
        list(members(zip_of(("ok.jpg", b"a"), (path, b"x")), "photos.zip"))


def test_a_link_is_a_problem_and_the_rest_goes_on() -> None:
    link = zipfile.ZipInfo("1.jpg")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    problem, member = members(zip_of((link, b"/etc/passwd"), ("2.jpg", b"b")))
    assert problem == ArchiveProblem("1.jpg", "1.jpg in the file is a link to another file; pack the picture itself")
    assert member == ArchiveMember("2.jpg", b"b")


def test_a_zip_inside_a_zip_is_named_and_not_opened() -> None:
    problem, member = members(zip_of(("inner.ZIP", zip_of(("b.jpg", b"b"))), ("z.jpg", b"z")), "photos.zip")
    assert isinstance(problem, ArchiveProblem)
    assert "inner.ZIP in photos.zip is a zip inside a zip" in problem.reason
    assert member == ArchiveMember("z.jpg", b"z")


def test_an_encrypted_member_is_a_problem() -> None:
    found = only(with_flag(zip_of(("a.jpg", b"a")), 0x1))
    assert found == ArchiveProblem("a.jpg", "a.jpg in photos.zip is encrypted; pack it without a password")


def test_a_damaged_member_is_a_problem_and_the_rest_goes_on() -> None:
    zipped = zip_of(("1.jpg", b"first picture"), ("2.jpg", b"second"), method=zipfile.ZIP_STORED)
    problem, member = members(zipped.replace(b"first picture", b"first pikture"))
    assert isinstance(problem, ArchiveProblem)
    assert "1.jpg in the file is damaged (Bad CRC-32" in problem.reason
    assert member == ArchiveMember("2.jpg", b"second")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_inflate_without_bound_are_refused(method: int) -> None:
    found = only(zip_of(("a.jpg", bytes(MIB)), method=method))
    assert isinstance(found, ArchiveProblem)
    assert "unusual method" in found.reason


def test_a_member_that_inflates_too_far_is_a_problem_and_the_rest_goes_on() -> None:
    bomb = zip_of(("1.jpg", bytes(3 * MIB)), ("2.jpg", b"b"))
    problem, member = members(bomb, limits=ArchiveLimits(member_bytes=2 * MIB))
    assert problem == ArchiveProblem("1.jpg", "1.jpg in the file inflates to more than 2 MB; make the picture smaller")
    assert member == ArchiveMember("2.jpg", b"b")


def test_sizes_are_counted_while_inflating_not_believed() -> None:
    bomb = bytearray(zip_of(("a.jpg", bytes(3 * MIB))))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = bomb.index(signature) + offset
        bomb[at : at + 4] = (10).to_bytes(4, "little")  # the uncompressed size it claims
    found = only(bytes(bomb), member_bytes=MIB)
    assert isinstance(found, ArchiveProblem)


def test_the_total_is_limited_over_all_members() -> None:
    zipped = zip_of(*((f"{n}.jpg", bytes(MIB)) for n in range(4)))
    found = members(zipped, "photos.zip", limits=ArchiveLimits(total_bytes=2 * MIB))
    assert [next(found).name, next(found).name] == ["0.jpg", "1.jpg"]
    with pytest.raises(BadArchive, match=r"photos\.zip inflates to more than 2 MB in all"):
        next(found)


def test_a_zip_with_too_many_entries_is_refused() -> None:
    zipped = zip_of(*((f"{n}.txt", b"") for n in range(11)))
    with pytest.raises(BadArchive, match=r"has 11 entries, more than the 10 allowed"):
        list(members(zipped, limits=ArchiveLimits(entries=10)))


@pytest.mark.parametrize("data", [b"", b"not a zip", zip_of(("a.jpg", b"a" * 99))[:60]])
def test_a_broken_zip_names_itself(data: bytes) -> None:
    with pytest.raises(BadArchive, match=r"^photos\.zip is not a zip, or a broken one .*; copy or pack it again"):
        list(members(data, "photos.zip"))


def test_a_zip_without_pictures_says_so() -> None:
    with pytest.raises(BadArchive, match=r"photos\.zip holds no pictures; pack JPEG"):
        list(members(zip_of(("labels.csv", b"a,b")), "photos.zip"))


def test_a_missing_zip_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"gone\.zip cannot be opened"):
        list(members(tmp_path / "gone.zip"))


@pytest.mark.parametrize("seed", range(8))
def test_torn_and_flipped_bytes_give_members_problems_or_a_media_error(seed: int) -> None:
    dice = random.Random(seed)
    whole = zip_of(("사진.jpg", bytes(dice.randrange(256) for _ in range(300))), ("b/2.png", b"b" * 300))
    for _ in range(60):
        data = bytearray(whole[: dice.choice([len(whole), dice.randrange(len(whole))])])
        for _ in range(dice.randrange(6)):
            if data:
                data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(MediaError):
            assert list(members(bytes(data)))
