from __future__ import annotations

import codecs
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BadTable, MediaError
from pipeline.media.tables import read_numbered_table, read_table, write_table

ROWS = [{"file": "서울.jpg", "plate_text": "서울52바3108"}, {"file": "b.jpg", "plate_text": ""}]
TEXT = "file,plate_text\r\n서울.jpg,서울52바3108\r\nb.jpg,\r\n"


@pytest.mark.parametrize("data", [TEXT.encode(), codecs.BOM_UTF8 + TEXT.encode(), TEXT.encode("cp949")])
def test_utf_8_with_or_without_bom_and_cp949_are_read(data: bytes) -> None:
    assert read_table(data) == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_found_out(delimiter: str, line_end: str) -> None:
    assert read_table(TEXT.replace(",", delimiter).replace("\r\n", line_end).encode()) == ROWS


def test_a_path_is_read_like_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(TEXT.encode())
    assert read_table(path) == ROWS


def test_values_and_column_names_are_composed_and_stripped() -> None:
    decomposed = unicodedata.normalize("NFD", "번호 , 파일\n 서울52바3108\t, a.jpg ")
    assert read_table(decomposed.encode()) == [{"번호": "서울52바3108", "파일": "a.jpg"}]


def test_quoted_cells_keep_delimiters_quotes_and_lines() -> None:
    assert read_table(b'a,b\n"1,2","say ""hi""\nthere"\n') == [{"a": "1,2", "b": 'say "hi"\nthere'}]


def test_blank_rows_and_columns_without_a_name_are_left_out() -> None:
    assert read_table(b"\n\na,,b,\n,,,\n1,x,2,\n\n") == [{"a": "1", "b": "2"}]


def test_cells_missing_at_the_end_are_empty() -> None:
    assert read_table(b"a,b,c\n1\n") == [{"a": "1", "b": "", "c": ""}]


def test_a_header_alone_is_a_table_without_rows() -> None:
    assert read_table(b"a,b\n", required=("a", "b")) == []


def test_rows_know_the_number_of_their_last_line() -> None:
    rows = read_numbered_table(b'a,b\n\n1,2\n3,"4\n5"\n6,7\n')
    assert [line for line, _ in rows] == [3, 5, 6]


def test_missing_columns_are_named_with_those_found() -> None:
    with pytest.raises(BadTable, match=r"^labels\.csv lacks the columns kind, plate_text; it has: file, text$"):
        read_table(b"file,text\n", "labels.csv", required=("file", "kind", "plate_text"))


def test_a_column_that_stands_twice_is_named() -> None:
    with pytest.raises(BadTable, match="names the column file twice; rename one of: file, text, file"):
        read_table(b"file,text,file\n")


def test_a_row_with_too_many_cells_names_its_line() -> None:
    with pytest.raises(BadTable, match=r"labels\.csv, line 3: 3 cells under 2 columns"):
        read_table(b"a,b\n1,2\n1,2,3\n", "labels.csv")


@pytest.mark.parametrize("data", [b"", b"\n \n", codecs.BOM_UTF8, b",,\n"])
def test_an_empty_table_says_so(data: bytes) -> None:
    with pytest.raises(BadTable, match=r"labels\.csv is empty; give a CSV whose first line names the columns"):
        read_table(data, "labels.csv")


@pytest.mark.parametrize("data", [TEXT.encode("utf-16"), b"\xff\xff\xff", b"a,b\n\0,1\n"])
def test_an_unknown_encoding_says_what_to_save_as(data: bytes) -> None:
    with pytest.raises(BadTable, match=r"labels\.csv is no text in UTF-8 or CP949; .*'CSV UTF-8'"):
        read_table(data, "labels.csv")


def test_a_quote_that_is_never_closed_names_its_line() -> None:
    with pytest.raises(BadTable, match=r"labels\.csv, line 3: .*; check the quotes there"):
        read_table(b'a,b\n1,"2\n3,4\n', "labels.csv")


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"labels\.csv cannot be opened"):
        read_table(tmp_path / "labels.csv")


@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_bad_table(data: bytes) -> None:
    with suppress(BadTable):
        assert all("" not in row for row in read_table(data))


def test_excel_finds_the_bom_and_its_line_ends() -> None:
    written = write_table([{"번호판": "서울52바3108", "확률": 0.5, "빈칸": None}], ["번호판", "확률", "빈칸", "없음"])
    assert written == codecs.BOM_UTF8 + "번호판,확률,빈칸,없음\r\n서울52바3108,0.5,,\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+82", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_texts_that_a_spreadsheet_would_run_are_made_safe_and_read_back_as_they_were(text: str) -> None:
    written = write_table([{"a": text}], ["a"])
    assert f"'{text}".encode() in written
    assert read_table(written) == [{"a": text.strip()}]


def test_negative_numbers_stay_numbers() -> None:
    assert write_table([{"a": -1.5}], ["a"]).endswith(b"\r\n-1.5\r\n")


@given(st.lists(st.text("가나12 ,;\"'\n\u1100\u1161", min_size=1).map(str.strip).filter(bool)))
def test_what_is_written_reads_back(texts: list[str]) -> None:
    composed = [unicodedata.normalize("NFC", text) for text in texts]
    written = write_table([{"text": text, "n": n} for n, text in enumerate(texts)], ["n", "text"])
    assert [row["text"] for row in read_table(written)] == composed
