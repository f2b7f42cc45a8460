import pytest

from pipeline.corpus.file_names import texts_in


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("12가3456.jpg", ["12가3456"]),
        ("cam 1/서울12바3456_2.png", ["서울12바3456"]),
        ("서울 12 바 3456 (1).jpg", ["서울12바3456"]),
        ("경기_37바_1234.jpg", ["경기37바1234"]),
        ("서울_12바3456.png", ["서울12바3456"]),
        ("1_12가3456.jpg", ["12가3456"]),
        ("IMG_2024-05-01_123가4567.jpg", ["123가4567"]),
        ("20240501_12가_3456.png", ["12가3456"]),
        ("12가3456_12가3456.jpg", ["12가3456"]),
        ("12가3456_34나5678.jpg", ["12가3456", "34나5678"]),
        ("2_12가_3456.jpg", ["212가3456", "12가3456"]),
        ("IMG_0001.jpg", []),
        ("20240501.jpg", []),
        ("가나다.jpg", []),
        (".jpg", []),
        ("-" * 200 + ".jpg", []),
    ],
)
def test_a_name_holds_one_text_or_none_or_does_not_tell(name, texts):
    assert texts_in(name) == texts
