"""Labels as YOLO writes them: a line a box, its class a number that another file gives a name.

Every list of classes and every number is looked at before the first box is read, for a list in another order makes
all labels wrong and none of them looks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.corpus.box_forms import BoxesOrProblem, PictureBoxes, around, beside_it, numbers
from pipeline.corpus.boxes import NamedBox
from pipeline.corpus.classes import ClassList, agreed, check_known, check_names, read_class_list
from pipeline.corpus.problems import SetProblem, problem, refusal
from pipeline.corpus.set_files import SetFiles, TextFile

_EXPECTED = "class, centre x, y, width, height (0…1)"


@dataclass(frozen=True, slots=True)
class _Line:
    """``shares`` are a box (4: its centre and size) or points (6 and more), 0…1 of the picture's sides."""

    place: int
    number: int
    shares: tuple[float, ...]


def read_yolo(
    files: SetFiles, tables: Sequence[TextFile], size_of: Callable[[str], tuple[int, int] | None]
) -> Iterator[BoxesOrProblem]:
    """
    Args:
        size_of: width and height in pixels of a picture, None for one that cannot be opened.

    Raises:
        ClassConflict: lists of classes contradict each other, or labels contradict the list.
    """
    tables = _preferred(files, tables)
    parsed: list[tuple[TextFile, list[_Line]]] = []
    problems: list[SetProblem] = []
    for file in tables:
        lines = list(_lines(file))
        parsed.append((file, [line for line in lines if isinstance(line, _Line)]))
        problems += [line for line in lines if isinstance(line, SetProblem)]
    broken = {problem.file for problem in problems}
    known = _classes(files, parsed)
    check_known(known, ((line.number, file.name, f"line {line.place}") for file, its in parsed for line in its))
    check_names({known.names[line.number] for _, its in parsed for line in its}, known.file)
    yield from problems
    for file, its in parsed:
        for found in beside_it(files, file, [], file.name in broken):
            size = size_of(found.picture) if isinstance(found, PictureBoxes) else None
            if isinstance(found, SetProblem):
                yield found
            elif size:
                boxes = [_box(known.names[line.number], line, size) for line in its]
                yield PictureBoxes(found.picture, found.by, boxes, found.broken)


def _classes(files: SetFiles, parsed: Sequence[tuple[TextFile, list[_Line]]]) -> ClassList:
    lists = [found for file in files.class_lists if (found := read_class_list(file.name, file.path))]
    if lists:
        return agreed(lists)
    if numbered := next((file.name for file, its in parsed if its), None):
        raise refusal("classes_nowhere", file=numbered)
    return ClassList("", {})


def _preferred(files: SetFiles, tables: Sequence[TextFile]) -> list[TextFile]:
    """One file of labels a picture: that in ``labels`` or beside it where a second folder holds another."""
    chosen: dict[str, TextFile] = {}
    lonely = []
    for file in sorted(tables, key=lambda file: file.folder.name != "labels"):
        found = files.with_stem(file)
        if len(found) == 1:
            chosen.setdefault(found[0], file)
        else:
            lonely.append(file)
    return [*chosen.values(), *lonely]


def _lines(file: TextFile) -> Iterator[_Line | SetProblem]:
    text = file.text()
    if text is None:
        yield problem(file.name, "label_encoding")
        return
    for place, line in enumerate(text.splitlines(), start=1):
        cells = line.split()
        if not cells:
            continue
        try:
            shares = tuple(numbers(cells[1:]))
            number = int(cells[0])
        except ValueError:
            shares, number = (), -1
        if number < 0 or not all(-0.01 <= share <= 1.01 for share in shares) or not _is_shape(shares):
            yield problem(file.name, "label_line", line=place, text=repr(line[:60]), expected=_EXPECTED)
        else:
            yield _Line(place, number, shares)


def _is_shape(shares: Sequence[float]) -> bool:
    return len(shares) == 4 or (len(shares) >= 6 and len(shares) % 2 == 0)


def _box(name: str, line: _Line, size: tuple[int, int]) -> NamedBox:
    width, height = size
    if len(line.shares) == 4:
        x, y, w, h = line.shares
        box = ((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height)
        return NamedBox(name, box)
    points = tuple((x * width, y * height) for x, y in zip(line.shares[0::2], line.shares[1::2], strict=True))
    return NamedBox(name, around(points), corners=points if len(points) == 4 else None)
