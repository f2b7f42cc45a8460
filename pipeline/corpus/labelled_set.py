"""Opens a folder of pictures whose plates are known, whichever way they are labelled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from pipeline.corpus.agreement import once, one_answer, said
from pipeline.corpus.box_forms import BoxesOrProblem, PictureBoxes, read_coco, read_icdar, read_voc
from pipeline.corpus.boxes import NamedBox, plates_of
from pipeline.corpus.classes import check_names, listed
from pipeline.corpus.file_names import texts_in
from pipeline.corpus.labels import Label, LabelKind, read_labels
from pipeline.corpus.problems import SetProblem, problem, refusal, sentence
from pipeline.corpus.set_files import SetFiles, SetForm
from pipeline.corpus.yolo_set import read_yolo
from pipeline.errors import MediaError
from pipeline.media.decode import picture_size
from pipeline.plate.alphabet import normalise
from pipeline.plate.geometry import Box


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """``labels`` by picture, in natural order; a scene without plates has none. ``paths`` are where pictures lie.

    ``fingerprint`` is a hex sha256 over pictures and labels: two sets that say the same about the same have the same.
    """

    name: str
    form: SetForm
    labels: dict[str, list[Label]]
    paths: dict[str, Path]
    sha256: dict[str, str]
    problems: tuple[SetProblem, ...]
    fingerprint: str

    @property
    def plates(self) -> int:
        return sum(len(its) for its in self.labels.values())


def forms_in(folder: Path) -> tuple[SetForm, ...]:
    """The forms in which a folder holds labels; names of pictures are looked at where nothing else is.

    Raises:
        MediaError: there is no such folder.
    """
    return _forms(SetFiles.of(folder))


def open_set(folder: Path, *, name: str, max_pixels: int, form: SetForm | None = None) -> LabelledSet:
    """Reads all labels and looks at every picture, without decoding it.

    Args:
        form: where the labels come in several; recognised when left out.
        max_pixels: of a picture, as :func:`decode` takes it.

    Raises:
        ClassConflict: classes contradict each other; nothing is read.
        AmbiguousLabels: there are labels in several forms and none was asked for.
        BadLabels: there are no labels, or not one labelled picture that can be opened.
        MediaError: there is no such folder.
    """
    files = SetFiles.of(folder)
    return _Opening(files, _chosen(_forms(files), form), max_pixels).open(name)


def _forms(files: SetFiles) -> tuple[SetForm, ...]:
    if files.forms:
        return tuple(files.forms)
    return (SetForm.FILE_NAMES,) if any(map(texts_in, files.pictures)) else ()


def _chosen(forms: tuple[SetForm, ...], wanted: SetForm | None) -> SetForm:
    if not forms:
        raise refusal("forms_none")
    if wanted is None:
        if len(forms) > 1:
            raise refusal("forms_several", forms=", ".join(forms))
        return forms[0]
    if wanted not in forms and wanted is not SetForm.FILE_NAMES:
        raise refusal("form_absent", form=wanted, forms=", ".join(forms))
    return wanted


@dataclass
class _Opening:
    """One set on its way from files to labels."""

    files: SetFiles
    form: SetForm
    max_pixels: int
    problems: list[SetProblem] = field(default_factory=list)
    sizes: dict[str, tuple[int, int] | None] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)

    def open(self, name: str) -> LabelledSet:
        read: dict[SetForm, Callable[[], dict[str, list[Label]]]] = {
            SetForm.CSV: self._from_tables,
            SetForm.FILE_NAMES: self._from_names,
        }
        labels = read.get(self.form, self._from_boxes)()
        self.problems += [problem(file, "label_encoding") for file in dict.fromkeys(self.files.unreadable)]
        labels = {file: its for file, its in labels.items() if self._size(file)}
        sha256 = {file: hashlib.sha256(self.files.pictures[file].read_bytes()).hexdigest() for file in labels}
        labels, doubles = once(labels, sha256)
        self.problems += doubles
        self._tell_unlabelled(labels)
        if not any(labels.values()):
            first = sentence(self.problems[0]) if self.problems else "-"
            raise refusal("pictures_none", first=first)
        ordered = {file: labels[file] for file in self.files.pictures if file in labels}
        return LabelledSet(
            name,
            self.form,
            ordered,
            {file: self.files.pictures[file] for file in ordered},
            {file: sha256[file] for file in ordered},
            tuple(dict.fromkeys(self.problems)),
            _fingerprint(ordered, sha256),
        )

    def _from_tables(self) -> dict[str, list[Label]]:
        found: dict[str, list[Label]] = {}
        for table in self.files.forms.get(SetForm.CSV, ()):
            known = read_labels(table.path, table.name)
            self.problems += [problem(table.name, "table_line", reason=text) for text in known.problems]
            for file, its in known.by_file.items():
                pictures = self.files.find(file, table.folder)
                if len(pictures) == 1:
                    found.setdefault(pictures[0], []).extend(_moved(its, pictures[0]))
                else:
                    self._lost(file, table.name, bool(pictures))
        agreed = {file: one_answer(file, its) for file, its in found.items()}
        self.problems += [answer for answer in agreed.values() if isinstance(answer, SetProblem)]
        return {file: answer for file, answer in agreed.items() if not isinstance(answer, SetProblem)}

    def _from_names(self) -> dict[str, list[Label]]:
        found = {}
        for file in self.files.pictures:
            texts = texts_in(file)
            if len(texts) == 1:
                found[file] = [Label(file, LabelKind.PLATE_CROP, normalise(texts[0]), None, _folder(file))]
            elif texts:
                self.problems.append(problem(file, "name_unclear", texts=listed(texts)))
            else:
                self.problems.append(problem(file, "name_without_text"))
        return found

    def _from_boxes(self) -> dict[str, list[Label]]:
        tables = self.files.forms[self.form]
        boxes = self._together()
        if self.form is not SetForm.YOLO:
            self._check(boxes, ", ".join(table.name for table in tables[:2]))
        else:
            self._leave_out({box.name for its in boxes.values() for box in its})
        found: dict[str, list[Label]] = {}
        for file, its in boxes.items():
            if size := self._size(file):
                usable = [made for n, box in enumerate(its, start=1) if (made := self._inside(file, n, box, size))]
                if len(usable) < len(its):
                    continue
                plates = plates_of(file, size, usable, _folder(file))
                found[file] = plates.labels
                if plates.outside:
                    self.problems.append(problem(file, "characters_outside", count=plates.outside))
        return found

    def _together(self) -> dict[str, list[NamedBox]]:
        """The boxes of every picture whose labels can all be used: without one of them its text would be another, or
        a plate too many be found. Of two files about one picture that differ, none is believed.
        """
        found: dict[str, PictureBoxes] = {}
        for item in self._read_boxes():
            if isinstance(item, SetProblem):
                self.problems.append(item)
                continue
            known = found.setdefault(item.picture, item)
            if item.broken:
                self.broken.add(item.picture)
            elif known.boxes != item.boxes:
                self.broken.add(item.picture)
                one, two = (f"{its.by}: {len(its.boxes)}" for its in (known, item))
                self.problems.append(problem(item.picture, "label_contradicts", one=one, two=two))
        return {name: its.boxes for name, its in found.items() if name not in self.broken}

    def _read_boxes(self) -> Iterator[BoxesOrProblem]:
        tables = self.files.forms[self.form]
        match self.form:
            case SetForm.COCO:
                return read_coco(self.files, tables)
            case SetForm.VOC:
                return read_voc(self.files, tables)
            case SetForm.ICDAR:
                return read_icdar(self.files, tables)
        return read_yolo(self.files, tables, self._size)

    def _check(self, boxes: dict[str, list[NamedBox]], where: str) -> None:
        names = {box.name for its in boxes.values() for box in its if not box.text}
        if names:
            check_names(names, where)
        self._leave_out(names)

    def _leave_out(self, names: set[str]) -> None:
        if names and (others := check_names(names, "")):
            self.problems.append(problem("", "classes_left_out", names=listed(others)))

    def _inside(self, file: str, number: int, box: NamedBox, size: tuple[int, int]) -> NamedBox | None:
        """The box within the picture; None, and a problem, where more of it lies outside than inside."""
        x1, y1, x2, y2 = box.box
        cut: Box = max(0.0, x1), max(0.0, y1), min(float(size[0]), x2), min(float(size[1]), y2)
        left = max(0.0, cut[2] - cut[0]) * max(0.0, cut[3] - cut[1])
        if x1 >= x2 or y1 >= y2 or left <= (x2 - x1) * (y2 - y1) / 2:
            shown = "({:g}, {:g}, {:g}, {:g})".format(*box.box)
            self.problems.append(problem(file, "box_bad", place=f"{box.name} {number}", box=shown))
            return None
        return NamedBox(box.name, cut, normalise(box.text), box.corners, box.ignored)

    def _size(self, file: str) -> tuple[int, int] | None:
        if file not in self.sizes:
            try:
                self.sizes[file] = picture_size(self.files.pictures[file], file, max_pixels=self.max_pixels)
            except MediaError as error:
                self.sizes[file] = None
                self.problems.append(problem(file, "picture_broken", reason=error))
        return self.sizes[file]

    def _lost(self, file: str, table: str, several: bool) -> None:
        self.problems.append(problem(file, "picture_unclear" if several else "picture_missing", by=table))

    def _tell_unlabelled(self, labels: dict[str, list[Label]]) -> None:
        told = {name for known in self.problems for key, name in known.about if key in ("file", "other")}
        known = labels.keys() | told | self.broken
        rest = [file for file in self.files.pictures if file not in known]
        if rest:
            self.problems.append(problem(rest[0], "pictures_unlabelled", count=len(rest)))


def _moved(labels: Iterable[Label], file: str) -> Iterator[Label]:
    for label in labels:
        known = label.corners, label.format, label.colour
        yield Label(file, label.kind, normalise(label.text), label.box, label.source, *known)


def _folder(file: str) -> str:
    """What a picture's source is called where the labels do not say: its folder, such as the camera's."""
    parts = [part for part in PurePosixPath(file).parts[:-1] if part not in ("images", "labels")]
    return "/".join(parts)


def _fingerprint(labels: dict[str, list[Label]], sha256: dict[str, str]) -> str:
    whole = [(sha256[file], said(its)) for file, its in labels.items()]
    return hashlib.sha256(json.dumps(sorted(whole), ensure_ascii=False).encode()).hexdigest()
