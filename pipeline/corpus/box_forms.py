"""Boxes as COCO, VOC and ICDAR write them; YOLO's, whose classes are numbers, stand in ``yolo_set``.

Each reader gives the boxes of one picture after the other, and a problem for every part that cannot be used.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pipeline.corpus.boxes import Corners, NamedBox
from pipeline.corpus.formats import CLASS_NAME
from pipeline.corpus.problems import SetProblem, problem, refusal
from pipeline.corpus.set_files import SetFiles, TextFile, parse_json
from pipeline.plate.geometry import Box
from pipeline.plate.grammar import parse

_TEXT_KEYS = ("text", "plate_text", "transcription", "utf8_string", "plate")
_UNREADABLE = "###"


@dataclass(frozen=True, slots=True)
class PictureBoxes:
    """The boxes that ``by``, a file of labels, gives for one picture; ``broken`` where one of them cannot be used."""

    picture: str
    by: str
    boxes: list[NamedBox]
    broken: bool = False


BoxesOrProblem: TypeAlias = PictureBoxes | SetProblem


def read_coco(files: SetFiles, tables: Sequence[TextFile]) -> Iterator[BoxesOrProblem]:
    """
    Raises:
        ClassConflict: a table names two classes by one number, or an annotation has a number that no class has.
    """
    parsed = [(file, parse_json(file)) for file in tables]
    categories = {file.name: _coco_categories(file.name, table) for file, table in parsed}  # before anything is read
    for file, table in parsed:
        owned: defaultdict[Any, list[NamedBox]] = defaultdict(list)
        broken = set()
        for place, entry in enumerate(table["annotations"], start=1):
            made = _coco_box(file.name, f"annotation {place}", entry, categories[file.name])
            if isinstance(made, SetProblem):
                yield made
                broken.add(_key(entry.get("image_id") if isinstance(entry, dict) else None))
            else:
                owned[_key(entry.get("image_id"))].append(made)
        for image in table["images"]:
            if not isinstance(image, dict) or not isinstance(image.get("file_name"), str):
                yield problem(file.name, "label_broken", reason="an image without file_name")
            else:
                number = _key(image.get("id"))
                yield from one_picture(files, image["file_name"], file, owned[number], number in broken)


def read_voc(files: SetFiles, tables: Sequence[TextFile]) -> Iterator[BoxesOrProblem]:
    for file in tables:
        text = file.text() or ""  # one that is no text was told when the set was looked through
        if "<!DOCTYPE" in text or "<!ENTITY" in text:  # it may unfold to more than any memory holds
            yield problem(file.name, "label_broken", reason="it defines entities, which labels never need")
            continue
        try:
            root = ET.fromstring(text)
        except (ET.ParseError, ValueError) as error:
            yield problem(file.name, "label_broken", reason=error)
            continue
        made = [_voc_box(file.name, f"object {n}", entry) for n, entry in enumerate(root.iter("object"), start=1)]
        boxes = [box for box in made if isinstance(box, NamedBox)]
        yield from (box for box in made if isinstance(box, SetProblem))
        name = (root.findtext("filename") or file.name).strip()
        if len(files.with_stem(file)) == 1:
            yield from beside_it(files, file, boxes, len(boxes) < len(made))
        else:
            yield from one_picture(files, name, file, boxes, len(boxes) < len(made))


def read_icdar(files: SetFiles, tables: Sequence[TextFile]) -> Iterator[BoxesOrProblem]:
    for file in tables:
        text = file.text()
        if text is None:
            yield problem(file.name, "label_encoding")
            yield from beside_it(files, file, [], True)
            continue
        lines = enumerate(text.splitlines(), start=1)
        made = [_icdar_box(file.name, number, line) for number, line in lines if line.strip()]
        boxes = [box for box in made if isinstance(box, NamedBox)]
        yield from (box for box in made if isinstance(box, SetProblem))
        yield from beside_it(files, file, boxes, len(boxes) < len(made))


def beside_it(files: SetFiles, file: TextFile, boxes: list[NamedBox], broken: bool) -> Iterator[BoxesOrProblem]:
    """The boxes for the picture that is called like the file of labels."""
    found = files.with_stem(file)
    if len(found) == 1:
        yield PictureBoxes(found[0], file.name, boxes, broken)
    else:
        yield problem(file.name.rsplit(".", 1)[0], "picture_unclear" if found else "picture_missing", by=file.name)


def one_picture(
    files: SetFiles, name: str, file: TextFile, boxes: list[NamedBox], broken: bool
) -> Iterator[BoxesOrProblem]:
    """The boxes for the picture that the label names."""
    found = files.find(name, file.folder)
    if len(found) == 1:
        yield PictureBoxes(found[0], file.name, boxes, broken)
    else:
        yield problem(name, "picture_unclear" if found else "picture_missing", by=file.name)


def around(points: Sequence[tuple[float, float]]) -> Box:
    """The upright box around points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def numbers(values: Iterable[Any]) -> list[float]:
    """
    Raises:
        ValueError: one of them is no finite number.
    """
    found = []
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(f"{value!r} is no number")
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"{value!r} is no number")
        found.append(number)
    return found


