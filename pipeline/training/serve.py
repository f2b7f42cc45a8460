"""Makes an exported reader ready to serve: 8-bit convolutions, and probabilities calibrated on held-back plates."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
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
from pipeline.networks.ctc import prepare
from pipeline.networks.text import FRAMINGS, TextNetwork
from pipeline.training.samples import SampleSource

Item = TypeVar("Item")

_RANGE_SAMPLES = 512  # crops that tell which values each layer takes
_LEAST_TO_FIT = 200  # characters


def quantize(path: Path, samples: SampleSource, count: int = _RANGE_SAMPLES) -> None:
    """Rewrites the reader's ONNX with 8-bit convolutions, which take half the time; its metadata stay.

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
            _Pictures(samples, count),
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


def calibrate(path: Path, samples: SampleSource, count: int) -> dict[str, dict[str, float]]:
    """Measures the reader on ``count`` samples and writes a calibration for each number of looks into its metadata.

    Half of the samples fit it. The other half tell the expected calibration error of characters and of whole texts,
    before and after, which are returned by number of looks. All of them set the confidence from which 99 % of the
    texts are right.
    """
    network = TextNetwork(path, threads=1)
    crops = [samples.sample(index) for index in range(count)]
    found: dict[str, dict[str, Any]] = {}
    errors: dict[str, dict[str, float]] = {}
    for looks in range(1, len(FRAMINGS) + 1):
        guesses = network.read([crop.pixels for crop in crops], looks)
        rights = [right_characters(crop.text, text) for crop, (text, _) in zip(crops, guesses, strict=True)]
        stated = [probabilities for _, probabilities in guesses]
        whole = [exact(crop.text, text) for crop, (text, _) in zip(crops, guesses, strict=True)]
        products = [prod(row) for row in stated]
        if sum(map(len, stated)) < _LEAST_TO_FIT:
            continue  # a network that writes next to nothing is not trained yet
        fit_on, held = slice(0, count, 2), slice(1, count, 2)
        characters = fit_curve(_flat(stated[fit_on]), _flat(rights[fit_on]))
        texts = fit_curve(products[fit_on], whole[fit_on])
        confidences = texts.apply(products)
        wrote = [(confidence, right) for confidence, right, row in zip(confidences, whole, stated, strict=True) if row]
        least = precise_from([confidence for confidence, _ in wrote], [right for _, right in wrote])
        found[str(looks)] = asdict(Calibration(characters, texts, least))
        errors[str(looks)] = {
            "characters before": reliability(_flat(stated[held]), _flat(rights[held])).error,
            "characters": reliability(characters.apply(_flat(stated[held])), _flat(rights[held])).error,
            "texts before": reliability(products[held], whole[held]).error,
            "texts": reliability(confidences[held], whole[held]).error,
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


class _Pictures(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, samples: SampleSource, count: int) -> None:
        self._left: Iterator[dict[str, NDArray[np.float32]]] = (
            {"pictures": prepare(samples.sample(index).pixels)[None]} for index in range(count)
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._left, None)
