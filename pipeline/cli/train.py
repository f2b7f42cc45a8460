"""``python -m pipeline train``: trains the networks we ship."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from tqdm import tqdm

from pipeline.cli.options import Assignments, assigned
from pipeline.config import Config, load_config
from pipeline.workbench.synth import DrawnFrom
from pipeline.workbench.train import LabelledFolder, Network, adopt_network, train
from pipeline.workbench.train_detector import adopt_detector, train_detector
from pipeline.workbench.train_enhancer import adopt_zero_dce, train_zero_dce

if TYPE_CHECKING:
    from pipeline.training.loop import Progress, TrainingSettings

app = typer.Typer(no_args_is_help=True, help="Train the networks we ship; stop at any time, the same command goes on.")

Out = Annotated[
    Path | None,
    typer.Option(help="Folder of the run; a run that is there goes on.", show_default="in the state folder"),
]
Samples = Annotated[int, typer.Option(min=64, help="Labelled crops to train on.")]
Seed = Annotated[int, typer.Option(min=0)]
Glyphs = Annotated[Path | None, typer.Option(help="Folder of glyph pictures; fonts draw what it lacks.")]
Surroundings = Annotated[Path | None, typer.Option(help="Folder of pictures to mount plates on.")]
StartFrom = Annotated[Path | None, typer.Option(help="Weights to go on from (.safetensors).")]
Ship = Annotated[bool, typer.Option(help="Put the result into weights/ and its manifest.")]
Cell = Annotated[Literal["gru", "lstm"], typer.Option(help="The recurrent layer.")]

_SHARED_PHOTOS = (
    "trained without references on photos of the shared folder's data/scene-parts, damage/train and helmet/train "
    "and on scenes and plates drawn by pipeline/synth, exposed in many ways"
)


@app.command()
def crnn(
    out: Out = None,
    samples: Samples = 640_000,
    seed: Seed = 1,
    cell: Cell = "gru",
    hidden: Annotated[int, typer.Option(min=8, help="Its units a direction.")] = 96,
    width: Annotated[int, typer.Option(min=64, max=512, help="Pixels across a picture, a multiple of 4.")] = 224,
    glyphs: Glyphs = None,
    surroundings: Surroundings = None,
    start_from: StartFrom = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="LABELS.csv", help="Real plates to learn beside the drawn ones.")
    ] = None,
    images: Annotated[Path | None, typer.Option(file_okay=False, help="Folder of their pictures.")] = None,
    share: Annotated[float, typer.Option(min=0.01, max=0.9, help="Their share of the samples.")] = 0.25,
    set_: Assignments = None,
    ship: Ship = False,
) -> None:
    """Train the plate reader on drawn plates, and on labelled ones beside them."""
    if (labels is None) != (images is None):
        raise typer.BadParameter("--labels and --images belong together; give both or none")
    labelled = LabelledFolder(labels, images, share) if labels and images else None
    folders = {"glyphs": glyphs, "surroundings": surroundings, "start_from": start_from}
    shape = {"cell": cell, "hidden": hidden, "width": width}
    _run("crnn", out, {"samples": samples, "seed": seed}, set_, ship, labelled=labelled, **shape, **folders)


@app.command("char_yolo")
def char_yolo(
    out: Out = None,
    samples: Samples = 200_000,
    seed: Seed = 1,
    glyphs: Glyphs = None,
    surroundings: Surroundings = None,
    start_from: StartFrom = None,
    set_: Assignments = None,
    ship: Ship = False,
) -> None:
    """Train the network that finds single characters; its first layers are at the start those of the plate detector."""
    folders = {"glyphs": glyphs, "surroundings": surroundings, "start_from": start_from}
    values = {"samples": samples, "seed": seed, "batch": 16, "rate": 2e-3}
    _run("char_yolo", out, values, set_, ship, **folders)


@app.command()
def corners(
    out: Out = None,
    samples: Samples = 200_000,
    seed: Seed = 1,
    glyphs: Glyphs = None,
    surroundings: Surroundings = None,
    start_from: StartFrom = None,
    set_: Assignments = None,
    ship: Ship = False,
) -> None:
    """Train the network that finds a plate's corners in a detector's box."""
    folders = {"glyphs": glyphs, "surroundings": surroundings, "start_from": start_from}
    _run("corners", out, {"samples": samples, "seed": seed}, set_, ship, **folders)


@app.command("easy_ocr")
def easy_ocr(
    out: Out = None,
    samples: Samples = 24_000,
    seed: Seed = 1,
    glyphs: Glyphs = None,
    surroundings: Surroundings = None,
    start_from: StartFrom = None,
    set_: Assignments = None,
    ship: Ship = False,
) -> None:
    """Fine-tune EasyOCR's recognition network on lines of drawn plates; it starts from its English weights."""
    folders = {"glyphs": glyphs, "surroundings": surroundings, "start_from": start_from}
    values = {"samples": samples, "seed": seed, "batch": 16, "rate": 6e-4, "decay": 0.6, "validate_every": 100}
    _run("easy_ocr", out, values, set_, ship, **folders)


