"""Makes an exported reader ready to serve: 8-bit convolutions, and probabilities calibrated on held-back plates."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quant_pre_process, quantize_static

from pipeline.analysis.metrics import exact
from pipeline.analysis.reliability import reliability, right_characters
from pipeline.ensemble.calibrate import Calibration, fit_curve, precise_from
from pipeline.networks.text import FRAMINGS, PlateNetwork
from pipeline.training.loop import Task
from pipeline.training.samples import SampleSource

Item = TypeVar("Item")

RANGE_SAMPLES = 512  # crops that tell which values each layer takes
_LEAST_TO_FIT = 200  # characters
_BATCH = 64  # crops between two ticks


def quantize(
    path: Path,
    task: Task,
    samples: SampleSource,
    count: int = RANGE_SAMPLES,
    tick: Callable[[], None] = lambda: None,
) -> None:
    """Rewrites the ONNX of ``task``'s network with 8-bit convolutions, which take half the time; its metadata stay.

    The first one keeps its numbers: it sees the picture itself, and in 8 bits it cost half a point of accuracy.
    """
    about = {prop.key: prop.value for prop in onnx.load(str(path)).metadata_props}
    logging.getLogger().setLevel(max(logging.WARNING, logging.getLogger().level))
    with TemporaryDirectory() as folder:
        plain, small = Path(folder) / "plain.onnx", Path(folder) / "small.onnx"
        quant_pre_process(str(path), str(plain), skip_symbolic_shape=True)
        first = next(node.name for node in onnx.load(str(plain)).graph.node if node.op_type == "Conv")
        quantize_static(
            plain,
            small,
            _Pictures(task, samples, count, tick),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv"],
            nodes_to_exclude=[first],
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        model = onnx.load(str(small))
    onnx.helper.set_model_props(model, about)
    onnx.save(model, str(path))


def calibrate(
    path: Path,
    network: PlateNetwork,
    samples: SampleSource,
    count: int,
    tick: Callable[[], None] = lambda: None,
) -> dict[str, dict[str, float]]:
    """Measures ``network``, which is read from ``path``, on ``count`` samples; the file's metadata keep the result.

    A calibration is made for each number of looks.
    Half of the samples fit it. The other half tell the expected calibration error of characters and of whole texts,
    before and after, which are returned by number of looks. All of them set the confidence from which 99 % of the
    texts are right. ``tick`` is called again and again meanwhile.
    """
    crops = []
    for index in range(count):
        tick()
        crops.append(samples.sample(index))
    found: dict[str, dict[str, Any]] = {}
    errors: dict[str, dict[str, float]] = {}
    for looks in range(1, len(FRAMINGS) + 1):
        guesses = []
        for start in range(0, count, _BATCH):
            tick()
            guesses += network.read([crop.pixels for crop in crops[start : start + _BATCH]], looks)
        rights = [right_characters(crop.text, guess.text) for crop, guess in zip(crops, guesses, strict=True)]
        stated = [guess.probabilities for guess in guesses]
        whole = [exact(crop.text, guess.text) for crop, guess in zip(crops, guesses, strict=True)]
        products = [prod(row) for row in stated]
        if sum(map(len, stated)) < _LEAST_TO_FIT:
            continue  # a network that writes next to nothing is not trained yet
        fit_on, held = slice(0, count, 2), slice(1, count, 2)
        characters = fit_curve(_flat(stated[fit_on]), _flat(rights[fit_on]))
        wrote = [n for n in range(count) if stated[n]]  # an empty text states no probability
        texts = fit_curve(*_of(products, whole, [n for n in wrote if n % 2 == 0]))
        confidences = texts.apply(products)
        held_texts = [n for n in wrote if n % 2]
        least = precise_from(*_of(confidences, whole, wrote))
        found[str(looks)] = asdict(Calibration(characters, texts, least))
        errors[str(looks)] = {
            "characters before": reliability(_flat(stated[held]), _flat(rights[held])).error,
            "characters": reliability(characters.apply(_flat(stated[held])), _flat(rights[held])).error,
            "texts before": reliability(*_of(products, whole, held_texts)).error,
            "texts": reliability(*_of(confidences, whole, held_texts)).error,
            "exact": float(np.mean(whole)),
            "sure from": least,
        }
    model = onnx.load(str(path))
    known = {prop.key: prop.value for prop in model.metadata_props}
    onnx.helper.set_model_props(model, known | {"calibration": json.dumps(found)})
    onnx.save(model, str(path))
    return errors


def _flat(rows: Sequence[Sequence[Item]]) -> list[Item]:
    return [item for row in rows for item in row]


def _of(confidences: Sequence[float], right: Sequence[bool], places: Sequence[int]) -> tuple[list[float], list[bool]]:
    return [confidences[n] for n in places], [right[n] for n in places]


class _Pictures(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, task: Task, samples: SampleSource, count: int, tick: Callable[[], None]) -> None:
        self._tick = tick
        self._left: Iterator[dict[str, NDArray[np.float32]]] = (
            {"pictures": task.encode(samples.sample(index))[0].numpy()[None]} for index in range(count)
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        self._tick()
        return next(self._left, None)
