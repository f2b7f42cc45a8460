"""Verdicts as JSON: what ``read --json`` prints and a page lets one copy. Its names are promises to other tools."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, PlainSerializer

from pipeline.plate.doubts import sentence
from pipeline.plate.types import FrameResult, Inspection, ModelUse, Reading, StageFailure
from pipeline.workbench.views import FileProblem, StoredInspection

Probability = Annotated[float, PlainSerializer(lambda value: round(value, 4))]
Pixel = Annotated[float, PlainSerializer(lambda value: round(value, 1))]
Milliseconds = Annotated[float, PlainSerializer(lambda value: round(value, 2))]


class CharacterJson(BaseModel):
    char: str
    probability: Probability


class PlateJson(BaseModel):
    """One plate; ``quad`` is clockwise from the plate's top-left, ``doubts`` are English sentences.

    ``abstains`` says that the text is a guess, below the confidence from which 99 % of readings are right.
    """

    text: str
    confidence: Probability
    abstains: bool
    characters: list[CharacterJson]
    quad: list[tuple[Pixel, Pixel]]
    formats: list[str]
    doubts: list[str]


class ModelJson(BaseModel):
    """Which version of a model read it: "shipped", or one that was trained and promoted here, such as "crnn-3"."""

    version: str
    sha256: str


class PictureJson(BaseModel):
    """One picture: a line of ``read --json``; ``models`` by the name of their weights."""

    file: str
    plates: list[PlateJson]
    failures: list[StageFailure]
    ms: dict[str, Milliseconds]
    models: dict[str, ModelJson]


class VerdictJson(BaseModel):
    """One stored plate; ``truth`` is what a person says it reads, null where nobody said anything.

    ``review`` is then "confirmed", "corrected" or "unreadable". ``models`` tell, by the name of their weights, which
    versions read it; there are none where it was read before PlateLoop wrote them down.
    """

    id: int
    file: str
    recipe: str
    created: datetime
    truth: str | None
    review: str | None
    models: dict[str, ModelJson]
    plate: PlateJson


class AlternativeJson(BaseModel):
    text: str
    probability: Probability


class ReadingJson(BaseModel):
    """What one reader saw; without text it saw nothing."""

    reader: str
    enhancer: str
    text: str
    confidence: Probability
    characters: list[CharacterJson]
    alternatives: list[AlternativeJson]
    ms: Milliseconds


class ReadingsJson(BaseModel):
    """Every reading of one stored plate."""

    id: int
    readings: list[ReadingJson]


def reading_json(reading: Reading) -> ReadingJson:
    return ReadingJson(
        reader=reading.reader,
        enhancer=reading.enhancer,
        text=reading.text,
        confidence=reading.confidence,
        characters=[CharacterJson(char=c.char, probability=c.probability) for c in reading.characters],
        alternatives=[AlternativeJson(text=text, probability=share) for text, share in reading.alternatives],
        ms=reading.elapsed_ms,
    )


def models_json(models: Sequence[ModelUse]) -> dict[str, ModelJson]:
    return {use.weights: ModelJson(version=use.version, sha256=use.sha256) for use in models}


def plate_json(inspection: Inspection) -> PlateJson:
    verdict = inspection.verdict
    return PlateJson(
        text=verdict.text,
        confidence=verdict.confidence,
        abstains=verdict.abstains,
        characters=[CharacterJson(char=slot.char, probability=slot.probability) for slot in verdict.slots],
        quad=inspection.detection.quad.tolist(),
        formats=list(verdict.formats),
        doubts=[sentence(doubt) for doubt in (*verdict.doubts, *inspection.hints)],
    )


def picture_json(file: str, result: FrameResult) -> PictureJson:
    return PictureJson(
        file=file,
        plates=[plate_json(inspection) for inspection in result.inspections],
        failures=list(result.all_failures),
        ms=result.elapsed_ms,
        models=models_json(result.models),
    )


def problem_json(problem: FileProblem) -> PictureJson:
    """A file that could not be opened, in the same shape as those that could."""
    failure = StageFailure("decode", "media", problem.reason)
    return PictureJson(file=problem.name, plates=[], failures=[failure], ms={}, models={})


def verdict_json(stored: StoredInspection) -> VerdictJson:
    return VerdictJson(
        id=stored.id,
        file=stored.uploads[0].name,
        recipe=stored.recipe,
        created=stored.created,
        truth=stored.review.review.truth if stored.review else None,
        review=stored.review.review.state if stored.review else None,
        models=models_json(stored.models),
        plate=plate_json(stored.inspection),
    )
