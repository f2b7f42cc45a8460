"""Whether the labels of a set agree with each other: about one picture, and about copies of it under other names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pipeline.corpus.labels import Label, LabelKind
from pipeline.corpus.problems import SetProblem, problem
from pipeline.plate.geometry import box_iou

_SAME_BOX = 0.5
"""IoU from which two boxes are about one plate."""


def one_answer(file: str, labels: list[Label]) -> list[Label] | SetProblem:
    """The labels of one picture: a crop's once, however often its text is repeated.

    Two texts for one crop, or a crop that is a scene as well, are a problem: nobody knows which is right.
    """
    texts = {label.text for label in labels if label.kind is LabelKind.PLATE_CROP}
    kinds = {label.kind is LabelKind.PLATE_CROP for label in labels}
    if len(texts) > 1 or len(kinds) > 1:
        one, two = shown(labels[0]), shown(labels[-1])
        return problem(file, "label_contradicts", one=one, two=two)
    return labels[:1] if texts else labels


def once(
    labels: Mapping[str, list[Label]], sha256: Mapping[str, str]
) -> tuple[dict[str, list[Label]], list[SetProblem]]:
    """Every picture under one name; those that are labelled in two ways not at all."""
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for file in labels:
        alike[sha256[file]].append(file)
    kept, problems = dict(labels), []
    for first, *others in (files for files in alike.values() if len(files) > 1):
        for other in others:
            del kept[other]
        odd = next((other for other in others if not _say_the_same(labels[other], labels[first])), None)
        if odd:
            del kept[first]
            one, two = (", ".join(map(shown, labels[file])) or "-" for file in (first, odd))
            problems.append(problem(first, "labels_contradict", other=odd, one=one, two=two))
        else:
            problems += [problem(other, "picture_twice", other=first) for other in others]
    return kept, problems


def said(labels: Sequence[Label]) -> list[tuple[object, ...]]:
    """What the labels say, whatever file they say it about."""
    return sorted((label.kind, label.text, label.box or ()) for label in labels)


def shown(label: Label) -> str:
    return f"‘{label.text}’" if label.text or not label.box else "({:.0f}, {:.0f}, {:.0f}, {:.0f})".format(*label.box)


def _say_the_same(one: list[Label], other: list[Label]) -> bool:
    """Whether two people said the same of one picture; their boxes may differ a little."""
    left = list(other)
    for label in one:
        twin = next(
            (its for its in left if (its.kind, its.text) == (label.kind, label.text) and _near(its, label)), None
        )
        if twin is None:
            return False
        left.remove(twin)
    return not left


def _near(one: Label, other: Label) -> bool:
    if one.box is None or other.box is None:
        return one.box is other.box
    return box_iou(one.box, other.box) >= _SAME_BOX
