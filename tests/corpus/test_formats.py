"""Each form of labels, read back: boxes and corners come out as they went in."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from pipeline.corpus.formats import LabelledPicture, LabelledQuad, coco, icdar, voc, yolo_boxes, yolo_corners

QUAD = np.asarray([(10, 20), (110, 30), (108, 60), (8, 50)], np.float32)
PICTURE = LabelledPicture("a.jpg", 200, 100, (LabelledQuad(QUAD, "12가3456"), LabelledQuad(QUAD + 40, "")))
BOX = (8, 20, 110, 60)


def test_voc_holds_box_corners_and_text() -> None:
    root = ET.fromstring(voc(PICTURE))
    assert root.findtext("filename") == "a.jpg"
    assert (root.findtext("size/width"), root.findtext("size/height")) == ("200", "100")
    first, second = root.iter("object")
    assert [float(first.findtext(f"bndbox/{side}", "")) for side in ("xmin", "ymin", "xmax", "ymax")] == list(BOX)
    corners = [float(first.findtext(f"polygon/{axis}{n}", "")) for n in range(1, 5) for axis in "xy"]
    assert corners == QUAD.ravel().tolist()
    assert first.findtext("attributes/attribute/value") == "12가3456"
    assert not second.findtext("attributes/attribute/value")


def test_yolo_boxes_are_shares_of_the_picture() -> None:
    first, second = yolo_boxes(PICTURE).splitlines()
    number, x, y, width, height = map(float, first.split())
    assert number == 0
    assert ((x - width / 2) * 200, (y - height / 2) * 100) == pytest.approx(BOX[:2], abs=0.01)
    assert ((x + width / 2) * 200, (y + height / 2) * 100) == pytest.approx(BOX[2:], abs=0.01)
    assert all(0 <= float(value) <= 1 for value in second.split())


def test_yolo_corners_are_four_points() -> None:
    values = [float(value) for value in yolo_corners(PICTURE).splitlines()[0].split()]
    assert values[0] == 0
    assert np.allclose(np.reshape(values[1:], (4, 2)) * (200, 100), QUAD, atol=0.01)


def test_icdar_writes_what_cannot_be_read_as_hashes() -> None:
    assert icdar(PICTURE).splitlines() == [
        "10,20,110,30,108,60,8,50,12가3456",
        "50,60,150,70,148,100,48,90,###",
    ]


def test_coco_counts_pictures_and_plates_from_one() -> None:
    empty = LabelledPicture("b.jpg", 50, 40, ())
    table = coco([empty, PICTURE])
    assert [(image["id"], image["file_name"]) for image in table["images"]] == [(1, "b.jpg"), (2, "a.jpg")]
    assert [(plate["id"], plate["image_id"]) for plate in table["annotations"]] == [(1, 2), (2, 2)]
    first = table["annotations"][0]
    assert first["bbox"] == [8, 20, 102, 40]
    assert first["segmentation"] == [QUAD.ravel().tolist()]
    assert first["keypoints"][:3] == [10, 20, 2]
    assert len(table["categories"][0]["keypoints"]) == 4
