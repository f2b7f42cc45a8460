"""What a proof of the loop found, as a table and as a plot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.analysis.metrics import wilson
from pipeline.workbench.proof import ArmResult, Proof, Reading

TABLE_HEAD = ("answers", "of the family", "wrong, caught", "family before", "after", "known before", "after", "change")
_COLOURS = {"hardness": "#2f6fed", "chance": "#9aa3b2"}


def table_rows(proof: Proof) -> list[tuple[str, ...]]:
    """A row for each way to choose, all its seeds together."""
    return [_row(choice, answers, proof.of(choice, answers)) for choice, answers in proof.settings.ways]


def summary(proof: Proof) -> dict[str, float]:
    """Shares over all seeds, 0…1, by the number of answers and the way: what the bounds of the proof are about."""
    found = {}
    for choice, answers in proof.settings.ways:
        arms = proof.of(choice, answers)
        family, known = _all([arm.family for arm in arms]), _all([arm.known for arm in arms])
        name = f"{choice} {answers}"
        found[f"{name}: family before"] = family.before / family.n
        found[f"{name}: family after"] = family.after / family.n
        found[f"{name}: known change"] = (known.after - known.before) / known.n
    return found


def draw_plot(proof: Proof, out: Path) -> Path:
    """The family's exact match against the answers paid for: a dot for each seed, a line through their means."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.2), dpi=140, layout="constrained")
    axes = figure.subplots()
    before = _all([arm.family for arm in proof.arms])
    for choice, colour in _COLOURS.items():
        arms = [arm for arm in proof.arms if arm.choice == choice]
        budgets = sorted({arm.answers for arm in arms})
        means = [_share(_all([arm.family for arm in arms if arm.answers == budget])) for budget in budgets]
        axes.plot([0, *budgets], [100 * before.before / before.n, *means], color=colour, lw=2, label=f"by {choice}")
        axes.scatter([arm.answers for arm in arms], [_share(arm.family) for arm in arms], color=colour, s=22, zorder=3)
    known = [arm.known for arm in proof.of("hardness", proof.settings.answers)]
    if known:
        axes.axhline(_share(_all(known)), color="#3a3f4b", lw=1, ls=":", label="known kinds, afterwards")
    axes.axhline(90, color="#d0d5dd", lw=1, zorder=0)
    axes.set(
        xlabel="answers",
        ylabel="exact, percent",
        ylim=(0, 100),
        xlim=(0, None),
        title=f"{proof.settings.family} plates",
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="center right")
    out.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(out)
    return out


def _row(choice: str, answers: int, arms: Sequence[ArmResult]) -> tuple[str, ...]:
    family, known = _all([arm.family for arm in arms]), _all([arm.known for arm in arms])
    found = sum(arm.found for arm in arms) / max(1, sum(arm.answers for arm in arms))
    wrong, caught = sum(arm.wrong for arm in arms), sum(arm.caught + arm.caught_later for arm in arms)
    low, high = wilson(family.after, family.n)
    return (
        f"{answers} by {choice}",
        f"{found:.0%}",
        f"{wrong}, {caught}",
        f"{family.before / family.n:.1%}",
        f"{family.after / family.n:.1%} ({100 * low:.0f}–{100 * high:.0f})",
        f"{known.before / known.n:.1%}",
        f"{known.after / known.n:.1%}",
        f"{100 * (known.after - known.before) / known.n:+.1f}",
    )


def _all(readings: Sequence[Reading]) -> Reading:
    return Reading(
        n=sum(its.n for its in readings),
        before=sum(its.before for its in readings),
        after=sum(its.after for its in readings),
    )


def _share(reading: Reading) -> float:
    """Exact afterwards, percent."""
    return 100 * reading.after / reading.n