def _coco_categories(file: str, table: dict[str, Any]) -> dict[Any, str]:
    names: dict[Any, str] = {}
    for entry in table["categories"]:
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str | int):
            raise refusal("classes_broken", file=file, reason="a category needs an id and a name")
        number, name = _key(entry.get("id")), str(entry["name"]).strip()
        if names.setdefault(number, name) != name:
            raise refusal("classes_differ", first=file, second=file, id=number, one=names[number], two=name, count=1)
    for place, entry in enumerate(table["annotations"], start=1):
        if isinstance(entry, dict) and (number := _key(entry.get("category_id"))) not in names:
            known = ", ".join(list(names)[:12])
            raise refusal(
                "class_beyond", file=file, place=f"annotation {place}", id=number, list=file, known=known or "-"
            )
    return names


def _coco_box(file: str, place: str, entry: Any, categories: dict[Any, str]) -> NamedBox | SetProblem:
    if not isinstance(entry, dict):
        return problem(file, "box_bad", place=place, box="?")
    try:
        x, y, width, height = numbers(entry.get("bbox") or ())
    except (ValueError, TypeError):
        return problem(file, "box_bad", place=place, box=str(entry.get("bbox"))[:60])
    kept = entry.get("attributes")
    attributes = kept if isinstance(kept, dict) else {}
    text = next(
        (str(value) for key in _TEXT_KEYS for value in (entry.get(key), attributes.get(key)) if isinstance(value, str)),
        "",
    )
    return NamedBox(
        categories[_key(entry.get("category_id"))],
        (x, y, x + width, y + height),
        text,
        _coco_corners(entry),
        bool(entry.get("iscrowd")),
    )


def _coco_corners(entry: dict[str, Any]) -> Corners | None:
    """Four keypoints, all marked, are a plate's corners, as our own tables have them."""
    try:
        values = numbers(entry.get("keypoints") or ())
    except (ValueError, TypeError):
        return None
    if len(values) != 12 or not all(values[2::3]):
        return None
    return tuple(zip(values[0::3], values[1::3], strict=True))


def _voc_box(file: str, place: str, entry: ET.Element) -> NamedBox | SetProblem:
    try:
        x1, y1, x2, y2 = numbers(entry.findtext(f"bndbox/{side}") or "" for side in ("xmin", "ymin", "xmax", "ymax"))
    except ValueError:
        return problem(file, "box_bad", place=place, box="?")
    name = (entry.findtext("name") or "").strip()
    text = next(
        (
            (attribute.findtext("value") or "").strip()
            for attribute in entry.iter("attribute")
            if (attribute.findtext("name") or "").strip() in _TEXT_KEYS
        ),
        (entry.findtext("text") or "").strip(),
    )
    if not text and parse(name).matches:  # the object is called by its text
        name, text = CLASS_NAME, name
    return NamedBox(name, (x1, y1, x2, y2), text, _voc_corners(entry), (entry.findtext("difficult") or "0") == "1")


def _voc_corners(entry: ET.Element) -> Corners | None:
    polygon = entry.find("polygon")
    if polygon is None or len(polygon) != 8:
        return None
    try:
        values = numbers(polygon.findtext(f"{axis}{n}") or "" for n in range(1, 5) for axis in "xy")
    except ValueError:
        return None
    return tuple(zip(values[0::2], values[1::2], strict=True))


def _icdar_box(file: str, number: int, line: str) -> NamedBox | SetProblem:
    cells = [cell.strip() for cell in line.split(",")]
    for count in (8, 4):
        try:
            values = numbers(cells[:count])
        except ValueError:
            continue
        if len(values) == count and len(cells) > count:
            text = ",".join(cells[count:]).strip().strip('"')
            points = tuple(zip(values[0::2], values[1::2], strict=True))
            corners = points if count == 8 else None
            return NamedBox(CLASS_NAME, around(points), "" if text == _UNREADABLE else text, corners)
    return problem(file, "label_line", line=number, text=repr(line[:60]), expected="x1,y1,…,x4,y4,text")


def _key(number: Any) -> Any:
    """What an id is looked up by: as text, for some tools write 1 and others "1"."""
    return str(number)
