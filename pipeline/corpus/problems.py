"""What can be wrong with a labelled set, as codes with arguments; whoever shows one puts it into words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.errors import AmbiguousLabels, BadLabels, ClassConflict

PROBLEMS = {
    "picture_missing": "the picture {file} is not there, though {by} labels it; put it back, or take the label out",
    "picture_unclear": "{by} labels {file}, and several pictures are called so; write the folder, too",
    "picture_broken": "{reason}",
    "picture_twice": "{file} is the same picture as {other}, and counts once",
    "labels_contradict": "{file} and {other} are the same picture and are labelled differently ({one}; {two}); "
    "both are left out",
    "label_contradicts": "{file} is labelled twice and differently ({one}; {two}) and is left out",
    "pictures_unlabelled": "{count} pictures have no label and are left out, such as {file}",
    "classes_left_out": "objects of the classes {names} are neither plates nor characters and are left out",
    "characters_outside": "{file}: {count} characters lie in no plate's box and are left out",
    "label_encoding": "{file} is no text in UTF-8 or CP949 and is left out; save it as UTF-8",
    "label_line": "{file}, line {line}: {text} is not {expected}; its picture is left out",
    "label_broken": "{file} cannot be read ({reason}) and is left out",
    "box_bad": "{file}, {place}: the box {box} is empty or lies outside the picture; the picture is left out",
    "table_line": "{reason}",
    "name_without_text": "the name of {file} holds no text of a plate",
    "name_unclear": "the name of {file} may mean {texts}; put a blank around the text",
    "member_lost": "{reason}",
}
"""Things that cost one file or one label; the rest of the set goes on."""

REFUSALS = {
    "classes_differ": "{first} and {second} give the classes in different orders: {id} is ‘{one}’ in the first and "
    "‘{two}’ in the second ({count} differ in all); keep the list that the labels were made with, in both files",
    "classes_missing": "{first} names class {id}, ‘{name}’, and {second} does not ({count} are missing in all); "
    "keep the list that the labels were made with, in both files",
    "classes_counted": "{file} says that there are {said} classes and names {count}; correct one of them",
    "classes_twice": "{file} calls both {one} and {two} ‘{name}’; give each class a name of its own",
    "classes_broken": "{file} does not list classes as it should ({reason}); correct it",
    "classes_nowhere": "{file} holds numbers of classes and nothing says what they mean; "
    "add data.yaml or classes.txt with the names in their order",
    "class_beyond": "{file}, {place}: there is no class {id}; {list} names {known}",
    "class_unknown": "{names} in {list} is neither a plate nor a character of one; rename it, or take it out",
    "class_lonely": "{list} names one class only, ‘{name}’: a plate, or the digit? Rename it to plate, or add "
    "the others",
    "forms_several": "the set has labels in several forms: {forms}; choose one of them",
    "forms_none": "the set has no labels: no labels.csv, COCO, VOC, YOLO or ICDAR file, and no picture is named "
    "after its plate, as 12가3456.jpg",
    "form_absent": "the set has no labels in the form {form}; it has: {forms}",
    "set_changed": "the set of run {run} has changed since it began: other labels, or other pictures; run anew",
    "pictures_none": "the set has no labelled picture that can be opened; the problems say why: {first}",
}
"""Things that stop a set from being read at all."""


@dataclass(frozen=True, slots=True)
class SetProblem:
    """What is wrong with one file; ``about`` are the arguments of its sentence, ``file`` among them."""

    file: str
    code: str
    about: tuple[tuple[str, str], ...] = ()


def problem(file: str, code: str, **about: object) -> SetProblem:
    """
    Raises:
        KeyError: no such code, or an argument that its sentence needs is missing.
    """
    whole = {"file": file, **{name: str(value) for name, value in about.items()}}
    PROBLEMS[code].format(**whole)
    return SetProblem(file, code, tuple(whole.items()))


def sentence(problem: SetProblem) -> str:
    return PROBLEMS[problem.code].format(**dict(problem.about))


def refusal(code: str, **about: object) -> BadLabels:
    """The error to raise."""
    whole = {name: str(value) for name, value in about.items()}
    kind = ClassConflict if code.startswith("class") else AmbiguousLabels if code == "forms_several" else BadLabels
    return kind(REFUSALS[code].format(**whole), code, tuple(whole.items()))