@app.command("yolo_plate")
def yolo_plate(
    out: Out = None,
    windows: Annotated[int, typer.Option(min=8, help="Windows of drawn scenes.")] = 6000,
    epochs: Annotated[int, typer.Option(min=1)] = 2,
    seed: Seed = 1,
    glyphs: Glyphs = None,
    backgrounds: Annotated[Path | None, typer.Option(help="Folder of places without cars.")] = None,
    cars: Annotated[Path | None, typer.Option(help="Folder of cut-out cars, a VOC file beside each.")] = None,
    start_from: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Weights to go on from (.pt); one of a stranger may run code.")
    ] = None,
    labelled: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder of photos with YOLO labels and a data.yaml.")
    ] = None,
    set_: Assignments = None,
    ship: Ship = False,
) -> None:
    """Train the plate detector on, with ultralytics' trainer; a stopped run goes on from its last whole epoch."""
    from pipeline.training.yolo_plate import YoloProgress, YoloTrainingSettings

    config = load_config()
    folder = out or config.home / "training" / "yolo_plate"
    given = {"threads": config.threads, "windows": windows, "epochs": epochs, "seed": seed}
    settings = assigned(YoloTrainingSettings, given, set_)
    terminal = sys.stderr.isatty()
    with (
        tqdm(total=settings.windows + settings.validation, unit="window", disable=not terminal) as drawing,
        tqdm(total=settings.epochs, unit="epoch", disable=not terminal) as bar,
    ):

        def report(progress: YoloProgress) -> None:
            bar.update(progress.epoch - 1 + progress.done - bar.n)
            if progress.done == 1.0:
                bar.write(
                    f"epoch {progress.epoch}/{progress.epochs}  loss {progress.loss:.3f}  "
                    f"held back: mAP50 {progress.map50:.3f}, mAP50-95 {progress.map:.3f}",
                    file=sys.stderr,
                )

        drawn_from = DrawnFrom(glyphs, backgrounds=backgrounds, cars=cars)
        trained, scores = train_detector(
            config,
            settings,
            folder,
            drawn_from=drawn_from,
            labelled=labelled,
            start_from=start_from,
            drawn=drawing.update,
            report=report,
        )
    print(f"{trained}: " + ", ".join(f"{name} {value:.3f}" for name, value in scores.items()))
    if ship:
        origin = "fine-tuned from the PyPI package fastanpr 0.1.13's YOLOv8n (Arvind Rajan) on drawn scenes"
        origin += f" and the labelled photos of {labelled.name}" if labelled else ""
        adopt_detector(config, trained, origin, shlex.join(["python", "-m", "pipeline", *sys.argv[1:]]))
        print(f"shipped to {config.weights}")


@app.command("zero_dce")
def zero_dce(
    out: Out = None,
    samples: Annotated[int, typer.Option(min=64, help="Pictures to train on.")] = 9600,
    seed: Seed = 1,
    images: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder of your own photos; else shared and drawn ones.")
    ] = None,
    start_from: StartFrom = None,
    last_layer_only: Annotated[bool, typer.Option(help="Fit the last layer alone, which few pictures can do.")] = False,
    set_: Assignments = None,
    ship: Ship = False,
) -> None:
    """Train the enhancer of dark pictures; it needs none that show how they should look."""
    config = load_config()
    folder = out or config.home / "training" / "zero_dce"
    given = {"batch": 16, "rate": 1e-3, "validate_every": 50, "validation": 128, "samples": samples, "seed": seed}
    settings = _settings(config, given, set_)
    with _reporting(settings) as report:
        made = train_zero_dce(
            config,
            settings,
            folder,
            images=images,
            start_from=start_from,
            last_layer_only=last_layer_only,
            report=report,
        )
    kept = made.detail
    print(f"{made.onnx}: {made.well_lit:.1%} of held-back pictures well lit ({made.data})")
    print(f"detail kept, on average: gradient {kept.gradient:.3f}, structure (SSIM) {kept.structure:.3f}")
    if ship:
        origin = f"trained without references on the photos of {images.name}" if images else _SHARED_PHOTOS
        adopt_zero_dce(config, folder, shlex.join(["python", "-m", "pipeline", *sys.argv[1:]]), origin)
        print(f"shipped to {config.weights}")


def _settings(config: Config, values: dict[str, Any], assignments: list[str] | None) -> TrainingSettings:
    from pipeline.training.loop import TrainingSettings

    return assigned(TrainingSettings, {"threads": config.threads} | values, assignments)


@contextmanager
def _reporting(settings: TrainingSettings) -> Iterator[Callable[[Progress], None]]:
    """A bar on a terminal, and a line for each validation."""
    with tqdm(total=settings.samples // settings.batch, unit="step", disable=not sys.stderr.isatty()) as bar:

        def report(progress: Progress) -> None:
            bar.update(progress.step - bar.n)
            bar.write(
                f"step {progress.step}/{progress.steps}  loss {progress.loss:.4f}  "
                f"held back: loss {progress.val_loss:.4f}, right {progress.right:.1%}  "
                f"{progress.samples_per_second:.0f} samples/s",
                file=sys.stderr,
            )

        yield report


def _run(
    network: Network,
    out: Path | None,
    values: dict[str, Any],
    assignments: list[str] | None,
    ship: bool,
    **options: Any,
) -> None:
    config = load_config()
    folder = out or config.home / "training" / network
    settings = _settings(config, values, assignments)
    with _reporting(settings) as report:
        made = train(config, network, settings, folder, report=report, **options)
    print(f"{made.onnx}: right on {made.right:.1%} of held-back synthetic crops ({made.data})")
    for change in made.changes:
        print(f"{change.of} plates held back ({change.n}): right {change.before:.1%} before, {change.after:.1%} now")
    if ship:
        adopt_network(config, network, folder, shlex.join(["python", "-m", "pipeline", *sys.argv[1:]]))
        print(f"shipped to {config.weights}")
