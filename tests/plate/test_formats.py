import pytest

from pipeline.plate.formats import FORMATS, Part, PlateFormat

NAMES = """film_8 painted_8 long_7 short_7 large_7 electric corporate commercial_long commercial_short commercial_large
green_regional green_national diplomatic_long diplomatic_short temporary_long temporary_short motorcycle_new
motorcycle_old construction_new construction_old construction_old_long green_one_digit military"""

each_format = pytest.mark.parametrize("format", FORMATS.values(), ids=lambda format: format.name)


def test_all_formats_are_there_under_their_own_names() -> None:
    assert set(FORMATS) == set(NAMES.split())
    assert all(name == format.name for name, format in FORMATS.items())


@each_format
def test_each_place_has_something_to_stand_in_it(format: PlateFormat) -> None:
    assert len(format.lines) in (1, 2)
    assert bool(format.letters) == (Part.LETTER in format.parts)
    assert bool(format.words) == (Part.WORD in format.parts)
    assert bool(format.codes) == (Part.CODE in format.parts)
    assert bool(format.plate_class) != bool(format.codes)
    assert len(format.serial_digits) == sum(line.count(Part.SERIAL) for line in format.lines)
    assert all(len(str(row.last)) <= format.serial_length for row in format.serials)


@each_format
def test_each_code_tells_one_class(format: PlateFormat) -> None:
    written = [f"{number:0{row.digits}}" for row in format.codes for number in range(row.first, row.last + 1)]
    assert len(set(written)) == len(written)
    assert all(len(str(row.last)) <= row.digits for row in format.codes)


@pytest.mark.parametrize(
    ("name", "code", "plate_class", "since"),
    [
        ("long_7", "01", "car", ""),
        ("long_7", "69", "car", ""),
        ("long_7", "70", "van", ""),
        ("long_7", "80", "truck", ""),
        ("long_7", "97", "truck", ""),
        ("long_7", "98", "special", ""),
        ("film_8", "100", "car", "2019-09"),
        ("film_8", "699", "car", "2019-09"),
        ("film_8", "700", "van", "2021-11"),
        ("film_8", "979", "truck", "2021-11"),
        ("film_8", "980", "special", "2021-11"),
        ("film_8", "998", "emergency", "2021-11"),
        ("construction_new", "012", "construction", "2022-11"),
    ],
)
def test_codes_tell_the_class_and_since_when(name: str, code: str, plate_class: str, since: str) -> None:
    row = FORMATS[name].codes_row(code)
    assert row is not None
    assert (row.plate_class, row.since) == (plate_class, since)


@pytest.mark.parametrize(("name", "code"), [("long_7", "00"), ("film_8", "012"), ("construction_new", "100")])
def test_codes_outside_the_ranges_were_never_issued(name: str, code: str) -> None:
    assert FORMATS[name].codes_row(code) is None
