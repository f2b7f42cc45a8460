"""How one verdict looks: the plate's text as a plate, a bar per character, doubts in words."""

from __future__ import annotations

from collections.abc import Iterator

from pages.parts.language import say, say_doubt, say_name
from pages.parts.markup import badge, escape, image_address
from pipeline.plate.grammar import FORMATS, parse
from pipeline.plate.types import Doubt, Inspection, ModelUse, PlateColour, StageFailure, Verdict

SURE, UNSURE = 0.9, 0.6
"""From ``SURE`` on a probability is shown as good, below ``UNSURE`` as bad."""
_FEW = 2


def level(probability: float) -> str:
    return "good" if probability >= SURE else "warn" if probability >= UNSURE else "bad"


def percent(probability: float) -> str:
    """Never rounded up to 100."""
    return say("common.percent", value=int(100 * probability) if probability > 0.99 else round(100 * probability))


def colour_of(formats: tuple[str, ...]) -> PlateColour:
    """The usual colour of all these formats; unknown where they differ, as the text alone does not tell then."""
    colours = {FORMATS[name].colours[0] for name in formats if name in FORMATS}
    return colours.pop() if len(colours) == 1 else PlateColour.UNKNOWN


def chip(text: str, formats: tuple[str, ...] = (), size: str = "") -> str:
    """The text as it would stand on its plate; ``size`` is "", small or large."""
    if not text:
        return f'<span class="pl-plate pl-blank pl-{size}">{escape(say("common.no_text"))}</span>'
    return f'<span class="pl-plate pl-on-{colour_of(formats)} pl-{size}">{escape(text)}</span>'


def crop_image(png: bytes, text: str) -> str:
    """The crop, or in words that it is gone."""
    if not png:
        return f"<small>{escape(say('plate.crop_gone'))}</small>"
    shown = escape(say("plate.crop_alt", text=text or say("common.no_text")))
    return f'<img class="pl-crop" src="{image_address(png)}" alt="{shown}">'


def confidence(probability: float) -> str:
    return (
        f'<span class="pl-confidence pl-{level(probability)}">{percent(probability)}'
        f"<small>{escape(say('plate.confidence'))}</small></span>"
    )


def bars(verdict: Verdict) -> str:
    """One bar per character, as high as its probability."""
    if not verdict.slots:
        return ""
    spoken = ", ".join(f"{slot.char} {percent(slot.probability)}" for slot in verdict.slots)
    columns = "".join(
        f'<span class="pl-bar pl-{level(slot.probability)}"><small>{round(100 * slot.probability)}</small>'
        f'<i><b style="height:{max(4, round(100 * slot.probability))}%"></b></i><em>{escape(slot.char)}</em></span>'
        for slot in verdict.slots
    )
    said = escape(say("plate.bars_alt", characters=spoken))
    return f'<div class="pl-bars" role="img" aria-label="{said}">{columns}</div>'


def remarks(inspection: Inspection) -> str:
    """Failures, doubts about the text and hints about the picture; where there are none, what that means."""
    verdict = inspection.verdict
    items = [("bad", failure_words(failure)) for failure in inspection.failures]
    items += [("warn", words) for words in doubt_words(verdict)]
    items += [("hint", say_doubt(hint)) for hint in inspection.hints]
    sure = level(verdict.confidence) == "good"
    calm = ("good", say("plate.clean")) if sure else ("warn", unsure_words(verdict.confidence))
    rows = items or [calm]
    return f'<ul class="pl-remarks">{"".join(f"<li class=pl-{kind}>{escape(text)}</li>" for kind, text in rows)}</ul>'


def doubt_words(verdict: Verdict) -> Iterator[str]:
    """Where many characters are uncertain, one sentence stands for all of them."""
    uncertain = [doubt for doubt in verdict.doubts if doubt.code == "low_confidence"]
    if len(uncertain) > _FEW:
        least = min(verdict.slots, key=lambda slot: slot.probability)
        yield say("plate.uncertain", count=len(uncertain), char=least.char, percent=percent(least.probability))
    for doubt in verdict.doubts:
        if doubt not in uncertain or len(uncertain) <= _FEW:
            yield say_doubt(doubt)


def attention_words(doubts: tuple[Doubt, ...], probability: float) -> str:
    """Why one should look again, in one sentence; a sure verdict without doubts is looked at for a failure."""
    if doubts:
        return say_doubt(doubts[0])
    return say("plate.failed") if level(probability) == "good" else unsure_words(probability)


def unsure_words(probability: float) -> str:
    return say("plate.unsure", percent=percent(probability))


def failure_words(failure: StageFailure) -> str:
    stage = say_name("stage", failure.stage)
    return say("plate.failure", stage=stage, backend=failure.backend, reason=failure.reason)


def kind_words(text: str, formats: tuple[str, ...]) -> str:
    """What the text tells of the vehicle: class, use and the colour of its plate, as badges."""
    match = next((match for match in parse(text).matches if match.format.name in formats), None)
    if match is None:
        return ""
    words = [say_name("class", match.plate_class)] if match.plate_class else []
    words += [say_name("use", match.use)] if match.use else []
    if (colour := colour_of(formats)) is not PlateColour.UNKNOWN:
        words.append(f"{say('plate.colour')}: {say_name('colour', colour)}")
    return "".join(badge(word) for word in words)


def format_words(formats: tuple[str, ...]) -> str:
    return " · ".join(say_name("format", name) for name in formats)


def version_name(label: str) -> str:
    return say("models.shipped") if label == "shipped" else label


def model_words(models: tuple[ModelUse, ...]) -> str:
    """Which version of each model read it, with the beginning of its sha256."""
    named = (f"{use.weights}: {version_name(use.version)} ({use.sha256[:8]})" for use in models)
    return " · ".join(named) or say("models.unknown")
