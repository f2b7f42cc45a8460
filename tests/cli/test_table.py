from pipeline.cli.table import pad, table, width


def test_a_hangul_syllable_takes_two_columns():
    assert width("12가3456") == 8
    assert pad("가", 4) + "|" == "가  |"
    assert pad("7", 3, right=True) == "  7"


def test_columns_are_aligned_and_numbers_pushed_to_the_right():
    assert list(table(("name", "n"), [("서울", "5"), ("a", "120")])) == ["name    n", "서울    5", "a     120"]


def test_a_table_without_rows_is_its_head():
    assert list(table(("name", "n"), [])) == ["name  n"]
