import io
import zipfile

import pytest

from pipeline.config import load_config
from pipeline.workbench.incoming import Picture, open_pictures
from pipeline.workbench.views import FileProblem
from tests.workbench.pictures import BLACK, png, zipped


def opened(*sources, **settings):
    return list(open_pictures(sources, load_config(**settings)))


def test_a_picture_keeps_its_bytes_and_its_name():
    (picture,) = opened(("차.png", png()))
    assert (picture.name, picture.data, picture.frame.width) == ("차.png", png(), 120)


def test_a_zip_gives_its_pictures_under_its_own_name():
    names = [item.name for item in opened(("night.zip", zipped(b=png(), a=png(BLACK))))]
    assert names == ["night.zip/a.png", "night.zip/b.png"]


def test_a_broken_file_names_itself_and_the_others_go_on():
    items = opened(("a.png", png()), ("b.png", png()[:60]), ("c.png", b""), ("d.png", b"hello"), ("e.png", png()))
    assert [type(item) for item in items] == [Picture, FileProblem, FileProblem, FileProblem, Picture]
    assert [item.name in item.reason for item in items[1:4]] == [True, True, True]


def test_a_broken_picture_in_a_zip_leaves_the_others():
    items = opened(("all.zip", zipped(a=png(), b=b"hello", c=png())))
    assert [type(item) for item in items] == [Picture, FileProblem, Picture]
    assert "all.zip/b.png" in items[1].reason


def test_a_zip_in_a_zip_is_a_problem_of_its_own_kind():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as outer:
        outer.writestr("inner.zip", zipped(a=png()))
    (problem,) = opened(("all.zip", archive.getvalue()))
    assert (problem.name, problem.kind) == ("all.zip/inner.zip", "ArchiveProblem")


def test_a_zip_that_is_none_is_a_problem():
    (problem,) = opened(("all.zip", b"hello"))
    assert "all.zip is not a zip" in problem.reason


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "film.png"
    with path.open("wb") as film:
        film.truncate(3 * 2**20)
    (problem,) = opened(("film.png", path), max_upload_mb=2)
    assert problem.reason.startswith("film.png has 3 MB, more than the 2 allowed")


def test_a_file_that_went_away_is_a_problem(tmp_path):
    (problem,) = opened(("gone.png", tmp_path / "gone.png"))
    assert "gone.png cannot be opened" in problem.reason


def test_nothing_is_opened_before_it_is_asked_for():
    def sources():
        yield "a.png", png()
        pytest.fail("the second file was fetched before the first was taken")

    assert next(open_pictures(sources(), load_config())).name == "a.png"
