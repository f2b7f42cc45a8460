"""Makes an exported reader ready to serve: 8-bit convolutions, and probabilities calibrated on held-back plates."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, replace
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quant_pre_process, quantize_static

from pipeline.analysis.metrics import exact
from pipeline.analysis.reliability import reliability, right_characters
from pipeline.ensemble.calibrate import fit_calibration, precise_from
from pipeline.networks.ctc import prepare
from pipeline.networks.text import FRAMINGS, TextNetwork
from pipeline.training.samples import SampleSource

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

    Half of the samples fit it, the other half tell the expected calibration error per character, before and after;
    all of them set the confidence from which 99 % of the texts are right. Returns these errors by number of looks.
    """
    network = TextNetwork(path, threads=1)
    crops = [samples.sample(index) for index in range(count)]
    found: dict[str, dict[str, Any]] = {}
    errors: dict[str, dict[str, float]] = {}
    for looks in range(1, len(FRAMINGS) + 1):
        guesses = network.read([crop.pixels for crop in crops], looks)
        rights = [right_characters(crop.text, text) for crop, (text, _) in zip(crops, guesses, strict=True)]
        stated = [probabilities for _, probabilities in guesses]
        fit_on = slice(0, count, 2)
        flat_right = [right for row in rights[fit_on] for right in row]
        if len(flat_right) < _LEAST_TO_FIT:
            continue  # a network that writes next to nothing is not trained yet
        fitted = fit_calibration([p for row in stated[fit_on] for p in row], flat_right)
        shaped = [fitted.apply(row) for row in stated]
        whole = [exact(crop.text, text) for crop, (text, _) in zip(crops, guesses, strict=True)]
        told = [(prod(row), right) for row, right in zip(shaped, whole, strict=True) if row]
        fitted = replace(fitted, sure_from=precise_from([p for p, _ in told], [right for _, right in told]))
        found[str(looks)] = asdict(fitted)
        errors[str(looks)] = {
            "before": _error(stated[1::2], rights[1::2]),
            "after": _error(shaped[1::2], rights[1::2]),
            "exact": float(np.mean(whole)),
            "sure_from": fitted.sure_from,
        }
    model = onnx.load(str(path))
    known = {prop.key: prop.value for prop in model.metadata_props}
    onnx.helper.set_model_props(model, known | {"calibration": json.dumps(found)})
    onnx.save(model, str(path))
    return errors


def _error(stated: list[list[float]], right: list[list[bool]]) -> float:
    return reliability([p for row in stated for p in row], [r for row in right for r in row]).error


class _Pictures(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, samples: SampleSource, count: int) -> None:
        self._left: Iterator[dict[str, NDArray[np.float32]]] = (
            {"pictures": prepare(samples.sample(index).pixels)[None]} for index in range(count)
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._left, None)
