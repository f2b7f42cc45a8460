"""Every form of labels is recognised and read; what is broken costs only itself; what contradicts itself is refused."""

from __future__ import annotations

import json

import pytest

from pipeline.corpus import formats
from pipeline.corpus.formats import LabelledPicture, LabelledQuad
from pipeline.corpus.labelled_set import forms_in
from pipeline.corpus.labels import LabelKind
from pipeline.corpus.set_files import SetForm
from pipeline.errors import AmbiguousLabels, BadLabels, ClassConflict, MediaError
from pipeline.plate.geometry import quad_from_box
from tests.corpus.sets import opened, picture, texts, told, write

PLATE = LabelledQuad(quad_from_box(10, 20, 60, 40), "12가3456")
SCENE = LabelledPicture("a.png", 100, 50, (PLATE,))
BLIND = LabelledPicture("b.png", 100, 50, (LabelledQuad(quad_from_box(5, 5, 45, 20)),))
HEAD = "file,kind,plate_text,x1,y1,x2,y2,source"


@pytest.fixture
def folder(tmp_path):
    """Two scenes, their labels still to be written."""
    picture(tmp_path / "images" / "a.png", 1)
    picture(tmp_path / "images" / "b.png", 2)
    return tmp_path


def as_csv(folder):
    rows = ("images/a.png,scene,12가3456,10,20,60,40,", "images/b.png,scene,,5,5,45,20,")
    write(folder / "labels.csv", "\n".join((HEAD, *rows)))


def as_coco(folder):
    write(folder / "annotations.json", json.dumps(formats.coco([SCENE, BLIND]), ensure_ascii=False))


def as_voc(folder):
    for its in (SCENE, BLIND):
        write(folder / "voc" / f"{its.file[0]}.xml", formats.voc(its))


def as_yolo(folder):
    write(folder / "data.yaml", "nc: 1\nnames: [license_plate]\n")
    for its in (SCENE, BLIND):
        write(folder / "labels" / f"{its.file[0]}.txt", formats.yolo_boxes(its))


def as_yolo_corners(folder):
    write(folder / "classes.txt", "plate\n")
    for its in (SCENE, BLIND):
        write(folder / "labels" / f"{its.file[0]}.txt", formats.yolo_corners(its))


def as_icdar(folder):
    for its in (SCENE, BLIND):
        write(folder / "gt" / f"gt_{its.file[0]}.txt", formats.icdar(its))


@pytest.mark.parametrize(
    ("label", "form"),
    [
        (as_csv, SetForm.CSV),
        (as_coco, SetForm.COCO),
        (as_voc, SetForm.VOC),
        (as_yolo, SetForm.YOLO),
        (as_yolo_corners, SetForm.YOLO),
        (as_icdar, SetForm.ICDAR),
    ],
)
def test_every_form_says_the_same_of_the_same_pictures(folder, label, form):
    label(folder)
    known = opened(folder)
    assert (known.form, known.problems) == (form, ())
    (a,), (b,) = known.labels["images/a.png"], known.labels["images/b.png"]
    assert (a.kind, b.kind) == (LabelKind.SCENE, LabelKind.SCENE)
    assert a.box == pytest.approx((10, 20, 60, 40), abs=0.01)
    assert b.box == pytest.approx((5, 5, 45, 20), abs=0.01)
    knows_text = form is not SetForm.YOLO
    assert (a.text, b.text) == ("12가3456" if knows_text else "", "")
    assert known.paths["images/a.png"] == folder / "images" / "a.png"


def test_the_fingerprint_is_of_what_is_said_and_not_of_how(folder, tmp_path_factory):
    as_csv(folder)
    before = opened(folder).fingerprint
    (folder / "labels.csv").unlink()
    as_voc(folder)
    assert opened(folder).fingerprint == before
    write(folder / "voc" / "a.xml", formats.voc(SCENE).replace("12가3456", "12가3457"))
    assert opened(folder).fingerprint != before


