"""Labels of pictures in the forms that other tools read: Pascal VOC, YOLO, COCO, ICDAR.

All of them have one class, :data:`CLASS_NAME`. Boxes are the smallest upright ones around a plate's corners.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.plate.geometry import bounding_box, quad_area
from pipeline.plate.types import Quad

CLASS_NAME = "plate"


@dataclass(frozen=True, slots=True)
class LabelledQuad:
    """A plate's corners in pixels of its picture; ``text`` is blank where nobody can read it.

    ``ignored`` is a plate that a detector is not to be blamed for, whether it finds it or not.
    """

    quad: Quad
    text: str = ""
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class LabelledPicture:
    """A picture, ``width`` × ``height`` pixels, and its plates; ``file`` is a name without folders."""

    file: str
    width: int
    height: int
    plates: tuple[LabelledQuad, ...]


def voc(picture: LabelledPicture) -> str:
    """An XML file a picture; the text stands in ``attributes``, the corners in ``polygon``. Everingham et al., 2010."""
    root = ET.Element("annotation")
    ET.SubElement(root, "filename").text = picture.file
    size = ET.SubElement(root, "size")
    for name, value in (("width", picture.width), ("height", picture.height), ("depth", 3)):
        ET.SubElement(size, name).text = str(value)
    for plate in picture.plates:
        entry = ET.SubElement(root, "object")
        ET.SubElement(entry, "name").text = CLASS_NAME
        ET.SubElement(entry, "difficult").text = str(int(plate.ignored))
        box = ET.SubElement(entry, "bndbox")
        for name, number in zip(("xmin", "ymin", "xmax", "ymax"), bounding_box(plate.quad), strict=True):
            ET.SubElement(box, name).text = f"{number:.1f}"
        polygon = ET.SubElement(entry, "polygon")
        for n, (x, y) in enumerate(plate.quad.tolist(), start=1):
            ET.SubElement(polygon, f"x{n}").text, ET.SubElement(polygon, f"y{n}").text = f"{x:.1f}", f"{y:.1f}"
        attribute = ET.SubElement(ET.SubElement(entry, "attributes"), "attribute")
        ET.SubElement(attribute, "name").text = "text"
        ET.SubElement(attribute, "value").text = plate.text
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def yolo_classes(folders: Mapping[str, str]) -> str:
    """``data.yaml``: what the number of the one class means, and the folder of pictures of each split.

    ultralytics calls the split ``validation`` ``val``; it looks for labels in ``labels`` where pictures are in
    ``images``.
    """
    lines = [f"{'val' if split == 'validation' else split}: {folder}" for split, folder in folders.items()]
    return "\n".join(["path: .", *lines, "nc: 1", "names:", f"  0: {CLASS_NAME}"]) + "\n"


def yolo_boxes(picture: LabelledPicture) -> str:
    """A line a plate: class, centre x, centre y, width, height, as shares of the picture's sides."""
    lines = []
    for plate in picture.plates:
        x1, y1, x2, y2 = bounding_box(plate.quad)
        shares = (x1 + x2) / 2 / picture.width, (y1 + y2) / 2 / picture.height, (x2 - x1) / picture.width
        lines.append(_yolo_line([*shares, (y2 - y1) / picture.height]))
    return "".join(lines)


def yolo_corners(picture: LabelledPicture) -> str:
    """A line a plate: class, then x, y of the four corners as shares, as ultralytics' oriented boxes have them."""
    return "".join(
        _yolo_line([value for x, y in plate.quad.tolist() for value in (x / picture.width, y / picture.height)])
        for plate in picture.plates
    )


def icdar(picture: LabelledPicture) -> str:
    """A line a plate: x, y of the four corners, then the text, ``###`` where it cannot be read (ICDAR 2015)."""
    return "".join(
        ",".join([*(f"{value:.0f}" for value in plate.quad.ravel()), plate.text or "###"]) + "\n"
        for plate in picture.plates
    )


def coco(pictures: Sequence[LabelledPicture]) -> dict[str, Any]:
    """One table for all pictures; the corners are the segmentation and, all visible, the keypoints."""
    names = ["top_left", "top_right", "bottom_right", "bottom_left"]
    category = {"id": 1, "name": CLASS_NAME, "keypoints": names, "skeleton": [[1, 2], [2, 3], [3, 4], [4, 1]]}
    images = [
        {"id": n, "file_name": picture.file, "width": picture.width, "height": picture.height}
        for n, picture in enumerate(pictures, start=1)
    ]
    owned = [(n, plate) for n, picture in enumerate(pictures, start=1) for plate in picture.plates]
    return {
        "images": images,
        "annotations": [_coco_plate(number, *entry) for number, entry in enumerate(owned, start=1)],
        "categories": [category],
    }


def _coco_plate(number: int, picture: int, plate: LabelledQuad) -> dict[str, Any]:
    x1, y1, x2, y2 = (round(value, 1) for value in bounding_box(plate.quad))
    corners = [[round(x, 1), round(y, 1)] for x, y in plate.quad.tolist()]
    return {
        "id": number,
        "image_id": picture,
        "category_id": 1,
        "bbox": [x1, y1, round(x2 - x1, 1), round(y2 - y1, 1)],
        "area": round(quad_area(plate.quad), 1),
        "segmentation": [[value for corner in corners for value in corner]],
        "keypoints": [value for x, y in corners for value in (x, y, 2)],
        "num_keypoints": 4,
        "iscrowd": int(plate.ignored),
        "text": plate.text,
    }


def _yolo_line(shares: Sequence[float]) -> str:
    return " ".join(["0", *(f"{min(1.0, max(0.0, share)):.6f}" for share in shares)]) + "\n"
