"""Sets of whole pictures that one can choose, labelled or not: dropped ones, drawn ones, and the shared data."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path, PurePosixPath

from pipeline.analysis.downstream import CheckPicture
from pipeline.config import Config
from pipeline.corpus.labelled_set import open_set
from pipeline.corpus.labels import BOX, REQUIRED, Label, LabelKind
from pipeline.corpus.outlines import read_outlines
from pipeline.corpus.problems import sentence
from pipeline.corpus.set_files import SetFiles
from pipeline.errors import BadLabels, MediaError, StoreError
from pipeline.media.decode import picture_size
from pipeline.media.draw import encode_jpeg
from pipeline.media.folder import image_files
from pipeline.media.tables import write_table
from pipeline.plate.geometry import bounding_box
from pipeline.synth.scenes import draw_example_scene
from pipeline.workbench import failure_sets
from pipeline.workbench.bench import Workbench
from pipeline.workbench.failure_sets import SetPlace as SetPlace
from pipeline.workbench.outcomes import is_crop

MOST_PICTURES = 2000
_EXAMPLE = "drawn_nights"
EXAMPLE_PLACE = f"sets/{_EXAMPLE}"
_BY_NIGHT = slice(3, None, 4)
"""Every fourth example scene is one by night."""


@dataclass(frozen=True, slots=True)
class PictureSet:
    """``pictures`` and where they lie; ``left_out`` are sentences about what cannot be used."""

    name: str
    pictures: tuple[CheckPicture, ...]
    paths: dict[str, Path] = field(repr=False)
    left_out: tuple[str, ...] = ()

    @property
    def labelled(self) -> int:
        """Pictures whose plates are labelled."""
        return sum(picture.plates is not None for picture in self.pictures)

    @property
    def outlined(self) -> int:
        return sum(bool(picture.outlines) for picture in self.pictures)


def places(bench: Workbench) -> tuple[SetPlace, ...]:
    """Every set there is, dropped ones first, the newest of them first; then the shared ones that hold pictures."""
    own = tuple(place for place in failure_sets.places(bench) if place.own)
    data = bench.config.shared / "data"
    shared = sorted(path for path in data.iterdir() if path.is_dir()) if data.is_dir() else []
    return (*own, *(SetPlace(f"shared/{path.name}", path.name, False) for path in shared if _holds_pictures(path)))


def open_pictures_of(bench: Workbench, place: str) -> PictureSet:
    """
    Raises:
        NotFound: there is no such set.
        MediaError: it holds no picture that can be opened.
    """
    folder = failure_sets.folder_of(bench.config, place)
    name = next((known.name for known in places(bench) if known.place == place), folder.name)
    return read_folder(bench.config, folder, name)


def read_folder(config: Config, folder: Path, name: str) -> PictureSet:
    """Every picture below a folder with what is known of it: boxes of plates in any form of a labelled set, polygons of
    a VIA project. Pictures that are labelled as crops of plates are left out, and so are those beyond
    :data:`MOST_PICTURES`.

    Raises:
        MediaError: there is no such folder, or no picture in it that can be opened.
    """
    files = SetFiles.of(folder)
    labels, left_out = _labels(folder, name, config)
    outlines = read_outlines(files)
    wanted = [file for file in files.pictures if not is_crop(labels.get(file, ()))]
    pictures: dict[str, CheckPicture] = {}
    for file in wanted[:MOST_PICTURES]:
        path = files.pictures[file]
        try:
            size = picture_size(path, file, max_pixels=config.max_pixels)
            sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        except MediaError as error:
            left_out.append(str(error))
            continue
        boxes = _boxes(labels[file]) if file in labels else None
        if twin := pictures.get(sha256):
            left_out.append(f"{file} is the same picture as {twin.file}, and counts once")
            continue
        pictures[sha256] = CheckPicture(file, sha256, size, boxes, outlines.get(file, ()))
    if len(wanted) > MOST_PICTURES:
        beyond = len(wanted) - MOST_PICTURES
        left_out.append(f"{beyond:,} pictures beyond the first {MOST_PICTURES:,} are left out")
    if not pictures:
        first = left_out[0] if left_out else f"{name} holds no whole picture, at most crops of plates"
        raise MediaError(f"{first}; choose another folder")
    return PictureSet(name, tuple(pictures.values()), files.pictures, tuple(left_out))


def keep_pictures(bench: Workbench, name: str, pictures: Sequence[tuple[str, bytes]]) -> SetPlace:
    """Puts loose pictures into a set of their own; the same pictures are kept once.

    Raises:
        StoreError: the state folder cannot be written.
    """
    digest = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for _, data in pictures)).hexdigest()[:12]
    folder = f"{name}-{digest}"
    _write(bench, folder, ((f"{n:03d} {PurePosixPath(file).name}", data) for n, (file, data) in enumerate(pictures, 1)))
    return SetPlace(f"sets/{folder}", name, True)


def draw_nights(bench: Workbench, count: int = 12) -> Iterator[int]:
    """Draws labelled scenes by night into the state folder, to look around with; yields how many are drawn.

    Raises:
        StoreError: the state folder cannot be written.
    """
    rows: list[dict[str, object]] = []
    drawn: list[tuple[str, bytes]] = []
    for seed in islice(range(_BY_NIGHT.start, 10_000, _BY_NIGHT.step), count):
        scene = draw_example_scene(seed, bench.config.shared_folder("glyphs"))
        file = f"night {len(drawn) + 1:02d}.jpg"
        for plate in scene.plates:
            box = (f"{value:.1f}" for value in bounding_box(plate.quad))
            rows.append(dict(zip((*REQUIRED, *BOX), (file, "scene", plate.text, *box), strict=True)))
        drawn.append((file, encode_jpeg(scene.pixels, 92)))
        yield len(drawn)
    _write(bench, _EXAMPLE, chain(drawn, [("labels.csv", write_table(rows, (*REQUIRED, *BOX)))]))


def _write(bench: Workbench, name: str, files: Iterator[tuple[str, bytes]]) -> None:
    """A folder of the state folder's sets, there whole or not at all; one that is there stays."""
    home = bench.config.home / "sets"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if (home / name).is_dir():
            return
        with tempfile.TemporaryDirectory(prefix=".", dir=home) as temporary:
            made = Path(temporary) / "set"
            made.mkdir()
            for file, data in files:
                (made / file).write_bytes(data)
            made.rename(home / name)
    except OSError as error:
        raise StoreError(f"{home} cannot be written ({error.strerror}); check its permissions and space") from error


def _labels(folder: Path, name: str, config: Config) -> tuple[dict[str, list[Label]], list[str]]:
    """By picture, and what is wrong with them; none where the pictures are not labelled as plates are."""
    try:
        known = open_set(folder, name=name, max_pixels=config.max_pixels)
    except BadLabels:
        return {}, []
    return known.labels, [sentence(problem) for problem in known.problems if problem.code != "picture_broken"]


def _boxes(labels: Sequence[Label]) -> tuple[tuple[float, float, float, float], ...] | None:
    """None where a plate is marked as one that does not count: finding it is neither right nor wrong."""
    if any(label.kind is LabelKind.IGNORE for label in labels):
        return None
    return tuple(label.box for label in labels if label.box)


def _holds_pictures(folder: Path) -> bool:
    return bool(image_files([folder]))