def test_labels_in_several_forms_are_told_and_one_is_chosen(folder):
    as_csv(folder)
    as_voc(folder)
    assert forms_in(folder) == (SetForm.CSV, SetForm.VOC)
    with pytest.raises(AmbiguousLabels, match="several forms: csv, voc; choose one"):
        opened(folder)
    assert opened(folder, form=SetForm.VOC).form is SetForm.VOC
    with pytest.raises(BadLabels, match="no labels in the form coco; it has: csv, voc"):
        opened(folder, form=SetForm.COCO)


def test_a_plate_that_fills_its_picture_is_a_crop(tmp_path):
    picture(tmp_path / "a.png")
    whole = LabelledPicture("a.png", 100, 50, (LabelledQuad(quad_from_box(1, 1, 98, 49), "12가3456"),))
    write(tmp_path / "a.xml", formats.voc(whole))
    (label,) = opened(tmp_path).labels["a.png"]
    assert (label.kind, label.text, label.box) == (LabelKind.PLATE_CROP, "12가3456", None)


@pytest.mark.parametrize("plate", [False, True])
def test_a_box_for_each_character_gives_the_text_in_reading_order(tmp_path, plate):
    picture(tmp_path / "a.png")
    names = ["서울", "가", *"0123456789", "plate"]
    write(tmp_path / "data.yaml", "names:\n" + "".join(f"  {n}: '{name}'\n" for n, name in enumerate(names)))
    upper, lower = (
        [("서울", 0.3, 0.25), ("1", 0.5, 0.26), ("2", 0.7, 0.24)],
        [
            *(("가", 0.1, 0.7), ("3", 0.3, 0.72), ("4", 0.5, 0.7), ("5", 0.7, 0.7), ("6", 0.9, 0.71)),
        ],
    )
    boxes = [f"{names.index(name)} {x} {y} 0.1 0.4" for name, x, y in reversed([*upper, *lower])]
    boxes += ["12 0.5 0.5 0.98 0.98"] * plate
    write(tmp_path / "a.txt", "\n".join(boxes))
    known = opened(tmp_path)
    assert texts(known) == {"a.png": ["서울12가3456"]}
    assert known.labels["a.png"][0].kind is LabelKind.PLATE_CROP
    assert known.problems == ()


def test_characters_belong_to_the_plate_around_them(tmp_path):
    picture(tmp_path / "a.png")
    write(tmp_path / "classes.txt", "plate\n1\n2\n")
    plates = ["0 0.25 0.5 0.4 0.4", "0 0.75 0.5 0.4 0.4"]
    characters = ["1 0.2 0.5 0.1 0.3", "2 0.3 0.5 0.1 0.3", "2 0.8 0.5 0.1 0.3", "1 0.5 0.05 0.1 0.1"]
    write(tmp_path / "a.txt", "\n".join([*plates, *characters]))
    known = opened(tmp_path)
    assert texts(known) == {"a.png": ["12", "2"]}
    assert told(known) == "a.png: 1 characters lie in no plate's box and are left out"


def test_a_voc_object_may_be_called_by_its_text_and_a_difficult_one_does_not_count(tmp_path):
    picture(tmp_path / "a.png")
    box = "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>40</xmax><ymax>20</ymax></bndbox>"
    hard = "<bndbox><xmin>50</xmin><ymin>1</ymin><xmax>90</xmax><ymax>20</ymax></bndbox>"
    objects = f"<object><name>12가3456</name>{box}</object>"
    objects += f"<object><name>plate</name><difficult>1</difficult>{hard}</object>"
    write(tmp_path / "a.xml", f"<annotation><filename>a.png</filename>{objects}</annotation>")
    assert [(label.kind, label.text) for label in opened(tmp_path).labels["a.png"]] == [
        (LabelKind.SCENE, "12가3456"),
        (LabelKind.IGNORE, ""),
    ]


def test_an_empty_file_says_that_a_scene_has_no_plate(folder):
    as_yolo(folder)
    write(folder / "labels" / "b.txt", "")
    assert {file: len(its) for file, its in opened(folder).labels.items()} == {"images/a.png": 1, "images/b.png": 0}


