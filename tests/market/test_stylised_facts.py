"""Returns are distributed like those of a stock market: bounds on what :mod:`stylised_facts` measures."""

from __future__ import annotations

import pytest

from market.stylised_facts import Facts, facts

MEANT = {
    "deviation": (2, 4),
    "kurtosis": (8, 20),
    "memory_of_returns": (-0.03, 0.03),
    "memory_of_size": (0.1, 0.3),
    "in_sector": (0.35, 0.5),
    "across": (0.2, 0.3),
    "limit_days": (0.5, 2),
    "gaps": (0.3, 2),
    "usual_gap": (0.3, 1),
    "span": (2.5, 4),
}
"""What is meant over 120 shares and 600 days (our estimate of the Korean market)."""

SAMPLED = MEANT | {
    "memory_of_returns": (-0.05, 0.05),
    "in_sector": (0.3, 0.55),
    "across": (0.15, 0.35),
    "limit_days": (0.2, 3),
    "gaps": (0.1, 3),
}
"""The same for a few shares, of which rare days are counted less well."""


def outside(found: Facts, bounds: dict[str, tuple[float, float]]) -> dict[str, float]:
    """The figures that lie outside of their bounds."""
    return {
        name: figure for name, figure in found._asdict().items() if not bounds[name][0] <= figure <= bounds[name][1]
    }


def test_a_few_shares() -> None:
    assert outside(facts(7, 30, 500), SAMPLED) == {}


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_shares(seed: int) -> None:
    assert outside(facts(seed, 120, 600), MEANT) == {}
