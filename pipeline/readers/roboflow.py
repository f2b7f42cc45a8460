"""A model or workflow hosted at Roboflow: finds characters, or writes the text itself. Needs a key and the network."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from pipeline.config import Config, load_config
from pipeline.errors import ServiceFailed
from pipeline.networks.lines import reading_orders
from pipeline.plate.alphabet import CHARACTERS, normalise
from pipeline.plate.geometry import Box, box_iou
from pipeline.plate.grammar import parse
from pipeline.plate.types import Character, PlateCrop, Reading, Stage
from pipeline.registry import BackendSettings, register

_SAME_PLACE = 0.5
"""Boxes that overlap by more (IoU) stand on one character; the surest counts."""
_NAME = r"\w[\w.-]*/\w[\w.-]*"


class RoboflowSettings(BackendSettings):
    model: str = Field(
        default_factory=lambda: load_config().roboflow_model,
        pattern=f"^({_NAME})?$",
        description="model that finds characters, as project/version",
        validate_default=True,
    )
    workflow: str = Field(
        default_factory=lambda: load_config().roboflow_workflow,
        pattern=f"^({_NAME})?$",
        description="workflow that finds characters or writes a text, as workspace/workflow; goes before the model",
        validate_default=True,
    )
    output: str = Field("", description="the workflow's output to read; empty: the first with characters or a text")
    confidence: float = Field(0.4, ge=0, le=1, description="least confidence of a character")
    unstated: float = Field(0.8, ge=0, le=1, description="probability of characters that come without one")
    timeout: float = Field(15.0, gt=0, le=300, description="seconds for one answer")
    tries: int = Field(3, ge=1, le=10, description="tries before it gives up, each after a longer wait")
    per_second: float = Field(10.0, gt=0, le=1000, description="requests a second at most")


class _Found(BaseModel):
    """One prediction as Roboflow sends it; x and y are its box's centre."""

    x: float = Field(allow_inf_nan=False)
    y: float = Field(allow_inf_nan=False)
    width: float = Field(allow_inf_nan=False, gt=0)
    height: float = Field(allow_inf_nan=False, gt=0)
    confidence: float = Field(ge=0, le=1)
    label: str = Field(alias="class", max_length=64)

    @property
    def box(self) -> Box:
        half_width, half_height = self.width / 2, self.height / 2
        return self.x - half_width, self.y - half_height, self.x + half_width, self.y + half_height


_FOUND = TypeAdapter(list[_Found])


@register(Stage.READER, "roboflow", title="Roboflow, hosted", packages=("requests",))
class RoboflowReader:
    """Class names that are characters of plates are put in order; what no plate bears is left out."""

    Settings: ClassVar[type[BackendSettings]] = RoboflowSettings

    @classmethod
    def lacks(cls, settings: RoboflowSettings, config: Config) -> str | None:
        if not config.roboflow_api_key.get_secret_value():
            return "it has no key for the service; set PLATELOOP_ROBOFLOW_API_KEY"
        if not settings.model and not settings.workflow:
            return "no model is named; set PLATELOOP_ROBOFLOW_MODEL (project/version) or PLATELOOP_ROBOFLOW_WORKFLOW"
        return None

    def __init__(self, settings: RoboflowSettings, config: Config) -> None:
        from pipeline.networks.roboflow import Patience, RoboflowService

        self._settings = settings
        self._service = RoboflowService(config, Patience(settings.timeout, settings.tries, settings.per_second))

    def read(self, crops: Sequence[PlateCrop]) -> list[Reading]:
        """One reading a crop, in order; ``elapsed_ms`` is its share of the batch.

        Raises:
            ServiceFailed: the service refuses, fails, does not answer in time, or answers what makes no sense.
        """
        started = time.perf_counter()
        chosen = self._settings
        pictures = [crop.pixels for crop in crops]
        if chosen.workflow:
            answers = self._service.run_workflow(chosen.workflow, pictures)
        else:
            answers = self._service.detect(chosen.model, pictures, chosen.confidence)
        texts = [tuple(self._characters(answer)) for answer in answers]
        each = (time.perf_counter() - started) * 1000 / max(1, len(crops))
        return [
            Reading(characters, "roboflow", "+".join(crop.enhancers), each)
            for crop, characters in zip(crops, texts, strict=True)
        ]

    def _characters(self, answer: Any) -> Iterator[Character]:
        chosen = self._settings
        if chosen.workflow:
            answer = self._output(answer)
        predictions = next(_predictions(answer), None)
        if predictions is not None:
            yield from _in_order([found for found in _boxes(predictions) if found.confidence >= chosen.confidence])
        elif chosen.workflow and (text := _text(answer)) is not None:
            yield from (Character(char, chosen.unstated) for char in normalise(text) if char in CHARACTERS)
        else:
            raise ServiceFailed(
                "Roboflow's answer holds no boxes of characters and no text; name a model that finds objects, "
                "or a workflow that ends in predictions or a text"
            )

    def _output(self, answer: Any) -> Any:
        wanted = self._settings.output
        if not wanted:
            return answer
        if not isinstance(answer, dict) or wanted not in answer:
            known = ", ".join(answer) if isinstance(answer, dict) else "none"
            raise ServiceFailed(
                f"Roboflow's workflow '{self._settings.workflow}' has no output '{wanted}'; there are: {known}"
            )
        return answer[wanted]


def _predictions(answer: Any) -> Iterator[list[Any]]:
    """Every list under the name ``predictions``, the outer ones first: a workflow's maker nests them at will."""
    if isinstance(answer, dict):
        if isinstance(found := answer.get("predictions"), list):
            yield found
        for value in answer.values():
            yield from _predictions(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _predictions(value)


def _boxes(predictions: list[Any]) -> list[_Found]:
    try:
        return _FOUND.validate_python(predictions)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ServiceFailed(
            f"Roboflow sent predictions that are no boxes ({where}: {first['msg']}); name a model that finds objects"
        ) from error


def _in_order(found: Sequence[_Found]) -> Iterator[Character]:
    """What stands in the boxes, read on one line or on two as likelier gives a plate.

    A box may hold a region's two syllables.
    """
    signs: list[tuple[_Found, str]] = []
    for one in sorted(found, key=lambda one: -one.confidence):
        text = normalise(one.label)
        on_another = any(box_iou(one.box, other.box) >= _SAME_PLACE for other, _ in signs)
        if text and set(text) <= set(CHARACTERS) and not on_another:
            signs.append((one, text))
    boxes = np.asarray([(one.x, one.y, one.width, one.height) for one, _ in signs], np.float64).reshape(-1, 4)
    orders = reading_orders(boxes, np.asarray([one.confidence for one, _ in signs], np.float64))
    ways = [[signs[place] for place in order.places] for order in orders]
    legal = (way for way in ways if parse("".join(text for _, text in way)).matches)
    for one, text in next(legal, ways[0]):
        yield from (Character(char, one.confidence) for char in text)


def _text(answer: Any, nested: bool = True) -> str | None:
    """A text, the lines of one put together, or the first of these among the outputs."""
    if isinstance(answer, str):
        return answer
    if isinstance(answer, list) and all(isinstance(line, str) for line in answer):
        return "".join(answer)
    if isinstance(answer, dict) and nested:
        return next((text for value in answer.values() if (text := _text(value, nested=False)) is not None), None)
    return None