def test_names_of_pictures_are_labels_where_nothing_else_is(tmp_path):
    for n, name in enumerate(("12가3456.png", "서울 12 바 3456 (2).png", "IMG_0001.png", "2_12가_3456.png")):
        picture(tmp_path / name, n)
    known = opened(tmp_path)
    assert known.form is SetForm.FILE_NAMES
    assert texts(known) == {"12가3456.png": ["12가3456"], "서울 12 바 3456 (2).png": ["서울12바3456"]}
    assert "IMG_0001.png holds no text" in told(known)
    assert "2_12가_3456.png may mean 212가3456, 12가3456" in told(known)


def test_objects_beside_the_plates_are_left_out_and_named(folder):
    as_yolo(folder)
    write(folder / "data.yaml", "names: [number_plate, helmet]")
    write(folder / "labels" / "b.txt", "1 0.5 0.5 0.2 0.2\n")
    known = opened(folder)
    assert known.labels["images/b.png"] == []
    assert told(known) == "objects of the classes helmet are neither plates nor characters and are left out"


@pytest.mark.parametrize(
    ("label", "break_it", "sentence"),
    [
        (as_csv, lambda f: (f / "images" / "a.png").unlink(), "images/a.png is not there, though labels.csv labels it"),
        (as_coco, lambda f: (f / "images" / "a.png").unlink(), "a.png is not there, though annotations.json"),
        (as_voc, lambda f: (f / "images" / "a.png").unlink(), "a.png is not there, though voc/a.xml"),
        (as_yolo, lambda f: (f / "images" / "a.png").unlink(), "labels/a is not there, though labels/a.txt"),
        (as_icdar, lambda f: (f / "images" / "a.png").unlink(), "gt/gt_a is not there, though gt/gt_a.txt"),
        (as_csv, lambda f: (f / "images" / "a.png").write_bytes(b"no picture"), "images/a.png is not a picture"),
        (as_voc, lambda f: write(f / "voc" / "a.xml", "<annotation><obj"), "voc/a.xml cannot be read"),
        (as_voc, lambda f: write(f / "voc" / "a.xml", "<!DOCTYPE a><annotation/>"), "it defines entities"),
        (as_voc, lambda f: _swap(f / "voc" / "a.xml", "60.0", "5"), "images/a.png, plate 1: the box (10, 20, 5, 40)"),
        (as_voc, lambda f: _swap(f / "voc" / "a.xml", ">60.0", ">wide"), "voc/a.xml, object 1: the box"),
        (as_yolo, lambda f: write(f / "labels" / "a.txt", "0 0.5 0.5 nan 1"), "labels/a.txt, line 1"),
        (as_yolo, lambda f: write(f / "labels" / "a.txt", "0 0.5 0.5 7 1"), "labels/a.txt, line 1"),
        (as_icdar, lambda f: write(f / "gt" / "gt_a.txt", "1,2,3"), "gt/gt_a.txt, line 1: '1,2,3' is not"),
        (as_yolo, lambda f: (f / "labels" / "a.txt").write_bytes(b"\xff\xfe0\x00"), "labels/a.txt is no text"),
        (as_icdar, lambda f: (f / "gt" / "gt_a.txt").write_bytes(b"1,2\x00\xff"), "gt/gt_a.txt is no text"),
        (as_csv, lambda f: _swap(f / "labels.csv", "10,20", "x,20"), "labels.csv, line 2: x1='x' is no number"),
    ],
)
def test_a_broken_part_is_named_and_the_rest_goes_on(folder, label, break_it, sentence):
    label(folder)
    break_it(folder)
    known = opened(folder)
    assert list(known.labels) == ["images/b.png"]
    assert sentence in told(known)


def _swap(path, old, new):
    write(path, path.read_text(encoding="utf-8").replace(old, new))


def test_labels_in_cp949_are_read(folder):
    as_voc(folder)
    write(folder / "voc" / "a.xml", formats.voc(SCENE), "cp949")
    assert texts(opened(folder))["images/a.png"] == ["12가3456"]


