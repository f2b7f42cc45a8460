"""A rule needs a gain that is no luck, twice, and no reader that loses."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pipeline.analysis.when_to_enhance import Rule, find_rules, read_rules, rule_for, sign_test, write_rules
from pipeline.media.quality import Look

SHARP, BLURRED = Look(200, 0.8, 40), Look(200, 0.05, 40)
LOOKS = [SHARP, SHARP, BLURRED, BLURRED] * 50  # so that each half has both


def exact(*shares: float, seed: int = 0) -> NDArray[np.bool_]:
    """(1, 200): a share of the sharp plates right and one of the blurred ones."""
    rng = np.random.default_rng(seed)
    return np.asarray([[rng.random() < shares[look is BLURRED] for look in LOOKS]])


def test_a_gain_in_one_region_makes_a_rule_for_it_alone() -> None:
    unchanged = exact(0.9, 0.0)
    better = unchanged | exact(0.0, 0.4, seed=1)
    (rule,) = find_rules(LOOKS, unchanged, {("contrast",): unchanged, ("deblur",): better})
    assert (rule.chain, rule.plates, rule.lost) == (("deblur",), 100, 0)
    assert rule.won == int(better.sum() - unchanged.sum())
    assert rule_for([rule], BLURRED) == rule
    assert rule_for([rule], SHARP) is None


def test_of_two_chains_that_help_the_one_that_gains_more_is_taken() -> None:
    unchanged = exact(0.9, 0.0)
    some, more = (unchanged | exact(0.0, share, seed=2) for share in (0.3, 0.6))
    (rule,) = find_rules(LOOKS, unchanged, {("contrast",): some, ("deblur",): more})
    assert rule.chain == ("deblur",)


def test_luck_makes_no_rule() -> None:
    shuffled = {(f"enhancer {n}",): exact(0.5, 0.5, seed=n) for n in range(1, 30)}
    assert find_rules(LOOKS, exact(0.5, 0.5), shuffled) == ()


def test_a_gain_of_one_half_that_the_other_does_not_confirm_makes_no_rule() -> None:
    unchanged = exact(0.0, 0.0)
    better = unchanged.copy()
    better[0, ::2] = True
    assert find_rules(LOOKS, unchanged, {("deblur",): better}) == ()


def test_a_reader_that_loses_speaks_against_what_helps_another() -> None:
    gains = exact(0.0, 0.8)
    nothing = np.zeros_like(gains)
    loses = exact(0.0, 0.2, seed=3)
    unchanged, enhanced = np.vstack([nothing, loses]), np.vstack([gains, nothing])
    assert find_rules(LOOKS, unchanged, {("deblur",): enhanced}) == ()
    assert find_rules(LOOKS, nothing, {("deblur",): gains})


@pytest.mark.parametrize(("won", "lost", "p"), [(0, 0, 1.0), (5, 0, 1 / 32), (3, 1, 5 / 16), (0, 4, 1.0)])
def test_the_sign_test_counts_what_chance_would_do(won: int, lost: int, p: float) -> None:
    assert sign_test(won, lost) == pytest.approx(p)


def test_rules_are_read_as_they_were_written() -> None:
    rules = (Rule((0, 64), (0.1, 1e9), (20, 1e9), ("zero_dce", "deblur"), 90, 12, 1),)
    assert read_rules(write_rules(rules, {"plates": 90})) == rules
