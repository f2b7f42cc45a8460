"""What a comparison of two versions found, as tables."""

from __future__ import annotations

from pages.parts.failure_words import interval, share, slice_name
from pages.parts.language import say
from pages.parts.markup import badge, escape, table
from pipeline.workbench.failure_views import Slicing
from pipeline.workbench.model_comparison import Guard, ModelComparison

_DRAWN = "drawn"


def headline(made: ModelComparison) -> str:
    """A card a test: what the champion read and what the candidate reads, and the time it takes."""
    cards = "".join(_whole(guard) for guard in made.wholes)
    speed = (
        f"<li><span>{escape(say('models.speed'))}</span><strong>× {made.speed:.2f}</strong>"
        f"<small>{escape(say('models.speed_text'))}</small></li>"
    )
    return f'<ul class="pl-counts pl-tests">{cards}{speed}</ul>'


def guard_table(made: ModelComparison) -> str:
    """Every guarded part, those that fall first."""
    parts = sorted((guard for guard in made.guards if guard.by), key=lambda guard: (not guard.falls, -guard.drop))
    heads = ("part", "plates", "before", "after", "won", "lost", "p")
    return table([*(say(f"models.column_{name}") for name in heads), ""], (_row(guard) for guard in parts))


def _row(guard: Guard) -> tuple[str, ...]:
    before, after = guard.intervals
    state = badge(say("models.falls"), "bad") if guard.falls else ""
    if not guard.falls and guard.drop > 0:
        state = badge(say("models.maybe"), "quiet", say("models.maybe_text"))
    by = Slicing(guard.by)
    name = f"{say(f'slicing.{by}')}: {slice_name(by, guard.value)}"
    return (
        f"<strong>{escape(name)}</strong><br><small>{escape(name_of_test(guard.test))}</small>",
        f"{guard.n:,}",
        f'<span title="{escape(interval(before))}">{escape(share(guard.champion / guard.n))}</span>',
        f'<span title="{escape(interval(after))}">{escape(share(guard.candidate / guard.n))}</span>',
        f"{guard.won:,}",
        f"{guard.lost:,}",
        escape(_chance(guard.p)),
        state,
    )


def _whole(guard: Guard) -> str:
    before, after = guard.intervals
    told = say("models.whole", before=share(guard.champion / max(1, guard.n)), interval=interval(after))
    duel = say("models.duel", won=f"{guard.won:,}", lost=f"{guard.lost:,}", p=_chance(guard.p))
    falls = badge(say("models.falls"), "bad") if guard.falls else ""
    return (
        f'<li title="{escape(interval(before))}"><span>{escape(name_of_test(guard.test))} · {guard.n:,} {falls}</span>'
        f"<strong>{escape(share(guard.candidate / max(1, guard.n)))}</strong>"
        f"<small>{escape(told)}</small><small>{escape(duel)}</small></li>"
    )


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def name_of_test(test: str) -> str:
    return say("models.drawn") if test == _DRAWN else test