def test_the_same_picture_counts_once(tmp_path):
    first = picture(tmp_path / "12가3456.png")
    (tmp_path / "12가3456_2.png").write_bytes(first.read_bytes())
    picture(tmp_path / "34나5678.png", 5)
    known = opened(tmp_path)
    assert len(known.labels) == 2
    assert told(known) == "12가3456_2.png is the same picture as 12가3456.png, and counts once"


def test_a_picture_that_is_labelled_in_two_ways_is_left_out(tmp_path):
    first = picture(tmp_path / "12가3456.png")
    (tmp_path / "12가3457.png").write_bytes(first.read_bytes())
    picture(tmp_path / "34나5678.png", 5)
    known = opened(tmp_path)
    assert list(known.labels) == ["34나5678.png"]
    assert "12가3456.png and 12가3457.png are the same picture and are labelled differently" in told(known)


def test_two_lines_about_one_crop_that_differ_leave_it_out(tmp_path):
    picture(tmp_path / "a.png", 1)
    picture(tmp_path / "b.png", 2)
    rows = ("a.png,plate_crop,12가3456,,,,,", "a.png,plate_crop,12가3457,,,,,", *["b.png,plate_crop,1,,,,,"] * 2)
    write(tmp_path / "labels.csv", "\n".join((HEAD, *rows)))
    known = opened(tmp_path)
    assert texts(known) == {"b.png": ["1"]}
    assert told(known) == "a.png is labelled twice and differently (‘12가3456’; ‘12가3457’) and is left out"


def test_people_who_draw_a_box_a_little_differently_agree(folder):
    as_csv(folder)
    (folder / "images" / "c.png").write_bytes((folder / "images" / "a.png").read_bytes())
    with (folder / "labels.csv").open("a", encoding="utf-8") as table:
        table.write("\nimages/c.png,scene,12가3456,11,19,62,41,\n")
    known = opened(folder)
    assert "images/c.png is the same picture as images/a.png, and counts once" in told(known)


def test_a_picture_that_nobody_labelled_is_told(folder):
    as_csv(folder)
    picture(folder / "images" / "c.png", 3)
    assert told(opened(folder)) == "1 pictures have no label and are left out, such as images/c.png"


def test_a_folder_without_labels_is_refused(tmp_path):
    picture(tmp_path / "a.png")
    with pytest.raises(BadLabels, match="the set has no labels"):
        opened(tmp_path)
    with pytest.raises(MediaError, match="is no folder"):
        opened(tmp_path / "gone")


def test_a_set_of_which_nothing_can_be_opened_says_why(tmp_path):
    write(tmp_path / "labels.csv", f"{HEAD}\ngone.png,plate_crop,12가3456,,,,,")
    with pytest.raises(BadLabels, match=r"no labelled picture .* gone.png is not there"):
        opened(tmp_path)


# Classes: what is wrong with them is found before anything is read, and said with files, numbers and names.


def _with_lists(folder, **lists):
    as_yolo(folder)
    (folder / "data.yaml").unlink()
    for name, text in lists.items():
        write(folder / name.replace("__", "/").replace("_yaml", ".yaml").replace("_txt", ".txt"), text)
    return folder


