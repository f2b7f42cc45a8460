"""Tables as people save them: CSV from Excel, Korean or not, and CSV that Excel opens."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.errors import BadTable
from pipeline.media.source import decode_text, display_name, open_source

_DELIMITERS = (",", ";", "\t")
# Spreadsheets run cells that begin so, in full width, too (OWASP, "CSV Injection").
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def read_table(source: bytes | Path, name: str | None = None, *, required: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows of a CSV by column name, values NFC and stripped.

    The text is UTF-8 or CP949, its cells divided by comma, semicolon or tab. Blank rows and columns without a name
    are left out; cells missing at the end of a row are empty. What :func:`write_table` wrote comes back as it was.

    Raises:
        BadTable: it is empty, in another encoding or torn, lacks a column of ``required`` or names one twice.
        MediaError: the path cannot be opened.
    """
    return [row for _, row in read_numbered_table(source, name, required=required)]


def read_numbered_table(
    source: bytes | Path, name: str | None = None, *, required: Sequence[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """As :func:`read_table`, each row with the number of its line, for whoever finds fault with a value."""
    name = display_name(source, name)
    with open_source(source, name) as stream:
        rows = _rows(_decode(stream.read(), name), name)
    header = next(rows, (0, []))[1]
    _check_header(header, required, name)
    table = []
    for line, cells in rows:
        if any(cells[len(header) :]):
            raise BadTable(
                f"{name}, line {line}: {len(cells)} cells under {len(header)} columns; put cells with commas in quotes"
            )
        row = dict(zip(header, cells + [""] * len(header), strict=False))
        row.pop("", None)
        table.append((line, row))
    return table


def write_table(rows: Iterable[Mapping[str, object]], columns: Sequence[str]) -> bytes:
    """A CSV that Excel opens with its Korean intact: UTF-8 with BOM, CRLF. None and missing cells are empty.

    A text that a spreadsheet would run as a formula gets an apostrophe before it.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if not isinstance(value, str):
        return "" if value is None else str(value)
    text = unicodedata.normalize("NFC", value)
    return f"'{text}" if _looks_like_a_formula(text) else text


def _unguarded(cell: str) -> str:
    """Without the apostrophe that :func:`write_table` puts before what looks like a formula, as -4.5,3 does."""
    return cell[1:].strip() if cell.startswith("'") and _looks_like_a_formula(cell) else cell


def _looks_like_a_formula(text: str) -> bool:
    """Also behind apostrophes, so that one more of them can be taken away again."""
    return text.lstrip("' ").startswith(_FORMULA_STARTS)


def _decode(data: bytes, name: str) -> str:
    text = decode_text(data)
    if text is None:
        raise BadTable(f"{name} is no text in UTF-8 or CP949; in Excel, save it as 'CSV UTF-8'")
    return text


def _rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that holds something, with the number of its last line."""
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for row in reader:
            if any(cells := [_unguarded(cell.strip()) for cell in row]):
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadTable(f"{name}, line {reader.line_num}: {error}; check the quotes there") from error


def _delimiter(text: str) -> str:
    """The one that parts the header into most cells."""
    header = re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0]
    return max(_DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def _check_header(header: list[str], required: Sequence[str], name: str) -> None:
    if not header:
        raise BadTable(f"{name} is empty; give a CSV whose first line names the columns")
    found = ", ".join(filter(None, header))
    if missing := [column for column in required if column not in header]:
        raise BadTable(f"{name} lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}; it has: {found}")
    if twice := [column for column, count in Counter(header).items() if column and count > 1]:
        raise BadTable(f"{name} names the column {twice[0]} twice; rename one of: {found}")
