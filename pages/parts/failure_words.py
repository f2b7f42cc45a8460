"""The words for sets, slices and characters, as every view of a run uses them."""

from __future__ import annotations

from pages.parts.language import language, load_words, say, say_name
from pipeline.workbench import BadLabels
from pipeline.workbench.failure_sets import SetProblem
from pipeline.workbench.failure_views import NOTHING, Slicing, bins

_BLUR = ("blurred", "soft", "sharp", "crisp")


def share(value: float) -> str:
    """A share with one digit after the point."""
    return say("common.percent", value=f"{100 * value:.1f}")


def interval(ends: tuple[float, float]) -> str:
    low, high = (f"{100 * end:.1f}" for end in ends)
    return say("failures.interval", low=low, high=high)


def character(char: str) -> str:
    return "∅" if char == NOTHING else char


def slice_name(by: Slicing, value: str) -> str:
    """What a slice is called; not escaped."""
    if not value:
        return say("failures.unknown")
    if by is Slicing.BLUR:
        return say(f"blur.{_BLUR[bins(by).index(value)]}")
    if by in (Slicing.SIZE, Slicing.TILT, Slicing.BRIGHTNESS):
        return say(f"failures.unit_{by}", value=value)
    return say_name(by, value) if by is not Slicing.SOURCE else value


def say_problem(problem: SetProblem) -> str:
    """What is wrong with a part of a set; not escaped."""
    return say(f"set_problem.{problem.code}", **dict(problem.about))


def say_refusal(error: BadLabels) -> str:
    """Why a set cannot be read at all; not escaped."""
    key = f"set_refusal.{error.code}"
    return say(key, **dict(error.about)) if key in load_words(language()) else str(error)