@pytest.mark.parametrize(
    ("lists", "sentence"),
    [
        (
            {"train__data_yaml": "names: [plate, '0', '1']", "valid__data_yaml": "names: [plate, '1', '0']"},
            r"train/data.yaml and valid/data.yaml give the classes in different orders: 1 is ‘0’ in the first and "
            r"‘1’ in the second \(2 differ in all\)",
        ),
        (
            {"data_yaml": "names: [plate, helmet]", "classes_txt": "plate\n"},
            r"data.yaml names class 1, ‘helmet’, and classes.txt does not \(1 are missing in all\)",
        ),
        ({"data_yaml": "nc: 3\nnames: [plate]"}, "data.yaml says that there are 3 classes and names 1"),
        ({"data_yaml": "names: [plate, Plate]"}, "data.yaml calls both 0 and 1 ‘Plate’"),
        ({"data_yaml": "names: {0: [a]}"}, "data.yaml does not list classes as it should"),
        ({"data_yaml": "names: [a"}, "data.yaml does not list classes as it should"),
        ({"data_yaml": "a: &a [x]\nnc: *a\nnames: [plate]"}, "says that there are . classes"),
        ({}, "labels/a.txt holds numbers of classes and nothing says what they mean"),
        ({"classes_txt": "ga\nplate"}, "‘ga’ in classes.txt is neither a plate nor a character"),
        ({"classes_txt": "1"}, "classes.txt names one class only, ‘1’"),
    ],
)
def test_contradictory_classes_are_explained_and_nothing_is_read(folder, lists, sentence):
    _with_lists(folder, **lists)
    (folder / "images" / "a.png").write_bytes(b"never looked at")
    with pytest.raises(ClassConflict, match=sentence) as refused:
        opened(folder)
    assert refused.value.code
    assert dict(refused.value.about)


def test_a_number_beyond_the_list_is_refused_with_its_line(folder):
    as_yolo(folder)
    write(folder / "labels" / "b.txt", "0 0.5 0.5 0.2 0.2\n7 0.5 0.5 0.2 0.2\n")
    with pytest.raises(ClassConflict, match=r"labels/b.txt, line 2: there is no class 7; data.yaml names 0…0"):
        opened(folder)


def test_lists_that_agree_but_for_their_spelling_are_one(folder):
    _with_lists(folder, data_yaml="names: [License_Plate]", classes_txt="license plate\n\n")
    assert opened(folder).plates == 2


def test_a_letter_that_would_be_missing_in_texts_is_refused(folder):
    _with_lists(folder, classes_txt="plate\n0\nbus")
    write(folder / "labels" / "b.txt", "1 0.5 0.5 0.2 0.2\n2 0.5 0.5 0.2 0.2\n")
    with pytest.raises(ClassConflict, match=r"‘bus’ in classes\.txt is neither"):
        opened(folder)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t["categories"].append({"id": 1, "name": "car"}), "1 is ‘plate’ in the first and ‘car’"),
        (lambda t: t["annotations"][0].update(category_id=9), "annotation 1: there is no class 9"),
        (lambda t: t["categories"][0].update(name="thing"), "‘thing’ in annotations.json is neither"),
    ],
)
def test_contradictory_categories_of_coco_are_refused(folder, change, sentence):
    table = formats.coco([SCENE, BLIND])
    for entry in table["annotations"]:
        entry["text"] = ""
    change(table)
    write(folder / "annotations.json", json.dumps(table))
    with pytest.raises(ClassConflict, match=sentence):
        opened(folder)


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", '{"images": 1}', "no json"])
def test_a_json_that_is_something_else_is_no_label(folder, text):
    as_csv(folder)
    write(folder / "other.json", text)
    assert opened(folder).form is SetForm.CSV


@pytest.mark.parametrize("entry", [None, 1, {}, {"category_id": 1}, {"category_id": 1, "bbox": [1, 2, "x", 4]}])
def test_an_annotation_without_a_box_is_named(folder, entry):
    table = formats.coco([SCENE, BLIND])
    table["categories"].append({"id": None, "name": "plates"})
    table["annotations"].append(entry)
    write(folder / "annotations.json", json.dumps(table))
    known = opened(folder)
    assert known.plates == 2
    assert "annotation 3" in told(known)


def test_the_real_photos_and_the_riders_open(shared):
    real = opened(shared / "data" / "real")
    assert (real.form, len(real.labels), real.problems) == (SetForm.CSV, 129, ())


def test_the_riders_hold_pictures_twice_and_three_of_them_differ(shared):
    known = opened(shared / "data" / "helmet")
    assert "classes helmet, mobile_usage, no_helmet, triple_riding are neither" in told(known)
    assert {problem.code for problem in known.problems} >= {"picture_twice", "labels_contradict"}
