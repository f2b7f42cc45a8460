"""The classes of boxes: which names are plates, which are characters, and whether all lists of a set agree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from pipeline.corpus.problems import refusal
from pipeline.media.source import decode_text
from pipeline.plate.alphabet import CHARACTERS, DIPLOMATIC_WORDS, REGIONS

PLATE_NAMES = frozenset(
    {"plate", "plates", "number plate", "numberplate", "license plate", "licence plate", "lp", "번호판", "차량번호판"}
)
_WRITTEN = frozenset(CHARACTERS) | frozenset(REGIONS) | frozenset(DIPLOMATIC_WORDS)
_SHOWN = 6  # names or ids that a sentence lists


@dataclass(frozen=True, slots=True)
class ClassList:
    """Names by number, as one file gives them."""

    file: str
    names: Mapping[int, str]


def folded(name: str) -> str:
    """A name as names are compared: case, underscores and hyphens do not count."""
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def is_plate(name: str) -> bool:
    return folded(name) in PLATE_NAMES


def is_character(name: str) -> bool:
    """Whether a box of that class holds what stands on a plate: one character, or a region or word in one piece."""
    return name.strip() in _WRITTEN


def read_class_list(file: str, path: Path) -> ClassList | None:
    """The classes that a ``data.yaml``, ``classes.txt`` or ``obj.names`` lists; None for a YAML file without names.

    Raises:
        ClassConflict: it contradicts itself, or is no list of names.
    """
    text = decode_text(path.read_bytes())
    if text is None:
        raise refusal("classes_broken", file=file, reason="it is no text in UTF-8 or CP949")
    names = _from_yaml(file, text) if path.suffix.lower() in (".yaml", ".yml") else dict(enumerate(_lines(text)))
    if names is None:
        return None
    seen: dict[str, int] = {}
    for number, name in names.items():
        if (twin := seen.setdefault(folded(name), number)) != number:
            raise refusal("classes_twice", file=file, one=twin, two=number, name=name)
    return ClassList(file, names)


def agreed(lists: Sequence[ClassList]) -> ClassList:
    """The one list that all files give.

    Raises:
        ClassConflict: two of them differ; the sentence names both files, a number and what it is called in each.
    """
    for first, second in pairwise(lists):
        both = first.names.keys() & second.names.keys()
        if differ := sorted(n for n in both if folded(first.names[n]) != folded(second.names[n])):
            n = differ[0]
            one, two = first.names[n], second.names[n]
            raise refusal(
                "classes_differ", first=first.file, second=second.file, id=n, one=one, two=two, count=len(differ)
            )
        for whole, part in ((first, second), (second, first)):
            if missing := sorted(whole.names.keys() - part.names.keys()):
                n = missing[0]
                raise refusal(
                    "classes_missing",
                    first=whole.file,
                    second=part.file,
                    id=n,
                    name=whole.names[n],
                    count=len(missing),
                )
    return lists[0]


def check_known(known: ClassList, used: Iterable[tuple[int, str, str]]) -> None:
    """
    Args:
        used: number, file and place of every label.

    Raises:
        ClassConflict: a label has a number that the list does not have.
    """
    for number, file, place in used:
        if number not in known.names:
            listed = f"{min(known.names)}…{max(known.names)}" if known.names else "-"
            raise refusal("class_beyond", file=file, place=place, id=number, list=known.file, known=listed)


def check_names(names: Collection[str], where: str) -> list[str]:
    """The names that can be left out since they are objects beside the plates, such as a helmet.

    Args:
        names: of the classes that labels have.

    Raises:
        ClassConflict: a name that may be a plate or a character as well, or that would be missing in a text.
    """
    others = sorted(name for name in names if not is_plate(name) and not is_character(name))
    written = [name for name in names if is_character(name)]
    if len(names) == 1 and written and written[0].isdecimal():
        raise refusal("class_lonely", list=where, name=written[0])
    if others and (written or not any(map(is_plate, names))):
        raise refusal("class_unknown", names=listed(f"‘{name}’" for name in others), list=where)
    return others


def listed(values: Iterable[object]) -> str:
    """The first few, and how many more there are."""
    texts = [str(value) for value in values]
    more = f" (+{len(texts) - _SHOWN})" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more


def _lines(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _from_yaml(file: str, text: str) -> dict[int, str] | None:
    try:
        table: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise refusal("classes_broken", file=file, reason=reason) from error
    if not isinstance(table, dict) or "names" not in table:
        return None
    names = table["names"]
    found = dict(enumerate(names)) if isinstance(names, list) else names
    if not isinstance(found, dict) or not all(_is_number(n) and _is_name(name) for n, name in found.items()):
        raise refusal("classes_broken", file=file, reason="names must be a list, or numbers with a name each")
    count = table.get("nc", len(found))
    if not _is_number(count) or count != len(found):
        count = count if isinstance(count, int | str) else "?"  # whatever else stands there may be endless
        raise refusal("classes_counted", file=file, said=count, count=len(found))
    return {int(n): str(name).strip() for n, name in sorted(found.items())}


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_name(value: object) -> bool:
    """YAML makes numbers of digits that nobody put in quotes."""
    return isinstance(value, str | int) and not isinstance(value, bool)
